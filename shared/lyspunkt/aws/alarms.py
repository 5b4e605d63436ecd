"""Alarm clocks: one-time schedules that put a publication in the publish queue. The table stays the truth."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from lyspunkt.aws.clients import client
from lyspunkt.newsroom.story import Publication, Story
from lyspunkt.settings import settings

SOON = timedelta(seconds=60)
"""EventBridge Scheduler is precise to a minute; what is due sooner goes straight to the queue."""


def set_for(story: Story, publication: Publication, at: datetime) -> None:
    """See that a scheduled publication has its alarm. Repeating it does nothing more.

    The name carries the number of the event that set the time, so a new time has a new alarm and the old one, when it
    rings, finds nothing due (bar F2).
    """
    if publication.status != "scheduled":
        return
    if publication.due_at - at <= SOON:
        ring(story.id, publication.id)
    else:
        _schedule(story.id, publication)


def ring(story_id: str, publication_id: str) -> None:
    """Put a publication in the publish queue now."""
    client("sqs").send_message(QueueUrl=settings().publish_queue_url, MessageBody=_body(story_id, publication_id))


def name(story_id: str, publication: Publication) -> str:
    """At most 64 characters of `[0-9a-zA-Z-_.]`."""
    return f"{story_id}-{publication.id}-{publication.scheduled_number}"


def _schedule(story_id: str, publication: Publication) -> None:
    scheduler = client("scheduler")
    try:
        scheduler.create_schedule(
            Name=name(story_id, publication),
            GroupName=settings().schedule_group,
            ScheduleExpression=f"at({publication.due_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S})",
            ScheduleExpressionTimezone="UTC",
            FlexibleTimeWindow={"Mode": "OFF"},
            ActionAfterCompletion="DELETE",
            Target={
                "Arn": settings().publish_queue_arn,
                "RoleArn": settings().scheduler_role_arn,
                "Input": _body(story_id, publication.id),
            },
        )
    except scheduler.exceptions.ConflictException:
        return  # set already by an earlier delivery of the same fact


def _body(story_id: str, publication_id: str) -> str:
    return json.dumps({"story_id": story_id, "publication_id": publication_id})
