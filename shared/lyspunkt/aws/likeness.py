"""Which stories of late may be the same as a new one: three calls, however many stories there are.

Each story lies under each of its bands for a while, in one of a few places, where a later one may take over. A band is
shared by no more than a handful of stories (bar D13), and nobody reads a row before writing it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lyspunkt.aws import ledger, table
from lyspunkt.aws.layout import Row
from lyspunkt.newsroom.likeness import ALIKE, Signature, bands, likeness, signature
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.texts import Text

KEPT = timedelta(days=60)
PLACES = 2
"""Rows under one band: BANDS times this fit in one BatchGetItem of 100."""
MOST = 3
"""Stories said to resemble a new one, the most alike first."""
_DIGITS = 4


class Alike(BaseModel):
    """A story that may be the same, and how alike its words are, from 0 to 1."""

    model_config = ConfigDict(frozen=True)

    story_id: str
    likeness: float
    submitted_at: AwareDatetime


def alike(story: Story, text: Text, *, at: datetime) -> list[Alike]:
    """Keep the story under its bands, then look who else lies there, the most alike first.

    Kept first, so that of two stories that come at once at least one sees the other.
    """
    own = signature(text)
    table.put_many(
        {
            "PK": _key(band),
            "SK": _place(story.id, band),
            "story": story.id,
            "signature": _packed(own),
            "submitted_at": story.submitted_at.isoformat(),
            "expires": int((story.submitted_at + KEPT).timestamp()),
        }
        for band in bands(own)
    )
    keys = [(_key(band), str(place)) for band in bands(own) for place in range(PLACES)]
    found = {row["story"]: row for row in table.get_many(keys, consistent=True) if row["expires"] > at.timestamp()}
    found.pop(story.id, None)
    resembling = [other for row in found.values() if (other := _alike(own, row)).likeness >= ALIKE]
    return sorted(resembling, key=lambda other: (-other.likeness, other.story_id))[:MOST]


def living(stories: Iterable[Alike]) -> dict[str, float]:
    """Those that still go on, by id, each with its likeness; for a merged one, the story that it goes on in."""
    found: dict[str, float] = {}
    for one in stories:
        story = ledger.gone_on(one.story_id)
        if story and not story.ended:
            found.setdefault(story.id, one.likeness)
    return found


def _alike(own: Signature, row: Row) -> Alike:
    return Alike(
        story_id=row["story"],
        likeness=round(likeness(own, _unpacked(row["signature"])), 2),
        submitted_at=datetime.fromisoformat(row["submitted_at"]),
    )


def _key(band: str) -> str:
    return f"LIKE#{band}"


def _place(story_id: str, band: str) -> str:
    """One of the band's places, by a hash that mixes: by a checksum two stories would meet in all bands or in none."""
    return str(hashlib.blake2b(f"{story_id} {band}".encode(), digest_size=1).digest()[0] % PLACES)


def _packed(of: Signature) -> str:
    return "".join(f"{value:0{_DIGITS}x}" for value in of)


def _unpacked(packed: str) -> Signature:
    return tuple(int(packed[at : at + _DIGITS], 16) for at in range(0, len(packed), _DIGITS))
