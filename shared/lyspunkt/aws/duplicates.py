"""Two stories made into one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lyspunkt.aws import intake, ledger
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.submissions import Arrived
from lyspunkt.newsroom.texts import Submission, Text


def merge(story_id: str, other: str, *, by: str, at: datetime) -> None:
    """Add what the story holds to `other`, which goes on, and end the story; the same once more changes nothing.

    Raises Refused: "duplicate-ended" where the other one has ended, "story-unknown" where it is not there,
    "unknown-choice" where nothing said that they may be the same.
    """
    story = ledger.story(story_id)
    if story.merged_into:
        return
    into = ledger.gone_on(other)
    if all(suspicion.other != other for suspicion in story.suspicions):
        raise Refused("unknown-choice")
    if into is None:
        raise Refused("story-unknown")
    decide.merge(story, into=into, by=by, at=at)  # refuses before anything is written
    given = {"source": story.source, "at": at, "by": by}
    _carry(story, into.id, **given)
    after = ledger.record(story.id, decide.merge, into=into, by=by, at=at)
    if after.additions != story.additions:  # more came meanwhile
        _carry(after, into.id, **given)


def _carry(story: Story, into: str, **given: Any) -> None:
    for delivery, arrived, raw_key in _what_came(story):
        intake.add(into, arrived, because="merged", delivery=delivery, raw_key=raw_key, **given)


def _what_came(story: Story) -> Iterator[tuple[str, Arrived, str]]:
    """What the story holds, piece by piece, each with an id by which it comes only once, and where it lies raw."""
    sent = ledger.submission(story.id) or Submission(source=story.source, received_at=story.submitted_at)
    text = ledger.text(story.id, story.version.number)
    pictures = {picture.number for picture in story.pictures_received}.difference(
        *(a.pictures for a in story.additions)
    )
    files = {file.number for file in story.attachments}.difference(*(a.attachments for a in story.additions))
    yield f"merged:{story.id}", _arrived(story, sent, text, pictures, files), sent.raw_key or ""
    for added in story.additions:
        addition = ledger.addition(story.id, added.number)
        if addition:
            arrived = _arrived(story, addition, addition.text, {*added.pictures}, {*added.attachments})
            yield f"merged:{story.id}:{added.number}", arrived, addition.raw_key or ""


def _arrived(story: Story, sent: Submission, text: Text, pictures: set[int], files: set[int]) -> Arrived:
    """As it would arrive now, with the pictures and files of these numbers."""
    names = (Arrived.model_fields.keys() & Submission.model_fields.keys()) - {"attachments"}
    return Arrived(
        text=text,
        pictures=tuple(picture for picture in story.pictures_received if picture.number in pictures),
        attachments=tuple(file for file in story.attachments if file.number in files),
        attachment_names=sent.attachments,
        **{name: getattr(sent, name) for name in names},
    )
