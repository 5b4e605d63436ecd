"""When something in the organisation's file counts: for which stories, and at which hours."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated

from pydantic import Field, model_validator

from lyspunkt.newsroom.intake import Part
from lyspunkt.newsroom.story import Placement
from lyspunkt.newsroom.subjects import Area, Kind, Sensitivity

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class Condition(Part):
    """Holds where every part that is given holds; an empty one always holds."""

    areas: tuple[Area, ...] = ()
    kinds: tuple[Kind, ...] = ()
    sensitive: tuple[Sensitivity, ...] = ()
    """At least one of these flags."""
    strategic: bool | None = None

    def holds(self, placement: Placement) -> bool:
        return (
            (not self.areas or placement.area in self.areas)
            and (not self.kinds or placement.kind in self.kinds)
            and (not self.sensitive or bool(set(self.sensitive) & set(placement.sensitive)))
            and (self.strategic is None or placement.strategic == self.strategic)
        )


class Hours(Part):
    """A stretch of each day in local time, both ends within it; `days` are 1 (Monday) to 7."""

    first: time = time(0, 0)
    last: time = time(23, 59)
    days: Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1)] = (1, 2, 3, 4, 5, 6, 7)

    @model_validator(mode="after")
    def _in_order(self) -> Hours:
        if self.last <= self.first:
            raise ValueError(f"the hours end ({self.last:%H:%M}) before they begin ({self.first:%H:%M})")
        return self

    def include(self, local: datetime) -> bool:
        """Whether a local time lies in them."""
        return local.isoweekday() in self.days and self.first <= local.time() <= self.last
