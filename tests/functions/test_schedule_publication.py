"""schedule_publication: a time for each channel, an alarm for each time (bars F2, F5, D4)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lyspunkt.aws import alarms, clock, ledger
from lyspunkt.newsroom import decide, publishing
from lyspunkt.newsroom.events import Event, PublicationScheduled, StoryApproved
from lyspunkt.newsroom.story import Publication
from lyspunkt.settings import settings
from tests.support.house import BATCH, House
from tests.support.lyngvig import NOON, approved, lyngvig

SITE = "site-v1"
NIGHT = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
"""Eleven in the evening in Lyngvig: its site opens at eight."""


def approval(house: House, story_id: str) -> Event:
    return next(fact for fact in house.facts(story_id) if isinstance(fact, StoryApproved))


def at_night(house: House, **about: object) -> str:
    """A story approved at night, with the times that its channels have for it."""
    house.set_clock(NIGHT)
    story = house.keep(approved(at=NIGHT, **about))  # type: ignore[arg-type]
    assert house.tell("SchedulePublication", approval(house, story.id)) == BATCH
    return story.id


def times(house: House, story_id: str) -> list[Event]:
    return [fact for fact in house.facts(story_id) if isinstance(fact, PublicationScheduled)]


def site(story_id: str) -> Publication:
    found = ledger.story(story_id).publication(SITE)
    assert found is not None
    return found


def test_each_channel_gets_its_own_next_moment_in_local_time_bar_f5(house: House) -> None:
    story_id = at_night(house, kind="experience")
    found = {one.channel: one for one in ledger.story(story_id).publications}
    assert {name: (one.local, one.time_zone) for name, one in found.items()} == {
        "site": ("2026-11-24T08:00:00", "Europe/Copenhagen"),
        "staff": ("2026-11-24T07:30:00", "Europe/Copenhagen"),
    }
    assert found["site"].due_at == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


def test_an_approval_that_comes_twice_schedules_once_bar_d4(house: House) -> None:
    story_id = at_night(house)
    fact = approval(house, story_id)
    once = house.rows()
    assert house.tell("SchedulePublication", fact, fact) == BATCH
    assert house.rows() == once


def test_the_alarm_rings_the_publish_queue_at_that_time_and_is_deleted_after(house: House) -> None:
    story_id = at_night(house)
    assert house.tell("SchedulePublication", *times(house, story_id)) == BATCH
    [(name, alarm)] = house.alarms().items()
    assert name == f"{story_id}-{SITE}-{site(story_id).scheduled_number}"
    assert len(name) <= 64
    assert alarm["ScheduleExpression"] == "at(2026-11-24T07:00:00)"
    assert alarm["ScheduleExpressionTimezone"] == "UTC"
    assert alarm["ActionAfterCompletion"] == "DELETE"
    assert alarm["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert alarm["Target"]["Arn"] == settings().publish_queue_arn
    assert json.loads(alarm["Target"]["Input"]) == {"story_id": story_id, "publication_id": SITE}
    assert house.queued() == []


def test_a_time_that_is_told_twice_has_one_alarm_bar_f2(house: House) -> None:
    story_id = at_night(house)
    facts = times(house, story_id)
    assert house.tell("SchedulePublication", *facts, *facts) == BATCH
    assert house.tell("SchedulePublication", *facts) == BATCH
    assert len(house.alarms()) == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (1, 1, 0, 0), (0,)])
def test_a_new_time_has_a_new_alarm_in_whatever_order_the_facts_come_bar_f2(
    house: House, order: tuple[int, ...]
) -> None:
    story_id = at_night(house)
    wished = NIGHT + timedelta(days=2)
    given: dict[str, Any] = {"wished": wished, "organisation": lyngvig(), "at": clock.now()}
    ledger.record(story_id, publishing.reschedule, publication_id=SITE, **given)
    facts = times(house, story_id)
    assert house.tell("SchedulePublication", *(facts[index] for index in order)) == BATCH
    names = set(house.alarms())
    new = alarms.name(story_id, site(story_id))
    assert new in names, "whatever was lost or late, the time that counts has its alarm"
    assert house.alarms()[new]["ScheduleExpression"] == "at(2026-11-26T07:00:00)"


def test_the_old_alarm_of_a_new_time_finds_nothing_due_bar_f2(house: House) -> None:
    story_id = at_night(house)
    house.tell("SchedulePublication", *times(house, story_id))
    [old] = house.alarms()
    given: dict[str, Any] = {"wished": NIGHT + timedelta(days=2), "organisation": lyngvig(), "at": clock.now()}
    ledger.record(story_id, publishing.reschedule, publication_id=SITE, **given)
    house.tell("SchedulePublication", times(house, story_id)[-1])
    assert set(house.alarms()) > {old}
    house.set_clock(datetime(2026, 11, 24, 7, 0, 1, tzinfo=UTC))
    assert house.ring(story_id, SITE) == BATCH
    assert site(story_id).status == "scheduled"


@pytest.mark.parametrize(("seconds", "queued"), [(-3600, 1), (0, 1), (55, 1), (65, 0)])
def test_what_is_due_soon_goes_straight_to_the_queue_bar_f4(house: House, seconds: int, queued: int) -> None:
    story_id = at_night(house)
    house.set_clock(site(story_id).due_at - timedelta(seconds=seconds))
    assert house.tell("SchedulePublication", *times(house, story_id)) == BATCH
    assert house.queued() == [{"story_id": story_id, "publication_id": SITE}] * queued
    assert len(house.alarms()) == 1 - queued


def test_what_was_taken_back_or_is_out_gets_no_alarm_bar_f1(house: House) -> None:
    story_id = at_night(house)
    facts = times(house, story_id)
    ledger.record(story_id, decide.recall, by="press-officer", at=clock.now())
    assert house.tell("SchedulePublication", *facts) == BATCH
    assert (house.alarms(), house.queued()) == ({}, [])


def test_an_approved_story_that_was_recalled_before_it_was_scheduled_gets_no_time_bar_f1(house: House) -> None:
    story = house.keep(approved())
    fact = approval(house, story.id)
    ledger.record(story.id, decide.recall, by="press-officer", at=NOON)
    assert house.tell("SchedulePublication", fact) == BATCH
    assert times(house, story.id) == []


def test_where_the_scheduler_is_down_the_fact_comes_back_alone_bar_d9(house: House) -> None:
    first, second = at_night(house), at_night(house)
    house.fail("CreateSchedule", "before", OSError("down"))
    answer = house.tell("SchedulePublication", *times(house, first), *times(house, second))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert [name.startswith(second) for name in house.alarms()] == [True]
