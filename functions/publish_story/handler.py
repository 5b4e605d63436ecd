"""A publication's time has come -> StoryPublished, or PublicationParked, PublicationInDoubt.

Claimed first: intent, look for the marker, publish, outcome. A crash between any two lines is found and finished.
"""

import json
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
from lyspunkt.newsroom.outgoing import assemble
from lyspunkt.newsroom.story import Publication, Story

logger = Logger()

LEASE = timedelta(seconds=60)
"""The function's time-out: a run that began longer ago is dead."""


def step(body: str) -> None:
    message = json.loads(body)
    story_id, publication_id, claim = message["story_id"], message["publication_id"], uuid4().hex
    story = ledger.record(
        story_id, publishing.claim, publication_id=publication_id, claim=claim, lease=LEASE, at=clock.now()
    )
    publication = publishing.holds(story, publication_id, claim)
    if publication is not None:
        publish(story, publication)


def publish(story: Story, publication: Publication) -> None:
    about: dict[str, Any] = {"publication_id": publication.id}
    text = ledger.text(story.id, publication.version)
    at = clock.now()
    outgoing = assemble(story, publication, text, organisation(), at=at)
    try:
        channel = open_channel(publication.channel, organisation())
        where = channel.find(outgoing) if publication.repeated else None
        held = text.has_id_number
        if where is None and not publishing.may_publish(story, publication, at, id_number=held):
            ledger.record(story.id, publishing.call_off, at=at, id_number=held, **about)
            return
        where = where or channel.publish(outgoing)
    except CannotTell as doubt:
        ledger.record(story.id, publishing.doubt, because=doubt.reason, at=clock.now(), **about)
    except ChannelError as wrong:
        logger.error("not published", extra={"story_id": story.id, "reason": wrong.reason, **about})
        if wrong.retry:
            later: dict[str, Any] = {"because": wrong.reason, "organisation": organisation(), "at": clock.now()}
            ledger.record(story.id, publishing.try_later, **later, **about)
        else:
            ledger.record(story.id, publishing.park, because=wrong.reason, at=clock.now(), **about)
    else:
        ledger.record(
            story.id,
            publishing.published,
            also=lambda _after, _events: listing.rows(site.listed(outgoing)) if channel.listed else [],
            where=where,
            at=at,
            **about,
        )


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return queue.each_message(event, context, step)
