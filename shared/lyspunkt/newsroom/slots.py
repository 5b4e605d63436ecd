"""When a channel may publish: embargo, opening hours, local time through daylight-saving changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom.conditions import Hours


class Slot(BaseModel):
    """One moment, said twice: `due_at` in UTC and `local` (ISO, without offset) in `time_zone`."""

    model_config = ConfigDict(frozen=True)

    due_at: datetime
    local: str
    time_zone: str
    because: str
    """A key in words/: `wished`, `now`, `embargo`, `hours`, `retry`."""


def next_slot(
    at: datetime, hours: Hours, zone: ZoneInfo, *, wished: datetime | None = None, embargo: datetime | None = None
) -> Slot:
    """The first moment from `at` on that the wish, the embargo and the channel's hours allow.

    An embargo is a hard stop: nothing is due before it, whatever is wished.
    """
    earliest, because = at, "now"
    if wished and wished > earliest:
        earliest, because = wished, "wished"
    if embargo and embargo > earliest:
        earliest, because = embargo, "embargo"
    open_at = _opening(earliest, hours, zone)
    if open_at > earliest:
        earliest, because = open_at, "hours"
    local = earliest.astimezone(zone)
    naive = local.replace(tzinfo=None, microsecond=0).isoformat(timespec="seconds")
    return Slot(due_at=earliest.astimezone(UTC), local=naive, time_zone=zone.key, because=because)


def local_to_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """A wall-clock time as an instant: in an overlap the first one, in a gap as far after it as `local` is into it."""
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _opening(moment: datetime, hours: Hours, zone: ZoneInfo) -> datetime:
    """`moment` where the channel is open then, else when it opens next."""
    local = moment.astimezone(zone)
    if hours.include(local):
        return moment
    for ahead in range(8):
        day = local.date() + timedelta(days=ahead)
        opens = _at(day, hours.first, zone)
        if day.isoweekday() in hours.days and opens >= moment:
            return opens
    raise ValueError("hours without a day")


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return local_to_utc(datetime.combine(day, clock), zone)
