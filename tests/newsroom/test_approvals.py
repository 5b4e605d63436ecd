"""Who must approve what: policies, deputies, four eyes, and what happens when nobody answers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lyspunkt.newsroom import approvals, decide
from lyspunkt.newsroom.events import ApprovalHandedOver, ApprovalReminded, Event
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.story import Placement
from tests.support.lyngvig import NOON, Desk, approved, changed, in_review, lyngvig, routed

HOUR = timedelta(hours=1)
TODAY = date(2026, 11, 23)


def away(*people: str, organisation: Organisation | None = None) -> Organisation:
    organisation = organisation or lyngvig()
    leave = ({"first": TODAY, "last": date(2026, 12, 31)},)
    named = [
        person.model_dump() | ({"absences": leave} if person.id in people else {}) for person in organisation.people
    ]
    return changed(organisation, people=named)


def asked(organisation: Organisation | None = None, **about: object) -> list[str]:
    desk = in_review(organisation, **about)  # type: ignore[arg-type]
    assert desk.now.round is not None
    return [approval.approver for approval in desk.now.round.approvals]


@pytest.mark.parametrize(
    ("about", "policy"),
    [
        ({"area": "social", "kind": "good-story"}, "ordinary"),
        ({"area": "social", "kind": "good-story", "sensitive": ("health",)}, "with-care"),
        ({"area": "social", "kind": "good-story", "sensitive": ("id-number",)}, "ordinary"),
        ({"area": "social", "kind": "good-story", "sensitive": ("health",), "strategic": True}, "strategic"),
    ],
)
def test_the_first_policy_that_holds_is_used(about: dict[str, object], policy: str) -> None:
    assert approvals.policy_for(Placement.model_validate(about), lyngvig()).id == policy


def test_the_head_of_the_storys_department_is_asked_and_for_a_sensitive_one_the_press_officer_too() -> None:
    assert asked() == ["roads-head"]
    assert asked(area="health-care") == ["care-head"]
    assert asked(sensitive=("child",)) == ["roads-head", "press-officer"]
    assert asked(strategic=True) == ["chief-of-communications", "municipal-director"]


def test_the_central_desk_stands_for_the_head_of_a_story_without_a_department() -> None:
    assert asked(area="central") == ["chief-of-communications"]


def test_roles_in_a_policy_stand_for_whoever_has_them() -> None:
    policies = [{"id": "roles", "approvers": ["communicator", "central-desk"]}]
    assert asked(changed(lyngvig(), policies=policies)) == ["roads-communicator", "chief-of-communications"]


def test_the_deputy_is_asked_for_who_is_away_and_the_deputys_deputy_for_both() -> None:
    assert asked(away("roads-head")) == ["planning-head"]
    assert asked(away("citizen-head", "it-head"), area="citizen-service") == ["chief-of-communications"]
    nobody = away("it-head", "chief-of-communications", "press-officer")
    assert asked(nobody, area="it-digital") == ["it-head"]  # the whole line is away: nobody else known


def test_nobody_is_asked_twice_about_one_version() -> None:
    policies = [{"id": "both", "approvers": ["head", "planning-head"]}]
    assert asked(away("roads-head", organisation=changed(lyngvig(), policies=policies))) == ["planning-head"]


def test_nobody_approves_what_they_sent_themselves_four_eyes() -> None:
    assert asked(submitter="roads-head") == ["planning-head"]
    assert asked(away("planning-head"), submitter="roads-head") == ["chief-of-communications"]
    assert asked(submitter="chief-of-communications", strategic=True) == ["press-officer", "municipal-director"]


def test_the_central_desk_is_the_last_resort_and_after_it_anyone_but_the_submitter() -> None:
    alone = changed(
        lyngvig(),
        people=[
            person.model_dump() | ({"deputy": None} if person.id in {"roads-head", "chief-of-communications"} else {})
            for person in lyngvig().people
        ],
        central_desk={"name": "Centralt", "people": ["chief-of-communications"]},
    )
    assert asked(alone, submitter="roads-head") == ["chief-of-communications"]
    policies = [{"id": "central", "approvers": ["central-desk"]}]
    assert asked(changed(alone, policies=policies), submitter="chief-of-communications") == ["press-officer"]


def test_fewer_are_needed_where_deputies_fold_two_approvers_into_one() -> None:
    policies = [{"id": "two", "approvers": ["head", "planning-head"], "needed": 2}]
    desk = in_review(away("roads-head", organisation=changed(lyngvig(), policies=policies)))
    assert desk.now.round is not None
    assert desk.now.round.needed == len(desk.now.round.approvals) == 1


def test_a_story_without_a_placement_asks_nobody() -> None:
    story = routed().now.model_copy(update={"placement": None})
    with pytest.raises(ValueError, match="s1 has no placement"):
        approvals.ask(story, lyngvig(), NOON)


# What happens when nobody answers


class Waiting:
    """A round in which nobody answers, and what `chase` decides as the hours go by."""

    def __init__(self, desk: Desk, organisation: Organisation | None = None) -> None:
        self.desk = desk
        self.organisation = organisation or lyngvig()

    def chase(self, hours: float, approval_id: str = "r1a1") -> list[Event]:
        given = {"approval_id": approval_id, "organisation": self.organisation, "at": NOON + hours * HOUR}
        return self.desk.take(decide.chase(self.desk.now, **given))  # type: ignore[arg-type]

    def way(self, approval_id: str = "r1a1") -> list[str]:
        """To whom the decision wanders at each deadline until it stays."""
        approvers: list[str] = []
        for _ in range(10):
            round_ = self.desk.now.round
            approval = round_.approval(approval_id) if round_ else None
            assert approval is not None
            approvers.append(approval.approver)
            hours = (approval.deadline_at - NOON) / HOUR
            [event] = self.chase(hours, approval_id)
            if isinstance(event, ApprovalReminded):
                return approvers
            assert isinstance(event, ApprovalHandedOver)
            approval_id = event.to.id
        raise AssertionError(f"it never stays: {approvers}")


def test_an_unanswered_approval_is_reminded_of_once_and_then_passed_to_the_deputy() -> None:
    waiting = Waiting(in_review())
    assert waiting.chase(23.9) == []
    assert [event.type for event in waiting.chase(24)] == ["ApprovalReminded"]
    assert waiting.chase(25) == []
    assert waiting.chase(71.9) == []
    [over] = waiting.chase(72)
    assert isinstance(over, ApprovalHandedOver)
    assert (over.by, over.to.approver) == ("deadline", "planning-head")
    assert over.to.deadline_at == NOON + 144 * HOUR
    assert waiting.chase(73) == []


def test_a_decision_wanders_to_deputy_and_central_desk_and_then_gets_longer_time() -> None:
    waiting = Waiting(in_review())
    assert waiting.way() == ["roads-head", "planning-head", "chief-of-communications", "press-officer"]
    assert waiting.desk.now.round is not None
    last = waiting.desk.now.round.approvals[-1]
    assert last.deadline_at - last.asked_at == 144 * HOUR
    assert last.decision is None


def test_an_overdue_decision_never_comes_to_who_sent_the_story_four_eyes() -> None:
    for submitter in ("planning-head", "chief-of-communications", "press-officer"):
        way = Waiting(in_review(submitter=submitter)).way()
        assert submitter not in way
        assert len(way) > 1


def test_an_overdue_decision_never_comes_to_who_has_another_one_in_the_round() -> None:
    waiting = Waiting(in_review(strategic=True))
    assert "chief-of-communications" not in waiting.way("r1a2")
    assert waiting.desk.now.round is not None
    open_ = [approval.approver for approval in waiting.desk.now.round.approvals if approval.decision is None]
    assert len(open_) == len(set(open_)) == 2


def test_an_absent_deputy_is_passed_over() -> None:
    waiting = Waiting(in_review(), away("planning-head"))
    [over] = waiting.chase(72)
    assert isinstance(over, ApprovalHandedOver)
    assert over.to.approver == "chief-of-communications"


def test_nobody_is_chased_for_what_is_decided_taken_back_or_unknown() -> None:
    taken_back = in_review()
    taken_back.take(decide.recall(taken_back.now, by="x", at=NOON))
    for desk in (approved(), taken_back, routed()):
        assert Waiting(desk).chase(100) == []
    assert Waiting(in_review()).chase(100, "r9a9") == []
