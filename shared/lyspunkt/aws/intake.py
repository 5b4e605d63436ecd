"""From what arrived to a story, or to more of one: words on rows of their own, the fact in the history, in one go."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lyspunkt.aws import layout, ledger
from lyspunkt.aws.layout import Row
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.events import Because, Event, MaterialAdded
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.submissions import Arrived, delivery_digest, story_id
from lyspunkt.newsroom.texts import Addition, Submission, Text


def receive(arrived: Arrived, *, source: str, delivery: str, at: datetime, raw_key: str) -> Story:
    """The story of a delivery: a new one, or the one that the same delivery made before."""
    text = _salted(arrived.text)
    submission = Submission(**_sent(arrived, source=source, at=at, raw_key=raw_key))
    id_ = story_id(source, delivery)
    return ledger.record(
        id_,
        decide.submit,
        also=lambda _story, _events: [
            layout.story_row(id_, layout.text_key(1), text),
            layout.story_row(id_, layout.SUBMISSION, submission),
        ],
        source=source,
        delivery_digest=delivery_digest(source, delivery),
        text_digest=text.digest,
        at=at,
        submitter=arrived.submitter,
        language=arrived.language,
        pictures=arrived.pictures,
        attachments=arrived.attachments,
        wished_at=arrived.wished_at,
        name_kept_out=arrived.name_kept_out,
    )


def add(
    story_id: str,
    arrived: Arrived,
    *,
    because: Because,
    source: str,
    delivery: str,
    at: datetime,
    raw_key: str,
    by: str = "submitter",
) -> Story:
    """Add what arrived to a story, or to the one that it was merged into; the same delivery once more adds nothing.

    Returns the story that has it now; there, what the submitter of a merged one sends stands `by` the merged one, for
    two submitters do not read each other's words. Raises Refused("story-unknown").
    """
    story = ledger.gone_on(story_id)
    if story is None:
        raise Refused("story-unknown")
    if by == "submitter" and story.id != story_id:
        by = story_id
    sent = _sent(arrived, source=source, at=at, raw_key=raw_key)
    text = _salted(arrived.text)

    def rows(_story: Story, events: Sequence[Event]) -> list[Row]:
        added = next(event for event in events if isinstance(event, MaterialAdded))
        addition = Addition(**{**sent, **_renumbered(arrived, text, added)})
        return [layout.story_row(story.id, layout.addition_key(added.addition), addition)]

    return ledger.record(
        story.id,
        _add_material,
        also=rows,
        because=because,
        source=source,
        digest=delivery_digest(source, delivery),
        by=by,
        pictures=arrived.pictures,
        attachments=arrived.attachments,
        at=at,
    )


def _add_material(story: Story, *, digest: str, **given: Any) -> list[Event]:
    return decide.add_material(story, delivery_digest=digest, **given)


def _sent(arrived: Arrived, *, source: str, at: datetime, raw_key: str) -> dict[str, Any]:
    """Who sent it and how, as a Submission holds it."""
    return {
        "source": source,
        "received_at": at,
        "name": arrived.name,
        "address": arrived.address,
        "phone": arrived.phone,
        "subject": arrived.subject,
        "raw_key": raw_key,
        "verified": arrived.verified,
        "language": arrived.language,
        "fields": arrived.fields,
        "answerable": arrived.answerable,
        "why": arrived.why,
        "contacts": arrived.contacts,
        "recognisable": arrived.recognisable,
        "wished_channels": arrived.wished_channels,
        "name_kept_out": arrived.name_kept_out,
        "plan": arrived.plan,
        "attachments": arrived.attachment_names,
        "refused_files": arrived.refused_files,
    }


def _renumbered(arrived: Arrived, text: Text, added: MaterialAdded) -> dict[str, Any]:
    """The words that go by a picture's or file's number, by the numbers that these have among the story's."""
    pictures = {old.number: new.number for old, new in zip(arrived.pictures, added.pictures, strict=True)}
    files = {old.number: new.number for old, new in zip(arrived.attachments, added.attachments, strict=True)}
    said = tuple(
        picture.model_copy(update={"number": pictures[picture.number]})
        for picture in text.pictures
        if picture.number in pictures
    )
    return {
        "text": text.model_copy(update={"pictures": said}),
        "recognisable": {pictures[old]: who for old, who in arrived.recognisable.items() if old in pictures},
        "attachments": tuple(
            name.model_copy(update={"number": files[name.number]})
            for name in arrived.attachment_names
            if name.number in files
        ),
    }


def _salted(text: Text) -> Text:
    return text.model_copy(update={"salt": secrets.token_hex(16)})
