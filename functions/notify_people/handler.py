"""A fact that someone must hear of -> a letter."""

from functools import partial
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import clock, ledger, letters, links, mail, queue
from lyspunkt.aws.organisation import organisation
from lyspunkt.newsroom.events import Event
from lyspunkt.newsroom.letters import Letter, letters_for
from lyspunkt.newsroom.story import Story
from lyspunkt.pages.correspondence import addressed

logger = Logger()


def step(fact: Event) -> None:
    story = ledger.story(fact.story_id)
    for letter in letters_for(fact, story, organisation()):
        outcome = letters.send_once(story.id, letter, partial(_send, fact, story, letter), clock.now())
        logger.info(f"letter {outcome}", extra={"story_id": story.id, "letter": letter.kind})


def _send(fact: Event, story: Story, letter: Letter) -> str:
    to = addressed(fact, story, letter, organisation())
    if to is None:
        raise letters.Held("no-address")  # the sender gave none, or it was erased
    if to.submission is not None:
        letters.may_go_out(story.id, letter, to.submission, organisation().intake.rates, clock.now())
    return mail.send(
        to=to.address,
        subject=to.composed.subject,
        text=to.composed.text,
        html=to.composed.html,
        kind=letter.kind,
        marker=f"{story.id}.{letter.fact_number}",
        language=to.language,
        sender_name=to.sender_name,
        about=links.reply_address(story.id) if to.submission is not None else None,
    )


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return queue.each_fact(event, context, step)
