"""Who must approve what, and by when."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from lyspunkt.newsroom.events import ApprovalAsked
from lyspunkt.newsroom.organisation import Organisation, Person, Policy
from lyspunkt.newsroom.story import Placement, Story


def policy_for(placement: Placement, organisation: Organisation) -> Policy:
    """The first policy that holds; the last one always does."""
    return next(policy for policy in organisation.policies if policy.when.holds(placement))


def approvers(story: Story, policy: Policy, organisation: Organisation, day: date) -> tuple[Person, ...]:
    """The people to ask on `day`: deputies for the absent, each once, and never the submitter (four eyes).

    Where that leaves nobody, the central desk is asked, and if they sent it themselves, the first who did not.
    """
    department = organisation.department(story.department)
    named: list[str] = []
    for approver in policy.approvers:
        if approver == "head":
            named += [department.head] if department else organisation.central_desk.people[:1]
        elif approver == "communicator":
            named += [story.communicator] if story.communicator else []
        elif approver == "central-desk":
            named.append(organisation.central_on_duty(day).id)
        else:
            named.append(approver)
    people: list[Person] = []
    for person_id in named:
        person = _other_than(story.submitter, person_id, organisation, day)
        if person and person not in people:
            people.append(person)
    if not people:
        everyone = [*organisation.central_desk.people, *(person.id for person in organisation.people)]
        people = [person for id_ in everyone if (person := _other_than(story.submitter, id_, organisation, day))][:1]
    return tuple(people)


def ask(story: Story, organisation: Organisation, at: datetime) -> tuple[Policy, int, tuple[ApprovalAsked, ...]]:
    """The policy, how many approvals it needs, and whom it asks about the story's newest version."""
    if story.placement is None:
        raise ValueError(f"story {story.id} has no placement")
    policy = policy_for(story.placement, organisation)
    people = approvers(story, policy, organisation, at.astimezone(organisation.zone).date())
    number = story.rounds + 1
    asked = tuple(
        ApprovalAsked(
            id=f"r{number}a{index}",
            approver=person.id,
            remind_at=at + timedelta(hours=policy.remind_after_hours),
            deadline_at=at + timedelta(hours=policy.deadline_hours),
        )
        for index, person in enumerate(people, start=1)
    )
    needed = len(asked) if policy.needed == "all" else min(policy.needed, len(asked))
    return policy, needed, asked


def successor(story: Story, approval_id: str, organisation: Organisation, day: date) -> Person:
    """Who takes an approval over when its time has run out: the deputy, else the central desk.

    Never the submitter, nor anyone whom this round asks already: two approvals are two people's. Where that leaves
    nobody, the approver keeps it.
    """
    approval = story.round.approval(approval_id) if story.round else None
    person = organisation.person(approval.approver) if approval else None
    taken = {story.submitter} | {asked.approver for asked in (story.round.approvals if story.round else ())}
    deputies = [person.deputy] if person and person.deputy else []
    for person_id in (*deputies, *organisation.central_desk.people):
        found = organisation.on_duty(person_id, day)
        if found and found.id not in taken:
            return found
    return person or organisation.central_on_duty(day)


def _other_than(submitter: str | None, person_id: str, organisation: Organisation, day: date) -> Person | None:
    person = organisation.on_duty(person_id, day) or organisation.person(person_id)
    if person and person.id == submitter:
        person = organisation.on_duty(person.deputy, day) if person.deputy else None
    return person if person and person.id != submitter else None
