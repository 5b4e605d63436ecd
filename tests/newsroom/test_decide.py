"""What may happen next to a story: every refusal by its name, and what each step does."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from lyspunkt.newsroom import decide, placing, publishing
from lyspunkt.newsroom.events import Event, PictureDerived, PictureReceived, StoryApproved
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.refusals import REASONS, Refused
from lyspunkt.newsroom.story import Story
from tests.support.lyngvig import (
    NOON,
    ROOT,
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

PICTURE = PictureReceived(number=1, key="raw/1", digest="d", size=1)
DERIVED = PictureDerived(number=1, key="s1/1", widths=(960,), width=960, height=720)
HEAD = {"approval_id": "r1a1", "version": 1, "approver": "roads-head", "at": NOON}
CHIEF = HEAD | {"approver": "chief-of-communications"}
DIRECTOR = HEAD | {"approval_id": "r1a2", "approver": "municipal-director"}
EDIT: dict[str, Any] = {
    "from_version": 1,
    "text_digest": "other",
    "id_number": False,
    "by": "press-officer",
    "at": NOON,
}
SEND: dict[str, Any] = {"version": 1, "by": "roads-communicator", "flags_reviewed": True, "at": NOON}
PLACE = {"area": "roads-property", "kind": "good-story", "by": "press-officer", "at": NOON}


def types(events: list[Event]) -> list[str]:
    return [event.type for event in events]


def by_hand() -> Organisation:
    return changed(lyngvig(), sending="by-communicator")


def away(*people: str, organisation: Organisation | None = None) -> Organisation:
    """Lyngvig with these people on leave around NOON's day."""
    organisation = organisation or lyngvig()
    leave = ({"first": date(2026, 11, 20), "last": date(2026, 12, 31)},)
    named = [
        person.model_dump() | ({"absences": leave} if person.id in people else {}) for person in organisation.people
    ]
    return changed(organisation, people=named)


def rejected(**about: object) -> Desk:
    desk = in_review(**about)  # type: ignore[arg-type]
    who = CHIEF if about.get("strategic") else HEAD
    desk.take(decide.reject(desk.now, **who))  # type: ignore[arg-type]
    return desk


def recalled(desk: Desk) -> Desk:
    desk.take(decide.recall(desk.now, by="press-officer", at=NOON))
    return desk


def withdrawn(desk: Desk) -> Desk:
    desk.take(decide.withdraw(desk.now, by="submitter", at=NOON))
    return desk


def handed_over() -> Desk:
    desk = in_review()
    more = HEAD | {"to": "press-officer", "organisation": lyngvig()}
    desk.take(decide.hand_over(desk.now, **more))  # type: ignore[arg-type]
    return desk


def changes_asked() -> Desk:
    desk = in_review(strategic=True)
    desk.take(decide.request_changes(desk.now, **CHIEF))  # type: ignore[arg-type]
    return desk


def id_number() -> Desk:
    desk = routed(sensitive=("id-number",))
    assert desk.now.version.id_number
    return desk


def found_later(story: Story) -> Story:
    """A number that was not known as one when its words were written."""
    return story.model_copy(update={"versions": (story.version.model_copy(update={"id_number": True}),)})


def with_picture() -> Desk:
    desk = Desk()
    desk.take(
        decide.submit(
            None, story_id="s1", source="mail", delivery_digest="d", text_digest="t", pictures=[PICTURE], at=NOON
        )
    )
    desk.take(decide.classify(desk.now, classification=classification(), at=NOON))
    desk.take(placing.route(desk.now, organisation=lyngvig(), at=NOON))
    return desk


def forwarded() -> Desk:
    desk = routed(kind="not-a-story")
    assert desk.now.phase == "forwarded"
    return desk


def older() -> Story:
    return routed().now.model_copy(update={"id": "s0"})


def join(story: Story, into: Story) -> list[Event]:
    return decide.merge(story, into=into, by="roads-communicator", at=NOON)


def merged() -> Desk:
    desk = in_review()
    desk.take(join(desk.now, older()))
    return desk


def returned() -> Desk:
    desk = routed(by_hand())
    desk.take(placing.not_mine(desk.now, by="roads-communicator", organisation=lyngvig(), at=NOON))
    return desk


def hand(story: Story, to: str, organisation: Organisation | None = None) -> list[Event]:
    return decide.hand_over(story, **HEAD, to=to, organisation=organisation or lyngvig())  # type: ignore[arg-type]


def pass_on(story: Story, to: str, organisation: Organisation | None = None) -> list[Event]:
    return placing.hand_story_over(
        story, to=to, by="roads-communicator", organisation=organisation or lyngvig(), at=NOON
    )


def move(story: Story) -> list[Event]:
    return publishing.reschedule(story, publication_id="site-v1", wished=NOON, organisation=lyngvig(), at=NOON)


REFUSALS: dict[str, list[Callable[[], object]]] = {
    "story-merged": [
        lambda: placing.place(merged().now, **PLACE),  # type: ignore[arg-type]
        lambda: decide.approve(merged().now, **HEAD),  # type: ignore[arg-type]
    ],
    "duplicate-ended": [
        lambda: join(routed().now, recalled(routed()).now),
        lambda: join(routed().now, routed().now),
    ],
    "under-way": [
        lambda: placing.place(in_review().now, **PLACE),  # type: ignore[arg-type]
        lambda: placing.place(approved().now, **PLACE),  # type: ignore[arg-type]
    ],
    "unknown-choice": [
        lambda: placing.place(routed(confidence=0.2).now, **PLACE | {"area": "nowhere"}),  # type: ignore[arg-type]
        lambda: placing.place(routed(confidence=0.2).now, **PLACE | {"kind": "poem"}),  # type: ignore[arg-type]
    ],
    "edited-since": [
        lambda: decide.edit(routed().now, **EDIT | {"from_version": 2}),
        lambda: decide.send_for_approval(routed(by_hand()).now, **SEND | {"version": 2}),
        lambda: decide.approve(in_review().now, **HEAD | {"version": 2}),  # type: ignore[arg-type]
    ],
    "not-placed": [
        lambda: decide.send_for_approval(routed(confidence=0.2).now, **SEND),
        lambda: decide.send_for_approval(returned().now, **SEND),
    ],
    "to-be-answered": [
        lambda: decide.send_for_approval(routed(kind="criticism").now, **SEND),
        lambda: decide.send_for_approval(routed(kind="press-enquiry").now, **SEND),
    ],
    "no-card": [
        lambda: placing.answered(routed().now, by="press-officer", at=NOON),
        lambda: placing.note_readiness(routed().now, by="press-officer", at=NOON),
    ],
    "id-number-in-text": [
        lambda: decide.send_for_approval(id_number().now, **SEND),
        lambda: decide.approve(in_review().now, **HEAD, id_number=True),  # type: ignore[arg-type]
        lambda: decide.approve(found_later(in_review().now), **HEAD),  # type: ignore[arg-type]
    ],
    "flags-unreviewed": [
        lambda: decide.send_for_approval(routed(sensitive=("child",)).now, **SEND | {"flags_reviewed": False})
    ],
    "pictures-pending": [lambda: decide.send_for_approval(with_picture().now, **SEND)],
    "unknown-person": [
        lambda: pass_on(routed().now, "nobody"),
        lambda: hand(in_review().now, "nobody"),
        lambda: hand(in_review().now, "roads-head"),
        lambda: hand(in_review(submitter="press-officer").now, "press-officer"),
        lambda: decide.hand_over(
            in_review(strategic=True).now,
            **CHIEF,  # type: ignore[arg-type]
            to="municipal-director",
            organisation=lyngvig(),
        ),
    ],
    "absent-person": [
        lambda: hand(in_review().now, "press-officer", away("press-officer")),
        lambda: pass_on(routed().now, "press-officer", away("press-officer")),
    ],
    "story-ended": [
        lambda: decide.recall(rejected().now, by="press-officer", at=NOON),
        lambda: decide.withdraw(rejected().now, by="submitter", at=NOON),
        lambda: decide.edit(forwarded().now, **EDIT),
    ],
    "not-on-the-desk": [
        lambda: decide.edit(submitted().now, **EDIT),
        lambda: placing.place(submitted().now, **PLACE),  # type: ignore[arg-type]
        lambda: decide.send_for_approval(submitted().now, **SEND),
    ],
    "story-rejected": [
        lambda: decide.edit(rejected().now, **EDIT),
        lambda: decide.approve(rejected(strategic=True).now, **DIRECTOR),  # type: ignore[arg-type]
    ],
    "story-recalled": [
        lambda: decide.edit(recalled(routed()).now, **EDIT),
        lambda: decide.approve(recalled(in_review()).now, **HEAD),  # type: ignore[arg-type]
    ],
    "story-withdrawn": [
        lambda: decide.edit(withdrawn(routed()).now, **EDIT),
        lambda: decide.reject(withdrawn(in_review()).now, **HEAD),  # type: ignore[arg-type]
    ],
    "not-its-approver": [
        lambda: decide.approve(in_review().now, **CHIEF),  # type: ignore[arg-type]
        lambda: decide.approve(approved().now, **CHIEF),  # type: ignore[arg-type]
    ],
    "handed-over": [
        lambda: decide.approve(handed_over().now, **HEAD),  # type: ignore[arg-type]
        lambda: decide.reject(handed_over().now, **HEAD),  # type: ignore[arg-type]
    ],
    "already-decided": [
        lambda: decide.reject(approved().now, **HEAD),  # type: ignore[arg-type]
        lambda: decide.may_decide(approved().now, approval_id="r1a1", version=1, approver="roads-head"),
        lambda: decide.approve(approved().now, **HEAD | {"approval_id": "r9a9"}),  # type: ignore[arg-type]
    ],
    "changes-asked": [lambda: decide.approve(changes_asked().now, **DIRECTOR)],  # type: ignore[arg-type]
    "not-in-review": [
        lambda: decide.approve(routed().now, **HEAD),  # type: ignore[arg-type]
        lambda: decide.approve(in_review().now, **HEAD | {"approval_id": "r9a9"}),  # type: ignore[arg-type]
    ],
    "not-scheduled": [lambda: move(approved().now), lambda: move(out().now)],
}


@pytest.mark.parametrize("reason", REFUSALS)
def test_what_may_not_happen_is_refused_by_its_name_bar_a4(reason: str) -> None:
    for step in REFUSALS[reason]:
        with pytest.raises(Refused) as refused:
            step()
        assert refused.value.reason == reason


def test_every_reason_that_the_rules_can_give_is_given_in_a_test() -> None:
    rules = ROOT / "shared/lyspunkt/newsroom"
    given = {
        node.value
        for name in ("decide.py", "placing.py", "publishing.py")
        for node in ast.walk(ast.parse((rules / name).read_text()))
        if isinstance(node, ast.Constant) and node.value in REASONS
    }
    assert given == set(REFUSALS)


@pytest.mark.parametrize("step", ["submit", "classify", "route", "send", "request", "approve", "recall", "withdraw"])
def test_a_step_that_was_taken_decides_nothing_the_second_time_bar_d4(step: str) -> None:
    one = submitted().now
    again: dict[str, Callable[[], list[Event]]] = {
        "submit": lambda: decide.submit(
            one, story_id="s1", source="mail", delivery_digest="d", text_digest="t", at=NOON
        ),
        "classify": lambda: decide.classify(routed().now, classification=classification("central"), at=NOON),
        "route": lambda: placing.route(routed().now, organisation=lyngvig(), at=NOON),
        "send": lambda: decide.send_for_approval(routed().now, **SEND),
        "request": lambda: decide.request_approvals(in_review().now, organisation=lyngvig(), at=NOON),
        "approve": lambda: decide.approve(approved().now, **HEAD),  # type: ignore[arg-type]
        "recall": lambda: decide.recall(recalled(routed()).now, by="x", at=NOON),
        "withdraw": lambda: decide.withdraw(recalled(routed()).now, by="x", at=NOON),
    }
    assert again[step]() == []


def test_an_ordinary_story_is_sent_for_approval_by_policy_and_by_hand_where_the_municipality_wants_that() -> None:
    assert types(routed().events[2:]) == ["StoryRouted", "StorySentForApproval"]
    assert types(routed(by_hand()).events[2:]) == ["StoryRouted"]


@pytest.mark.parametrize(
    "about",
    [
        {"confidence": 0.49},
        {"kind": "criticism"},
        {"kind": "press-enquiry"},
        {"sensitive": ("health",)},
    ],
)
def test_a_story_that_needs_an_eye_waits_for_its_communicator(about: dict[str, Any]) -> None:
    assert types(routed(**about).events[2:]) == ["StoryRouted"]


def test_a_number_outside_what_classification_reads_is_a_flag_like_any_other_bar_g6() -> None:
    desk = submitted()
    given: dict[str, Any] = {"classification": classification(sensitive=("id-number", "child")), "at": NOON}
    [once] = decide.classify(desk.now, id_number=True, **given)
    assert getattr(once, "sensitive", ()) == ("id-number", "child")
    desk.take(decide.classify(desk.now, classification=classification(), id_number=True, at=NOON))
    assert desk.now.version.id_number
    assert types(desk.take(placing.route(desk.now, organisation=lyngvig(), at=NOON))) == ["StoryRouted"]


def test_no_policy_sends_a_version_with_a_number_in_it_whatever_its_flags_bar_g6() -> None:
    desk = submitted()
    desk.take(decide.classify(desk.now, classification=classification(), at=NOON))
    desk.story = found_later(desk.now)
    assert types(placing.route(desk.now, organisation=lyngvig(), at=NOON)) == ["StoryRouted"]


def test_a_version_with_a_number_in_it_can_be_turned_down_and_sent_back_though_not_approved_bar_g6() -> None:
    story = found_later(in_review().now)
    assert types(decide.request_changes(story, **HEAD)) == ["ChangesRequested"]  # type: ignore[arg-type]
    assert types(decide.reject(story, **HEAD)) == ["StoryRejected"]  # type: ignore[arg-type]


def test_a_story_waits_for_its_pictures_and_then_goes_on_by_itself() -> None:
    desk = with_picture()
    assert desk.now.phase == "routed"
    given: dict[str, Any] = {"pictures": [DERIVED], "refused": [], "organisation": lyngvig(), "at": NOON}
    assert types(desk.take(decide.derive_pictures(desk.now, **given))) == ["PicturesDerived", "StorySentForApproval"]
    assert decide.derive_pictures(desk.now, **given) == []


def test_what_is_no_story_is_forwarded_unless_that_is_a_guess() -> None:
    assert types(forwarded().events[2:]) == ["StoryForwarded"]
    guess = routed(kind="not-a-story", confidence=0.4)
    assert (guess.now.phase, guess.now.routed_because) == ("routed", "unsure")


def test_a_placed_story_is_routed_again_and_placing_it_alike_does_nothing() -> None:
    desk = routed(confidence=0.2)
    assert types(desk.take(placing.place(desk.now, **PLACE))) == ["StoryPlaced"]  # type: ignore[arg-type]
    assert placing.place(desk.now, **PLACE) == []  # type: ignore[arg-type]
    desk.take(placing.route(desk.now, organisation=lyngvig(), at=NOON))
    assert (desk.now.communicator, desk.now.routed_because) == ("roads-communicator", "area")


def test_an_edit_lets_approvals_fall_and_stops_what_is_scheduled() -> None:
    desk = approved()
    desk.take(publishing.schedule(desk.now, organisation=lyngvig(), at=NOON))
    events = desk.take(decide.edit(desk.now, **EDIT))
    assert types(events) == ["PublicationCancelled", "StoryEdited"]
    assert desk.now.phase == "routed"
    assert desk.now.round is not None
    assert not desk.now.round.open
    assert desk.now.publications[0].because == "edited-since"
    assert publishing.schedule(desk.now, organisation=lyngvig(), at=NOON) == []


def test_an_edit_of_a_published_story_leaves_it_out_until_the_new_text_is_approved() -> None:
    desk = out()
    assert types(desk.take(decide.edit(desk.now, **EDIT))) == ["StoryEdited"]
    assert desk.now.publications[0].status == "published"


def test_saving_the_same_text_is_no_edit_whatever_version_it_came_from() -> None:
    desk = routed()
    same = EDIT | {"text_digest": desk.now.version.text_digest, "from_version": 9}
    assert decide.edit(desk.now, **same) == []


def test_all_of_two_approvers_must_say_yes() -> None:
    desk = in_review(strategic=True)
    assert types(desk.take(decide.approve(desk.now, **CHIEF))) == ["ApprovalGiven"]  # type: ignore[arg-type]
    assert desk.now.phase == "in-review"
    events = desk.take(decide.approve(desk.now, **DIRECTOR))  # type: ignore[arg-type]
    assert types(events) == ["ApprovalGiven", "StoryApproved"]
    assert isinstance(events[1], StoryApproved)
    assert events[1].version == 1


def test_any_of_two_approvers_is_enough_where_one_is_needed() -> None:
    policies = [{"id": "any", "approvers": ["chief-of-communications", "municipal-director"], "needed": 1}]
    desk = in_review(changed(lyngvig(), policies=policies))
    assert types(desk.take(decide.approve(desk.now, **DIRECTOR))) == ["ApprovalGiven", "StoryApproved"]  # type: ignore[arg-type]


def test_a_decision_handed_over_lies_with_the_other_who_gets_the_whole_time() -> None:
    desk = handed_over()
    later = desk.now.round.approval("r1a2") if desk.now.round else None
    assert later is not None
    assert (later.approver, later.deadline_at) == ("press-officer", NOON + timedelta(hours=72))
    given = HEAD | {"approval_id": "r1a2", "approver": "press-officer"}
    assert types(desk.take(decide.approve(desk.now, **given))) == ["ApprovalGiven", "StoryApproved"]  # type: ignore[arg-type]


def test_a_story_on_its_way_or_out_can_be_taken_back() -> None:
    for desk, expected in (
        (submitted(), []),
        (routed(), []),
        (in_review(), []),
        (approved(), []),
        (out(), ["RetractionOrdered"]),
    ):
        assert types(decide.recall(desk.now, by="x", at=NOON)) == ["StoryRecalled", *expected]
        assert types(decide.withdraw(desk.now, by="x", at=NOON)) == ["StoryWithdrawn", *expected]


def test_what_is_scheduled_stops_when_the_story_is_taken_back() -> None:
    desk = approved()
    desk.take(publishing.schedule(desk.now, organisation=lyngvig(), at=NOON))
    assert types(recalled(desk).events[-2:]) == ["StoryRecalled", "PublicationCancelled"]
    assert desk.now.publications[0].because == "story-recalled"
    assert publishing.schedule(desk.now, organisation=lyngvig(), at=NOON) == []


def add(story: Story, delivery: str = "d2", **more: object) -> list[Event]:
    given = {"because": "reply", "source": "mail", "delivery_digest": delivery, "by": "submitter", "at": NOON}
    return decide.add_material(story, **given | more)  # type: ignore[arg-type]


def test_what_is_added_is_numbered_on_and_changes_no_version() -> None:
    desk = with_picture()
    before = desk.now
    for delivery in ("d2", "d3"):
        desk.take(add(desk.now, delivery, pictures=[PICTURE]))
    assert [(added.number, added.pictures) for added in desk.now.additions] == [(1, (2,)), (2, (3,))]
    assert [picture.number for picture in desk.now.pictures_received] == [1, 2, 3]
    assert desk.now.versions == before.versions
    assert desk.now.pictures_pending


@pytest.mark.parametrize("state", [recalled(routed()), withdrawn(routed()), in_review(), scheduled()])
def test_nothing_that_is_added_is_turned_away_however_far_the_story_is(state: Desk) -> None:
    assert [event.type for event in add(state.now)] == ["MaterialAdded"]


def test_the_same_delivery_adds_nothing_the_second_time_bar_d4() -> None:
    desk = routed()
    desk.take(add(desk.now))
    assert add(desk.now) == []


def test_pictures_of_an_addition_are_derived_beside_those_that_the_story_had() -> None:
    desk = with_picture()
    derived = PictureDerived(number=1, key="k", widths=(640,), width=640, height=480)
    later = {"refused": (), "organisation": lyngvig(), "at": NOON}
    desk.take(decide.derive_pictures(desk.now, pictures=(derived,), **later))  # type: ignore[arg-type]
    desk.take(add(desk.now, pictures=[PICTURE]))
    second = derived.model_copy(update={"number": 2})
    desk.take(decide.derive_pictures(desk.now, pictures=(derived, second), **later))  # type: ignore[arg-type]
    assert [picture.number for picture in desk.now.pictures] == [1, 2]
    assert not desk.now.pictures_pending


@pytest.mark.parametrize("first", ["addition", "suspicion"])
def test_a_person_looks_first_at_a_story_with_an_addition_or_a_possible_duplicate(first: str) -> None:
    desk = submitted()
    desk.take(add(desk.now) if first == "addition" else suspect(desk.now))
    desk.take(decide.classify(desk.now, classification=classification(), at=NOON))
    desk.take(placing.route(desk.now, organisation=lyngvig(), at=NOON))
    assert desk.now.phase == "routed"


def suspect(story: Story) -> list[Event]:
    return decide.suspect_duplicate(story, other="s0", likeness=0.8, at=NOON)


def test_a_suspicion_is_said_once_and_a_person_may_dismiss_it() -> None:
    desk = routed()
    desk.take(suspect(desk.now))
    assert suspect(desk.now) == []
    desk.take(decide.dismiss_duplicate(desk.now, other="s0", by="roads-communicator", at=NOON))
    assert not desk.now.may_be_a_duplicate
    assert suspect(desk.now) == []
    assert decide.dismiss_duplicate(desk.now, other="s0", by="roads-communicator", at=NOON) == []


def test_a_merged_story_stops_and_what_was_out_comes_down() -> None:
    desk = out()
    taken = desk.take(join(desk.now, older()))
    assert {event.type for event in taken} == {"StoryMerged", "RetractionOrdered"}
    assert desk.now.status == "merged"
    assert join(desk.now, older()) == []
