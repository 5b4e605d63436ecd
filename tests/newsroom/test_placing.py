"""Whose story it is after a person or an absence changed it, and that nothing is lost on the way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from lyspunkt.newsroom import decide, placing
from lyspunkt.newsroom.events import StoryHandedOver, StoryReturned, StoryRouted
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.refusals import Refused
from tests.support.lyngvig import NOON, Desk, approved, changed, in_review, lyngvig, out, routed

BY_HAND = changed(lyngvig(), sending="by-communicator")
COMMUNICATOR = "roads-communicator"


def away(*who: str, on: datetime = NOON) -> Organisation:
    leave = {"absences": ({"first": on.date(), "last": on.date()},)}
    people = [person.model_dump() | (leave if person.id in who else {}) for person in BY_HAND.people]
    return changed(BY_HAND, people=people)


def handed(desk: Desk, to: str, organisation: Organisation = BY_HAND) -> Desk:
    desk.take(placing.hand_story_over(desk.now, to=to, by="press-officer", organisation=organisation, at=NOON))
    return desk


def returned(desk: Desk) -> Desk:
    desk.take(placing.not_mine(desk.now, by=COMMUNICATOR, organisation=BY_HAND, at=NOON))
    return desk


def placed(desk: Desk, area: str, kind: str = "good-story") -> Desk:
    desk.take(placing.place(desk.now, area=area, kind=kind, by="press-officer", at=NOON))
    desk.take(placing.route(desk.now, organisation=BY_HAND, at=NOON))
    return desk


@pytest.mark.parametrize(
    ("to", "department", "personal"),
    [("care-communicator", "care", False), ("it-head", None, True), ("press-officer", None, True)],
)
def test_a_story_that_is_handed_over_lies_with_that_person_and_keeps_its_history(
    to: str, department: str | None, personal: bool
) -> None:
    desk = handed(routed(BY_HAND), to)
    assert (desk.now.communicator, desk.now.department, desk.now.personal) == (to, department, personal)
    assert not desk.now.at_the_central_desk
    assert [event.type for event in desk.events] == [
        "StorySubmitted",
        "StoryClassified",
        "StoryRouted",
        "StoryHandedOver",
    ]
    assert desk.now.routed_because == "handed-over"


def test_the_central_desk_can_be_given_a_story_and_give_it_back() -> None:
    desk = handed(routed(BY_HAND), "central-desk")
    assert (desk.now.at_the_central_desk, desk.now.communicator) == (True, "chief-of-communications")
    handed(desk, COMMUNICATOR)
    assert (desk.now.department, desk.now.communicator) == ("roads", COMMUNICATOR)


def test_handing_over_to_who_has_it_already_changes_nothing() -> None:
    for desk, to in ((routed(BY_HAND), COMMUNICATOR), (routed(BY_HAND, confidence=0.2), "central-desk")):
        assert placing.hand_story_over(desk.now, to=to, by="x", organisation=BY_HAND, at=NOON) == []


def test_what_is_given_back_goes_to_the_central_desk_to_be_placed_and_can_then_go_on() -> None:
    desk = returned(routed(BY_HAND))
    assert isinstance(desk.events[-1], StoryReturned)
    assert (desk.now.at_the_central_desk, desk.now.needs_placing) == (True, True)
    assert placing.not_mine(desk.now, by=COMMUNICATOR, organisation=BY_HAND, at=NOON) == []
    placed(desk, "culture-leisure")
    assert (desk.now.communicator, desk.now.needs_placing) == ("culture-communicator", False)


def test_the_central_desk_may_say_that_it_was_right_all_the_same() -> None:
    desk = placed(returned(routed(BY_HAND)), "roads-property")
    assert (desk.now.communicator, desk.now.routed_because) == (COMMUNICATOR, "area")


def test_an_unsure_story_needs_placing_also_after_it_was_handed_over() -> None:
    desk = handed(routed(BY_HAND, confidence=0.2), "care-communicator")
    with pytest.raises(Refused, match="not-placed"):
        decide.send_for_approval(desk.now, version=1, by="care-communicator", flags_reviewed=True, at=NOON)


def test_what_was_forwarded_in_error_comes_back_when_it_is_placed() -> None:
    desk = placed(routed(BY_HAND, kind="not-a-story"), "roads-property")
    assert (desk.now.phase, desk.now.communicator) == ("routed", COMMUNICATOR)
    assert placing.place(routed(kind="not-a-story").now, area="social", kind="event", by="x", at=NOON)


def test_placing_tells_the_other_areas_once_and_leaves_out_the_one_that_owns_it_now() -> None:
    desk = routed(BY_HAND)
    story = desk.now
    assert story.placement is not None
    about = story.placement.model_copy(update={"other_areas": ("social", "culture-leisure")})
    desk.story = story.model_copy(update={"placement": about})
    placed(desk, "social")
    last = desk.events[-1]
    assert isinstance(last, StoryRouted)
    assert (last.communicator, last.informed) == ("social-communicator", ("culture-communicator",))


# Absence


@pytest.mark.parametrize("of", [lambda: routed(BY_HAND), lambda: changes_asked()])
def test_the_deputy_takes_over_what_lies_with_who_is_away(of: Any) -> None:
    desk = of()
    desk.take(placing.stand_in(desk.now, organisation=away(COMMUNICATOR), at=NOON))
    last = desk.events[-1]
    assert isinstance(last, StoryHandedOver)
    assert (last.communicator, last.department, last.because) == ("planning-communicator", "roads", "absence")
    assert placing.stand_in(desk.now, organisation=away(COMMUNICATOR), at=NOON) == []


def changes_asked() -> Desk:
    desk = in_review()
    desk.take(decide.request_changes(desk.now, approval_id="r1a1", version=1, approver="roads-head", at=NOON))
    return desk


def test_without_a_deputy_who_is_there_the_central_desk_has_it() -> None:
    everyone = away(COMMUNICATOR, "planning-communicator", "chief-of-communications", "press-officer")
    alone = changed(everyone, people=[person | {"deputy": None} for person in everyone.model_dump()["people"]])
    [event] = placing.stand_in(routed(BY_HAND).now, organisation=alone, at=NOON)
    assert isinstance(event, StoryHandedOver)
    assert (event.department, event.communicator) == (None, "municipal-director")


def test_nobody_stands_in_for_who_is_there_nor_where_the_next_step_is_somebody_elses() -> None:
    assert placing.stand_in(routed(BY_HAND).now, organisation=away("roads-head"), at=NOON) == []
    for desk in (in_review(), approved(), out()):
        assert placing.stand_in(desk.now, organisation=away(COMMUNICATOR), at=NOON) == []


# Answers


def test_criticism_has_until_its_hour_then_somebody_else_hears_once() -> None:
    desk = routed(kind="criticism")
    due = desk.now.answer_by
    assert due == NOON + timedelta(hours=24)
    assert placing.answer_overdue(desk.now, at=due - timedelta(seconds=1)) == []
    desk.take(placing.answer_overdue(desk.now, at=due))
    assert desk.events[-1].type == "AnswerOverdue"
    assert placing.answer_overdue(desk.now, at=due + timedelta(days=3)) == []


def test_an_answer_closes_the_story_and_it_is_never_published() -> None:
    desk = routed(kind="press-enquiry")
    desk.take(placing.note_readiness(desk.now, by="press-officer", at=NOON))
    desk.take(placing.answered(desk.now, by="press-officer", at=NOON))
    assert (desk.now.phase, desk.now.status, desk.now.ended) == ("answered", "answered", True)
    assert placing.answered(desk.now, by="press-officer", at=NOON) == []
    assert placing.answer_overdue(desk.now, at=NOON + timedelta(days=9)) == []
    with pytest.raises(Refused, match="story-ended"):
        placing.place(desk.now, area="social", kind="good-story", by="x", at=NOON)


def test_criticism_that_turns_out_to_be_a_good_story_goes_the_ordinary_way_without_a_deadline() -> None:
    desk = placed(routed(BY_HAND, kind="criticism"), "roads-property")
    assert (desk.now.answer_by, desk.now.communicator) == (None, COMMUNICATOR)
    assert decide.send_for_approval(desk.now, version=1, by=COMMUNICATOR, flags_reviewed=True, at=NOON)
