"""StorySubmitted or MaterialAdded with pictures -> PicturesDerived."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import clock, ledger, pictures, queue
from lyspunkt.aws.organisation import organisation
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.events import MaterialAdded, PictureDerived, PictureRefused, StorySubmitted

logger = Logger()


def step(fact: StorySubmitted | MaterialAdded) -> None:
    story = ledger.story(fact.story_id)
    # Done before: the work is too dear to do it twice for nothing
    settled = {known.number for known in story.pictures} | {known.number for known in story.pictures_refused}
    derived: list[PictureDerived] = []
    refused: list[PictureRefused] = []
    for received in (picture for picture in fact.pictures if picture.number not in settled):
        try:
            derived.append(pictures.derive(fact.story_id, received, organisation().intake.limits))
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
