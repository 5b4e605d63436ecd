"""The ledger: state and events in one transaction, conflicts, lost answers, the chain (bars D1, D2, D3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from moto.core.models import botocore_stubber

from lyspunkt.aws import layout, ledger, table
from lyspunkt.aws.clients import client
from lyspunkt.newsroom import decide, placing
from lyspunkt.newsroom.events import ApprovalReminded, Event, StoryEdited
from lyspunkt.newsroom.history import first_broken
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.story import Story, replay
from lyspunkt.settings import settings
from tests.support.house import House
from tests.support.lyngvig import NOON, Desk, classification, in_review, lyngvig, out, routed, submitted

SUBMITTED: dict[str, Any] = {"source": "mail", "delivery_digest": "d", "text_digest": "t", "at": NOON}
OPERATION = "before-send.dynamodb.TransactWriteItems"


def edited(by: str, version: int = 1) -> dict[str, Any]:
    """An edit to the words `by`, given to `decide.edit`."""
    return {"from_version": version, "text_digest": by, "id_number": False, "by": by, "at": NOON}


def retold(house: House, story_id: str) -> list[tuple[str, Any]]:
    """What the transactions of this test asked for, as (action, item or key)."""
    calls = [call for call in house.runtime.calls if call.operation == "TransactWriteItems"]
    return [
        (name, about.get("Item") or about.get("Key"))
        for call in calls
        for action in call.parameters["TransactItems"]
        for name, about in action.items()
        if story_id in str(about)
    ]


# One transaction


def test_state_and_events_are_written_together_or_not_at_all_bar_d1(house: House) -> None:
    story = house.keep(routed(sensitive=("health",)))
    before = house.rows()
    house.fail("TransactWriteItems", "before", OSError("down"))
    with pytest.raises(OSError, match="down"):
        ledger.record(story.id, decide.recall, by="press-officer", at=NOON)
    assert house.rows() == before
    ledger.record(story.id, decide.recall, by="press-officer", at=NOON)
    [*_others, last] = [
        call for call in house.runtime.calls if call.operation.startswith(("Transact", "Put", "Update"))
    ]
    sorts = [action["Put"]["Item"]["SK"]["S"] for action in last.parameters["TransactItems"]]
    assert sorts == ["STATE", layout.event_key(story.revision + 1)]
    assert "attribute_not_exists" not in str(last.parameters)
    assert "revision = :revision" in str(last.parameters)


def test_a_new_story_is_written_only_where_none_is_bar_b4(house: House) -> None:
    first = ledger.record("s1", decide.submit, **SUBMITTED)
    again = ledger.record("s1", decide.submit, **SUBMITTED)
    assert first == again
    assert house.types("s1") == ["StorySubmitted"]


def test_the_rows_that_stand_for_parts_of_a_story_change_with_it_bar_d1(house: House) -> None:
    story = house.keep(in_review())
    [row] = [row for row in house.rows() if row["SK"]["S"].startswith("APPROVAL#")]
    assert row["waits_for"]["S"] == "roads-head"
    given: dict[str, Any] = {"approval_id": "r1a1", "version": 1, "approver": "roads-head", "at": NOON}
    ledger.record(story.id, decide.approve, **given)
    [row] = [row for row in house.rows() if row["SK"]["S"].startswith("APPROVAL#")]
    assert not {"waits_for", "due_on"} & set(row)


def test_a_step_that_was_taken_writes_nothing_bar_d4(house: House) -> None:
    story = house.keep(routed())
    before = house.rows()
    assert ledger.record(story.id, decide.classify, classification=classification(), at=NOON) == story
    assert house.rows() == before


def test_a_refusal_writes_nothing_and_an_unknown_story_is_refused_by_name(house: House) -> None:
    story = house.keep(in_review())
    before = house.rows()
    with pytest.raises(Refused, match="under-way"):
        ledger.record(story.id, placing.place, area="social", kind="event", by="press-officer", at=NOON)
    with pytest.raises(Refused, match="story-unknown"):
        ledger.story("unknown")
    with pytest.raises(Refused, match="story-unknown"):
        ledger.text("unknown", 1)
    with pytest.raises(Refused, match="story-unknown"):
        ledger.record("unknown", decide.recall, by="press-officer", at=NOON)
    assert house.rows() == before
    assert ledger.read("unknown") is None


# Others write too


def test_who_loses_the_race_looks_again_and_decides_again(house: House) -> None:
    story = house.keep(routed(sensitive=("health",)))
    seen: list[int] = []

    def slow(story: Story, **given: Any) -> list[Event]:
        seen.append(story.revision)
        if len(seen) == 1:
            ledger.record(story.id, decide.edit, **edited("first"))
        return decide.recall(story, **given)

    after = ledger.record(story.id, slow, by="press-officer", at=NOON)
    assert seen == [story.revision, story.revision + 1]
    assert house.types(story.id)[-2:] == ["StoryEdited", "StoryRecalled"]
    assert after == ledger.story(story.id)
    assert replay(house.facts(story.id)) == after


def test_a_decision_that_no_longer_holds_is_refused_and_not_forced(house: House) -> None:
    story = house.keep(routed(sensitive=("health",)))
    seen: list[int] = []

    def slow(story: Story, **given: Any) -> list[Event]:
        seen.append(story.revision)
        if len(seen) == 1:
            ledger.record(story.id, decide.edit, **edited("first"))
        return decide.edit(story, **given)

    with pytest.raises(Refused, match="edited-since"):
        ledger.record(story.id, slow, **edited("second"))
    assert [fact.by for fact in house.facts(story.id) if isinstance(fact, StoryEdited)] == ["first"]


def test_where_others_always_write_first_the_step_gives_up_and_comes_back_later(house: House) -> None:
    story = house.keep(routed(sensitive=("health",)))

    def unlucky(story: Story, **given: Any) -> list[Event]:
        ledger.record(story.id, decide.edit, **edited(f"other-{story.revision}", story.version.number))
        return decide.recall(story, **given)

    with pytest.raises(ledger.Conflict):
        ledger.record(story.id, unlucky, by="press-officer", at=NOON)
    assert len(house.facts(story.id)) == story.revision + ledger.ATTEMPTS
    assert "StoryRecalled" not in house.types(story.id)


def test_ten_at_once_are_one_step_bar_a5(house: House) -> None:
    story = house.keep(in_review())
    given: dict[str, Any] = {"approval_id": "r1a1", "version": 1, "approver": "roads-head", "at": NOON}
    with ThreadPoolExecutor(10) as people:
        after = list(people.map(lambda _: ledger.record(story.id, decide.approve, **given), range(10)))
    assert len({one.model_dump_json() for one in after}) == 1
    assert house.types(story.id)[-2:] == ["ApprovalGiven", "StoryApproved"]


# Answers that get lost


@contextmanager
def answers_lost(times: int) -> Iterator[list[str]]:
    """The write reaches the table and the line breaks before the answer; yields the tokens that were sent."""
    tokens: list[str] = []

    def lose(request: Any, **_: Any) -> None:
        tokens.append(json.loads(request.body)["ClientRequestToken"])
        if len(tokens) <= times:
            botocore_stubber("before-send.dynamodb.TransactWriteItems", request)
            raise ReadTimeoutError(endpoint_url=request.url)

    listeners = client("dynamodb").meta.events
    listeners.register_first(OPERATION, lose)
    try:
        yield tokens
    finally:
        listeners.unregister(OPERATION, lose)


def test_a_write_whose_answer_was_lost_finds_its_own_events_and_succeeds_bar_d3(house: House) -> None:
    story = house.keep(routed(sensitive=("health",)))
    with answers_lost(1) as tokens:
        after = ledger.record(story.id, decide.recall, by="press-officer", at=NOON)
    assert len(set(tokens)) == 1 < len(tokens), "tried again with the same token"
    assert len(tokens[0]) <= 36
    assert after == ledger.story(story.id)
    assert house.types(story.id).count("StoryRecalled") == 1
    assert after.revision == story.revision + 1


def test_even_a_rule_that_would_decide_again_decides_once_where_the_answer_was_lost_bar_d3(house: House) -> None:
    story = house.keep(in_review())

    def remind(story: Story, at: datetime) -> list[Event]:
        return [ApprovalReminded(story_id=story.id, at=at, approval_id="r1a1")]

    with answers_lost(1):
        ledger.record(story.id, remind, at=NOON)
    assert house.types(story.id).count("ApprovalReminded") == 1


def test_a_first_event_whose_answer_was_lost_is_one_story_bar_d3(house: House) -> None:
    with answers_lost(1):
        after = ledger.record("s1", decide.submit, **SUBMITTED)
    assert house.types("s1") == ["StorySubmitted"]
    assert after == ledger.story("s1")


def test_where_every_answer_is_lost_the_step_rises_and_coming_back_does_nothing_more_bar_d3(house: House) -> None:
    story = house.keep(routed(sensitive=("health",)))
    with answers_lost(3), pytest.raises(ReadTimeoutError):
        ledger.record(story.id, decide.recall, by="press-officer", at=NOON)
    ledger.record(story.id, decide.recall, by="press-officer", at=NOON)
    assert house.types(story.id).count("StoryRecalled") == 1


def test_another_s_event_in_our_place_is_not_taken_for_ours_bar_d3(house: House) -> None:
    """The line broke before the write, and somebody else was quicker than the second try."""
    story = house.keep(routed(sensitive=("health",)))
    first = [True]

    def lose(request: Any, **_: Any) -> None:
        if first.pop() if first else False:
            ledger.record(story.id, decide.edit, **edited("first"))
            raise ReadTimeoutError(endpoint_url=request.url)

    listeners = client("dynamodb").meta.events
    listeners.register_first(OPERATION, lose)
    try:
        ledger.record(story.id, decide.recall, by="press-officer", at=NOON)
    finally:
        listeners.unregister(OPERATION, lose)
    assert house.types(story.id)[-2:] == ["StoryEdited", "StoryRecalled"]


def test_each_try_after_a_conflict_has_a_token_of_its_own_bar_d2(house: House) -> None:
    story = house.keep(routed(sensitive=("health",)))
    seen: list[int] = []

    def slow(story: Story, **given: Any) -> list[Event]:
        seen.append(1)
        if len(seen) == 1:
            ledger.record(story.id, decide.edit, **edited("first"))
        return decide.recall(story, **given)

    with answers_lost(0) as tokens:
        ledger.record(story.id, slow, by="press-officer", at=NOON)
    assert len(tokens) == len(set(tokens)) == 3


# How large a step may be


@pytest.mark.parametrize(("more", "refused"), [(23, False), (24, True)])
def test_a_step_of_more_than_25_rows_is_refused_before_anything_is_written_bar_d2(
    house: House, more: int, refused: bool
) -> None:
    story = house.keep(routed(sensitive=("health",)))
    before = house.rows()
    rows = [{"PK": layout.story_key(story.id), "SK": f"EXTRA#{number}"} for number in range(more)]
    if refused:
        with pytest.raises(ledger.TooLarge, match=f"26 rows in one step of story {story.id}"):
            ledger.record(story.id, decide.recall, also=lambda _a, _e: rows, by="press-officer", at=NOON)
        assert house.rows() == before
    else:
        ledger.record(story.id, decide.recall, also=lambda _a, _e: rows, by="press-officer", at=NOON)
        assert len(house.rows()) == len(before) + more + 1


def test_rows_can_be_removed_in_the_same_transaction_bar_d1(house: House) -> None:
    story = house.keep(routed(sensitive=("health",)))
    gone = ledger.removal(layout.story_key(story.id), layout.SUBMISSION)
    ledger.record(story.id, decide.recall, also=lambda _a, _e: [gone], by="press-officer", at=NOON)
    assert ledger.submission(story.id) is None
    assert ("Delete", table.to_wire({"PK": gone["PK"], "SK": gone["SK"]})) in retold(house, story.id)


# What is stored, and whether it was tampered with


@pytest.mark.parametrize("made", [submitted, routed, in_review, out])
def test_the_stored_history_replays_to_the_stored_state_and_its_chain_holds_bar_d1(house: House, made: Any) -> None:
    story = house.keep(made())
    history = ledger.history(story.id)
    assert [event.number for event, _link in history] == list(range(1, story.revision + 1))
    assert replay([event for event, _link in history]) == ledger.story(story.id)
    assert first_broken(history) is None
    state = table.get(layout.story_key(story.id), layout.STATE)
    assert state is not None
    assert state["link"] == history[-1][1]


def test_a_changed_a_missing_and_a_swapped_row_are_found(house: House) -> None:
    desk: Desk = in_review()
    story = house.keep(desk)
    third = (layout.story_key(story.id), layout.event_key(3))
    row = table.get(*third)
    assert row is not None
    changed = json.loads(row["body"])
    changed["at"] = (NOON + timedelta(seconds=1)).isoformat()
    table.put({**row, "body": json.dumps(changed)})
    assert first_broken(ledger.history(story.id)) == 3
    client("dynamodb").delete_item(
        TableName=settings().table, Key=table.to_wire(dict(zip(("PK", "SK"), third, strict=True)))
    )
    assert first_broken(ledger.history(story.id)) == 4
    table.put(row)
    assert first_broken(ledger.history(story.id)) is None


def test_relaying_an_event_takes_nothing_from_its_proof(house: House) -> None:
    story = house.keep(in_review())
    table.update(layout.story_key(story.id), layout.event_key(2), remove=["unrelayed", "unrelayed_at"])
    assert first_broken(ledger.history(story.id)) is None


def test_a_step_of_several_events_numbers_and_links_each(house: House) -> None:
    desk = submitted()
    desk.take(decide.classify(desk.now, classification=classification(), at=NOON))
    story = house.keep(desk)
    after = ledger.record(story.id, placing.route, organisation=lyngvig(), at=NOON)
    history = ledger.history(story.id)
    assert [(event.type, event.number) for event, _link in history[2:]] == [
        ("StoryRouted", 3),
        ("StorySentForApproval", 4),
    ]
    assert after.revision == 4
    assert first_broken(history) is None
