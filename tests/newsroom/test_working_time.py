"""Working days and hours in Denmark, Sweden and Norway, through weekends, holidays and daylight-saving changes."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.working_time import is_working_day, working_hours_later
from tests.support.lyngvig import changed, lyngvig

ZONES = {"DK": "Europe/Copenhagen", "SE": "Europe/Stockholm", "NO": "Europe/Oslo"}


def of(country: str, **more: object) -> Organisation:
    municipality = lyngvig().municipality.model_dump() | {"country": country, "time_zone": ZONES[country]}
    return changed(lyngvig(), municipality=municipality, **more)


@pytest.mark.parametrize(
    ("country", "day", "works"),
    [
        ("DK", "2026-11-27", True),
        ("DK", "2026-11-28", False),  # Saturday
        ("DK", "2026-04-02", False),  # Maundy Thursday
        ("SE", "2026-04-02", True),
        ("DK", "2026-05-01", False),
        ("DK", "2026-06-05", False),  # Constitution Day
        ("NO", "2026-06-05", True),
        ("SE", "2025-06-06", False),  # National Day, a Friday
        ("SE", "2026-06-19", False),  # Midsummer Eve
        ("NO", "2027-05-17", False),
        ("DK", "2027-05-17", False),  # Whit Monday
        ("SE", "2027-05-17", True),  # not since 2005
        ("DK", "2024-04-26", True),  # the prayer day that Denmark gave up in 2024
        ("DK", "2023-05-05", False),
        ("NO", "2026-12-25", False),
        ("SE", "2026-01-06", False),
        ("NO", "2026-01-06", True),
    ],
)
def test_a_working_day_is_no_weekend_and_no_holiday_of_the_country(country: str, day: str, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day), of(country)) is works


def test_the_municipality_closes_on_days_of_its_own() -> None:
    assert not is_working_day(date(2026, 11, 27), of("DK", closed_days=[date(2026, 11, 27)]))


@pytest.mark.parametrize(
    ("at", "hours", "then"),
    [
        ("2026-11-23T12:00+01:00", 3, "2026-11-23T15:00+01:00"),
        ("2026-11-23T12:00+01:00", 4, "2026-11-23T16:00+01:00"),
        ("2026-11-23T12:00+01:00", 5, "2026-11-24T09:00+01:00"),
        ("2026-11-23T03:00+01:00", 1, "2026-11-23T09:00+01:00"),  # nothing counts at night
        ("2026-11-23T22:00+01:00", 1, "2026-11-24T09:00+01:00"),
        ("2026-11-27T15:00+01:00", 2, "2026-11-30T09:00+01:00"),  # over a weekend
        ("2026-12-23T15:00+01:00", 2, "2026-12-28T09:00+01:00"),  # over Christmas
        ("2027-03-26T10:00+01:00", 1, "2027-03-30T09:00+02:00"),  # Good Friday to after Easter, and summer time begins
        ("2026-10-23T15:00+02:00", 9, "2026-10-26T16:00+01:00"),  # winter time begins
    ],
)
def test_hours_are_counted_while_the_town_hall_works(at: str, hours: int, then: str) -> None:
    assert working_hours_later(datetime.fromisoformat(at), hours, lyngvig()) == datetime.fromisoformat(then)


def test_a_town_hall_that_never_opens_is_said_so() -> None:
    never = changed(lyngvig(), closed_days=[date.fromordinal(day) for day in range(739_900, 740_400)])
    with pytest.raises(ValueError, match="closed_days"):
        working_hours_later(datetime.fromisoformat("2026-11-23T12:00+01:00"), 8, never)
