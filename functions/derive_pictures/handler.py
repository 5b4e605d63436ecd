"""StorySubmitted with pictures -> PicturesDerived."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import clock, ledger, pictures, queue
from lyspunkt.aws.organisation import organisation
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.events import PictureDerived, PictureRefused, StorySubmitted

logger = Logger()


def step(fact: StorySubmitted) -> None:
    if not ledger.story(fact.story_id).pictures_pending:
        return  # done before: the work is too dear to do it twice for nothing
    derived: list[PictureDerived] = []
    refused: list[PictureRefused] = []
    for received in fact.pictures:
        try:
            derived.append(pictures.derive(fact.story_id, received))
        except pictures.NotShown as wrong:
            logger.info(
                "refused", extra={"story_id": fact.story_id, "picture": received.number, "reason": wrong.reason}
            )
            refused.append(PictureRefused(number=received.number, reason=wrong.reason))
    ledger.record(
        fact.story_id,
        decide.derive_pictures,
        pictures=tuple(derived),
        refused=tuple(refused),
        organisation=organisation(),
        at=clock.now(),
    )


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return queue.each_fact(event, context, step)
