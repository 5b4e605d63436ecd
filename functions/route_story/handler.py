"""StoryClassified, StoryPlaced -> StoryRouted, or StoryForwarded.

Only where people share an area must somebody count what lies with whom.
"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import clock, desk, ledger, queue
from lyspunkt.aws.organisation import organisation
from lyspunkt.newsroom import placing, routing
from lyspunkt.newsroom.events import Fact

logger = Logger()


def step(fact: Fact) -> None:
    load = {}
    if any(len(department.communicators) > 1 for department in organisation().departments):
        load = desk.load_of(routing.colleagues(ledger.story(fact.story_id), organisation()))
    ledger.record(fact.story_id, placing.route, organisation=organisation(), load=load, at=clock.now())


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return queue.each_fact(event, context, step)
