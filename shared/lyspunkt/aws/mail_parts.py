"""A raw mail taken apart, behind guards: limits first, then the parser, and no exception for what a stranger wrote.

The parser runs with the old policy on purpose: the new one reads headers eagerly, in quadratic time, and raises on
Message-IDs that Exchange writes (bars C1, C2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import policy
from email.message import Message
from email.parser import BytesParser
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lyspunkt.aws import mail_text
from lyspunkt.newsroom.submissions import clean, is_address

LARGEST_MAIL = 40 * 1024 * 1024
LARGEST_HEADERS = 256 * 1024
LARGEST_HEADER = 16 * 1024
MOST_HEADERS = 2_000
MOST_BOUNDARIES = 100
MOST_PARTS = 500
DEEPEST = 20
MOST_PICTURES = 20
LARGEST_PICTURE = 25 * 1024 * 1024
SMALLEST_INLINE_PICTURE = 6 * 1024
"""Bytes. What is smaller and stands in the text is a signature's logo or a smiley."""

_ONE_ADDRESS = re.compile(r"\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\"<>@,;:()\[\]\\]*))\s{0,9}<([^<>\s]{3,254})>\s*")
_TYPE = re.compile(r"[a-z0-9.+_-]+/[a-z0-9.+_-]+")
_BOUNDARY = re.compile(rb"boundary\s{0,9}=\s{0,9}(?:\"([^\"\r\n]{1,200})|([^\s;\"]{1,200}))", re.IGNORECASE)

Problem = Literal["too-large", "headers-too-large", "too-many-parts", "undecodable", "empty"]


class Unreadable(Exception):
    """A mail that nobody can make a story of; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem: Problem = problem


class Picture(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str
    data: bytes = Field(repr=False)


class Parts(BaseModel):
    """What a person wrote, and what came with it."""

    model_config = ConfigDict(frozen=True)

    text: str
    pictures: tuple[Picture, ...] = ()
    attachments: tuple[str, ...] = ()
    """Names of files that are no pictures; they lie in the raw mail."""


class Headers:
    """A mail's headers as they came, by lower-case name."""

    def __init__(self, block: bytes) -> None:
        """`block` is the mail up to its first empty line, or a piece of a mail that begins there."""
        self._found: list[tuple[str, str]] = []
        unfolded = re.sub(rb"\r?\n[ \t]", b" ", head_of(block)[:LARGEST_HEADERS])
        for line in re.split(rb"\r\n|\n|\r", unfolded)[:MOST_HEADERS]:
            name, colon, value = line.partition(b":")
            if colon and name and not re.search(rb"\s", name.rstrip()):
                raw = value[:LARGEST_HEADER].decode("ascii", "surrogateescape").strip()
                self._found.append((name.rstrip().decode("ascii", "replace").lower(), raw))

    def all(self, name: str) -> list[str]:
        return [value for found, value in self._found if found == name.lower()]

    def one(self, name: str) -> str:
        """The first header of that name, as text; empty where there is none."""
        return mail_text.header_text(next(iter(self.all(name)), ""))

    def has(self, prefix: str) -> bool:
        return any(name.startswith(prefix) for name, _ in self._found)

    def sender(self) -> tuple[str | None, str] | None:
        """Name and address of the one From mailbox; None where there is none, or more than one, or a trick (bar C3)."""
        given = self.all("from")
        if len(given) != 1 or len(given[0]) > 1_000:
            return None
        raw = given[0].strip()
        if is_address(raw):
            return None, raw
        found = _ONE_ADDRESS.fullmatch(raw)
        if not found or not is_address(found[3]):
            return None
        name = mail_text.header_text(re.sub(r"\\(.)", r"\1", found[1] or found[2] or ""))[:200]
        return (name if name and "@" not in name else None), found[3]


def head_of(raw: bytes) -> bytes:
    """The header block, without the empty line that ends it."""
    end = re.search(rb"\r?\n\r?\n", raw[: LARGEST_HEADERS + 4])
    return raw[: end.start()] if end else raw


def body_of(raw: bytes) -> bytes:
    """Everything after the headers: what stays the same however many servers a mail passes."""
    end = re.search(rb"\r?\n\r?\n", raw[: LARGEST_HEADERS + 4])
    return raw[end.end() :] if end else b""


def take_apart(raw: bytes) -> Parts:
    """The parts of a mail; raises Unreadable."""
    _within_limits(raw)
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(raw)
        parts = list(_walk(message))
        text = _text(message) or _forwarded_text(parts)
    except RecursionError:
        raise Unreadable("too-many-parts") from None
    text = mail_text.without_signature(text)
    if text and not _legible(text):
        raise Unreadable("undecodable")
    pictures, attachments = _files(parts)
    if not text and not pictures:
        raise Unreadable("undecodable" if attachments else "empty")
    return Parts(text=text, pictures=tuple(pictures), attachments=tuple(attachments))


def picture_type(data: bytes) -> str | None:
    """What a file is by its first bytes, whatever it is called: jpeg, png, gif, webp; else None (bar C11)."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    return "webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def _legible(text: str) -> bool:
    """Whether it can be a person's words: mostly letters and spaces, hardly any that could not be decoded."""
    letters = sum(letter.isalpha() or letter.isspace() for letter in text)
    return text.count("\ufffd") * 5 <= len(text) and letters * 10 >= len(text) * 3


def _is_binary(text: str) -> bool:
    """Whether a part that says it is text is a file: people do not type control characters."""
    controls = sum(letter < " " and letter not in "\t\n\v\f\r" for letter in text)
    return controls * 12 > len(text)


def _within_limits(raw: bytes) -> None:
    """Bar C2: looked at as plain bytes, before anything is parsed."""
    if len(raw) > LARGEST_MAIL:
        raise Unreadable("too-large")
    head = head_of(raw)
    unfolded = re.sub(rb"\r?\n[ \t]", b" ", head[: LARGEST_HEADERS + 1])
    lines = re.split(rb"\r\n|\n|\r", unfolded)
    if len(head) > LARGEST_HEADERS or len(lines) > MOST_HEADERS or max(map(len, lines)) > LARGEST_HEADER:
        raise Unreadable("headers-too-large")
    boundaries: set[bytes] = set()
    for found in _BOUNDARY.finditer(raw):
        boundaries.add((found[1] or found[2])[:70])
        if len(boundaries) > MOST_BOUNDARIES:
            raise Unreadable("too-many-parts")
    if sum(raw.count(b"\n--" + boundary) for boundary in boundaries) > 2 * MOST_PARTS:
        raise Unreadable("too-many-parts")


def _walk(message: Message) -> Iterator[Message]:
    """Each part, outermost first, without recursion; raises Unreadable past the limits."""
    waiting = [(message, 0)]
    seen = 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if seen > MOST_PARTS or depth > DEEPEST:
            raise Unreadable("too-many-parts")
        yield part
        waiting += [(inner, depth + 1) for inner in reversed(_inside(part))]


def _text(part: Message) -> str:
    """The words of a part and of those in it; of alternatives the plain one, else the richest that has any."""
    kind = _type(part)
    if kind == "message/rfc822" or _is_file(part):
        return ""
    if part.is_multipart():
        texts = [(_type(inner), _text(inner)) for inner in _inside(part)]
        if kind == "multipart/alternative":
            plain = next((text for type_, text in texts if type_ == "text/plain" and text), "")
            return plain or next((text for _, text in reversed(texts) if text), "")
        return "\n\n".join(text for _, text in texts if text)
    if kind not in {"text/plain", "text/html"}:
        return ""
    text = mail_text.decoded(_bytes(part)[: mail_text.LARGEST_TEXT], _charset(part))
    if _is_binary(text):
        return ""
    if kind == "text/html":
        return mail_text.readable(text)
    if _parameter(part, "format").lower() == "flowed":
        text = mail_text.flowed(text, delete_space=_parameter(part, "delsp").lower() == "yes")
    return clean(text, lines=True)


def _forwarded_text(parts: list[Message]) -> str:
    """The words of the first mail that came as an attachment, where the mail itself has none."""
    for part in parts:
        if _type(part) == "message/rfc822":
            text = next((text for inner in _inside(part) if (text := _text(inner))), "")
            if text:
                return text
    return ""


def _files(parts: list[Message]) -> tuple[list[Picture], list[str]]:
    pictures: list[Picture] = []
    attachments: list[str] = []
    for part in parts:
        if part.is_multipart():
            continue
        kind, name = _type(part), _name(part)
        if kind in {"text/plain", "text/html"} and not _is_file(part):
            continue
        data = _bytes(part)
        if picture_type(data):
            logo = len(data) < SMALLEST_INLINE_PICTURE and part.get("Content-ID") is not None
            if logo:
                continue
            if len(pictures) < MOST_PICTURES and len(data) <= LARGEST_PICTURE:
                pictures.append(Picture(name=name, data=data))
                continue
        if data:
            attachments.append(name or kind)
    return pictures, attachments


def _inside(part: Message) -> list[Message]:
    """The parts of a part. One without parts is not asked, for it would decode itself, and raise."""
    return [inner for inner in part.get_payload() if isinstance(inner, Message)] if part.is_multipart() else []


def _type(part: Message) -> str:
    """A part's type; plain text where the label is no type, or says multipart and there are no parts."""
    try:
        kind = part.get_content_type()
    except (ValueError, LookupError, IndexError, TypeError, AttributeError):
        return "application/octet-stream"
    lone = kind.startswith("multipart/") and not part.is_multipart()
    return "text/plain" if lone or not _TYPE.fullmatch(kind) else kind


def _is_file(part: Message) -> bool:
    try:
        return str(part.get("Content-Disposition", "")).strip().lower().startswith("attachment")
    except (ValueError, LookupError, IndexError, TypeError, AttributeError):
        return False


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name)
    except (ValueError, LookupError, IndexError, TypeError, AttributeError):
        return ""
    return str(value[2] if isinstance(value, tuple) else value or "")


def _charset(part: Message) -> str | None:
    return _parameter(part, "charset") or None


def _name(part: Message) -> str:
    """A file's name as it was called, one line, without a path; to be shown, never to be opened by."""
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, IndexError, TypeError, AttributeError):
        return ""
    return re.split(r"[/\\]", mail_text.header_text(name))[-1][:100]


def _bytes(part: Message) -> bytes:
    try:
        try:
            payload = part.get_payload(decode=True)
        except (ValueError, LookupError, IndexError, TypeError, AttributeError):
            # The parser looks at the charset even where bytes are asked for; without the label it does not
            del part["Content-Type"]
            payload = part.get_payload(decode=True)
    except (ValueError, LookupError, IndexError, TypeError, AttributeError):
        return b""
    return payload if isinstance(payload, bytes) else b""
