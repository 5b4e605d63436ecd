"""Whose story it is: placed, routed, returned, handed over, and answered where it is criticism or the press.

Pure rules like those of `decide`: a story goes in, new events come out, or `Refused`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from lyspunkt.newsroom import readiness, routing
from lyspunkt.newsroom.decide import must_be_on_the_desk, sent_by_policy
from lyspunkt.newsroom.events import (
    AnswerOverdue,
    Event,
    ReadinessNoted,
    RoutedBecause,
    StoryAnswered,
    StoryForwarded,
    StoryHandedOver,
    StoryPlaced,
    StoryReturned,
    StoryRouted,
)
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.story import Story, evolve
from lyspunkt.newsroom.subjects import Area, Kind

NOT_A_STORY = "not-a-story"
_UNDER_WAY = frozenset({"sent-for-approval", "in-review", "approved"})
_NOBODY: Mapping[str, int] = {}


def place(story: Story, *, area: str, kind: str, by: str, at: datetime) -> list[Event]:
    """A person says what the story is about; it is routed again. What was forwarded in error comes back so."""
    if story.phase != "forwarded":
        must_be_on_the_desk(story)
    if story.phase in _UNDER_WAY:
        raise Refused("under-way")
    if area not in set(Area) or kind not in set(Kind):
        raise Refused("unknown-choice")
    known = story.placement
    said = known is not None and (known.area, known.kind, known.by) == (area, kind, by)
    if said and (story.awaits_routing or not (story.needs_placing or story.ended)):
        return []
    return [StoryPlaced(story_id=story.id, at=at, area=area, kind=kind, by=by)]


def route(story: Story, *, organisation: Organisation, at: datetime, load: Mapping[str, int] = _NOBODY) -> list[Event]:
    """`load`: how many stories lie with each of `routing.colleagues`."""
    if not story.awaits_routing or story.placement is None:
        return []
    placement = story.placement
    if placement.kind == NOT_A_STORY and placement.kind_confidence >= organisation.placing_threshold:
        return [StoryForwarded(story_id=story.id, at=at, by=placement.by)]
    to = routing.route(story, organisation, at, load)
    routed = StoryRouted(story_id=story.id, at=at, **to.model_dump())
    return [routed, *sent_by_policy(evolve(story, routed), organisation, at)]


def hand_story_over(story: Story, *, to: str, by: str, organisation: Organisation, at: datetime) -> list[Event]:
    """Somebody else looks after the story from now on: a person, or `central-desk`."""
    must_be_on_the_desk(story)
    day = _day(organisation, at)
    if to == "central-desk":
        if story.at_the_central_desk:
            return []
        on_duty = organisation.central_on_duty(day).id
        return [_handed_over(story, None, on_duty, because="handed-over", by=by, at=at)]
    person = organisation.person(to)
    if person is None:
        raise Refused("unknown-person")
    if person.absent_on(day):
        raise Refused("absent-person")
    if person.id == story.communicator and not story.at_the_central_desk:
        return []
    department = _department_for(story, person.id, organisation)
    return [_handed_over(story, department, person.id, because="handed-over", by=by, at=at, personal=not department)]


def not_mine(story: Story, *, by: str, organisation: Organisation, at: datetime) -> list[Event]:
    """Its communicator says that it belongs elsewhere and does not know where."""
    must_be_on_the_desk(story)
    if story.phase in _UNDER_WAY:
        raise Refused("under-way")
    if story.routed_because == "not-mine":
        return []
    on_duty = organisation.central_on_duty(_day(organisation, at)).id
    return [StoryReturned(story_id=story.id, at=at, communicator=on_duty, by=by)]


def stand_in(story: Story, *, organisation: Organisation, at: datetime) -> list[Event]:
    """The deputy's, where its communicator is away: a story does not wait unseen until somebody is back."""
    if not story.waits_for_its_communicator or story.communicator is None:
        return []
    day = _day(organisation, at)
    person = organisation.person(story.communicator)
    if person is not None and not person.absent_on(day):
        return []
    there = organisation.on_duty(story.communicator, day)
    to = there or organisation.central_on_duty(day)
    if to.id == story.communicator:
        return []  # nobody at all is there
    department, personal = (story.department, story.personal) if there else (None, False)
    return [_handed_over(story, department, to.id, because="absence", by="rules", at=at, personal=personal)]


def answer_overdue(story: Story, *, at: datetime) -> list[Event]:
    """The time that was set has passed and the story still waits: said once."""
    late = story.answer_by is not None and at >= story.answer_by and not story.answer_overdue
    if not late or not story.waits_for_its_communicator or story.answer_by is None:
        return []
    return [AnswerOverdue(story_id=story.id, at=at, answer_by=story.answer_by)]


def note_readiness(story: Story, *, by: str, at: datetime) -> list[Event]:
    must_be_on_the_desk(story)
    if not _has_card(story):
        raise Refused("no-card")
    return [ReadinessNoted(story_id=story.id, at=at, by=by)]


def answered(story: Story, *, by: str, at: datetime) -> list[Event]:
    """Criticism or the press has had its answer: the story is closed, and never published."""
    if story.phase == "answered":
        return []
    must_be_on_the_desk(story)
    if not _has_card(story):
        raise Refused("no-card")
    return [StoryAnswered(story_id=story.id, at=at, by=by)]


def _has_card(story: Story) -> bool:
    return story.placement is not None and story.placement.kind in readiness.KINDS


def _department_for(story: Story, person_id: str, organisation: Organisation) -> str | None:
    """The story's own department where the person is of it; else the first that they are of, if any."""
    owner = organisation.department_of(story.placement.area) if story.placement else None
    for department in (organisation.department(story.department), owner, organisation.department_with(person_id)):
        if department and person_id in department.communicators:
            return department.id
    return None


def _handed_over(
    story: Story,
    department: str | None,
    to: str,
    *,
    because: RoutedBecause,
    by: str,
    at: datetime,
    personal: bool = False,
) -> StoryHandedOver:
    return StoryHandedOver(
        story_id=story.id,
        at=at,
        department=department,
        communicator=to,
        because=because,
        by=by,
        personal=personal,
    )


def _day(organisation: Organisation, at: datetime) -> date:
    return at.astimezone(organisation.zone).date()
