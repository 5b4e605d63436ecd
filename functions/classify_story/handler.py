"""StorySubmitted -> StoryClassified."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import clock, layout, ledger, queue
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.classification import classify
from lyspunkt.newsroom.events import StorySubmitted

logger = Logger()


def step(fact: StorySubmitted) -> None:
    text = ledger.text(fact.story_id, version=1)
    classification = classify(text.headline, text.body)
    ledger.record(
        fact.story_id,
        decide.classify,
        also=lambda _story, _events: [layout.story_row(fact.story_id, layout.REASONS, classification)],
        classification=classification,
        at=clock.now(),
    )


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return queue.each_fact(event, context, step)
