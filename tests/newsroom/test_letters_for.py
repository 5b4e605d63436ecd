"""Which fact is told to whom: only those concerned, and nobody twice (bars A2, H7)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lyspunkt.newsroom import decide, placing, publishing
from lyspunkt.newsroom.events import Because, Event, PublicationInDoubt, PublicationParked, RetractionInDoubt
from lyspunkt.newsroom.letters import SUBMITTER, Letter, letters_for
from lyspunkt.newsroom.organisation import Organisation
from tests.support.lyngvig import NOON, Desk, approved, changed, in_review, lyngvig, out, routed, submitted

COMMUNICATOR, HEAD = "roads-communicator", "roads-head"
GIVEN = {"approval_id": "r1a1", "version": 1, "approver": HEAD, "at": NOON}


def told(desk: Desk, event_type: str, organisation: Organisation | None = None) -> list[tuple[str, str]]:
    """Kind and receiver of each letter about the newest fact of a type."""
    return [(letter.kind, letter.to) for letter in letters(desk, event_type, organisation)]


def letters(desk: Desk, event_type: str, organisation: Organisation | None = None) -> tuple[Letter, ...]:
    event: Event = [event for event in desk.events if event.type == event_type][-1]
    return letters_for(event, desk.now, organisation or lyngvig())


def after(step: str) -> Desk:
    desk = in_review()
    steps = {
        "changes": lambda: decide.request_changes(desk.now, **GIVEN),  # type: ignore[arg-type]
        "reject": lambda: decide.reject(desk.now, **GIVEN),  # type: ignore[arg-type]
        "hand-over": lambda: decide.hand_over(desk.now, **GIVEN, to="press-officer", organisation=lyngvig()),  # type: ignore[arg-type]
        "remind": lambda: decide.chase(
            desk.now, approval_id="r1a1", organisation=lyngvig(), at=NOON + timedelta(hours=24)
        ),
        "deadline": lambda: decide.chase(
            desk.now, approval_id="r1a1", organisation=lyngvig(), at=NOON + timedelta(hours=72)
        ),
    }
    desk.take(steps[step]())
    return desk


def more(desk: Desk, because: Because) -> list[Event]:
    return decide.add_material(
        desk.now, because=because, source="form", delivery_digest="more", by="submitter", at=NOON
    )


def taken_down() -> Desk:
    desk = out()
    desk.take(decide.recall(desk.now, by="x", at=NOON))
    about = {"publication_id": "site-v1", "at": NOON}
    desk.take(publishing.start_retraction(desk.now, claim="c", lease=timedelta(minutes=1), **about))  # type: ignore[arg-type]
    desk.take(publishing.retracted(desk.now, **about))  # type: ignore[arg-type]
    return desk


def test_the_sender_hears_at_once_that_it_arrived() -> None:
    assert told(routed(), "StorySubmitted") == [("acknowledgement", SUBMITTER)]


def test_the_communicator_hears_of_a_story_and_of_every_outcome() -> None:
    assert told(routed(), "StoryRouted") == [("story-routed", COMMUNICATOR)]
    assert told(approved(), "StoryApproved") == [("story-approved", COMMUNICATOR)]
    assert told(out(), "PublicationScheduled") == [("publication-scheduled", COMMUNICATOR)]
    assert told(taken_down(), "StoryRetracted") == [("story-retracted", COMMUNICATOR)]


def test_who_is_told_of_a_story_beside_its_owner_has_a_letter_of_their_own() -> None:
    desk = routed(strategic=True)
    chief = "chief-of-communications"
    assert told(desk, "StoryRouted") == [("story-routed", chief), ("story-informed", COMMUNICATOR)]


@pytest.mark.parametrize("kind", ["criticism", "press-enquiry"])
def test_the_readiness_card_goes_to_who_is_on_call_at_once(kind: str) -> None:
    first = told(routed(kind=kind), "StoryRouted")
    assert first == [("readiness-card", "chief-of-communications"), ("story-informed", COMMUNICATOR)]


def test_a_new_owner_hears_at_once_and_who_took_it_themselves_does_not() -> None:
    for to, by, expected in (
        ("care-communicator", COMMUNICATOR, [("story-handed-over", "care-communicator")]),
        ("care-communicator", "care-communicator", []),
    ):
        desk = routed(changed(lyngvig(), sending="by-communicator"))
        desk.take(placing.hand_story_over(desk.now, to=to, by=by, organisation=lyngvig(), at=NOON))
        assert told(desk, "StoryHandedOver") == expected
    desk = routed(changed(lyngvig(), sending="by-communicator"))
    desk.take(placing.not_mine(desk.now, by=COMMUNICATOR, organisation=lyngvig(), at=NOON))
    assert told(desk, "StoryReturned") == [("story-handed-over", "chief-of-communications")]
    criticism = routed(kind="criticism")
    criticism.take(
        placing.hand_story_over(criticism.now, to="care-head", by="press-officer", organisation=lyngvig(), at=NOON)
    )
    assert told(criticism, "StoryHandedOver") == [("readiness-card", "care-head")]


def test_an_overdue_answer_is_told_to_the_whole_central_desk() -> None:
    desk = routed(kind="criticism")
    desk.take(placing.answer_overdue(desk.now, at=NOON + timedelta(hours=24)))
    assert told(desk, "AnswerOverdue") == [
        ("answer-overdue", "chief-of-communications"),
        ("answer-overdue", "press-officer"),
    ]


def test_the_sender_of_what_is_no_story_hears_where_to_turn_and_the_desk_does_not() -> None:
    assert told(routed(kind="not-a-story"), "StoryForwarded") == [("where-to-turn", SUBMITTER)]


def test_each_approver_gets_a_letter_of_their_own() -> None:
    found = letters(in_review(strategic=True), "ApprovalsRequested")
    assert [(letter.to, letter.approval_id) for letter in found] == [
        ("chief-of-communications", "r1a1"),
        ("municipal-director", "r1a2"),
    ]


def test_nobody_is_asked_about_what_was_taken_back_or_decided_before_the_letter_went() -> None:
    desk = in_review()
    desk.take(decide.recall(desk.now, by="x", at=NOON))
    assert told(desk, "ApprovalsRequested") == []
    assert told(approved(), "ApprovalsRequested") == []
    late = after("remind")
    late.take(decide.approve(late.now, **GIVEN))  # type: ignore[arg-type]
    assert told(late, "ApprovalReminded") == []


def test_every_decision_has_its_receipt_to_who_made_it_bar_a2() -> None:
    receipt = ("decision-receipt", HEAD)
    assert told(approved(), "ApprovalGiven") == [receipt]
    assert told(after("changes"), "ChangesRequested") == [receipt, ("changes-requested", COMMUNICATOR)]
    assert told(after("reject"), "StoryRejected") == [receipt, ("story-rejected", COMMUNICATOR)]
    assert told(after("hand-over"), "ApprovalHandedOver") == [("approval-asked", "press-officer"), receipt]


def test_who_was_too_late_gets_no_receipt_for_what_time_decided() -> None:
    assert told(after("deadline"), "ApprovalHandedOver") == [("approval-asked", "planning-head")]


def test_a_decision_handed_over_and_taken_back_meanwhile_has_a_receipt_only() -> None:
    desk = after("hand-over")
    desk.take(decide.recall(desk.now, by="x", at=NOON))
    assert told(desk, "ApprovalHandedOver") == [("decision-receipt", HEAD)]


def test_a_reminder_goes_to_who_has_not_answered() -> None:
    assert told(after("remind"), "ApprovalReminded") == [("approval-reminder", HEAD)]


def test_the_sender_hears_that_the_story_is_on_the_site_and_of_no_other_channel() -> None:
    desk = out(kind="experience")
    found = {
        event.channel: [(letter.kind, letter.to) for letter in letters_for(event, desk.now, lyngvig())]
        for event in desk.events
        if event.type == "StoryPublished"
    }
    assert found["site"] == [("story-published", COMMUNICATOR), ("your-story-published", SUBMITTER)]
    assert found["staff"] == [("story-published", COMMUNICATOR)]


@pytest.mark.parametrize("because", ["reply", "tracking-page", "same-delivery"])
def test_the_communicator_hears_that_the_sender_added_something_and_the_sender_gets_no_receipt_bar_c6(
    because: Because,
) -> None:
    desk = routed()
    desk.take(more(desk, because))
    assert told(desk, "MaterialAdded") == [("material-added", COMMUNICATOR)]


def test_nobody_is_told_of_more_that_comes_before_the_story_or_that_the_desk_joined_to_it() -> None:
    early, joined = submitted(), routed()
    early.take(more(early, "reply"))
    joined.take(more(joined, "merged"))
    assert told(early, "MaterialAdded") == told(joined, "MaterialAdded") == []


def test_more_for_what_was_no_story_reaches_the_central_desk() -> None:
    desk = routed(kind="not-a-story")
    desk.take(more(desk, "reply"))
    assert told(desk, "MaterialAdded") == [("material-added", "chief-of-communications")]


def test_the_sender_of_a_story_that_was_joined_with_another_hears_of_it() -> None:
    desk = routed()
    into = routed().now.model_copy(update={"id": "s2"})
    desk.take(decide.merge(desk.now, into=into, by=COMMUNICATOR, at=NOON))
    assert told(desk, "StoryMerged") == [("story-merged", SUBMITTER)]


def test_who_takes_a_story_back_has_a_receipt_and_the_communicator_hears_of_what_they_knew_bar_a2() -> None:
    early, known = submitted(), routed()
    for desk in (early, known):
        desk.take(decide.withdraw(desk.now, by="submitter", at=NOON))
    assert told(early, "StoryWithdrawn") == [("withdrawal-receipt", SUBMITTER)]
    assert told(known, "StoryWithdrawn") == [("withdrawal-receipt", SUBMITTER), ("story-withdrawn", COMMUNICATOR)]


@pytest.mark.parametrize("fact", [PublicationParked, PublicationInDoubt, RetractionInDoubt])
def test_what_needs_a_person_is_told_to_the_communicator(
    fact: type[PublicationParked | PublicationInDoubt | RetractionInDoubt],
) -> None:
    event = fact(story_id="s1", at=NOON, number=9, publication_id="site-v1", because="x")
    assert [(letter.kind, letter.to) for letter in letters_for(event, out().now, lyngvig())] == [
        ("publication-parked", COMMUNICATOR)
    ]


def test_the_deputy_hears_for_a_communicator_who_is_away_and_the_central_desk_for_both() -> None:
    leave = ({"first": date(2026, 11, 23), "last": date(2026, 11, 23)},)

    def away(*gone: str) -> Organisation:
        people = [one.model_dump() | ({"absences": leave} if one.id in gone else {}) for one in lyngvig().people]
        return changed(lyngvig(), people=people)

    assert told(approved(), "StoryApproved", away(COMMUNICATOR)) == [("story-approved", "planning-communicator")]
    both = away(COMMUNICATOR, "planning-communicator")
    assert told(approved(), "StoryApproved", both) == [("story-approved", "chief-of-communications")]


@pytest.mark.parametrize(
    "event_type",
    ["StoryClassified", "StorySentForApproval", "PublicationStarted", "RetractionOrdered", "PublicationRetracted"],
)
def test_steps_on_the_way_are_told_to_nobody(event_type: str) -> None:
    assert told(taken_down(), event_type) == []


def test_the_same_fact_gives_letters_of_the_same_keys_and_no_two_alike_bar_d4() -> None:
    for desk in (out(kind="experience", strategic=True), after("hand-over"), after("reject"), taken_down()):
        keys = [letter.key for event in desk.events for letter in letters_for(event, desk.now, lyngvig())]
        assert keys == [letter.key for event in desk.events for letter in letters_for(event, desk.now, lyngvig())]
        assert len(set(keys)) == len(keys)


def test_only_a_letter_with_a_lasting_link_may_be_sent_again_in_doubt() -> None:
    asked, reminded = letters(in_review(), "ApprovalsRequested"), letters(after("remind"), "ApprovalReminded")
    assert all(letter.may_repeat for letter in (*asked, *reminded))
    assert not any(letter.may_repeat for letter in letters(out(), "StoryPublished"))
