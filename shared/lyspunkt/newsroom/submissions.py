"""What arrived, by whichever door, and the readings that all doors share. Pure: no clock, no table."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from datetime import UTC, date, datetime, time, tzinfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from lyspunkt.newsroom.events import AttachmentReceived, PictureReceived
from lyspunkt.newsroom.id_numbers import begin
from lyspunkt.newsroom.texts import AttachmentText, PictureText, Plan, RefusedFile, Text, lead_of

BODY_LENGTH = 60_000
HEADLINE_LENGTH = 300
DERIVED_HEADLINE_LENGTH = 90
"""Characters, at most, of a headline that is taken from the body."""

LANGUAGES = ("da", "sv", "nb", "nn", "en")
_ADDRESS = re.compile(r"[^@\s<>\"',;:]{1,64}@[^@\s<>\"',;:]{1,186}\.[A-Za-z]{2,}")


class Arrived(BaseModel):
    """What came in by any door, read and ready to become a story."""

    model_config = ConfigDict(frozen=True)

    text: Text
    name: str | None = None
    address: str | None = None
    phone: str | None = None
    subject: str | None = None
    """The subject line as it came, where there was one."""
    fields: dict[str, str] = Field(default_factory=dict)
    """The form's other fields, kept as they came."""
    submitter: str | None = None
    """The person of the organisation who sent it, where that is proven."""
    verified: bool = False
    """Whether the sender is proven: a signed source, or mail with DMARC pass."""
    language: str | None = None
    """Chosen by the submitter."""
    wished_at: AwareDatetime | None = None
    pictures: tuple[PictureReceived, ...] = ()
    attachments: tuple[AttachmentReceived, ...] = ()
    attachment_names: tuple[AttachmentText, ...] = ()
    refused_files: tuple[RefusedFile, ...] = ()
    answerable: bool = True
    """Whether it may be acknowledged."""
    why: str = ""
    contacts: str = ""
    recognisable: dict[int, str] = Field(default_factory=dict)
    """Who can be recognised, by the picture's number."""
    wished_channels: tuple[str, ...] = ()
    name_kept_out: bool = False
    plan: Plan = Plan()


class BadSubmission(Exception):
    """A payload cannot become a story: `field` must be mended; `say` tells whoever set up the form how, in English."""

    def __init__(self, field: str, say: str) -> None:
        super().__init__(say)
        self.field = field
        self.say = say


def delivery_digest(source: str, delivery: str) -> str:
    """SHA-256 of a delivery, in hexadecimal. Two sources may use the same id, so the source is part of it."""
    return hashlib.sha256(f"{source}\n{delivery}".encode("utf-8", "replace")).hexdigest()


def story_id(source: str, delivery: str) -> str:
    """`s` and 19 letters: the same for the same delivery, so that a repeated one finds its story."""
    digest = bytes.fromhex(delivery_digest(source, delivery))
    return "s" + base64.b32encode(digest).decode()[:19].lower()


def text_of(headline: str, body: str, *, pictures: tuple[PictureText, ...] = (), language: str | None = None) -> Text:
    """The first version's words; a missing headline is taken from the body's first sentence."""
    return Text(
        headline=headline or headline_from(body),
        lead=lead_of(body),
        body=body,
        pictures=pictures,
        language=language,
    )


def headline_from(body: str) -> str:
    """The first sentence of `body`, cut between words."""
    first = next((line.strip() for line in body.splitlines() if line.strip()), "")
    sentence = re.split(r"(?<=[.!?])\s", first, maxsplit=1)[0].rstrip(".")
    if len(sentence) <= DERIVED_HEADLINE_LENGTH:
        return sentence
    cut = sentence[: DERIVED_HEADLINE_LENGTH + 1]
    return f"{begin(sentence, cut.rfind(' ') if ' ' in cut else DERIVED_HEADLINE_LENGTH).rstrip()} …"


def clean(text: str, *, lines: bool = False) -> str:
    """`text` as people see it: composed letters, no control characters, one line unless `lines`.

    Lone surrogates, which JSON can carry and no store takes, become U+FFFD.
    """
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    whole = unicodedata.normalize("NFC", whole.replace("\r\n", "\n").replace("\r", "\n"))
    whole = whole.replace("\u2028", "\n").replace("\u2029", "\n\n")
    if not lines:
        return " ".join(_visible(whole.replace("\n", " ").replace("\t", " ")).split())
    rows = [_visible(row.replace("\t", " ")).rstrip() for row in whole.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip()


def is_address(text: str) -> bool:
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def language_of(text: str) -> str | None:
    """The language of a tag such as `da`, `da-DK` or `nb_NO`; `no` is Bokmål."""
    code = re.split(r"[-_]", text.strip().lower(), maxsplit=1)[0]
    code = "nb" if code == "no" else code
    return code if code in LANGUAGES else None


def moment_of(text: str, zone: tzinfo) -> datetime | None:
    """An ISO date or time as an instant; a date is its first moment in `zone`, a time without offset is local."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return datetime.combine(date.fromisoformat(text), time(), tzinfo=zone).astimezone(UTC)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _visible(text: str) -> str:
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cc")
