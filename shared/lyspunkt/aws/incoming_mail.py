"""A mail that came in: a story, more of one, set aside with a reason, or answered with a request for a better copy.

The raw mail lies in the bucket before anything is read and stays there, whatever becomes of it.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from lyspunkt.aws import clock, intake, layout, ledger, links, table
from lyspunkt.aws.attachments import keep
from lyspunkt.aws.clients import client
from lyspunkt.aws.mail_notification import Notification
from lyspunkt.aws.organisation import organisation
from lyspunkt.mailroom.arrival import arrived_by
from lyspunkt.mailroom.automatic import Aside
from lyspunkt.mailroom.files import File
from lyspunkt.mailroom.limits import LARGEST_MAIL, Problem
from lyspunkt.mailroom.read import Read, delivery_of, read
from lyspunkt.newsroom.events import PictureReceived
from lyspunkt.newsroom.submissions import Arrived, delivery_digest, story_id
from lyspunkt.settings import settings

SOURCE = "mail"
ANSWER = "needs-better-copy"
"""The letter that asks for a better copy; at most one a day to an address (bar C6)."""
ANSWER_REMEMBERED = timedelta(days=30)
MOST_REFERENCES = 10
"""Of the mails that one answers, how many are looked up: the last."""


class Became(BaseModel):
    """What became of a mail. `reason` says why it is no story; `answer_to` is who should be asked for a better copy."""

    model_config = ConfigDict(frozen=True)

    outcome: Literal["story", "addition", "set-aside", "answered"]
    story_id: str | None = None
    reason: Aside | Problem | None = None
    answer_to: str | None = None
    language: str | None = None
    """What the mail is written in, where it holds words."""


def receive(notification: Notification) -> Became:
    """Take in one mail; the same one once more changes nothing. Raises what botocore raises."""
    aside = notification.verdicts.aside()
    if aside:
        return Became(outcome="set-aside", reason=aside)
    action = notification.receipt.action
    mail = read(
        _fetched(action.bucket, action.key),
        notification.verdicts,
        our_domain=settings().mail_domain,
        limits=organisation().intake.limits,
    )
    if mail.aside:
        return Became(outcome="set-aside", reason=mail.aside)
    if mail.problem:
        return _asked_again(mail, notification, mail.problem)
    delivery = delivery_of(mail, otherwise=f"ses:{notification.mail.message_id}")
    answered = _answered(mail)
    if answered:
        arrived = _kept(mail, f"{answered}/{delivery_digest(SOURCE, delivery)[:16]}")
        story = intake.add(
            answered, arrived, because="reply", source=SOURCE, delivery=delivery, at=clock.now(), raw_key=action.key
        )
        return Became(outcome="addition", story_id=story.id)
    arrived = _kept(mail, story_id(SOURCE, delivery))
    story = intake.receive(arrived, source=SOURCE, delivery=delivery, at=clock.now(), raw_key=action.key)
    _remember(mail.message_id, story.id)
    return Became(outcome="story", story_id=story.id)


def claim_answer(address: str, notification: Notification) -> bool:
    """Whether this mail is to be answered now: once a day for an address, once for a mail however often it comes.

    Claimed before the letter is sent: a letter too few is better than two machines that write to each other.
    """
    day = layout.day(notification.mail.timestamp)
    digest = hashlib.sha256(address.lower().encode()).hexdigest()[:32]
    return table.put_new(
        {
            "PK": f"ANSWERED#{digest}",
            "SK": layout.letter_key(f"{day}#{ANSWER}"),
            "expires": int((clock.now() + ANSWER_REMEMBERED).timestamp()),
        }
    )


def _asked_again(mail: Read, notification: Notification, problem: Problem) -> Became:
    """Ask the sender, where that is safe: one sender, and no proof that it is somebody else (bar C5)."""
    if mail.sender is None:
        return Became(outcome="set-aside", reason="unknown-sender")
    if notification.verdicts.forged:
        return Became(outcome="set-aside", reason="forged")
    if not mail.answerable:
        return Became(outcome="set-aside", reason=problem)
    return Became(outcome="answered", reason=problem, answer_to=mail.sender.address, language=mail.language)


def _answered(mail: Read) -> str | None:
    """The story that a mail adds to: one of our letters is answered, and by whoever sent the story, proven (bar C5)."""
    if not mail.verified or mail.sender is None:
        return None
    named = [links.story_of_reply(token) for token in mail.reply_tokens]
    for id_ in dict.fromkeys([*named, *map(_remembered, mail.references[-MOST_REFERENCES:])]):
        submission = ledger.submission(id_) if id_ else None
        if submission and (submission.address or "").lower() == (mail.sender.address or "").lower():
            return id_
    return None


def _remember(message_id: str, story: str) -> None:
    """Keep which mail a story came by: an answer to that mail adds to it. The id may be used again: the first stays."""
    if message_id:
        expires = int((clock.now() + links.TRACKING_LIVES).timestamp())
        table.put_new({"PK": _message_key(message_id), "SK": "STORY", "story_id": story, "expires": expires})


def _remembered(message_id: str) -> str | None:
    row = table.get(_message_key(message_id), "STORY")
    return str(row["story_id"]) if row else None


def _message_key(message_id: str) -> str:
    return f"MESSAGE#{hashlib.sha256(message_id.strip('<> ').encode()).hexdigest()[:32]}"


def _kept(mail: Read, place: str) -> Arrived:
    """What arrived, its files kept as they came under `pictures/PLACE/1` and so on, before the story names them."""
    arrived = arrived_by(mail)
    person = organisation().person_at(arrived.address) if arrived.verified and arrived.address else None
    pictures = tuple(
        PictureReceived(number=number, key=key, digest=digest, size=file.size)
        for number, key, digest, file in _stored(place, mail.pictures)
    )
    attachments = keep(place, [(file.type, file.data) for file in mail.attachments])
    return arrived.model_copy(
        update={"submitter": person.id if person else None, "pictures": pictures, "attachments": attachments}
    )


def _stored(place: str, files: tuple[File, ...]) -> list[tuple[int, str, str, File]]:
    stored: list[tuple[int, str, str, File]] = []
    for number, file in enumerate(files, start=1):
        key = f"pictures/{place}/{number}"
        client("s3").put_object(
            Bucket=settings().raw_bucket, Key=key, Body=file.data, ContentType="application/octet-stream"
        )
        stored.append((number, key, hashlib.sha256(file.data).hexdigest(), file))
    return stored


def _fetched(bucket: str, key: str) -> bytes:
    """The raw mail, up to just above the limit: enough to read its headers and to see that it is too large."""
    stored = client("s3").get_object(Bucket=bucket, Key=key)
    return stored["Body"].read(LARGEST_MAIL + 1)
