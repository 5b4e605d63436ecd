"""Which files are kept beside a story for its communicator, and why another is not (bars C11, C12).

A refused file is not lost: it lies in what came in raw. The reasons are keys of `refused-file` in words/.
"""

from __future__ import annotations

from io import BytesIO
from typing import Literal, get_args
from zipfile import ZipFile

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom.file_types import METHODS, MOST_MEMBERS, Family, FileKind, kind_of
from lyspunkt.newsroom.intake import Limits

MEGABYTE = 1024 * 1024
SERVED: frozenset[Family] = frozenset({"document", "calendar", "mail", "media"})
"""What a communicator may fetch; pictures go a way of their own, and all else is refused by its family."""

Reason = Literal[
    "archive",
    "script",
    "markup",
    "other",
    "bomb",
    "archive-inside",
    "damaged",
    "too-large",
    "too-many",
    "picture-too-large",
    "too-many-pictures",
]
REASONS: tuple[Reason, ...] = get_args(Reason)

_ZIPPED = ("docx", "xlsx", "pptx", "odt", "ods", "odp")
_PIECE = 256 * 1024
_EMBEDDED = "/embeddings/"
"""Where Office puts the documents within a document; they are not opened (depth 1)."""


class Bounds(BaseModel):
    """What a document may unpack to, counted in real bytes, for the declared ones are its sender's (bar C12)."""

    model_config = ConfigDict(frozen=True)

    inflated: int = 50 * MEGABYTE
    ratio: int = 100
    members: int = MOST_MEMBERS


BOUNDS = Bounds()


def refusal(data: bytes, kind: FileKind, limits: Limits, *, kept: int = 0) -> Reason | None:
    """Why a file is not kept, None where it is; `kept` is how many the story has of its kind already. Never raises."""
    if kind.family == "picture":
        if len(data) > limits.picture_megabytes * MEGABYTE:
            return "picture-too-large"
        return "too-many-pictures" if kept >= limits.pictures else None
    if kind.family not in SERVED:
        return _by_family(kind.family)
    if len(data) > limits.attachment_megabytes * MEGABYTE:
        return "too-large"
    return "too-many" if kept >= limits.attachments else checked(data, kind)


def checked(data: bytes, kind: FileKind, bounds: Bounds = BOUNDS) -> Reason | None:
    """Why what a document holds is not to be trusted, None where it is. Unpacks in memory, piece by piece."""
    if kind.extension not in _ZIPPED:
        return None
    try:
        with ZipFile(BytesIO(data)) as opened:
            return _unpacked(opened, len(data), bounds)
    except Exception:
        return "damaged"  # a reader fed by a stranger raises whatever it likes; what it cannot read nobody can check


def _unpacked(opened: ZipFile, size: int, bounds: Bounds) -> Reason | None:
    members = opened.infolist()
    if len(members) > bounds.members:
        return "bomb"
    left = min(bounds.inflated, bounds.ratio * size)
    for member in members:
        if member.compress_type not in METHODS:
            return "damaged"
        with opened.open(member) as part:
            piece = part.read(_PIECE)
            if _EMBEDDED not in member.filename and kind_of(piece).family == "archive":
                return "archive-inside"
            while piece:
                left -= len(piece)
                if left < 0:
                    return "bomb"
                piece = part.read(_PIECE)
    return None


def _by_family(family: Family) -> Reason:
    match family:
        case "archive" | "script" | "markup":
            return family
        case _:
            return "other"
