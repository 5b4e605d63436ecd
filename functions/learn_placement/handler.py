"""StoryPlaced, StoryReturned -> a lesson, so that the next such story finds its desk by itself."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import ledger, lessons, queue
from lyspunkt.aws.organisation import organisation
from lyspunkt.newsroom import learning
from lyspunkt.newsroom.classification import Reading
from lyspunkt.newsroom.events import StoryPlaced, StoryReturned
from lyspunkt.newsroom.model import model

logger = Logger()


def step(fact: StoryPlaced | StoryReturned) -> None:
    where = organisation()
    if where.learning == "off":
        return
    story = ledger.story(fact.story_id)
    text, classification = ledger.text_and_reasons(fact.story_id, version=1)
    if classification is None:
        return  # placed before it was read: there was nothing to correct
    reading = Reading(text.headline, text.body, own=where.own_words, learned=lessons.weights())
    standing: learning.Standing = "counts" if where.learning == "at-once" else "waits"
    for correction in learning.corrections(story, classification, fact):
        step, words = learning.teach(reading.seen, reading.scores, model(), correction)
        lesson = learning.Lesson(
            story_id=story.id,
            number=fact.number,
            at=fact.at,
            by=fact.by,
            **correction._asdict(),
            step=step,
            words=words,
            standing=standing,
        )
        lessons.keep(lesson)
        logger.info("learned", extra={"story_id": story.id, "lesson": lesson.id, "step": lesson.step})


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return queue.each_fact(event, context, step)
