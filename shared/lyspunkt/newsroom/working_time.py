"""Working days and hours of a municipality: weekends, the country's public holidays, its own closing days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache

from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.slots import local_to_utc

CLOSED: dict[str, tuple[str, ...]] = {"DK": ("public", "optional"), "SE": ("public", "de_facto"), "NO": ("public",)}
"""The `holidays` library's categories of days on which town halls are closed: Denmark's Constitution Day, the eves of
Christmas and New Year, Sweden's Midsummer Eve are no holidays by law. A municipality adds its own as `closed_days`."""
_LONGEST = 370
"""Days that are walked at most: somebody closed for a year has no working hours."""


def is_working_day(day: date, organisation: Organisation) -> bool:
    """Whether the town hall works on a day."""
    return (
        day.isoweekday() in organisation.office.days
        and day not in organisation.closed_days
        and not _is_holiday(organisation.municipality.country, day)
    )


def working_hours_later(at: datetime, hours: float, organisation: Organisation) -> datetime:
    """The moment (UTC) at which `hours` of working time have passed since `at`.

    Working time is `office` in local time, on working days; what comes at night begins to count in the morning.
    """
    left = timedelta(hours=hours)
    local = at.astimezone(organisation.zone)
    for ahead in range(_LONGEST):
        day = local.date() + timedelta(days=ahead)
        if not is_working_day(day, organisation):
            continue
        opens = local_to_utc(datetime.combine(day, organisation.office.first), organisation.zone)
        closes = local_to_utc(datetime.combine(day, organisation.office.last), organisation.zone)
        begin = max(opens, at.astimezone(UTC))
        if begin + left <= closes:
            return begin + left
        left -= max(closes - begin, timedelta())
    raise ValueError(f"no {hours} working hours within a year of {at:%Y-%m-%d}: look at office and closed_days")


def _is_holiday(country: str, day: date) -> bool:
    return day in _holidays(country, day.year)


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    # Loaded only where a deadline is counted in working time: it takes as long as boto3
    from holidays import country_holidays

    return frozenset(country_holidays(country, years=year, categories=CLOSED[country]))
