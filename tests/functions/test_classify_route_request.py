"""classify_story, route_story and request_approvals: each fact leads to the next, once (bars D4, D9, H2)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from lyspunkt.aws import layout, ledger, organisation
from lyspunkt.newsroom import decide, placing
from lyspunkt.newsroom.events import (
    ApprovalsRequested,
    Event,
    StoryClassified,
    StoryForwarded,
    StoryRouted,
    StorySentForApproval,
)
from lyspunkt.newsroom.subjects import Classification
from lyspunkt.newsroom.texts import PictureText, Text
from tests.support.house import BATCH, House
from tests.support.lyngvig import NOON, Desk, changed, classification, in_review, lyngvig, routed, submitted
from tests.support.rooms import sample

PATH = Text(
    headline="Den nye cykelsti er åben",
    body="Vejfolkene åbnede i dag cykelstien langs vejen. Asfalten, fortovet og gadelygterne er nye. "
    "Chaufføren Zebrafink kørte først.",
)


def fact(house: House, story_id: str, type_: str) -> Event:
    return [event for event in house.facts(story_id) if event.type == type_][-1]


def classified(**about: Any) -> Desk:
    desk = submitted()
    desk.take(decide.classify(desk.now, classification=classification(**about), at=NOON))
    return desk


# Classify


def test_a_submission_is_classified_and_the_reasons_are_kept_beside_it(house: House) -> None:
    story = house.keep(submitted(), words=PATH)
    assert house.tell("ClassifyStory", fact(house, story.id, "StorySubmitted")) == BATCH
    made = house.facts(story.id)[-1]
    assert isinstance(made, StoryClassified)
    assert (made.language, made.area) == ("da", "roads-property")
    [row] = [row for row in house.rows() if row["SK"]["S"] == layout.REASONS]
    reasons = Classification.model_validate_json(row["body"]["S"])
    assert reasons.area == made.area
    assert reasons.reasons


def test_the_fact_carries_none_of_the_story_s_words_bar_h2(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    story = house.keep(submitted(), words=PATH)
    house.tell("ClassifyStory", fact(house, story.id, "StorySubmitted"))
    events = [str(row) for row in house.rows() if row["SK"]["S"].startswith(("EVENT#", "STATE"))]
    assert not any("ebrafink" in row for row in events)
    assert "ebrafink" not in str([vars(record) for record in caplog.records])


@pytest.mark.parametrize("where", ["headline", "lead", "body", "alt"])
def test_an_id_number_is_flagged_wherever_it_stands_and_no_policy_sends_it_on_bar_g6(house: House, where: str) -> None:
    said = "Ida, 010190-1234"
    more: dict[str, Any] = {"pictures": (PictureText(number=1, alt=said),)} if where == "alt" else {where: said}
    story = house.keep(submitted(), words=PATH.model_copy(update=more))
    house.tell("ClassifyStory", fact(house, story.id, "StorySubmitted"))
    made = house.facts(story.id)[-1]
    assert isinstance(made, StoryClassified)
    assert "id-number" in made.sensitive
    assert ledger.story(story.id).version.id_number
    house.tell("RouteStory", made)
    assert "StoryRouted" in house.types(story.id)
    assert "StorySentForApproval" not in house.types(story.id)


def test_the_documented_message_of_a_story_that_is_gone_is_a_success(house: House) -> None:
    event = json.loads(sample("23-sqs-story-submitted.json").read_text())
    assert house.invoke("ClassifyStory", event) == BATCH
    assert house.writes() == []


# Route


@pytest.mark.parametrize(
    ("about", "department", "communicator", "because"),
    [
        ({}, "roads", "roads-communicator", "area"),
        ({"confidence": 0.3}, None, "chief-of-communications", "unsure"),
        ({"kind": "criticism"}, None, "chief-of-communications", "criticism"),
        ({"strategic": True}, None, "chief-of-communications", "strategic"),
    ],
)
def test_a_classified_story_reaches_whom_the_rules_name(
    house: House, about: dict[str, Any], department: str | None, communicator: str, because: str
) -> None:
    story = house.keep(classified(**about))
    assert house.tell("RouteStory", fact(house, story.id, "StoryClassified")) == BATCH
    made = fact(house, story.id, "StoryRouted")
    assert isinstance(made, StoryRouted)
    assert (made.department, made.communicator, made.because) == (department, communicator, because)


def test_an_ordinary_story_goes_on_to_its_approver_by_policy_and_an_unsure_one_waits(house: House) -> None:
    sure, unsure = house.keep(classified()), house.keep(classified(confidence=0.3))
    facts = [fact(house, story.id, "StoryClassified") for story in (sure, unsure)]
    assert house.tell("RouteStory", *facts) == BATCH
    assert [ledger.story(story.id).phase for story in (sure, unsure)] == ["sent-for-approval", "routed"]
    sent = house.facts(sure.id)[-1]
    assert isinstance(sent, StorySentForApproval)
    assert sent.by == "policy"


def test_where_two_share_an_area_the_one_with_fewer_stories_has_the_next(house: House) -> None:
    departments = [
        one.model_dump()
        | ({"communicators": ["roads-communicator", "planning-communicator"]} if one.id == "roads" else {})
        for one in lyngvig().departments
    ]
    people = [
        one.model_dump() | ({"most_waiting": 1} if one.id == "roads-communicator" else {}) for one in lyngvig().people
    ]
    shared = changed(lyngvig(), departments=departments, people=people, sending="by-communicator")
    organisation.apply(shared, by="test", on_revision=organisation.revision())
    house.keep(routed(shared))
    story = house.keep(classified())
    house.begin()
    house.tell("RouteStory", fact(house, story.id, "StoryClassified"))
    made = fact(house, story.id, "StoryRouted")
    assert isinstance(made, StoryRouted)
    assert (made.communicator, made.because) == ("planning-communicator", "load")
    assert house.calls().count("dynamodb.Query") == 2


def test_what_is_no_story_is_sent_on(house: House) -> None:
    story = house.keep(classified(kind="not-a-story"))
    house.tell("RouteStory", fact(house, story.id, "StoryClassified"))
    assert isinstance(house.facts(story.id)[-1], StoryForwarded)


def test_a_story_that_a_person_placed_is_routed_again(house: House) -> None:
    story = house.keep(classified(confidence=0.3))
    house.tell("RouteStory", fact(house, story.id, "StoryClassified"))
    given: dict[str, Any] = {"area": "culture-leisure", "kind": "event", "by": "press-officer"}
    ledger.record(story.id, placing.place, at=NOON, **given)
    house.tell("RouteStory", fact(house, story.id, "StoryPlaced"))
    now = ledger.story(story.id)
    assert (now.department, now.communicator) == ("culture", "culture-communicator")


# Request


def test_the_heads_approval_is_asked_for_with_its_deadlines(house: House) -> None:
    story = house.keep(routed())
    assert house.tell("RequestApprovals", fact(house, story.id, "StorySentForApproval")) == BATCH
    made = house.facts(story.id)[-1]
    assert isinstance(made, ApprovalsRequested)
    assert [(one.id, one.approver) for one in made.approvals] == [("r1a1", "roads-head")]
    [asked] = made.approvals
    assert (asked.remind_at - made.at).total_seconds() == 24 * 3600
    assert (asked.deadline_at - made.at).total_seconds() == 72 * 3600


def test_a_story_that_was_recalled_before_it_was_asked_about_asks_nobody(house: House) -> None:
    story = house.keep(routed())
    ledger.record(story.id, decide.recall, by="press-officer", at=NOON)
    house.begin()
    assert house.tell("RequestApprovals", fact(house, story.id, "StorySentForApproval")) == BATCH
    assert house.writes() == []


# All three

STEPS: list[Any] = [
    pytest.param("ClassifyStory", submitted, "StorySubmitted", id="classify"),
    pytest.param("RouteStory", classified, "StoryClassified", id="route"),
    pytest.param("RequestApprovals", routed, "StorySentForApproval", id="request"),
]


@pytest.mark.parametrize(("function", "made", "type_"), STEPS)
def test_a_fact_that_comes_again_and_again_decides_once_bar_d4(
    house: House, function: str, made: Callable[[], Desk], type_: str
) -> None:
    story = house.keep(made())
    told = fact(house, story.id, type_)
    assert house.tell(function, told) == BATCH
    once = house.rows()
    assert len(house.facts(story.id)) > story.revision
    house.begin()
    assert house.tell(function, told, told) == BATCH
    assert house.tell(function, told) == BATCH
    assert house.writes() == []
    assert house.rows() == once


@pytest.mark.parametrize(("function", "made", "type_"), STEPS)
def test_a_fact_that_comes_a_week_late_changes_nothing_bar_d4(
    house: House, function: str, made: Callable[[], Desk], type_: str
) -> None:
    story = house.keep(in_review())
    house.begin()
    assert house.tell(function, fact(house, story.id, type_)) == BATCH
    assert house.writes() == []


@pytest.mark.parametrize(("function", "made", "type_"), STEPS)
def test_the_one_that_fails_is_named_and_the_others_are_done_bar_d9(
    house: House, function: str, made: Callable[[], Desk], type_: str
) -> None:
    first, second = house.keep(made()), house.keep(made())
    house.fail("TransactWriteItems", "before", OSError("down"))
    answer = house.tell(function, fact(house, first.id, type_), fact(house, second.id, type_))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert ledger.story(first.id) == first
    assert ledger.story(second.id).revision > second.revision
    assert house.tell(function, fact(house, first.id, type_)) == BATCH
    assert ledger.story(first.id).revision > first.revision


@pytest.mark.parametrize(("function", "made", "type_"), STEPS)
def test_a_batch_that_fails_as_a_whole_is_named_one_by_one_bar_d9(
    house: House, function: str, made: Callable[[], Desk], type_: str
) -> None:
    story = house.keep(made())
    house.fail("TransactWriteItems", "before", OSError("down"))
    answer = house.tell(function, fact(house, story.id, type_))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
