"""Facts out to the bus. Only `relay_events` may do this (bar D1)."""

from __future__ import annotations

from collections.abc import Sequence

from lyspunkt.aws import layout, table
from lyspunkt.aws.clients import client
from lyspunkt.newsroom.events import Event
from lyspunkt.settings import settings

SOURCE = "lyspunkt"
AT_ONCE = 10
"""PutEvents takes ten entries."""
TRIES = 3
LARGEST = 32 * 1024
"""Bar D7: bytes of one event, at most."""


def put(facts: Sequence[Event]) -> set[str]:
    """Put facts on the bus; the ids of those that it did not take.

    PutEvents answers 200 also where it refused some: just those are sent again, TRIES times in all.
    """
    left = [fact for fact in facts if len(fact.model_dump_json().encode()) <= LARGEST]
    refused = {fact.id for fact in facts} - {fact.id for fact in left}
    for _ in range(TRIES):
        left = [fact for start in range(0, len(left), AT_ONCE) for fact in _refused(left[start : start + AT_ONCE])]
    return refused | {fact.id for fact in left}


def note_relayed(fact: Event) -> None:
    """Take the mark off the event's row, so that the sweep leaves it alone."""
    table.update(layout.story_key(fact.story_id), layout.event_key(fact.number), remove=["unrelayed", "unrelayed_at"])


def _refused(facts: Sequence[Event]) -> list[Event]:
    answer = client("events").put_events(
        Entries=[
            {
                "EventBusName": settings().bus,
                "Source": SOURCE,
                "DetailType": fact.type,
                "Detail": fact.model_dump_json(),
                "Time": fact.at,
            }
            for fact in facts
        ]
    )
    if not answer["FailedEntryCount"]:
        return []
    return [fact for fact, entry in zip(facts, answer["Entries"], strict=True) if entry.get("ErrorCode")]
