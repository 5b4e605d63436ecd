"""StoryClassified, StoryPlaced -> StoryRouted, or StoryForwarded."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import clock, ledger, queue
from lyspunkt.aws.organisation import organisation
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.events import Fact

logger = Logger()


def step(fact: Fact) -> None:
    ledger.record(fact.story_id, decide.route, organisation=organisation(), at=clock.now())


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return queue.each_fact(event, context, step)
