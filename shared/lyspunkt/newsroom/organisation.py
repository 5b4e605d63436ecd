"""The municipality as data: its people, departments, channels and policies.

Written as one YAML file (`infra/lyngvig.yaml` is an example), checked by these models, kept in the table as JSON.
"""

from __future__ import annotations

from datetime import date, time
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator, model_validator

from lyspunkt.newsroom import consistency
from lyspunkt.newsroom.conditions import Condition, Hours, Id
from lyspunkt.newsroom.glossary import GlossaryEntry
from lyspunkt.newsroom.intake import Intake, Part
from lyspunkt.newsroom.language import Language
from lyspunkt.newsroom.own_words import OwnWords
from lyspunkt.newsroom.readiness import Readiness
from lyspunkt.newsroom.routing_rules import RoutingRule
from lyspunkt.newsroom.sources import WebhookSource
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.subjects import Area
from lyspunkt.newsroom.translations import NEXT_OF_KIN, Text, text_in

Address = Annotated[str, Field(pattern=r"^[^@\s<>\"',;:]+@[^@\s<>\"',;:]+\.[A-Za-z]{2,}$", max_length=254)]


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
    speaks: tuple[Language, ...] = ()
    """Further languages, beside the own one and its neighbours, in which they look after stories."""
    most_waiting: Annotated[int, Field(ge=1)] = 15
    """A soft cap: from so many stories on their desk, a colleague of the same department is preferred."""
    deputy: Id | None = None
    absences: tuple[Absence, ...] = ()

    def understands(self, language: str | None) -> bool:
        """Whether a story in a language is in good hands with them."""
        return language is None or language in {self.language, *NEXT_OF_KIN.get(self.language, ()), *self.speaks}

    def absent_on(self, day: date) -> bool:
        return any(absence.first <= day <= absence.last for absence in self.absences)


class Department(Part):
    """A department, or a municipal company: that may own no area and get its stories by a rule."""

    id: Id
    name: Text
    areas: tuple[Area, ...] = ()
    communicators: Annotated[tuple[Id, ...], Field(min_length=1)]
    head: Id
    """Who answers for what the department says."""


class Duty(Part):
    """Who answers criticism and the press on these days, both included."""

    person: Id
    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Duty:
        if self.last < self.first:
            raise ValueError(f"the duty ends ({self.last}) before it begins ({self.first})")
        return self


class CentralDesk(Part):
    name: Text
    people: Annotated[tuple[Id, ...], Field(min_length=1)]
    """In the order in which they are asked."""
    on_call: tuple[Duty, ...] = ()
    """On days that nobody is named for, the first of `people` who is there."""


class Policy(Part):
    """Who must approve the stories that `when` describes. The first policy that holds is used."""

    id: Id
    when: Condition = Condition()
    approvers: Annotated[tuple[Id, ...], Field(min_length=1)]
    """People, or `head`, `communicator`, `central-desk`."""
    needed: Annotated[int, Field(ge=1)] | Literal["all"] = "all"
    remind_after_hours: Annotated[int, Field(ge=1)] = 24
    deadline_hours: Annotated[int, Field(ge=1)] = 72

    @property
    def always(self) -> bool:
        """Whether it holds for every story."""
        return self.when == Condition()


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
    routing: tuple[RoutingRule, ...] = ()
    readiness: Readiness = Readiness()
    own_words: tuple[OwnWords, ...] = ()
    learning: Literal["at-once", "after-rehearsal", "off"] = "at-once"
    """When a colleague's correction counts for the next story: at once, or when somebody lets it."""
    glossary: tuple[GlossaryEntry, ...] = ()
    """Words that the municipality writes, and those that it does not: help to who writes, never a block."""
    office: Hours = Hours(first=time(8), last=time(16), days=(1, 2, 3, 4, 5))
    """Working time, in which deadlines are counted."""
    closed_days: tuple[date, ...] = ()
    """Days on which the town hall is closed, beside the country's public holidays."""
    policies: Annotated[tuple[Policy, ...], Field(min_length=1)]
    channels: Annotated[tuple[ChannelSetup, ...], Field(min_length=1)]
    sources: tuple[WebhookSource, ...] = ()
    where_to_turn: tuple[WhereToTurn, ...] = ()
    intake: Intake = Intake()

    @model_validator(mode="after")
    def _hangs_together(self) -> Organisation:
        if faults := tuple(consistency.faults(self)):
            raise consistency.Inconsistent(faults)
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

    def department_with(self, person_id: str) -> Department | None:
        """The first department that a person is communicator of."""
        return next((department for department in self.departments if person_id in department.communicators), None)

    def channel(self, channel_id: str) -> SiteChannel | MailChannel | None:
        return next((channel for channel in self.channels if channel.id == channel_id), None)

    def channels_for(self, story: Story) -> tuple[SiteChannel | MailChannel, ...]:
        """Where a story may go out: every channel whose condition holds, of those that a rule left it."""
        placement = story.placement
        if placement is None:
            return ()
        return tuple(
            channel
            for channel in self.channels
            if channel.when.holds(placement) and (not story.channels or channel.id in story.channels)
        )

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
        """Who at the central desk is there, else anyone who is; the first one where all are absent."""
        for person_id in (*self.central_desk.people, *(person.id for person in self.people)):
            person = self.on_duty(person_id, day)
            if person:
                return person
        return self._person(self.central_desk.people[0])

    def on_call(self, day: date) -> Person:
        """Who answers criticism and the press on a day: who is named for it, else who of the central desk is there."""
        for duty in self.central_desk.on_call:
            person = self.on_duty(duty.person, day) if duty.first <= day <= duty.last else None
            if person:
                return person
        return self.central_on_duty(day)

    def _person(self, person_id: str) -> Person:
        person = self.person(person_id)
        if person is None:
            raise LookupError(person_id)
        return person
