"""A mail that came in: a story, more of one, set aside with a reason, or answered with a request for a better copy.

The raw mail lies in the bucket before anything is read and stays there, whatever becomes of it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from lyspunkt.aws import clock, intake, layout, ledger, links, rates, set_aside, table
from lyspunkt.aws.attachments import keep
from lyspunkt.aws.clients import client
from lyspunkt.aws.mail_notification import Action, Notification
from lyspunkt.aws.organisation import organisation
from lyspunkt.aws.set_aside import SetAside
from lyspunkt.mailroom.arrival import arrived_by
from lyspunkt.mailroom.automatic import Aside, Verdicts
from lyspunkt.mailroom.files import File
from lyspunkt.mailroom.limits import LARGEST_MAIL, Problem
from lyspunkt.mailroom.read import Read, delivery_of, read
from lyspunkt.newsroom.events import PictureReceived
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.story import Story
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

    outcome: Literal["story", "addition", "set-aside", "held", "answered"]
    story_id: str | None = None
    reason: Aside | Problem | Literal["too-often"] | None = None
    answer_to: str | None = None
    language: str | None = None
    """What the mail is written in, where it holds words."""


def receive(notification: Notification) -> Became:
    """Take in one mail; the same one once more changes nothing. Raises what botocore raises."""
    # What a virus was found in is not even read
    virus = notification.verdicts.aside() == "virus"
    mail = None if virus else _read(notification.receipt.action, notification.verdicts)
    became = _become(mail, notification) if mail else Became(outcome="set-aside", reason="virus")
    if became.outcome in {"set-aside", "held", "answered"}:
        _keep_for_the_desk(mail, notification, became)
    return became


def take_in(kept: SetAside, *, by: str, at: datetime) -> Story:
    """A person makes a story of a mail that was set aside; its sender hears of it only where the mail was just held.

    Raises Refused("empty-text") where it holds no words at all, and "unknown-choice" where nobody should open it.
    """
    if not kept.may_be_taken_in and kept.story_id is None:
        raise Refused("unknown-choice")
    mail = _read(Action(type="S3", bucketName=settings().raw_bucket, objectKey=kept.raw_key), kept.verdicts)
    words = mail.text or mail.headline
    if not words:
        raise Refused("empty-text")
    mail = mail.model_copy(update={"text": words, "answerable": mail.answerable and kept.status == "held"})
    _outcome, story = _into(mail, delivery_of(mail, otherwise=f"ses:{kept.mail}"), kept.raw_key, at)
    set_aside.take_in(kept, story.id, by)
    return story


def _become(mail: Read, notification: Notification) -> Became:
    if mail.aside:
        return Became(outcome="set-aside", reason=mail.aside)
    if mail.problem:
        return _asked_again(mail, notification, mail.problem)
    delivery = delivery_of(mail, otherwise=f"ses:{notification.mail.message_id}")
    if not _in_measure(mail, notification, delivery):
        return Became(outcome="held", reason="too-often")
    outcome, story = _into(mail, delivery, notification.receipt.action.key, clock.now())
    return Became(outcome=outcome, story_id=story.id)


def _into(mail: Read, delivery: str, raw_key: str, at: datetime) -> tuple[Literal["story", "addition"], Story]:
    """What a mail with words becomes: more of the story that it answers, or a story."""
    answered = _answered(mail)
    given: dict[str, Any] = {"source": SOURCE, "delivery": delivery, "at": at, "raw_key": raw_key}
    if answered:
        arrived = _kept(mail, f"{answered}/{delivery_digest(SOURCE, delivery)[:16]}")
        return "addition", intake.add(answered, arrived, because="reply", **given)
    story = intake.receive(_kept(mail, story_id(SOURCE, delivery)), **given)
    _remember(mail.message_id, story.id)
    return "story", story


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


def _read(action: Action, verdicts: Verdicts) -> Read:
    return read(
        _fetched(action.bucket, action.key),
        verdicts,
        our_domain=settings().mail_domain,
        limits=organisation().intake.limits,
    )


def _in_measure(mail: Read, notification: Notification, delivery: str) -> bool:
    """Whether this sender may send one more within the hour; counted once, however often the mail is delivered.

    Proven and unproven mail is counted apart: a forger does not use up what a colleague may send (bar C5).
    """
    return rates.allow(
        "mail" if mail.verified else "mail-unproven",
        (mail.sender.address if mail.sender else None) or notification.mail.source,
        limit=organisation().intake.rates.per_sender_per_hour,
        window=timedelta(hours=1),
        at=notification.mail.timestamp,
        delivery=delivery,
    )


def _keep_for_the_desk(mail: Read | None, notification: Notification, became: Became) -> None:
    """What a scanner found something in is not read: then the envelope says who sent it."""
    sender = str(mail.sender) if mail and mail.sender else notification.mail.source
    set_aside.keep(
        SetAside.model_validate(
            {
                "mail": notification.mail.message_id,
                "status": became.outcome,
                "reason": became.reason,
                "raw_key": notification.receipt.action.key,
                "verdicts": notification.verdicts,
                "received_at": notification.mail.timestamp,
                "sender": sender,
                "subject": mail.subject if mail else "",
            }
        )
    )


def _fetched(bucket: str, key: str) -> bytes:
    """The raw mail, up to just above the limit: enough to read its headers and to see that it is too large."""
    stored = client("s3").get_object(Bucket=bucket, Key=key)
    return stored["Body"].read(LARGEST_MAIL + 1)
