"""A raw mail read: who sent it, what a person wrote, what came with it, or why it is no story. Nothing raises."""

from __future__ import annotations

import hashlib
import re

from pydantic import BaseModel, ConfigDict, Field

from lyspunkt.mailroom import automatic
from lyspunkt.mailroom.automatic import PASSED, Aside, Verdicts
from lyspunkt.mailroom.body import Body, read_body
from lyspunkt.mailroom.files import File, files_of
from lyspunkt.mailroom.headers import Headers, Mailbox
from lyspunkt.mailroom.limits import Problem, Unreadable, body_of, within
from lyspunkt.mailroom.parts import Part, straightened, take_apart
from lyspunkt.mailroom.replies import headline
from lyspunkt.newsroom.intake import Limits
from lyspunkt.newsroom.language import identify
from lyspunkt.newsroom.letters import OUR_NAME
from lyspunkt.newsroom.submissions import HEADLINE_LENGTH

UNVERIFIED = Verdicts()
LIMITS = Limits()
_SUBJECT_LENGTH = 1_000
_TWO_WORDS = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}")
_SHORT = 40
"""Characters, of which any may be written by a person."""
_TOKENS = 3
_SENTENCE = 5
"""Words: a subject as long as this may be all that somebody has to say."""
_NAMING = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "in-reply-to", "references")
"""Headers in which an address of ours, or the id that we make of it, says which story is meant."""
_TOKEN = re.compile(r"\bstory\+([a-z0-9-]{20,57})@", re.IGNORECASE)


class Read(BaseModel):
    """What a mail is. A story has text and neither `aside` nor `problem`."""

    model_config = ConfigDict(frozen=True)

    aside: Aside | None = None
    """Why it is set aside and not answered."""
    problem: Problem | None = None
    """Why nobody could read it; its sender may be asked for a better copy."""
    subject: str = ""
    """As it was written, with its prefixes; letters decoded."""
    text: str = ""
    sender: Mailbox | None = None
    author: Mailbox | None = None
    """Whom a mail that was sent on is from; the sender is who sent it on."""
    language: str | None = None
    files: tuple[File, ...] = ()
    verified: bool = False
    """Whether it is proven that the sender sent it (bar C5)."""
    answerable: bool = False
    """Whether a letter to the sender does no harm (bar C6)."""
    references: tuple[str, ...] = ()
    """Ids of the messages that it answers."""
    reply_tokens: tuple[str, ...] = ()
    """What stands in addresses of ours that a letter told people to answer to (see `aws.links`)."""
    message_id: str = ""
    digest: str = Field(default="", repr=False)
    """SHA-256 of its body."""

    @property
    def headline(self) -> str:
        return headline(self.subject)[:HEADLINE_LENGTH]

    @property
    def pictures(self) -> tuple[File, ...]:
        return tuple(file for file in self.files if file.done == "picture")

    @property
    def attachments(self) -> tuple[File, ...]:
        return tuple(file for file in self.files if file.done == "attachment")

    @property
    def refused(self) -> tuple[File, ...]:
        return tuple(file for file in self.files if file.done.startswith("refused"))


def read(raw: bytes, verdicts: Verdicts = UNVERIFIED, *, our_domain: str = "", limits: Limits = LIMITS) -> Read:
    """Read one mail. `our_domain` is the one that our own letters come from."""
    raw = straightened(raw)
    headers = Headers(raw)
    known = _from_headers(raw, headers, verdicts, our_domain)
    aside = verdicts.aside() or automatic.by_headers(headers, verdicts.envelope, our_domain)
    try:
        within(raw, limits.mail_megabytes * 1024 * 1024)
        mail = take_apart(raw)
        body = read_body(mail, known.subject)
        files = files_of(mail, body.embedded, limits)
    except Unreadable as unreadable:
        return known.model_copy(update={"aside": aside, "problem": None if aside else unreadable.problem})
    aside = aside or automatic.by_build(mail) or _meeting(mail, body)
    text = body.text
    problem = None if aside else _problem(text, files)
    if not text and not aside:
        told = len(known.headline.split()) >= _SENTENCE or not problem
        text = known.headline if told else ""
        problem = None if text else problem or "empty"
    language = identify(text)[0] if len(text.split()) >= 3 else None
    found = {"aside": aside, "problem": problem, "text": text if not problem else "", "author": body.author}
    return known.model_copy(update={**found, "files": files, "language": language})


def delivery_of(read_: Read, otherwise: str) -> str:
    """What makes a mail itself (bar C7): its Message-ID and its body, for ids are reused; without one, `otherwise`."""
    return f"{read_.message_id}#{read_.digest}" if read_.message_id else otherwise


def _from_headers(raw: bytes, headers: Headers, verdicts: Verdicts, our_domain: str) -> Read:
    sender = headers.sender()
    given = " ".join(value for name in _NAMING for value in headers.all(name))
    tokens = tuple(dict.fromkeys(token.lower() for token in _TOKEN.findall(given[:40_000])))[:_TOKENS]
    # An answer to a letter of ours is never answered itself: two machines would go on for ever (bar C6)
    answers_us = bool(tokens) or (bool(our_domain) and f"{OUR_NAME}@{our_domain}".lower() in given.lower())
    return Read(
        subject=headers.one("subject")[:_SUBJECT_LENGTH],
        sender=sender,
        verified=sender is not None and verdicts.dmarc == PASSED,
        answerable=not answers_us and automatic.may_be_answered(headers, verdicts),
        references=headers.ids("in-reply-to", "references"),
        reply_tokens=tokens,
        message_id=headers.one("message-id"),
        digest=hashlib.sha256(body_of(raw)).hexdigest(),
    )


def _meeting(mail: Part, body: Body) -> Aside | None:
    """A call to a meeting, or the answer to one, that says nothing beside it."""
    calendars = [part for part in mail.walk() if part.type == "text/calendar"]
    answer = any(
        part.headers.parameter("content-type", "method").upper() not in {"", "PUBLISH", "REQUEST"} for part in calendars
    )
    return "calendar" if calendars and (answer or len(body.text) < 40) else None


def _problem(text: str, files: tuple[File, ...]) -> Problem | None:
    if text:
        return None if _legible(text) else "undecodable"
    if any(file.done in {"picture", "attachment"} for file in files):
        return None
    return "undecodable" if files else "empty"


def _legible(text: str) -> bool:
    """Whether it can be a person's words, a thumb or a row of stars among them: hardly any could not be decoded."""
    letters = sum(letter.isalnum() or letter.isspace() for letter in text)
    typed = len(text) < _SHORT or letters * 10 >= len(text) * 3 or bool(_TWO_WORDS.search(text))
    return text.count("\ufffd") * 5 <= len(text) and typed
