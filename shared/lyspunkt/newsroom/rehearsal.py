"""New rules or lessons tried on past stories before they are switched on: what would have gone elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom.classification import classify
from lyspunkt.newsroom.explanation import explain
from lyspunkt.newsroom.learning import Learned
from lyspunkt.newsroom.organisation import Organisation


class Past(BaseModel):
    """A story as it was when it came in."""

    model_config = ConfigDict(frozen=True)

    story_id: str
    source: str
    submitted_at: datetime
    headline: str
    body: str


class Rules(BaseModel):
    """What decides about a story: the organisation, and what its people have taught."""

    model_config = ConfigDict(frozen=True)

    organisation: Organisation
    learned: Learned = Learned()


class Outcome(BaseModel):
    """Where a story goes; `communicator` is empty where its sender is told where to turn."""

    model_config = ConfigDict(frozen=True)

    area: str
    kind: str
    communicator: str


class Change(BaseModel):
    """A story that would have gone another way."""

    model_config = ConfigDict(frozen=True)

    story_id: str
    headline: str
    before: Outcome
    after: Outcome


def changes(stories: Iterable[Past], before: Rules, after: Rules) -> Iterator[Change]:
    """Each story that the two sets of rules send different ways, in the order of the stories."""
    for story in stories:
        old, new = _outcome(story, before), _outcome(story, after)
        if old != new:
            yield Change(story_id=story.story_id, headline=story.headline, before=old, after=new)


def _outcome(story: Past, rules: Rules) -> Outcome:
    """As of the moment it came in, so that who is away today changes nothing."""
    found = classify(story.headline, story.body, own=rules.organisation.own_words, learned=rules.learned)
    way = explain(found, rules.organisation, story.submitted_at, source=story.source)
    return Outcome(area=found.area, kind=found.kind, communicator=way.communicator)
