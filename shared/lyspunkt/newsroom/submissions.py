"""From what a form product posted to what arrived: the same values, whichever door a story came through.

Pure: no clock, no table. A payload that cannot be a story is refused by the name of the field that must be mended;
a field that is merely odd (an address that is none, a date that is none) is kept as it came and never loses the story.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from lyspunkt.newsroom.events import AttachmentReceived, PictureReceived
from lyspunkt.newsroom.organisation import WebhookSource
from lyspunkt.newsroom.texts import AttachmentText, PictureText, Plan, RefusedFile, Text, lead_of

BODY_LENGTH = 60_000
HEADLINE_LENGTH = 300
FIELD_LENGTH = 5_000
FIELDS_LENGTH = 30_000
"""Characters, all other fields together."""
FIELDS = 100
NAME_LENGTH = 300
"""Characters of a field's dotted name."""
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


def from_webhook(payload: object, source: WebhookSource, zone: tzinfo = UTC) -> Arrived:
    """Read a form product's payload by the source's mapping; `zone` is that of dates without one.

    Raises BadSubmission naming the field, as the form product calls it, that is missing, of the wrong type or too long.
    """
    if not isinstance(payload, Mapping):
        raise BadSubmission("", 'the body must be a JSON object: {"field": "value", ...}')
    read = _Reader(payload, source)
    body = read.text("body", BODY_LENGTH, lines=True)
    if not body:
        raise BadSubmission(
            read.name("body"), f"{read.name('body')} is missing or empty; it must hold the story's text"
        )
    headline = read.text("headline", HEADLINE_LENGTH)
    address = read.text("address", FIELD_LENGTH)
    language = read.text("language", FIELD_LENGTH)
    wished = read.text("wished_at", FIELD_LENGTH)
    known_language = language_of(language) or source.language
    known_wish = moment_of(wished, zone)
    read.keep("address", address, unless=is_address(address))
    read.keep("language", language, unless=bool(language_of(language)))
    read.keep("wished_at", wished, unless=known_wish is not None)
    read.keep("place", read.text("place", FIELD_LENGTH), unless=False)
    return Arrived(
        text=text_of(headline, body, language=known_language),
        name=read.text("name", FIELD_LENGTH) or None,
        address=address if is_address(address) else None,
        phone=read.text("phone", FIELD_LENGTH) or None,
        subject=headline or None,
        fields=read.others(),
        verified=True,
        language=known_language,
        wished_at=known_wish,
    )


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
    return (cut[: cut.rfind(" ")] if " " in cut else cut[:DERIVED_HEADLINE_LENGTH]) + " …"


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


class _Reader:
    """One payload read by one source's mapping; remembers which of its fields were used."""

    def __init__(self, payload: Mapping[str, Any], source: WebhookSource) -> None:
        self._payload = payload
        self._names: dict[str, str] = {str(ours): theirs for ours, theirs in source.fields.items()}
        self._kept: dict[str, str] = {}

    def name(self, ours: str) -> str:
        """What the form product calls our field."""
        return self._names.get(ours, ours)

    def text(self, ours: str, limit: int, *, lines: bool = False) -> str:
        theirs = self._names.get(ours)
        value = _at(self._payload, theirs) if theirs else None
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise BadSubmission(self.name(ours), f"{theirs} must be a text")
        text = clean(str(value), lines=lines)
        if len(text) > limit:
            raise BadSubmission(self.name(ours), f"{theirs} has {len(text)} characters; at most {limit} are taken")
        return text

    def keep(self, ours: str, text: str, *, unless: bool) -> None:
        """Keep among the other fields what could not be read as what it should be."""
        if text and not unless:
            self._kept[self.name(ours)] = text

    def others(self) -> dict[str, str]:
        """Every field that no mapping names, by its dotted name, and what was kept."""
        used = set(self._names.values())
        found = {clean(name): clean(text, lines=True) for name, text in _leaves(self._payload) if name not in used}
        others = {name: text for name, text in found.items() if text} | self._kept
        if len(others) > FIELDS:
            raise BadSubmission("", f"the form has {len(others)} other fields; at most {FIELDS} are taken")
        for name, text in others.items():
            if len(text) > FIELD_LENGTH:
                raise BadSubmission(name, f"{name} has {len(text)} characters; at most {FIELD_LENGTH} are taken")
        whole = sum(len(name) + len(text) for name, text in others.items())
        if whole > FIELDS_LENGTH:
            raise BadSubmission("", f"the other fields have {whole} characters; at most {FIELDS_LENGTH} are taken")
        return others


def _at(payload: Mapping[str, Any], dotted: str) -> Any:
    """The value at `answers.email`: of the key with that very name, else one level down at each dot."""
    if dotted in payload:
        return payload[dotted]
    value: Any = payload
    for name in dotted.split("."):
        if isinstance(value, Mapping) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def _leaves(payload: Mapping[str, Any]) -> list[tuple[str, str]]:
    """All values that are not containers, with their dotted names, in order; no recursion: depth is the sender's."""
    found: list[tuple[str, str]] = []
    waiting: list[tuple[str, Any]] = [("", payload)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += [(f"{name}.{key}" if name else str(key), value[key]) for key in reversed(list(value))]
        elif isinstance(value, list):
            waiting += [(f"{name}.{place}", value[place]) for place in reversed(range(len(value)))]
        elif value is not None:
            found.append((name, str(value).lower() if isinstance(value, bool) else str(value)))
        if len(name) > NAME_LENGTH:
            raise BadSubmission(name[:40], f"a field's dotted name has more than {NAME_LENGTH} characters")
        if len(found) > 2 * FIELDS:
            raise BadSubmission("", f"the form has too many fields; at most {FIELDS} beside the named ones are taken")
    return found
