"""sweep_desk on its minute: what should have happened and did not, happens now (bars D6, F2, F3)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from lyspunkt.aws import bus, clock, desk, layout, ledger, sweeping, table
from lyspunkt.aws import organisation as kept_organisation
from lyspunkt.newsroom import decide, publishing
from lyspunkt.newsroom.events import ApprovalHandedOver, ApprovalReminded
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.story import Story
from lyspunkt.settings import settings
from tests.support.house import House
from tests.support.lyngvig import (
    NOON,
    Desk,
    approved,
    changed,
    classification,
    in_review,
    lyngvig,
    out,
    routed,
    scheduled,
    submitted,
)
from tests.support.rooms import sample

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NOTHING = {"relayed": 0, "rung": 0, "chased": 0, "late": 0, "stood_in": 0, "sent": 0, "stuck": 0, "left": 0}


@pytest.fixture(autouse=True)
def swept_before(house: House) -> None:
    """The desk was swept until just before noon: a first sweep looks two days back, which takes its time."""
    desk.note_swept(desk.Swept(until=NOON - MINUTE))
    house.begin()


def sweep(house: House, at: datetime) -> dict[str, int]:
    """What the minute's documented event mends at this time; zeros left out."""
    house.set_clock(at)
    answer = house.invoke("SweepDesk", json.loads(sample("25-scheduler-minute.json").read_text()))
    assert set(answer) == set(NOTHING)
    return {name: count for name, count in answer.items() if count}


def kept(house: House, desk_: Desk) -> Story:
    """A story all of whose facts have reached the bus."""
    story = house.keep(desk_)
    relay(house, story.id)
    return story


def relay(house: House, story_id: str) -> None:
    for fact in house.facts(story_id):
        bus.note_relayed(fact)


def touched(house: House) -> list[str]:
    """Types of the facts that the stream brings to relay once more."""
    rows = [row for row in house.rows() if "unrelayed" in row]
    return [row["type"]["S"] for row in sorted(rows, key=lambda row: str(row["SK"]))]


def test_a_quiet_minute_writes_how_far_it_came_and_scans_nothing(house: House) -> None:
    kept(house, routed())
    assert sweep(house, NOON + MINUTE) == {}
    assert set(house.calls()) <= {"dynamodb.GetItem", "dynamodb.Query", "dynamodb.PutItem"}
    assert house.writes() == ["dynamodb.PutItem"]
    house.begin()
    assert sweep(house, NOON + 2 * MINUTE) == {}
    assert house.calls().count("dynamodb.Query") <= 4, "two buckets of an index at most, after the first time"


# Facts that never reached the bus


def test_a_fact_that_relay_lost_comes_into_the_stream_once_more_bar_d6(house: House) -> None:
    story = house.keep(submitted())
    assert sweep(house, NOON + MINUTE) == {}, "it may be on its way"
    assert sweep(house, NOON + 3 * MINUTE) == {"relayed": 1}
    [row] = [row for row in house.rows() if "unrelayed" in row]
    assert row["touched"]["N"] == "1"
    relay(house, story.id)
    assert sweep(house, NOON + 4 * MINUTE) == {}


@pytest.mark.parametrize("hours", [1, 25, 47])
def test_facts_older_than_the_stream_remembers_are_found_in_the_table_bar_d6(house: House, hours: int) -> None:
    first, second = house.keep(routed()), house.keep(submitted())
    facts = len(house.facts(first.id)) + len(house.facts(second.id))
    assert sweep(house, NOON + hours * HOUR).get("relayed") == facts


def test_a_fact_that_the_bus_never_takes_is_parked_after_ten_tries(house: House) -> None:
    house.keep(submitted())
    at = NOON
    for _ in range(sweeping.MOST_TOUCHES):
        at += 3 * MINUTE
        assert sweep(house, at).get("relayed") == 1
    sweep(house, at + 3 * MINUTE)
    assert touched(house) == []
    [row] = [row for row in house.rows() if "parked_at" in row]
    assert row["type"]["S"] == "StorySubmitted"


# Alarms that never rang


@pytest.mark.parametrize("late", [MINUTE, 5 * MINUTE, 3 * HOUR, 40 * HOUR])
def test_a_due_publication_whose_alarm_was_lost_is_out_with_the_next_sweep_bars_f2_f3(
    house: House, late: timedelta
) -> None:
    desk_ = scheduled(at=NOON + 10 * HOUR)
    story = kept(house, desk_)
    [publication] = story.publications
    assert publication.due_at > NOON + 12 * HOUR
    assert sweep(house, publication.due_at - MINUTE) == {}
    assert house.queued() == []
    assert sweep(house, publication.due_at + late) == {"rung": 1}
    [alarm] = house.queued()
    house.ring(alarm["story_id"], alarm["publication_id"])
    assert ledger.story(story.id).status == "published"
    relay(house, story.id)
    assert sweep(house, publication.due_at + late + MINUTE) == {}


def test_every_minute_of_five_a_lost_alarm_is_rung_until_it_is_out_bar_f2(house: House) -> None:
    story = kept(house, scheduled())
    for minutes in range(1, 5):
        assert sweep(house, NOON + minutes * MINUTE) == {"rung": 1}
    assert house.queued() == [{"story_id": story.id, "publication_id": "site-v1"}] * 4


def test_what_was_cancelled_parked_or_is_in_doubt_is_not_rung_bar_f1(house: House) -> None:
    cancelled, parked, in_doubt = scheduled(), scheduled(), scheduled()
    cancelled.take(decide.recall(cancelled.now, by="press-officer", at=NOON))
    about: dict[str, Any] = {"publication_id": "site-v1", "at": NOON}
    parked.take(publishing.park(parked.now, because="refused", **about))
    in_doubt.take(publishing.claim(in_doubt.now, claim="c", lease=MINUTE, **about))
    in_doubt.take(publishing.doubt(in_doubt.now, because="mail-unknown", **about))
    for desk_ in (cancelled, parked, in_doubt):
        kept(house, desk_)
    assert sweep(house, NOON + 10 * MINUTE) == {}
    assert house.queued() == []


def test_a_run_that_died_while_publishing_is_rung_again_bar_e1(house: House) -> None:
    desk_ = scheduled()
    desk_.take(publishing.claim(desk_.now, publication_id="site-v1", claim="dead", lease=MINUTE, at=NOON))
    kept(house, desk_)
    assert sweep(house, NOON + 2 * MINUTE) == {"rung": 1}


# Steps that never came


def classified() -> Desk:
    desk_ = submitted()
    desk_.take(decide.classify(desk_.now, classification=classification(), at=NOON))
    return desk_


def taken_back() -> Desk:
    desk_ = out()
    desk_.take(decide.recall(desk_.now, by="press-officer", at=NOON))
    return desk_


@pytest.mark.parametrize(
    ("made", "fact"),
    [
        (submitted, "StorySubmitted"),
        (classified, "StoryClassified"),
        (routed, "StorySentForApproval"),
        (approved, "StoryApproved"),
        (taken_back, "RetractionOrdered"),
    ],
)
def test_a_step_that_nobody_took_is_asked_for_again_after_five_minutes(
    house: House, made: Callable[[], Desk], fact: str
) -> None:
    story = kept(house, made())
    assert sweep(house, NOON + 4 * MINUTE) == {}
    assert sweep(house, NOON + 6 * MINUTE) == {"stuck": 1}
    assert touched(house) == [fact]
    relay(house, story.id)
    assert sweep(house, NOON + 7 * MINUTE) == {}, "it has five minutes again"
    assert sweep(house, NOON + 12 * MINUTE) == {"stuck": 1}


def test_a_retraction_whose_run_died_is_ordered_again_bar_e7(house: House) -> None:
    desk_ = taken_back()
    about: dict[str, Any] = {"publication_id": "site-v1", "at": NOON}
    desk_.take(publishing.start_retraction(desk_.now, claim="dead", lease=MINUTE, **about))
    kept(house, desk_)
    assert sweep(house, NOON + 4 * MINUTE) == {}
    assert sweep(house, NOON + 6 * MINUTE) == {"stuck": 1}
    assert touched(house) == ["RetractionOrdered"]
    assert house.queued() == []


@pytest.mark.parametrize("made", [lambda: routed(kind="criticism"), in_review, out])
def test_a_story_that_waits_for_a_person_is_left_alone(house: House, made: Callable[[], Desk]) -> None:
    kept(house, made())
    assert sweep(house, NOON + 30 * MINUTE) == {}
    assert touched(house) == []


# Approvals that nobody answered


def test_an_approver_is_reminded_once_and_then_the_deputy_decides(house: House) -> None:
    story = kept(house, in_review())
    assert sweep(house, NOON + 23 * HOUR) == {}
    assert sweep(house, NOON + 24 * HOUR + MINUTE) == {"chased": 1}
    assert isinstance(house.facts(story.id)[-1], ApprovalReminded)
    relay(house, story.id)
    assert sweep(house, NOON + 24 * HOUR + 2 * MINUTE) == {}
    assert sweep(house, NOON + 72 * HOUR - MINUTE) == {}

    assert sweep(house, NOON + 72 * HOUR + MINUTE) == {"chased": 1}
    handed = house.facts(story.id)[-1]
    assert isinstance(handed, ApprovalHandedOver)
    head = lyngvig().person("roads-head")
    assert head is not None
    assert (handed.by, handed.to.approver) == ("deadline", head.deputy)
    assert abs(handed.to.deadline_at - (clock.now() + 72 * HOUR)) < MINUTE
    relay(house, story.id)
    assert sweep(house, NOON + 72 * HOUR + 2 * MINUTE) == {}
    assert [one.approval_id for one in desk.waiting_for(["roads-head", str(head.deputy)])] == ["r1a2"]

    sweep(house, NOON + 97 * HOUR)
    relay(house, story.id)
    assert sweep(house, NOON + 145 * HOUR) == {"chased": 1}
    last = house.facts(story.id)[-1]
    assert isinstance(last, ApprovalHandedOver)
    assert last.to.approver in lyngvig().central_desk.people


def test_an_answered_approval_is_never_chased(house: House) -> None:
    kept(house, out())
    assert sweep(house, NOON + 47 * HOUR) == {}


# How far it came


def test_a_first_sweep_looks_two_days_back(house: House) -> None:
    kept(house, scheduled())
    house.runtime.world.client("dynamodb").delete_item(
        TableName=settings().table, Key=table.to_wire(dict(zip(("PK", "SK"), desk.SWEPT_KEY, strict=True)))
    )
    assert sweep(house, NOON + 47 * HOUR) == {"rung": 1}


def test_nothing_between_two_sweeps_is_lost_however_long_it_was_silent_bar_f3(house: House) -> None:
    assert sweep(house, NOON) == {}
    first, second = kept(house, scheduled()), kept(house, scheduled())
    assert sweep(house, NOON + timedelta(days=5)) == {"rung": 2}
    assert {alarm["story_id"] for alarm in house.queued()} == {first.id, second.id}


def test_how_far_it_came_is_noted_only_when_nothing_is_left(house: House) -> None:
    story = kept(house, scheduled())
    sweep(house, NOON + MINUTE)
    assert desk.swept(NOON).until == NOON - MINUTE
    house.ring(story.id, "site-v1")
    relay(house, story.id)
    sweep(house, NOON + 2 * MINUTE)
    assert abs(desk.swept(NOON).until - NOON) < timedelta(seconds=5)


def test_more_than_a_run_can_mend_is_left_for_the_next_minute(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        kept(house, scheduled())
    sweep_desk = house.runtime.functions._handler("SweepDesk")
    monkeypatch.setitem(sweep_desk.__wrapped__.__globals__, "MOST", 2)  # type: ignore[attr-defined]
    assert sweep(house, NOON + MINUTE) == {"rung": 2, "left": 1}
    assert len(house.queued()) == 2


def test_the_same_minute_twice_is_as_once(house: House) -> None:
    story = kept(house, in_review())
    at = NOON + 24 * HOUR + MINUTE
    assert sweep(house, at) == {"chased": 1}
    ledger.record(story.id, decide.chase, approval_id="r1a1", organisation=lyngvig(), at=at)
    once = [row for row in house.rows() if row["SK"]["S"].startswith(("EVENT#", layout.STATE))]
    sweep(house, at)
    assert [row for row in house.rows() if row["SK"]["S"].startswith(("EVENT#", layout.STATE))] == once
    assert house.types(story.id).count("ApprovalReminded") == 1


# Who is away, and what was not answered


def gone(*who: str, days: int = 1) -> Organisation:
    leave = {"absences": ({"first": NOON.date(), "last": NOON.date() + timedelta(days=days - 1)},)}
    people = [person.model_dump() | (leave if person.id in who else {}) for person in lyngvig().people]
    return changed(lyngvig(), people=people, sending="by-communicator")


def put_in_place(organisation: Organisation) -> None:
    kept_organisation.apply(organisation, by="test", on_revision=kept_organisation.revision())


def test_nobodys_absence_makes_a_story_wait_unseen(house: House) -> None:
    put_in_place(changed(lyngvig(), sending="by-communicator"))
    story = kept(house, routed(changed(lyngvig(), sending="by-communicator")))
    assert sweep(house, NOON + MINUTE) == {}
    put_in_place(gone("roads-communicator"))
    assert sweep(house, NOON + 2 * MINUTE) == {"stood_in": 1}
    assert ledger.story(story.id).communicator == "planning-communicator"
    relay(house, story.id)
    assert sweep(house, NOON + 3 * MINUTE) == {}
    house.begin()
    sweep(house, NOON + 4 * MINUTE)
    assert "dynamodb.TransactWriteItems" not in house.calls()


def test_absences_are_looked_at_again_each_day(house: House) -> None:
    tomorrow = NOON.date() + timedelta(days=1)
    leave = {"absences": ({"first": tomorrow, "last": tomorrow},)}
    people = [person.model_dump() | (leave if person.id == "roads-communicator" else {}) for person in lyngvig().people]
    put_in_place(changed(lyngvig(), people=people, sending="by-communicator"))
    story = kept(house, routed(changed(lyngvig(), sending="by-communicator")))
    assert sweep(house, NOON + MINUTE) == {}
    assert sweep(house, NOON + 24 * HOUR).get("stood_in") == 1
    assert house.types(story.id)[-1] == "StoryHandedOver"


def test_an_answer_that_did_not_come_in_time_is_told_once(house: House) -> None:
    story = kept(house, routed(kind="press-enquiry"))
    assert sweep(house, NOON + 4 * HOUR - MINUTE) == {}
    assert sweep(house, NOON + 4 * HOUR) == {"late": 1}
    assert house.types(story.id)[-1] == "AnswerOverdue"
    relay(house, story.id)
    assert sweep(house, NOON + 5 * HOUR) == {}
    assert sweep(house, NOON + 40 * HOUR) == {}
