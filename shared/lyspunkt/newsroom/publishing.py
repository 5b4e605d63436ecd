"""What may happen to a publication: scheduled, claimed, recorded, taken down.

The table is the truth about what is due; an alarm only wakes us. So each step looks at the story as it is now.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from lyspunkt.newsroom.events import (
    Event,
    PublicationCancelled,
    PublicationInDoubt,
    PublicationParked,
    PublicationRetracted,
    PublicationScheduled,
    PublicationStarted,
    RetractionInDoubt,
    RetractionOrdered,
    RetractionStarted,
    StoryPublished,
    StoryRetracted,
)
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.slots import next_slot
from lyspunkt.newsroom.story import TAKEN_BACK, Publication, Story, evolve

MOST_TRIES = 5
FIRST_WAIT = timedelta(minutes=5)
"""Between the first and the second try; each later wait is twice as long."""


def schedule(story: Story, *, organisation: Organisation, at: datetime) -> list[Event]:
    """One publication for each channel that takes such a story, each at the channel's next moment."""
    if story.phase != "approved" or story.placement is None or story.approved_version is None:
        return []
    events: list[Event] = []
    for channel in organisation.channels_for(story):
        publication_id = f"{channel.id}-v{story.approved_version}"
        if story.publication(publication_id):
            continue
        slot = next_slot(at, channel.hours, organisation.zone, wished=story.wished_at, embargo=story.embargo_until)
        events.append(
            PublicationScheduled(
                story_id=story.id,
                at=at,
                publication_id=publication_id,
                channel=channel.id,
                version=story.approved_version,
                due_at=slot.due_at,
                local=slot.local,
                time_zone=slot.time_zone,
                because=slot.because,
            )
        )
    return events


def reschedule(
    story: Story, *, publication_id: str, wished: datetime, organisation: Organisation, at: datetime
) -> list[Event]:
    """Another time for what is not out yet. The event's number gives the new alarm its name (bar F2)."""
    publication = story.publication(publication_id)
    if publication is None or publication.status != "scheduled" or story.phase != "approved":
        raise Refused("not-scheduled")
    channel = organisation.channel(publication.channel)
    if channel is None:
        raise Refused("not-scheduled")
    slot = next_slot(at, channel.hours, organisation.zone, wished=wished, embargo=story.embargo_until)
    if slot.due_at == publication.due_at:
        return []
    return [
        PublicationScheduled(
            story_id=story.id,
            at=at,
            publication_id=publication_id,
            channel=publication.channel,
            version=publication.version,
            due_at=slot.due_at,
            local=slot.local,
            time_zone=slot.time_zone,
            because=slot.because,
        )
    ]


def may_publish(story: Story, publication: Publication, at: datetime, *, id_number: bool = False) -> bool:
    """Whether it may go out at this moment: approved, this version, due, past its embargo, nothing open (bar F1).

    `id_number`: one stands in its words as they are now read, whatever was said of them when they were written.
    """
    return (
        story.phase == "approved"
        and publication.version == story.approved_version == story.version.number
        and not (id_number or story.version.id_number)
        and at >= publication.due_at
        and (story.embargo_until is None or at >= story.embargo_until)
    )


def claim(story: Story, *, publication_id: str, claim: str, lease: timedelta, at: datetime) -> list[Event]:
    """The intent, before the channel is touched. `claim` is the run's id, `lease` how long a run may live.

    A publication that another run holds is left alone; one whose run must be dead is claimed again, also where it may
    not go out any more: it may be out already, and then that must be known (bar E7).
    """
    publication = story.publication(publication_id)
    if publication is None:
        return []
    due = publication.status == "scheduled" and may_publish(story, publication, at)
    if due or (publication.status == "publishing" and lapsed(publication, lease, at)):
        return [PublicationStarted(story_id=story.id, at=at, publication_id=publication_id, claim=claim)]
    return []


def holds(story: Story, publication_id: str, claim: str) -> Publication | None:
    """The publication, where this very run has claimed it."""
    publication = story.publication(publication_id)
    return publication if publication and publication.claim == claim else None


def lapsed(publication: Publication, lease: timedelta, at: datetime) -> bool:
    return publication.started_at is None or at - publication.started_at >= lease


def published(story: Story, *, publication_id: str, where: str, at: datetime) -> list[Event]:
    """It is out. Where the story was taken back meanwhile, the retraction is ordered in the same breath."""
    publication = story.publication(publication_id)
    if publication is None or publication.status not in {"publishing", "in-doubt"}:
        return []
    out = StoryPublished(
        story_id=story.id, at=at, publication_id=publication_id, channel=publication.channel, where=where
    )
    if story.phase in TAKEN_BACK:
        return [out, RetractionOrdered(story_id=story.id, at=at, publication_id=publication_id)]
    return [out]


def doubt(story: Story, *, publication_id: str, because: str, at: datetime) -> list[Event]:
    publication = story.publication(publication_id)
    if publication is None or publication.status != "publishing":
        return []
    return [PublicationInDoubt(story_id=story.id, at=at, publication_id=publication_id, because=because)]


def try_later(
    story: Story, *, publication_id: str, because: str, organisation: Organisation, at: datetime
) -> list[Event]:
    """The channel certainly did not take it but may later: another time, further off with each try, at last parked."""
    publication = story.publication(publication_id)
    if publication is None or publication.status != "publishing":
        return []
    if not may_publish(story, publication, at):
        return call_off(story, publication_id=publication_id, at=at)
    if publication.tries >= MOST_TRIES:
        return park(story, publication_id=publication_id, because=because, at=at)
    due_at = at + FIRST_WAIT * 2 ** (publication.tries - 1)
    local = due_at.astimezone(organisation.zone).replace(tzinfo=None, microsecond=0)
    return [
        PublicationScheduled(
            story_id=story.id,
            at=at,
            publication_id=publication_id,
            channel=publication.channel,
            version=publication.version,
            due_at=due_at,
            local=local.isoformat(timespec="seconds"),
            time_zone=organisation.zone.key,
            because="retry",
        )
    ]


def call_off(story: Story, *, publication_id: str, at: datetime, id_number: bool = False) -> list[Event]:
    """It is certainly not out, and its story was taken back or edited meanwhile.

    Where an id number was found in it, it waits for a person who removes it.
    """
    publication = story.publication(publication_id)
    if publication is None or publication.status != "publishing":
        return []
    if id_number and story.phase not in TAKEN_BACK and publication.version == story.version.number:
        return park(story, publication_id=publication_id, because="id-number-in-text", at=at)
    because = f"story-{story.phase}" if story.phase in TAKEN_BACK else "edited-since"
    return [PublicationCancelled(story_id=story.id, at=at, publication_id=publication_id, because=because)]


def park(story: Story, *, publication_id: str, because: str, at: datetime) -> list[Event]:
    publication = story.publication(publication_id)
    if publication is None or publication.status not in {"scheduled", "publishing"}:
        return []
    return [PublicationParked(story_id=story.id, at=at, publication_id=publication_id, because=because)]


def stopped(story: Story, *, at: datetime, because: str) -> list[Event]:
    """What a change of mind does: the scheduled is cancelled, the published is ordered down."""
    events: list[Event] = []
    for publication in story.publications:
        if publication.status in {"scheduled", "parked"}:
            events.append(
                PublicationCancelled(story_id=story.id, at=at, publication_id=publication.id, because=because)
            )
        elif publication.status == "published" and because in {"story-recalled", "story-withdrawn", "story-merged"}:
            events.append(RetractionOrdered(story_id=story.id, at=at, publication_id=publication.id))
    return events


def start_retraction(story: Story, *, publication_id: str, claim: str, lease: timedelta, at: datetime) -> list[Event]:
    publication = story.publication(publication_id)
    if publication is None:
        return []
    if publication.status == "published" or (publication.status == "retracting" and lapsed(publication, lease, at)):
        return [RetractionStarted(story_id=story.id, at=at, publication_id=publication_id, claim=claim)]
    return []


def retracted(story: Story, *, publication_id: str, at: datetime) -> list[Event]:
    publication = story.publication(publication_id)
    if publication is None or publication.status != "retracting":
        return []
    down = PublicationRetracted(story_id=story.id, at=at, publication_id=publication_id, channel=publication.channel)
    states = {other.status for other in evolve(story, down).publications}
    if story.phase in TAKEN_BACK and not states & {"published", "publishing", "retracting", "in-doubt"}:
        return [down, StoryRetracted(story_id=story.id, at=at)]
    return [down]


def doubt_retraction(story: Story, *, publication_id: str, because: str, at: datetime) -> list[Event]:
    publication = story.publication(publication_id)
    if publication is None or publication.status != "retracting":
        return []
    return [RetractionInDoubt(story_id=story.id, at=at, publication_id=publication_id, because=because)]
