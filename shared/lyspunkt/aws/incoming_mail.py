"""A mail that came in: a story, set aside with a reason, or answered with a request for a better copy.

The raw mail lies in the bucket before anything is read and stays there, whatever becomes of it.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from lyspunkt.aws import clock, intake, layout, mail_parts, mail_text, table
from lyspunkt.aws.clients import client
from lyspunkt.aws.mail_notification import FAILED, PASSED, Notification
from lyspunkt.aws.mail_parts import Headers, Parts, Picture, Problem, Unreadable
from lyspunkt.aws.organisation import organisation
from lyspunkt.newsroom.events import PictureReceived
from lyspunkt.newsroom.submissions import BODY_LENGTH, HEADLINE_LENGTH, Arrived, story_id, text_of
from lyspunkt.newsroom.texts import PictureText
from lyspunkt.settings import settings

SOURCE = "mail"
ANSWER = "needs-better-copy"
"""The letter that asks for a better copy; at most one a day to an address (bar C6)."""
ANSWER_REMEMBERED = timedelta(days=30)

Aside = Literal["virus", "spam", "forged", "ours", "bounce", "auto-reply", "list", "unknown-sender"]


class Became(BaseModel):
    """What became of a mail. `reason` says why it is no story; `answer_to` is who should be asked for a better copy."""

    model_config = ConfigDict(frozen=True)

    outcome: Literal["story", "set-aside", "answered"]
    story_id: str | None = None
    reason: Aside | Problem | None = None
    answer_to: str | None = None


class Read(BaseModel):
    """A mail that can become a story: what arrived, and the pictures that go with it."""

    model_config = ConfigDict(frozen=True)

    arrived: Arrived
    pictures: tuple[Picture, ...]
    delivery: str


def receive(notification: Notification) -> Became:
    """Take in one mail; the same one once more changes nothing. Raises what botocore raises."""
    aside = by_verdict(notification)
    if aside:
        return Became(outcome="set-aside", reason=aside)
    action = notification.receipt.action
    raw = _fetched(action.bucket, action.key)
    headers = Headers(raw)
    aside = by_headers(headers, notification, our_domain=settings().mail_domain)
    if aside:
        return Became(outcome="set-aside", reason=aside)
    try:
        read = read_mail(raw, notification)
    except Unreadable as unreadable:
        return _asked_again(headers, notification, unreadable.problem)
    id_ = story_id(SOURCE, read.delivery)
    arrived = read.arrived.model_copy(
        update={"pictures": _kept(id_, read.pictures), "submitter": _submitter(read.arrived)}
    )
    story = intake.receive(arrived, source=SOURCE, delivery=read.delivery, at=clock.now(), raw_key=action.key)
    return Became(outcome="story", story_id=story.id)


def by_verdict(notification: Notification) -> Aside | None:
    """What SES's scanners say against a mail. A virus scan that was not passed counts as failed."""
    if notification.receipt.virus.status != PASSED:
        return "virus"
    return "spam" if notification.receipt.spam.status == FAILED else None


def by_headers(headers: Headers, notification: Notification, *, our_domain: str) -> Aside | None:
    """What the headers say of a mail that no person wrote to us (bar C6); such a mail is never answered."""
    sender = headers.sender()
    if headers.all("x-lyspunkt") or (sender and sender[1].lower().endswith(f"@{our_domain.lower()}")):
        return "ours"
    content = headers.one("content-type").lower()
    path = headers.all("return-path")
    from_nobody = not notification.mail.source.strip("<> ") or (bool(path) and path[0].strip() == "<>")
    robot = sender is not None and sender[1].lower().startswith(("mailer-daemon@", "postmaster@"))
    if content.startswith("multipart/report") or from_nobody or robot:
        return "bounce"
    automatic = headers.one("auto-submitted").lower().split(";")[0].strip()
    suppress = headers.one("x-auto-response-suppress").lower()
    precedence = headers.one("precedence").lower()
    if (
        (automatic and automatic != "no")
        or any(word in suppress for word in ("all", "oof", "autoreply"))
        or headers.has("x-autoreply")
        or headers.has("x-autorespond")
        or precedence == "auto_reply"
    ):
        return "auto-reply"
    return "list" if headers.has("list-") or precedence in {"bulk", "list", "junk"} else None


def read_mail(raw: bytes, notification: Notification) -> Read:
    """A mail's words, sender and pictures, without storing anything; raises Unreadable."""
    headers = Headers(raw)
    parts = mail_parts.take_apart(raw)
    subject = headers.one("subject")
    headline = mail_text.headline(subject)[:HEADLINE_LENGTH]
    body, cut = _fitting(parts.text or headline)
    if not body:
        raise Unreadable("empty")
    sender = headers.sender()
    fields = {"attachments": "; ".join(parts.attachments)[:1_000], "cut": cut}
    arrived = Arrived(
        text=text_of(headline, body, pictures=_picture_texts(parts)),
        name=sender[0] if sender else None,
        address=sender[1] if sender else None,
        subject=subject[:1_000] or None,
        fields={name: value for name, value in fields.items() if value},
        verified=sender is not None and notification.receipt.dmarc.status == PASSED,
    )
    return Read(arrived=arrived, pictures=parts.pictures, delivery=delivery_of(raw, headers, notification))


def delivery_of(raw: bytes, headers: Headers, notification: Notification) -> str:
    """What makes a mail itself (bar C7): its Message-ID and its body, for ids are reused; without one, SES's own id."""
    message_id = headers.one("message-id")
    if not message_id:
        return f"ses:{notification.mail.message_id}"
    return f"{message_id}#{hashlib.sha256(mail_parts.body_of(raw)).hexdigest()}"


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


def _asked_again(headers: Headers, notification: Notification, problem: Problem) -> Became:
    """Ask the sender, where that is safe: one sender, and no proof that it is somebody else (bar C5)."""
    sender = headers.sender()
    if sender is None:
        return Became(outcome="set-aside", reason="unknown-sender")
    if FAILED in {notification.receipt.dmarc.status, notification.receipt.spf.status}:
        return Became(outcome="set-aside", reason="forged")
    return Became(outcome="answered", reason=problem, answer_to=sender[1])


def _submitter(arrived: Arrived) -> str | None:
    """The person of the organisation behind a proven address."""
    person = organisation().person_at(arrived.address) if arrived.verified and arrived.address else None
    return person.id if person else None


def _fetched(bucket: str, key: str) -> bytes:
    """The raw mail, up to just above the limit: enough to read its headers and to see that it is too large."""
    stored = client("s3").get_object(Bucket=bucket, Key=key)
    return stored["Body"].read(mail_parts.LARGEST_MAIL + 1)


def _kept(id_: str, pictures: tuple[Picture, ...]) -> tuple[PictureReceived, ...]:
    """Keep the pictures as they came, before the story that names them is written."""
    kept: list[PictureReceived] = []
    for number, picture in enumerate(pictures, start=1):
        key = f"pictures/{id_}/{number}"
        client("s3").put_object(
            Bucket=settings().raw_bucket, Key=key, Body=picture.data, ContentType="application/octet-stream"
        )
        digest = hashlib.sha256(picture.data).hexdigest()
        kept.append(PictureReceived(number=number, key=key, digest=digest, size=len(picture.data)))
    return tuple(kept)


def _picture_texts(parts: Parts) -> tuple[PictureText, ...]:
    return tuple(
        PictureText(number=number, name=picture.name) for number, picture in enumerate(parts.pictures, start=1)
    )


def _fitting(body: str) -> tuple[str, str]:
    """The body, cut at a paragraph where it is longer than a story may be, and a word about that."""
    if len(body) <= BODY_LENGTH:
        return body, ""
    end = body.rfind("\n\n", 0, BODY_LENGTH)
    cut = body[: end if end > BODY_LENGTH // 2 else BODY_LENGTH].rstrip()
    return cut, f"{len(cut)} of {len(body)} characters; the whole lies in the raw mail"
