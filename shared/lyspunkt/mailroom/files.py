"""The files of a mail: known by what they hold, not by what they are called (bar C11)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field

from lyspunkt.mailroom.body import is_words
from lyspunkt.mailroom.limits import MESSAGES
from lyspunkt.mailroom.parts import Part
from lyspunkt.mailroom.pixels import size_of
from lyspunkt.newsroom.attachments import refusal
from lyspunkt.newsroom.file_types import FileKind, kind_of
from lyspunkt.newsroom.intake import Limits

SMALLEST_INLINE_PICTURE = 6 * 1024
"""Bytes. What is smaller, stands in the text and does not say how large it is, is a logo or a smiley."""
SMALLEST_PIXELS = 40_000
"""Pixels, all in all: a picture in the text that has fewer is a logo; so is a low and wide one."""
LOW, WIDE = 160, 3
LARGEST_DOT = 16 * 16
"""Pixels of what counts readers rather than shows anything."""

_NAMED_BY_OUTLOOK = re.compile(
    r"(?:image\d{0,3}|outlook-\w{1,40}|bilde\d{0,3}|billede\d{0,3})\.(?:png|gif|jpe?g)", re.I
)
_SEALS = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_UNSEEN = frozenset({"application/applefile", "text/x-amp-html", "text/watch-html"})


class File(BaseModel):
    """What came beside the words. `done` is `picture`, `attachment`, `logo`, or `refused: ` and why."""

    model_config = ConfigDict(frozen=True)

    name: str
    type: str
    """By its content."""
    size: int
    done: str
    data: bytes = Field(default=b"", repr=False)
    """Empty where it is not kept."""


def files_of(mail: Part, embedded: tuple[tuple[str, bytes], ...], limits: Limits) -> tuple[File, ...]:
    """Every file of a mail, in order, each once, and what is done with it."""
    sorter = _Sorter(limits)
    for part, inline in _leaves(mail):
        sorter.take(part.name, part.data(), part.type, inline=inline)
    for name, data in embedded:
        sorter.take(name, data, "application/octet-stream", inline=False)
    return tuple(sorter.files)


class _Sorter:
    """Takes the files one by one; remembers what came before."""

    def __init__(self, limits: Limits) -> None:
        self.files: list[File] = []
        self._limits = limits
        self._seen: set[bytes] = set()

    def take(self, name: str, data: bytes, label: str, *, inline: bool) -> None:
        digest = hashlib.sha256(data).digest()
        if not data.strip() or digest in self._seen:
            return
        self._seen.add(digest)
        kind = kind_of(data, name)
        done = self._done(data, name, kind, inline=inline)
        kept = done in {"picture", "attachment"}
        self.files.append(
            File(name=name or label, type=kind.media_type, size=len(data), done=done, data=data if kept else b"")
        )

    def _done(self, data: bytes, name: str, kind: FileKind, *, inline: bool) -> str:
        if kind.family == "picture" and _is_logo(data, name, inline=inline):
            return "logo"
        purpose = "picture" if kind.family == "picture" else "attachment"
        kept = sum(file.done == purpose for file in self.files)
        reason = refusal(data, kind, self._limits, kept=kept)
        return f"refused: {reason}" if reason else purpose


def _leaves(mail: Part) -> Iterator[tuple[Part, bool]]:
    """Each part that is a file, and whether it stands in the text rather than beside it."""
    words = _words(mail)
    waiting = [(mail, False)]
    while waiting:
        part, related = waiting.pop()
        if part.parts:
            inside = related or part.type == "multipart/related"
            waiting += reversed([(inner, inside) for inner in part.parts])
        elif part not in words and part.type not in _SEALS | _UNSEEN | MESSAGES:
            shown = part.content_id and part.disposition != "attachment"
            yield part, bool(shown or (related and part.disposition != "attachment"))


def _words(mail: Part) -> set[Part]:
    """The parts that were read as words."""
    found: set[Part] = set()
    for part in mail.walk():
        first = next((inner for inner in part.parts if inner.parts or is_words(inner, alone=True)), None)
        alternatives = part.type == "multipart/alternative"
        found |= {
            inner
            for inner in part.parts
            if not inner.parts and is_words(inner, alone=alternatives or inner is first or part.type in MESSAGES)
        }
    if not mail.parts and mail.type.startswith("text/"):
        found.add(mail)
    return found


def _is_logo(data: bytes, name: str, *, inline: bool) -> bool:
    pixels = size_of(data)
    if pixels and pixels[0] * pixels[1] <= LARGEST_DOT:
        return True
    if not inline and not _NAMED_BY_OUTLOOK.fullmatch(name):
        return False
    if pixels is None:
        return len(data) < SMALLEST_INLINE_PICTURE
    width, height = pixels
    return width * height < SMALLEST_PIXELS or (height < LOW and width > WIDE * height)
