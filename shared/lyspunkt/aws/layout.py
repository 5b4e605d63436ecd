"""The one table: every key, index and row of Lyspunkt. The same as a table: shared/README.md.

A row is a flat dict of strings and integers; a model lies in `body` as JSON, and beside it only what a key, an index
or a condition needs. Four sparse indexes answer the questions that no partition can:

queue      who waits for whom     waits_for, waits_since
due        what is overdue        due_on (hour), due_at
calendar   what was when          day, day_at
unrelayed  what the bus has not   unrelayed (quarter of an hour), unrelayed_at

None of their partitions is shared by all stories (bar D13): a person, an hour, a day, a quarter of an hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from lyspunkt.newsroom.events import Event
from lyspunkt.newsroom.story import TAKEN_BACK, Approval, Publication, Story

Row = dict[str, Any]

STATE = "STATE"
SUBMISSION = "SUBMISSION"
REASONS = "REASONS"
READINESS = "READINESS"
CENTRAL_DESK = "central-desk"
STUCK_AFTER = timedelta(minutes=5)
"""How long a step that needs no person may take before the sweep asks what became of it."""


def story_key(story_id: str) -> str:
    return f"STORY#{story_id}"


def story_id_of(key: str) -> str:
    return key.removeprefix("STORY#")


def event_key(number: int) -> str:
    return f"EVENT#{number:06d}"


def text_key(version: int) -> str:
    return f"TEXT#{version:04d}"


def addition_key(number: int) -> str:
    return f"ADDITION#{number:04d}"


def note_key(number: int) -> str:
    return f"NOTE#{number:06d}"


def letter_key(letter: str) -> str:
    return f"LETTER#{letter}"


def approval_key(approval_id: str) -> str:
    return f"APPROVAL#{approval_id}"


def publication_key(publication_id: str) -> str:
    return f"PUBLICATION#{publication_id}"


def link_key(fingerprint: str) -> str:
    return f"LINK#{fingerprint}"


def session_key(fingerprint: str) -> str:
    return f"SESSION#{fingerprint}"


LEARNED = "LEARNED"
WEIGHTS = "WEIGHTS"


def lesson_key(lesson: str) -> str:
    return f"LESSON#{lesson}"


def set_aside_key(day: str) -> str:
    return f"SETASIDE#{day}"


def set_aside_sort(at: datetime, mail: str) -> str:
    return f"{moment(at)}#{mail}"


def moment(at: datetime) -> str:
    """A time as a sortable key: UTC, whole seconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def hour(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H")


def quarter(at: datetime) -> str:
    return at.replace(minute=at.minute // 15 * 15).strftime("%Y-%m-%dT%H:%M")


def day(at: datetime) -> str:
    return at.strftime("%Y-%m-%d")


def story_row(story_id: str, sort_key: str, body: BaseModel, **attributes: str | int) -> Row:
    return {"PK": story_key(story_id), "SK": sort_key, "body": body.model_dump_json(), **attributes}


def event_row(event: Event, *, link: str, appended_by: str, at: datetime) -> Row:
    """An event as it will stay. `unrelayed` stands outside the hash: relay takes it off."""
    return story_row(
        event.story_id,
        event_key(event.number),
        event,
        type=event.type,
        link=link,
        appended_by=appended_by,
        unrelayed=quarter(at),
        unrelayed_at=moment(at),
    )


def state_row(story: Story, *, link: str, at: datetime) -> Row:
    """The story as it is now, with what puts it in a person's queue and under the sweep's eye."""
    row = story_row(
        story.id,
        STATE,
        story,
        revision=story.revision,
        link=link,
        status=story.status,
        version=story.version.number,
        day=f"CHANGED#{day(at)}",
        day_at=moment(at),
    )
    waits_for = _waits_for(story)
    if waits_for:
        row |= {"waits_for": waits_for, "waits_since": moment(story.changed_at)}
    if due := _due(story, at):
        row |= {"due_on": hour(due), "due_at": moment(due)}
    return row


def approval_row(story: Story, approval: Approval) -> Row:
    """One asked approval; in its approver's queue, and due, only while it is open."""
    row = story_row(story.id, approval_key(approval.id), approval, version=story.version.number)
    if story.round and story.round.open and approval.decision is None and story.phase == "in-review":
        due = approval.deadline_at if approval.reminded else approval.remind_at
        row |= {
            "waits_for": approval.approver,
            "waits_since": moment(approval.asked_at),
            "due_on": hour(due),
            "due_at": moment(due),
        }
    return row


def publication_row(story: Story, publication: Publication) -> Row:
    """One publication; due while it is to go out, on its local day in the calendar for good."""
    row = story_row(
        story.id,
        publication_key(publication.id),
        publication,
        status=publication.status,
        version=publication.version,
        day=f"OUT#{publication.local[:10]}",
        day_at=moment(publication.due_at),
    )
    if publication.status in {"scheduled", "publishing"}:
        row |= {"due_on": hour(publication.due_at), "due_at": moment(publication.due_at)}
    elif publication.status == "retracting" and publication.started_at:
        due = publication.started_at + STUCK_AFTER
        row |= {"due_on": hour(due), "due_at": moment(due)}
    return row


def projections(before: Story | None, after: Story) -> Iterator[Row]:
    """The rows that stand for parts of the story and must change with it."""
    known = {approval.id: approval for approval in before.round.approvals} if before and before.round else {}
    was_open = bool(before and before.round and before.round.open)
    is_open = bool(after.round and after.round.open)
    for approval in after.round.approvals if after.round else ():
        if known.get(approval.id) != approval or was_open != is_open:
            yield approval_row(after, approval)
    published = {publication.id: publication for publication in before.publications} if before else {}
    for publication in after.publications:
        if published.get(publication.id) != publication:
            yield publication_row(after, publication)


def _waits_for(story: Story) -> str | None:
    if story.waits_for_its_communicator:
        return CENTRAL_DESK if story.at_the_central_desk else story.communicator
    return None


def _due(story: Story, at: datetime) -> datetime | None:
    """When the sweep looks at the story next: at a step that Lyspunkt owes it, or at an answer that is owed."""
    if _needs_a_step(story):
        return at + STUCK_AFTER
    if story.waits_for_its_communicator and not story.answer_overdue:
        return story.answer_by
    return None


def _needs_a_step(story: Story) -> bool:
    """Whether Lyspunkt itself, and no person, owes the story its next step."""
    if story.phase in {"received", "classified", "sent-for-approval"} or story.awaits_routing:
        return True
    if story.phase == "approved":
        return not any(publication.version == story.approved_version for publication in story.publications)
    return story.phase in TAKEN_BACK and any(publication.status == "published" for publication in story.publications)
