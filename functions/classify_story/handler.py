"""StorySubmitted -> StoryClassified, and before it DuplicateSuspected where another story may be the same."""

import contextlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import clock, layout, ledger, lessons, likeness, queue
from lyspunkt.aws.organisation import organisation
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.classification import classify
from lyspunkt.newsroom.events import Event, StorySubmitted
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.subjects import Classification

logger = Logger()


def step(fact: StorySubmitted) -> None:
    story, text, taught = ledger.story_and_text(fact.story_id, version=1, beside=lessons.WEIGHTS)
    if story.placement is not None or story.ended:
        return  # done before
    own = organisation().own_words
    classification, at = classify(text.headline, text.body, own=own, learned=lessons.read(taught)), clock.now()
    alike = likeness.alike(story, text, at=at)
    older = [other for other in alike if (other.submitted_at, other.story_id) < (story.submitted_at, story.id)]
    for later in (other for other in alike if other not in older):  # it came second and was read first
        with contextlib.suppress(Refused):
            ledger.record(later.story_id, decide.suspect_duplicate, other=story.id, likeness=later.likeness, at=at)
    ledger.record(
        story.id,
        _decide,
        also=lambda _story, _events: [layout.story_row(story.id, layout.REASONS, classification)],
        classification=classification,
        id_number=text.has_id_number,
        suspected=likeness.living(older),
        at=at,
    )


def _decide(
    story: Story, *, classification: Classification, id_number: bool, suspected: Mapping[str, float], at: datetime
) -> list[Event]:
    """The suspicion in the same step and first: whoever sends a classified story on must know of it."""
    said = [
        event
        for other, alike in suspected.items()
        for event in decide.suspect_duplicate(story, other=other, likeness=alike, at=at)
    ]
    return [*said, *decide.classify(story, classification=classification, id_number=id_number, at=at)]


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return queue.each_fact(event, context, step)
