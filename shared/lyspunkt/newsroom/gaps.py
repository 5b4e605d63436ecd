"""What an organisation leaves open though each part of it is valid: days and areas for which nobody is named, and words
that the glossary both asks for and advises against."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from lyspunkt.newsroom.consistency import Fault
from lyspunkt.newsroom.glossary_hints import hints
from lyspunkt.newsroom.organisation import Absence, Organisation, Person
from lyspunkt.newsroom.subjects import Area


def gaps(organisation: Organisation) -> tuple[Fault, ...]:
    """Every gap, in the order of the file's parts; none where each story finds somebody on each day."""
    return (
        *_overlapping(organisation),
        *_nobody_stands_in(organisation),
        *_circles(organisation),
        *_on_call(organisation),
        *_without_owner(organisation),
        *_advised_against(organisation),
    )


def _overlapping(organisation: Organisation) -> Iterator[Fault]:
    for number, person in enumerate(organisation.people):
        for (_, one), (at, other) in combinations(enumerate(person.absences), 2):
            if one.first <= other.last and other.first <= one.last:
                yield Fault(
                    place=("people", number, "absences", at),
                    says=f"{person.id} is away {_days(other)} and {_days(one)}, which overlap: make one of the two",
                )


def _nobody_stands_in(organisation: Organisation) -> Iterator[Fault]:
    """One gap for each absence: a mend of its first such day often mends the others."""
    for number, person in enumerate(organisation.people):
        for at, absence in enumerate(person.absences):
            day = _first_day_alone(organisation, person, absence)
            if day is None:
                continue
            line = _line_of_deputies(organisation, person)
            why = f"{', '.join(line[1:])} too" if len(line) > 1 else "nobody is named as deputy"
            yield Fault(
                place=("people", number, "absences", at),
                says=f"{person.id} is away {_days(absence)} and nobody stands in on {day} ({why}): "
                "name a deputy who is there",
            )


def _circles(organisation: Organisation) -> Iterator[Fault]:
    reported: set[frozenset[str]] = set()
    for number, person in enumerate(organisation.people):
        line = _line_of_deputies(organisation, person)
        last = organisation.person(line[-1])
        if last is None or last.deputy != person.id or frozenset(line) in reported:
            continue  # the line ends, or turns round in a circle that this person is outside of
        reported.add(frozenset(line))
        yield Fault(
            place=("people", number, "deputy"),
            says=f"the deputies go round in a circle ({' -> '.join([*line, person.id])}), so nobody is asked when all "
            "of them are away: let one name somebody else, or nobody",
        )


def _on_call(organisation: Organisation) -> Iterator[Fault]:
    """Days on which who is on call is away, and days for which two are named."""
    duties = organisation.central_desk.on_call
    for at, duty in enumerate(duties):
        person = organisation.person(duty.person)
        for absence in person.absences if person else ():
            if absence.first <= duty.last and duty.first <= absence.last:
                yield Fault(
                    place=("central_desk", "on_call", at),
                    says=f"{duty.person} is on call {duty.first} to {duty.last} and away {_days(absence)}: "
                    "name somebody else for those days",
                )
        for other in duties[:at]:
            if duty.first <= other.last and other.first <= duty.last:
                yield Fault(
                    place=("central_desk", "on_call", at),
                    says=f"{duty.person} and {other.person} are both on call on {max(duty.first, other.first)}, "
                    f"and {other.person} would be asked: leave the days to one",
                )


def _without_owner(organisation: Organisation) -> Iterator[Fault]:
    for area in Area:
        if area is not Area.CENTRAL and organisation.department_of(area) is None:
            yield Fault(
                place=("departments",),
                says=f"no department owns {area}, so its stories lie with the central desk: add it to the areas of one",
            )


def _advised_against(organisation: Organisation) -> Iterator[Fault]:
    """Words that one entry says to write and that an entry, it or another, would hint at once they are written."""
    for at, entry in enumerate(organisation.glossary):
        against = {
            hint.entry.write: hint.found[0]
            for language in entry.holds_in
            for hint in hints(organisation.glossary, entry.write, language)
        }
        for other, found in against.items():
            yield Fault(
                place=("glossary", at, "write"),
                says=f"the glossary says to write {entry.write}, and then to write {other} for the {found} in it: "
                f"write something else, or leave {found} out there (a term with = before it leaves compounds alone)",
            )


def _first_day_alone(organisation: Organisation, person: Person, absence: Absence) -> date | None:
    """The first day of the absence on which neither the person nor any deputy along the line is there."""
    line = [found for id_ in _line_of_deputies(organisation, person) if (found := organisation.person(id_))]
    day: date | None = absence.first
    while day is not None and day <= absence.last:
        there = next((other for other in line if not other.absent_on(day)), None)
        if there is None:
            return day
        # They are there until their own next absence begins: absences of years are not walked day by day
        day = min((one.first for one in there.absences if one.first > day), default=None)
    return None


def _line_of_deputies(organisation: Organisation, person: Person) -> list[str]:
    """The person, the deputy, the deputy's deputy and so on, each once."""
    line = [person.id]
    while person.deputy and person.deputy not in line and (following := organisation.person(person.deputy)):
        person = following
        line.append(person.id)
    return line


def _days(absence: Absence) -> str:
    return f"{absence.first} to {absence.last}"
