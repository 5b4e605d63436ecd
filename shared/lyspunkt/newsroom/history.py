"""The chain that makes a story's history tamper-evident: each link is a hash over the one before and the event."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from lyspunkt.newsroom.events import Event

START = "0" * 64


def link(previous: str, event: Event) -> str:
    """SHA-256 (hex) over the previous link and the event's JSON with sorted keys."""
    return hashlib.sha256(f"{previous}\n{canonical(event)}".encode()).hexdigest()


def canonical(event: Event) -> str:
    """The event as JSON in one spelling: the model's own field order, no white space, times in UTC."""
    return event.model_dump_json()


def first_broken(history: Iterable[tuple[Event, str]]) -> int | None:
    """The number of the first event whose link does not follow from those before it; None where all hold."""
    previous = START
    for event, kept in history:
        if link(previous, event) != kept:
            return event.number
        previous = kept
    return None
