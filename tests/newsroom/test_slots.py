"""When a channel may publish: embargo, opening hours, and the nights when clocks change (bars F1, F5)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyspunkt.newsroom.conditions import Hours
from lyspunkt.newsroom.slots import Slot, local_to_utc, next_slot

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
DAYTIME = Hours(first=time(8), last=time(20))
OFFICE = Hours(first=time(8), last=time(15), days=(1, 2, 3, 4, 5))
ALWAYS = Hours()


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=COPENHAGEN)  # type: ignore[arg-type,misc]


def slot(at: datetime, hours: Hours = DAYTIME, **about: datetime) -> Slot:
    return next_slot(at, hours, COPENHAGEN, **about)


@pytest.mark.parametrize(
    ("at", "hours", "expected", "because"),
    [
        (local(2026, 11, 23, 12), DAYTIME, "2026-11-23T12:00:00", "now"),
        (local(2026, 11, 23, 8), DAYTIME, "2026-11-23T08:00:00", "now"),
        (local(2026, 11, 23, 20), DAYTIME, "2026-11-23T20:00:00", "now"),
        (local(2026, 11, 23, 7, 59, 59), DAYTIME, "2026-11-23T08:00:00", "hours"),
        (local(2026, 11, 23, 20, 0, 1), DAYTIME, "2026-11-24T08:00:00", "hours"),
        (local(2026, 11, 27, 15, 30), OFFICE, "2026-11-30T08:00:00", "hours"),  # a Friday afternoon
        (local(2026, 11, 28, 12), OFFICE, "2026-11-30T08:00:00", "hours"),
        (local(2026, 11, 23, 20), Hours(first=time(8), last=time(9), days=(1,)), "2026-11-30T08:00:00", "hours"),
        (local(2026, 12, 31, 23), DAYTIME, "2027-01-01T08:00:00", "hours"),
    ],
)
def test_a_channel_publishes_at_once_when_open_and_else_when_it_opens_next(
    at: datetime, hours: Hours, expected: str, because: str
) -> None:
    found = slot(at, hours)
    assert (found.local, found.because, found.time_zone) == (expected, because, "Europe/Copenhagen")


def test_a_wished_time_is_kept_where_it_lies_ahead() -> None:
    at, wished = local(2026, 11, 23, 12), local(2026, 11, 25, 10)
    assert (slot(at, wished=wished).due_at, slot(at, wished=wished).because) == (wished, "wished")
    assert slot(at, wished=local(2026, 11, 1, 10)).because == "now"
    night = slot(at, wished=local(2026, 11, 25, 3))
    assert (night.due_at, night.because) == (local(2026, 11, 25, 8), "hours")


def test_an_embargo_is_a_hard_stop_whatever_is_wished_bar_f1() -> None:
    at, embargo = local(2026, 11, 23, 12), local(2026, 11, 26, 9)
    for wished in (local(2026, 11, 24, 9), local(2026, 11, 1, 9)):
        found = slot(at, wished=wished, embargo=embargo)
        assert (found.due_at, found.because) == (embargo, "embargo")
    later = local(2026, 11, 27, 9)
    assert slot(at, wished=later, embargo=embargo).because == "wished"
    assert slot(at, embargo=local(2026, 11, 1, 9)).because == "now"
    assert slot(at, embargo=local(2026, 11, 26, 3)).due_at == local(2026, 11, 26, 8)


@pytest.mark.parametrize(
    ("clock", "utc"),
    [
        ("2027-03-28T01:59", "2027-03-28T00:59"),
        ("2027-03-28T02:30", "2027-03-28T01:30"),  # does not exist: half an hour into the gap is 03.30
        ("2027-03-28T03:00", "2027-03-28T01:00"),
        ("2027-10-31T02:30", "2027-10-31T00:30"),  # comes twice: the first
        ("2027-10-31T03:00", "2027-10-31T02:00"),
        ("2027-07-01T09:00", "2027-07-01T07:00"),  # set in winter for nine in summer: nine
    ],
)
def test_a_time_on_the_night_when_clocks_change_is_one_instant_bar_f5(clock: str, utc: str) -> None:
    assert f"{local_to_utc(datetime.fromisoformat(clock), COPENHAGEN):%Y-%m-%dT%H:%M}" == utc


def test_a_channel_that_opens_in_the_missing_hour_opens_after_it_bar_f5() -> None:
    found = slot(datetime(2027, 3, 27, 23, tzinfo=UTC), Hours(first=time(2, 30), last=time(20)))
    assert (found.due_at, found.local) == (datetime(2027, 3, 28, 1, 30, tzinfo=UTC), "2027-03-28T03:30:00")


def test_a_channel_that_opens_in_the_doubled_hour_opens_once_at_the_first_bar_f5() -> None:
    hours = Hours(first=time(2, 30), last=time(20))
    found = slot(datetime(2027, 10, 30, 22, tzinfo=UTC), hours)
    assert (found.due_at, found.local) == (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "2027-10-31T02:30:00")
    assert slot(found.due_at, hours) == found.model_copy(update={"because": "now"})


MOMENTS = st.integers(0, 2 * 366 * 24 * 60).map(
    lambda minutes: local(2026, 1, 1).astimezone(UTC) + timedelta(minutes=minutes)
)


@given(
    at=MOMENTS,
    wished=st.none() | MOMENTS,
    embargo=st.none() | MOMENTS,
    hours=st.sampled_from([DAYTIME, OFFICE, ALWAYS, Hours(first=time(2, 15), last=time(2, 45), days=(7,))]),
)
def test_a_slot_is_never_early_never_before_an_embargo_and_always_within_the_week_bar_f1(
    at: datetime, wished: datetime | None, embargo: datetime | None, hours: Hours
) -> None:
    found = next_slot(at, hours, COPENHAGEN, wished=wished, embargo=embargo)
    earliest = max(moment for moment in (at, wished, embargo) if moment)
    assert earliest <= found.due_at <= earliest + timedelta(days=8)
    assert found.due_at.astimezone(COPENHAGEN).isoweekday() in hours.days
    assert found.local == f"{found.due_at.astimezone(COPENHAGEN):%Y-%m-%dT%H:%M:%S}"
