"""The municipality as data: its people, departments, channels and policies.

Written as one YAML file (`infra/lyngvig.yaml` is an example), checked by these models, kept in the table as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from lyspunkt.newsroom.classification import Area, Kind, Sensitivity
from lyspunkt.newsroom.intake import Intake
from lyspunkt.newsroom.language import LANGUAGES, Language
from lyspunkt.newsroom.sources import WebhookSource
from lyspunkt.newsroom.story import Placement

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Address = Annotated[str, Field(pattern=r"^[^@\s<>\"',;:]+@[^@\s<>\"',;:]+\.[A-Za-z]{2,}$", max_length=254)]
Text = str | dict[Language, str]
"""What people read: one text for all, or a text by language."""

NEXT_OF_KIN: dict[str, tuple[str, ...]] = {"nn": ("nb", "da"), "nb": ("nn", "da"), "da": ("nb",), "sv": ("nb", "da")}
"""Which languages a reader understands best when their own is missing."""


def text_in(text: Text, language: str, first: str) -> str:
    """`text` in `language`; else in one that its reader understands, else in the municipality's `first`, else any."""
    if isinstance(text, str):
        return text
    by_language: dict[str, str] = {str(code): words for code, words in text.items()}
    for wanted in (language, *NEXT_OF_KIN.get(language, ()), first):
        if wanted in by_language:
            return by_language[wanted]
    return next(iter(by_language.values()), "")


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Municipality(Part):
    name: Text
    country: Literal["DK", "SE", "NO"]
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    time_zone: str
    contact: Address
    """Where people turn with questions; shown on pages and in letters."""

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"{name} is not a time zone; use an IANA name such as Europe/Copenhagen")
        return name


class Absence(Part):
    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Absence:
        if self.last < self.first:
            raise ValueError(f"the absence ends ({self.last}) before it begins ({self.first})")
        return self


class Person(Part):
    id: Id
    title: Text
    """The role; people are known by what they do."""
    address: Address
    language: Language
    deputy: Id | None = None
    absences: tuple[Absence, ...] = ()

    def absent_on(self, day: date) -> bool:
        return any(absence.first <= day <= absence.last for absence in self.absences)


class Department(Part):
    id: Id
    name: Text
    areas: tuple[Area, ...] = ()
    communicators: Annotated[tuple[Id, ...], Field(min_length=1)]
    head: Id
    """Who answers for what the department says."""


class CentralDesk(Part):
    name: Text
    people: Annotated[tuple[Id, ...], Field(min_length=1)]
    """In the order in which they are asked."""


class Condition(Part):
    """Holds where every part that is given holds; an empty one always holds."""

    areas: tuple[Area, ...] = ()
    kinds: tuple[Kind, ...] = ()
    sensitive: tuple[Sensitivity, ...] = ()
    """At least one of these flags."""
    strategic: bool | None = None

    def holds(self, placement: Placement) -> bool:
        return (
            (not self.areas or placement.area in self.areas)
            and (not self.kinds or placement.kind in self.kinds)
            and (not self.sensitive or bool(set(self.sensitive) & set(placement.sensitive)))
            and (self.strategic is None or placement.strategic == self.strategic)
        )


class Policy(Part):
    """Who must approve the stories that `when` describes. The first policy that holds is used."""

    id: Id
    when: Condition = Condition()
    approvers: Annotated[tuple[Id, ...], Field(min_length=1)]
    """People, or `head`, `communicator`, `central-desk`."""
    needed: Annotated[int, Field(ge=1)] | Literal["all"] = "all"
    remind_after_hours: Annotated[int, Field(ge=1)] = 24
    deadline_hours: Annotated[int, Field(ge=1)] = 72


class Hours(Part):
    """When a channel may publish, in local time; `days` are 1 (Monday) to 7."""

    first: time = time(0, 0)
    last: time = time(23, 59)
    days: Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1)] = (1, 2, 3, 4, 5, 6, 7)

    @model_validator(mode="after")
    def _in_order(self) -> Hours:
        if self.last <= self.first:
            raise ValueError(f"the hours end ({self.last:%H:%M}) before they begin ({self.first:%H:%M})")
        return self


class SiteChannel(Part):
    type: Literal["site"]
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,19}$")]
    name: Text
    when: Condition = Condition()
    hours: Hours = Hours()


class MailChannel(Part):
    """The story as a letter to a distribution list, such as the press or the staff."""

    type: Literal["mail"]
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,19}$")]
    name: Text
    list_address: Address
    language: Language
    when: Condition = Condition()
    hours: Hours = Hours()


ChannelSetup = Annotated[SiteChannel | MailChannel, Field(discriminator="type")]


class WhereToTurn(Part):
    """What a sender is told whose message is not for the communicators."""

    areas: tuple[Area, ...] = ()
    text: Text


class Organisation(Part):
    municipality: Municipality
    people: Annotated[tuple[Person, ...], Field(min_length=1)]
    departments: Annotated[tuple[Department, ...], Field(min_length=1)]
    central_desk: CentralDesk
    sending: Literal["by-communicator", "automatically"] = "by-communicator"
    """Who sends a routed story for approval."""
    placing_threshold: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Below this confidence a story goes to the central desk to be placed by hand."""
    policies: Annotated[tuple[Policy, ...], Field(min_length=1)]
    channels: Annotated[tuple[ChannelSetup, ...], Field(min_length=1)]
    sources: tuple[WebhookSource, ...] = ()
    where_to_turn: tuple[WhereToTurn, ...] = ()
    intake: Intake = Intake()

    @model_validator(mode="after")
    def _hangs_together(self) -> Organisation:
        problems = [*self._twice(), *self._unknown_people(), *self._areas(), *self._policies()]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def first_language(self) -> Language:
        return self.municipality.languages[0]

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.municipality.time_zone)

    def say(self, text: Text, language: str) -> str:
        return text_in(text, language, self.first_language)

    def person(self, person_id: str) -> Person | None:
        return next((person for person in self.people if person.id == person_id), None)

    def person_at(self, address: str) -> Person | None:
        wanted = address.strip().casefold()
        return next((person for person in self.people if person.address.casefold() == wanted), None)

    def department(self, department_id: str | None) -> Department | None:
        return next((department for department in self.departments if department.id == department_id), None)

    def department_of(self, area: str) -> Department | None:
        return next((department for department in self.departments if area in department.areas), None)

    def channel(self, channel_id: str) -> SiteChannel | MailChannel | None:
        return next((channel for channel in self.channels if channel.id == channel_id), None)

    def channels_for(self, placement: Placement) -> tuple[SiteChannel | MailChannel, ...]:
        return tuple(channel for channel in self.channels if channel.when.holds(placement))

    def source(self, source_id: str) -> WebhookSource | None:
        return next((source for source in self.sources if source.id == source_id), None)

    def on_duty(self, person_id: str, day: date) -> Person | None:
        """The person, or the first deputy along the line who is not absent; None where nobody is there."""
        seen: set[str] = set()
        person = self.person(person_id)
        while person and person.id not in seen:
            if not person.absent_on(day):
                return person
            seen.add(person.id)
            person = self.person(person.deputy) if person.deputy else None
        return None

    def central_on_duty(self, day: date) -> Person:
        """Who at the central desk is there; the first one where all are absent, for a story must lie with someone."""
        for person_id in self.central_desk.people:
            person = self.on_duty(person_id, day)
            if person:
                return person
        return self._person(self.central_desk.people[0])

    def _person(self, person_id: str) -> Person:
        person = self.person(person_id)
        if person is None:
            raise LookupError(person_id)
        return person

    def _twice(self) -> Iterator[str]:
        for what, ids in (
            ("person", [person.id for person in self.people]),
            ("address", [person.address.casefold() for person in self.people]),
            ("department", [department.id for department in self.departments]),
            ("channel", [channel.id for channel in self.channels]),
            ("source", [source.id for source in self.sources]),
            ("policy", [policy.id for policy in self.policies]),
        ):
            yield from (f"{what} {id_} stands there twice" for id_ in sorted({i for i in ids if ids.count(i) > 1}))

    def _unknown_people(self) -> Iterator[str]:
        known = {person.id for person in self.people}
        named: list[tuple[str, str]] = [
            (f"deputy of {person.id}", person.deputy) for person in self.people if person.deputy
        ]
        for department in self.departments:
            named += [(f"communicator of {department.id}", id_) for id_ in department.communicators]
            named.append((f"head of {department.id}", department.head))
        named += [("the central desk", id_) for id_ in self.central_desk.people]
        yield from (f"{where} is {id_}, who is not among the people" for where, id_ in named if id_ not in known)

    def _areas(self) -> Iterator[str]:
        owners: dict[str, list[str]] = {}
        for department in self.departments:
            for area in department.areas:
                owners.setdefault(area, []).append(department.id)
        yield from (f"area {area} has two owners: {', '.join(ids)}" for area, ids in owners.items() if len(ids) > 1)

    def _policies(self) -> Iterator[str]:
        known = {person.id for person in self.people} | {"head", "communicator", "central-desk"}
        for policy in self.policies:
            yield from (
                f"policy {policy.id} asks {id_}, who is not among the people"
                for id_ in policy.approvers
                if id_ not in known
            )
            if policy.needed != "all" and policy.needed > len(policy.approvers):
                yield f"policy {policy.id} needs {policy.needed} approvals of {len(policy.approvers)} approvers"
        if self.policies[-1].when != Condition():
            yield f"the last policy ({self.policies[-1].id}) has a condition, so some story would have no approver"


__all__ = ["LANGUAGES", "NEXT_OF_KIN", "Organisation", "text_in"]
