"""From what a story is about to the communicator who should have it, by rules that can each be named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom import readiness
from lyspunkt.newsroom.events import RoutedBecause
from lyspunkt.newsroom.organisation import Department, Organisation, Person
from lyspunkt.newsroom.routing_rules import RoutingRule
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.working_time import working_hours_later


class Route(BaseModel):
    """Whose story it is, why, and what goes with it."""

    model_config = ConfigDict(frozen=True)

    department: str | None
    """None: the central desk."""
    communicator: str
    because: RoutedBecause
    informed: tuple[str, ...] = ()
    """People who hear of it and need not act."""
    rules: tuple[str, ...] = ()
    """The municipality's own rules that fired, in their order."""
    channels: tuple[str, ...] = ()
    """The only channels for it, where a rule says so."""
    answer_by: datetime | None = None
    """When somebody else hears of it if nothing has been done."""
    personal: bool = False
    """With a person of no department: in their own queue, not in the central desk's."""


def route(story: Story, organisation: Organisation, at: datetime, load: Mapping[str, int]) -> Route:
    """Whose story it is at `at`. Nobody absent gets one; the central desk is the last resort.

    `load` says how many stories lie with each of `colleagues`; who is not in it has none.
    """
    local = at.astimezone(organisation.zone)
    fired = _fired(story, organisation, local)
    to = _by_rule(fired, story, organisation, local.date(), load) or _by_default(
        story, organisation, local.date(), load
    )
    informed = [
        person
        for id_ in (*(id_ for rule in fired for id_ in rule.inform), *_departments_beside(story, to, organisation))
        if (person := _someone(id_, story, organisation, local.date(), load))
    ]
    return to.model_copy(
        update={
            "rules": tuple(rule.id for rule in fired),
            "informed": tuple(dict.fromkeys(person.id for person in informed if person.id != to.communicator)),
            "channels": next((rule.channels for rule in fired if rule.channels), ()),
            "answer_by": _answer_by(story, fired, organisation, at),
        }
    )


def colleagues(story: Story, organisation: Organisation) -> tuple[str, ...]:
    """The people among whom the story may be shared out by load; none where nobody has to choose."""
    area = story.placement.area if story.placement else ""
    owner = organisation.department_of(area)
    ruled = [department for rule in organisation.routing if (department := organisation.department(rule.to))]
    shared = [department for department in (owner, *ruled) if department and len(department.communicators) > 1]
    return tuple(dict.fromkeys(id_ for department in shared for id_ in department.communicators))


def communicator_of(
    department: Department, story: Story, organisation: Organisation, day: date, load: Mapping[str, int]
) -> tuple[Person, RoutedBecause] | None:
    """Who of a department takes a story on a day, and why; None where neither they nor their deputies are there.

    First who understands its language, then who is below the soft cap, then the order of the file.
    """
    people: dict[str, Person] = {}
    for id_ in department.communicators:
        if person := organisation.on_duty(id_, day):
            people.setdefault(person.id, person)
    if not people:
        return None
    present = [*people.values()]

    def over(person: Person) -> int:
        return max(0, load.get(person.id, 0) - person.most_waiting + 1)

    chosen = min(present, key=lambda person: (not person.understands(story.language), over(person)))
    first = present[0]
    if chosen.id not in department.communicators:
        return chosen, "deputy"
    if chosen is first:
        return chosen, "area"
    return chosen, "load" if first.understands(story.language) else "language"


def _fired(story: Story, organisation: Organisation, local: datetime) -> list[RoutingRule]:
    fired: list[RoutingRule] = []
    for rule in organisation.routing:
        if rule.fires(story, local, sure_from=organisation.placing_threshold):
            fired.append(rule)
            if rule.stop:
                break
    return fired


def _by_rule(
    fired: Sequence[RoutingRule], story: Story, organisation: Organisation, day: date, load: Mapping[str, int]
) -> Route | None:
    """Where the first rule that says so sends it; None where it names somebody who is not there."""
    to = next((rule.to for rule in fired if rule.to), None)
    if to is None:
        return None
    if to == "central-desk":
        return Route(department=None, communicator=organisation.central_on_duty(day).id, because="rule")
    person = _someone(to, story, organisation, day, load)
    if person is None:
        return None
    department = organisation.department(to) or organisation.department_with(person.id)
    return Route(
        department=department.id if department else None,
        communicator=person.id,
        because="rule",
        personal=department is None,
    )


def _by_default(story: Story, organisation: Organisation, day: date, load: Mapping[str, int]) -> Route:
    placement = story.placement
    if placement is None:
        raise ValueError(f"story {story.id} has no placement")

    def central(because: RoutedBecause) -> Route:
        return Route(department=None, communicator=organisation.central_on_duty(day).id, because=because)

    if placement.kind in readiness.KINDS:
        because: RoutedBecause = "criticism" if placement.kind == "criticism" else "press-enquiry"
        return Route(department=None, communicator=organisation.on_call(day).id, because=because)
    if placement.area_confidence < organisation.placing_threshold:
        return central("unsure")
    if placement.strategic:
        return central("strategic")
    department = organisation.department_of(placement.area)
    if department is None:
        return central("central" if placement.area == "central" else "no-owner")
    found = communicator_of(department, story, organisation, day, load)
    if found is None:
        return central("no-owner")
    person, because = found
    return Route(department=department.id, communicator=person.id, because=because)


def _departments_beside(story: Story, to: Route, organisation: Organisation) -> list[str]:
    """Whose subject it is as well: the area of a story that lies elsewhere, and the other areas that it has."""
    placement = story.placement
    if placement is None or placement.area_confidence < organisation.placing_threshold:
        return []
    owners = [organisation.department_of(area) for area in (placement.area, *placement.other_areas)]
    return [owner.id for owner in owners if owner and owner.id != to.department]


def _someone(id_: str, story: Story, organisation: Organisation, day: date, load: Mapping[str, int]) -> Person | None:
    """The person, or the communicator of the department, who is there on a day."""
    department = organisation.department(id_)
    if department is None:
        return organisation.on_duty(id_, day)
    found = communicator_of(department, story, organisation, day, load)
    return found[0] if found else None


def _answer_by(story: Story, fired: Sequence[RoutingRule], organisation: Organisation, at: datetime) -> datetime | None:
    """The clock's hours for criticism and the press, working hours for what a rule asks; the earlier where both do."""
    hours = next((rule.answer_within_hours for rule in fired if rule.answer_within_hours), None)
    times = [working_hours_later(at, hours, organisation)] if hours else []
    if story.placement and story.placement.kind in readiness.KINDS:
        times.append(readiness.answer_by(story.placement.kind, organisation, at))
    return min(times, default=None)
