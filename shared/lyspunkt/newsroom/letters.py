"""Which fact is told to whom. Only those concerned hear of it; the words are in words/."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom import readiness
from lyspunkt.newsroom.events import (
    AnswerOverdue,
    ApprovalGiven,
    ApprovalHandedOver,
    ApprovalReminded,
    ApprovalsRequested,
    ChangesRequested,
    Event,
    MaterialAdded,
    PublicationInDoubt,
    PublicationParked,
    PublicationScheduled,
    RetractionInDoubt,
    StoryApproved,
    StoryForwarded,
    StoryHandedOver,
    StoryMerged,
    StoryPublished,
    StoryRejected,
    StoryRetracted,
    StoryReturned,
    StoryRouted,
    StorySubmitted,
    StoryWithdrawn,
)
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.story import Story

OUR_NAME = "desk"
"""What stands before the @ of the address that all our letters come from."""

SUBMITTER = "submitter"
"""Stands for whoever sent the story: their address lies on a row that can be erased, not here."""

LetterKind = Literal[
    "acknowledgement",
    "story-routed",
    "story-informed",
    "story-handed-over",
    "readiness-card",
    "answer-overdue",
    "approval-asked",
    "approval-reminder",
    "decision-receipt",
    "changes-requested",
    "story-rejected",
    "story-approved",
    "publication-scheduled",
    "story-published",
    "your-story-published",
    "where-to-turn",
    "material-added",
    "story-merged",
    "story-withdrawn",
    "withdrawal-receipt",
    "publication-parked",
    "story-retracted",
]

Because = Literal["no-address", "not-answerable", "too-many"]
"""Why a letter is held back; a person of the desk sees it in the story's trail."""

FROM_THE_SUBMITTER = frozenset({"reply", "tracking-page", "same-delivery"})
"""How more can come to a story by itself; what a person of the desk joins to it, they know of."""


class Letter(BaseModel):
    """One letter to one person about one fact."""

    model_config = ConfigDict(frozen=True)

    kind: LetterKind
    to: str
    """A person of the organisation, or SUBMITTER."""
    fact_number: int
    approval_id: str | None = None
    publication_id: str | None = None

    @property
    def key(self) -> str:
        """The same at each delivery of the fact: what keeps a letter from being sent twice."""
        return f"{self.fact_number:06d}#{self.kind}#{self.approval_id or self.publication_id or '-'}#{self.to}"

    @property
    def may_repeat(self) -> bool:
        """Whether it may be sent again when nobody knows if it went out: it carries the same link as before."""
        return self.kind in {"approval-asked", "approval-reminder"}


def letters_for(  # noqa: C901 - one arm per fact is the clearest form
    event: Event, story: Story, organisation: Organisation
) -> tuple[Letter, ...]:
    """The letters that `event` causes; `story` is the story as it is now, which may have moved on."""
    day = event.at.astimezone(organisation.zone).date()
    communicator = _on_duty(story.communicator, organisation, day)

    def letter(kind: LetterKind, to: str, **about: str) -> Letter:
        return Letter(kind=kind, to=to, fact_number=event.number, **about)

    match event:
        case StorySubmitted():
            return (letter("acknowledgement", SUBMITTER),)
        case MaterialAdded() if event.because in FROM_THE_SUBMITTER and _is_known(story):
            return (letter("material-added", communicator),)
        case StoryMerged():
            return (letter("story-merged", SUBMITTER),)
        case StoryWithdrawn():
            receipt = letter("withdrawal-receipt", SUBMITTER)
            return (receipt, letter("story-withdrawn", communicator)) if _is_known(story) else (receipt,)
        case StoryForwarded():
            return (letter("where-to-turn", SUBMITTER),)
        case StoryRouted():
            first: LetterKind = "readiness-card" if _has_card(story) else "story-routed"
            return (
                letter(first, event.communicator),
                *(letter("story-informed", person) for person in event.informed),
            )
        case StoryHandedOver() | StoryReturned() if event.communicator != event.by:
            again: LetterKind = "readiness-card" if _has_card(story) else "story-handed-over"
            return (letter(again, event.communicator),)
        case AnswerOverdue():
            there = [id_ for id_ in organisation.central_desk.people if organisation.on_duty(id_, day)]
            hearing = dict.fromkeys([communicator, *(_on_duty(id_, organisation, day) for id_ in there)])
            return tuple(letter("answer-overdue", person) for person in hearing)
        case ApprovalsRequested():
            return tuple(
                letter("approval-asked", asked.approver, approval_id=asked.id)
                for asked in event.approvals
                if _waits(story, asked.id)
            )
        case ApprovalHandedOver():
            told = [letter("approval-asked", event.to.approver, approval_id=event.to.id)]
            if event.by != "deadline":
                told.append(letter("decision-receipt", event.by, approval_id=event.approval_id))
            return tuple(told if _waits(story, event.to.id) else told[1:])
        case ApprovalReminded() if _waits(story, event.approval_id):
            return (letter("approval-reminder", _approver(story, event.approval_id), approval_id=event.approval_id),)
        case ApprovalGiven():
            return (letter("decision-receipt", _approver(story, event.approval_id), approval_id=event.approval_id),)
        case ChangesRequested() | StoryRejected():
            kind: LetterKind = "changes-requested" if isinstance(event, ChangesRequested) else "story-rejected"
            receipt = letter("decision-receipt", _approver(story, event.approval_id), approval_id=event.approval_id)
            return (receipt, letter(kind, communicator, approval_id=event.approval_id))
        case StoryApproved():
            return (letter("story-approved", communicator),)
        case PublicationScheduled():
            return (letter("publication-scheduled", communicator, publication_id=event.publication_id),)
        case StoryPublished():
            heard = [letter("story-published", communicator, publication_id=event.publication_id)]
            channel = organisation.channel(event.channel)
            if channel is not None and channel.type == "site":
                heard.append(letter("your-story-published", SUBMITTER, publication_id=event.publication_id))
            return tuple(heard)
        case PublicationParked() | PublicationInDoubt() | RetractionInDoubt():
            return (letter("publication-parked", communicator, publication_id=event.publication_id),)
        case StoryRetracted():
            return (letter("story-retracted", communicator),)
        case _:
            return ()


def _has_card(story: Story) -> bool:
    return story.placement is not None and story.placement.kind in readiness.KINDS and story.answer_by is not None


def _is_known(story: Story) -> bool:
    """Whether somebody at the desk has seen the story: else they see it as it is now when it reaches them."""
    return story.communicator is not None or story.phase == "forwarded"


def _waits(story: Story, approval_id: str) -> bool:
    approval = story.round.approval(approval_id) if story.round and story.round.open else None
    return approval is not None and approval.decision is None


def _approver(story: Story, approval_id: str) -> str:
    approval = story.round.approval(approval_id) if story.round else None
    return approval.approver if approval else (story.communicator or "")


def _on_duty(person_id: str | None, organisation: Organisation, day: date) -> str:
    person = organisation.on_duty(person_id, day) if person_id else None
    return (person or organisation.central_on_duty(day)).id
