"""What in an organisation's file contradicts itself: someone or something named that is not there, or there twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom.glossary import normal

if TYPE_CHECKING:
    from lyspunkt.newsroom.organisation import Organisation

ROLES = frozenset({"head", "communicator", "central-desk"})
"""What may stand for a person in a policy."""

Place = tuple[str | int, ...]


class Fault(BaseModel):
    """`place` leads to the part of the organisation's file that is meant; `says` what is wrong and what mends it."""

    model_config = ConfigDict(frozen=True)

    place: Place
    says: str


class Inconsistent(ValueError):
    """The parts of a file are valid and do not hang together; `faults` says where."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.says for fault in self.faults))


def faults(organisation: Organisation) -> Iterator[Fault]:
    """Every contradiction, in the order of the file's parts."""
    yield from _twice(organisation)
    yield from _unknown_people(organisation)
    yield from _owners(organisation)
    yield from _policies(organisation)
    yield from _rules(organisation)
    yield from _glossary(organisation)


def _twice(organisation: Organisation) -> Iterator[Fault]:
    named: tuple[tuple[str, str, list[str]], ...] = (
        ("person", "people", [person.id for person in organisation.people]),
        ("address", "people", [person.address.casefold() for person in organisation.people]),
        ("department", "departments", [department.id for department in organisation.departments]),
        ("channel", "channels", [channel.id for channel in organisation.channels]),
        ("source", "sources", [source.id for source in organisation.sources]),
        ("policy", "policies", [policy.id for policy in organisation.policies]),
        ("rule", "routing", [rule.id for rule in organisation.routing]),
        ("entry", "own_words", [entry.id for entry in organisation.own_words]),
    )
    for what, part, ids in named:
        for at, id_ in enumerate(ids):
            if ids.index(id_) < at:
                yield Fault(place=(part, at), says=f"{what} {id_} stands there twice: give one of them another name")


def _unknown_people(organisation: Organisation) -> Iterator[Fault]:
    known = {person.id for person in organisation.people}
    for place, where, id_ in _people_named(organisation):
        if id_ not in known:
            yield Fault(
                place=place, says=f"{where} is {id_}, who is not among the people: add them, or name somebody who is"
            )


def _people_named(organisation: Organisation) -> Iterator[tuple[Place, str, str]]:
    """Where in the file, as what, and who."""
    for at, person in enumerate(organisation.people):
        if person.deputy:
            yield ("people", at, "deputy"), f"deputy of {person.id}", person.deputy
    for at, department in enumerate(organisation.departments):
        for id_ in department.communicators:
            yield ("departments", at, "communicators"), f"communicator of {department.id}", id_
        yield ("departments", at, "head"), f"head of {department.id}", department.head
    for id_ in organisation.central_desk.people:
        yield ("central_desk", "people"), "one of the central desk", id_
    for at, duty in enumerate(organisation.central_desk.on_call):
        yield ("central_desk", "on_call", at), f"on call from {duty.first}", duty.person
    who = organisation.readiness.who_answers
    if who not in ROLES:
        yield ("readiness", "who_answers"), "who answers", who


def _owners(organisation: Organisation) -> Iterator[Fault]:
    owners: dict[str, str] = {}
    for at, department in enumerate(organisation.departments):
        for area in department.areas:
            owner = owners.setdefault(area, department.id)
            if owner != department.id:
                yield Fault(
                    place=("departments", at, "areas"),
                    says=f"area {area} has two owners: {owner}, {department.id}: leave it to one "
                    "(one department may have several communicators)",
                )


def _policies(organisation: Organisation) -> Iterator[Fault]:
    known = {person.id for person in organisation.people} | ROLES
    for at, policy in enumerate(organisation.policies):
        for id_ in policy.approvers:
            if id_ not in known:
                yield Fault(
                    place=("policies", at, "approvers"),
                    says=f"policy {policy.id} asks {id_}, who is not among the people: add them, or name "
                    f"somebody who is, or one of {', '.join(sorted(ROLES))}",
                )
        if policy.needed != "all" and policy.needed > len(policy.approvers):
            yield Fault(
                place=("policies", at, "needed"),
                says=f"policy {policy.id} needs {policy.needed} approvals of {len(policy.approvers)} approvers: "
                "need fewer, or ask more",
            )
    if not organisation.policies[-1].always:
        yield Fault(
            place=("policies", len(organisation.policies) - 1),
            says=f"the last policy ({organisation.policies[-1].id}) has a condition, so some story would have no "
            "approver: add one without `when` after it",
        )


def _rules(organisation: Organisation) -> Iterator[Fault]:
    people = {person.id for person in organisation.people}
    departments = {department.id for department in organisation.departments}
    channels = {channel.id for channel in organisation.channels}
    sources = {"mail", "form"} | {f"webhook:{source.id}" for source in organisation.sources}
    topics = {entry.id for entry in organisation.own_words}
    for at, rule in enumerate(organisation.routing):
        named: tuple[tuple[str, Iterable[str], set[str], str], ...] = (
            ("to", [rule.to] if rule.to else [], people | departments | {"central-desk"}, "person or department"),
            ("inform", rule.inform, people | departments, "person or department"),
            ("channels", rule.channels, channels, "channel"),
            ("when", rule.when.sources, sources, "source (mail, form, or webhook: and a source's id)"),
            ("when", rule.when.topics, topics, "entry of own_words"),
        )
        for part, ids, known, what in named:
            for id_ in ids:
                if id_ not in known:
                    yield Fault(
                        place=("routing", at, part),
                        says=f"rule {rule.id} names {id_}, and there is no such {what}: "
                        "add it, or name one that is there",
                    )
        if not rule.does_something:
            yield Fault(
                place=("routing", at),
                says=f"rule {rule.id} does nothing: say `to`, `inform`, `channels` or `answer_within_hours`",
            )


def _glossary(organisation: Organisation) -> Iterator[Fault]:
    """Entries that nobody could follow: one forbids its own term, or two forbid the same word in the same language."""
    entries = organisation.glossary
    first: dict[tuple[str, str], int] = {}
    for at, entry in enumerate(entries):
        for term in dict.fromkeys(map(normal, entry.avoid)):
            if term == normal(entry.write):
                yield Fault(
                    place=("glossary", at, "not"),
                    says=f"the glossary says to write {entry.write} and not to write it: take one of the two out",
                )
            owners = {language: first.setdefault((language, term), at) for language in entry.holds_in}
            twice = [language for language, owner in owners.items() if owner != at]
            if twice:
                yield Fault(
                    place=("glossary", at, "not"),
                    says=f"two entries of the glossary say not to write {term} ({', '.join(twice)}), but "
                    f"{entries[owners[twice[0]]].write} and {entry.write}: leave the word to one of them",
                )
