"""StoryApproved -> PublicationScheduled, one for each channel; PublicationScheduled -> an alarm."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import alarms, clock, ledger, queue
from lyspunkt.aws.organisation import organisation
from lyspunkt.newsroom import publishing
from lyspunkt.newsroom.events import PublicationScheduled, StoryApproved

logger = Logger()


def step(fact: StoryApproved | PublicationScheduled) -> None:
    at = clock.now()
    if isinstance(fact, StoryApproved):
        ledger.record(fact.story_id, publishing.schedule, organisation=organisation(), at=at)
        return
    story = ledger.story(fact.story_id)
    publication = story.publication(fact.publication_id)
    if publication is not None:
        alarms.set_for(story, publication, at)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return queue.each_fact(event, context, step)
