"""What would become of a text: each rule that would send it on its way, on a story that is thrown away."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom import approvals, decide, placing, readiness
from lyspunkt.newsroom.events import Event, RoutedBecause, StoryForwarded
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.story import Story, evolve
from lyspunkt.newsroom.subjects import Classification


class Explanation(BaseModel):
    """The way of a text as the rules see it at one moment; people and departments by their ids."""

    model_config = ConfigDict(frozen=True)

    forwarded: bool = False
    """Not for the communicators: the sender is told where to turn, and it is closed. The rest is empty then."""
    department: str | None = None
    """None: the central desk."""
    communicator: str = ""
    because: RoutedBecause = "unsure"
    rules: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()
    answer_by: datetime | None = None
    who_answers: str | None = None
    """Of a readiness card, where it has one: it is answered then, and not published."""
    cautions: tuple[str, ...] = ()
    sent_by_policy: bool = False
    """Whether it goes to its approvers at once; else its communicator sends it."""
    held_by_id_number: bool = False
    policy: str = ""
    needed: int = 0
    approvers: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


def explain(
    classification: Classification, organisation: Organisation, at: datetime, *, source: str = "form"
) -> Explanation:
    """The same steps as a story takes that comes by `source` at `at`."""
    opened = decide.submit(None, story_id="explained", source=source, delivery_digest="", text_digest="", at=at)
    story = _after(None, opened)
    story = _after(story, decide.classify(story, classification=classification, at=at))
    events = placing.route(story, organisation=organisation, at=at)
    story = _after(story, events)
    if any(isinstance(event, StoryForwarded) for event in events) or story.routed_because is None:
        return Explanation(forwarded=True)
    card = readiness.card(story, organisation, at)
    policy, needed, asked = approvals.ask(story, organisation, at)
    return Explanation(
        department=story.department,
        communicator=story.communicator or "",
        because=story.routed_because,
        rules=story.routed_by_rules,
        informed=story.informed,
        answer_by=story.answer_by,
        who_answers=card.who_answers if card else None,
        cautions=card.cautions if card else (),
        sent_by_policy=story.phase == "sent-for-approval",
        held_by_id_number=story.version.id_number,
        policy="" if card else policy.id,
        needed=0 if card else needed,
        approvers=() if card else tuple(one.approver for one in asked),
        channels=() if card else tuple(channel.id for channel in organisation.channels_for(story)),
    )


def _after(story: Story | None, events: list[Event]) -> Story:
    for event in events:
        story = evolve(story, event)
    if story is None:
        raise ValueError("a story begins with StorySubmitted")
    return story
