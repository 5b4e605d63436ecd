"""The readiness card (da beredskab): what goes with criticism and press enquiries to whoever must answer.

Four questions, before anyone says anything: what do we know, who answers, by when, and what do we not say yet.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from lyspunkt.newsroom.intake import Part
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.translations import Text

if TYPE_CHECKING:
    from lyspunkt.newsroom.organisation import Organisation

KINDS = frozenset({"criticism", "press-enquiry"})
"""Kinds that need one voice and an answer; they are never published by the ordinary way."""

LONGEST = 4_000
"""Characters of each thing that a person writes on a card."""

Caution = Literal["causes", "people", "children", "health", "cases", "confidential", "id-numbers"]
"""What not to say yet; each is a key in words/."""

_BY_FLAG: dict[str, Caution] = {
    "named-third-party": "people",
    "child": "children",
    "health": "health",
    "social-case": "cases",
    "confidential": "confidential",
    "id-number": "id-numbers",
}


class AnswerWithin(Part):
    """Hours by the clock, nights and weekends too: neither the press nor a bad story waits for Monday."""

    criticism: Annotated[int, Field(ge=1, le=240)] = 24
    press_enquiry: Annotated[int, Field(ge=1, le=240)] = 4


class Readiness(Part):
    """How a municipality answers criticism and the press."""

    answer_within_hours: AnswerWithin = AnswerWithin()
    who_answers: str = "head"
    """A person, or `head` of the department that owns the area, or `central-desk`."""
    not_yet: tuple[Text, ...] = ()
    """What this municipality never says before it is settled, beside what Lyspunkt warns of."""


class Card(BaseModel):
    """A story's card as the rules fill it in; what people add lies on a row of its own (`CardNotes`)."""

    model_config = ConfigDict(frozen=True)

    who_answers: str
    """A person of the organisation, on duty."""
    answer_by: datetime
    cautions: tuple[Caution, ...]


class CardNotes(BaseModel):
    """What people wrote on a story's card: words of persons, on a row that can be erased."""

    model_config = ConfigDict(frozen=True)

    known: str = ""
    answer: str = ""
    not_yet: str = ""
    by: str
    at: datetime


def answer_by(kind: str, organisation: Organisation, at: datetime) -> datetime:
    """By when a story of one of KINDS must have its answer."""
    within = organisation.readiness.answer_within_hours
    return at + timedelta(hours=within.press_enquiry if kind == "press-enquiry" else within.criticism)


def card(story: Story, organisation: Organisation, at: datetime) -> Card | None:
    """The card of a story that has been routed; None where it needs none."""
    placement = story.placement
    if placement is None or placement.kind not in KINDS or story.answer_by is None:
        return None
    day = at.astimezone(organisation.zone).date()
    central = organisation.central_on_duty(day)
    who = organisation.readiness.who_answers
    owner = organisation.department_of(placement.area)
    named = (owner.head if owner else central.id) if who == "head" else central.id if who == "central-desk" else who
    cautions: tuple[Caution, ...] = ("causes", *(_BY_FLAG[flag] for flag in placement.sensitive if flag in _BY_FLAG))
    return Card(
        who_answers=(organisation.on_duty(named, day) or central).id,
        answer_by=story.answer_by,
        cautions=cautions,
    )
