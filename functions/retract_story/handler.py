"""RetractionOrdered -> PublicationRetracted, and StoryRetracted with the last one; or RetractionInDoubt."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import clock, ledger, listing, queue
from lyspunkt.aws.organisation import organisation
from lyspunkt.channels import site
from lyspunkt.channels.channel import CannotTell, ChannelError
from lyspunkt.channels.open import open_channel
from lyspunkt.newsroom import publishing
from lyspunkt.newsroom.events import RetractionOrdered
from lyspunkt.newsroom.outgoing import assemble

logger = Logger()

LEASE = timedelta(seconds=60)
"""The function's time-out: a run that began longer ago is dead."""


def step(fact: RetractionOrdered) -> None:
    about: dict[str, Any] = {"publication_id": fact.publication_id}
    claim = uuid4().hex
    story = ledger.record(fact.story_id, publishing.start_retraction, claim=claim, lease=LEASE, at=clock.now(), **about)
    publication = publishing.holds(story, fact.publication_id, claim)
    if publication is None or publication.status != "retracting":
        return
    text = ledger.text(story.id, publication.version)
    outgoing = assemble(story, publication, text, organisation(), at=clock.now())
    try:
        channel = open_channel(publication.channel, organisation())
        if publication.repeated and not channel.repeatable:
            raise CannotTell("retraction-unknown")
        channel.retract(outgoing, publication.where or "")
    except CannotTell as doubt:
        ledger.record(story.id, publishing.doubt_retraction, because=doubt.reason, at=clock.now(), **about)
    except ChannelError as wrong:
        if wrong.retry:
            raise
        ledger.record(story.id, publishing.doubt_retraction, because=wrong.reason, at=clock.now(), **about)
    else:
        gone = listing.removals(site.listed(outgoing)) if channel.listed else []
        ledger.record(story.id, publishing.retracted, also=lambda _after, _events: gone, at=clock.now(), **about)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return queue.each_fact(event, context, step)
