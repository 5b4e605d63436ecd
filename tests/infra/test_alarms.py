"""Schedules ring by the runtime's clock."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.schedules import when
from infra.local.template import TemplateFault
from lyspunkt.aws import clock
from tests.infra.conftest import Small, bodies


def set_alarm(small: Small, name: str, at: datetime, **more: Any) -> None:
    small.runtime.world.client("scheduler").create_schedule(
        Name=name,
        GroupName="group",
        ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
        ScheduleExpressionTimezone="UTC",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": small.arn("Work"), "RoleArn": "arn:aws:iam::123456789012:role/x", "Input": name},
        **{"ActionAfterCompletion": "DELETE", **more},
    )


def rung(small: Small) -> list[str]:
    """Bodies of the messages that alarms sent, in order."""
    return [body for event in small.seen("DoWork") if "Records" in event for body in bodies(event)]


def names(small: Small) -> list[str]:
    found = small.runtime.world.client("scheduler").list_schedules(GroupName="group")["Schedules"]
    return [schedule["Name"] for schedule in found]


def test_an_alarm_rings_when_the_clock_has_passed_it_and_not_before(small: Small) -> None:
    set_alarm(small, "later", clock.now() + timedelta(minutes=30))
    small.runtime.advance(timedelta(minutes=29))
    assert rung(small) == []
    small.runtime.advance(timedelta(minutes=2))
    assert rung(small) == ["later"]
    assert names(small) == []


def test_alarms_on_the_way_ring_in_their_order_each_at_its_own_time(small: Small) -> None:
    start = clock.now()
    at: list[timedelta] = []

    def behave(event: dict[str, Any]) -> dict[str, Any]:
        if "Records" in event:
            at.append(clock.now() - start)
        return {"batchItemFailures": []}

    small.behave("DoWork", behave)
    set_alarm(small, "second", start + timedelta(hours=5))
    set_alarm(small, "first", start + timedelta(hours=3))
    small.runtime.advance(timedelta(hours=8))
    assert rung(small) == ["first", "second"]
    assert [round(moment / timedelta(hours=1)) for moment in at] == [3, 5]
    assert clock.now() - start >= timedelta(hours=8)


def test_an_alarm_that_is_late_rings_at_once_and_only_once(small: Small) -> None:
    set_alarm(small, "late", clock.now() - timedelta(hours=3), ActionAfterCompletion="NONE")
    small.runtime.settle()
    small.runtime.settle()
    small.runtime.advance(timedelta(hours=1))
    assert rung(small) == ["late"]
    assert names(small) == ["late"]


def test_an_alarm_rings_twice_where_that_is_asked(start: Callable[..., Small]) -> None:
    small = start(twice=True)
    set_alarm(small, "double", clock.now() - timedelta(minutes=1))
    small.runtime.settle()
    assert rung(small) == ["double"] * 4, "twice by the schedule, each message twice by the queue"


def test_an_alarm_can_be_rung_early_by_hand(small: Small) -> None:
    set_alarm(small, "early", clock.now() + timedelta(days=1))
    [alarm] = small.runtime.alarms.pending()
    small.runtime.alarms.ring(alarm, clock.now())
    small.runtime.settle()
    assert rung(small) == ["early"]
    assert [alarm.key for alarm in small.runtime.alarms.pending()] == ["group/early"], "its own time still comes"


def test_a_deleted_alarm_does_not_ring(small: Small) -> None:
    set_alarm(small, "gone", clock.now() + timedelta(hours=1))
    small.runtime.settle()
    small.runtime.world.client("scheduler").delete_schedule(Name="gone", GroupName="group")
    small.runtime.advance(timedelta(hours=2))
    assert rung(small) == []


def test_a_rate_rings_as_the_clock_passes_it(small: Small) -> None:
    small.runtime.advance(timedelta(hours=5))
    ticks = [event for event in small.seen("DoWork") if "Records" not in event]
    assert len(ticks) == 5
    assert ticks[0]["detail-type"] == "Scheduled Event"


def test_a_long_way_has_a_bounded_number_of_ticks(small: Small) -> None:
    small.runtime.advance(timedelta(days=30))
    assert 10 <= len(small.seen("DoWork")) <= 13


@pytest.mark.parametrize(
    "text", ["at(nonsense)", "at(2027-13-01T09:00:00)", "rate(0 minutes)", "cron(* * * * ? *)", ""]
)
def test_an_expression_that_is_not_known_is_refused(text: str) -> None:
    with pytest.raises((TemplateFault, ValueError)):
        when(text, None)


def test_a_local_time_is_read_in_its_zone() -> None:
    at, _ = when("at(2027-07-01T09:00:00)", "Europe/Copenhagen")
    assert at == datetime(2027, 7, 1, 7, tzinfo=UTC)


def test_the_clock_is_put_back_when_the_runtime_ends(small: Small) -> None:
    small.runtime.advance(timedelta(days=2))
    assert clock.now() > datetime.now(UTC) + timedelta(days=1)
    assert json.dumps(small.seen("DoWork"))
