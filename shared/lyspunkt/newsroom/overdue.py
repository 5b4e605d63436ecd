"""Which fact must be told again when a story's next step did not come."""

from __future__ import annotations

from collections.abc import Sequence

from lyspunkt.newsroom.events import Event, RetractionOrdered
from lyspunkt.newsroom.story import Story


def told_again(story: Story, history: Sequence[Event]) -> list[Event]:
    """The events that the owed step listens to; none where the next step is a person's."""
    if story.phase == "received":
        return [event for event in history if event.type == "StorySubmitted"]
    if story.awaits_routing:
        return _last(history, "StoryClassified", "StoryPlaced")
    if story.phase == "sent-for-approval":
        return _last(history, "StorySentForApproval")
    if story.phase == "approved":
        return _last(history, "StoryApproved", "PublicationScheduled")
    up = {publication.id for publication in story.publications if publication.status in {"published", "retracting"}}
    return [event for event in history if isinstance(event, RetractionOrdered) and event.publication_id in up]


def _last(history: Sequence[Event], *types: str) -> list[Event]:
    return [event for event in history if event.type in types][-1:]
