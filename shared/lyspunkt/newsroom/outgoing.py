"""What a channel gets: one version of a story, put together for one publication."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom.events import PictureDerived
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.story import Publication, Story
from lyspunkt.newsroom.texts import Text


class OutgoingPicture(BaseModel):
    """A derived picture with its text."""

    model_config = ConfigDict(frozen=True)

    picture: PictureDerived
    alt: str


class Outgoing(BaseModel):
    """One version of a story on its way to one channel. `marker` is the same for every try of the publication."""

    model_config = ConfigDict(frozen=True)

    story_id: str
    publication_id: str
    channel: str
    version: int
    headline: str
    lead: str
    body: str
    language: str
    area: str
    kind: str
    pictures: tuple[OutgoingPicture, ...]
    published_at: datetime
    changed_at: datetime

    @property
    def marker(self) -> str:
        return f"{self.story_id}.{self.publication_id}"


def assemble(
    story: Story, publication: Publication, text: Text, organisation: Organisation, *, at: datetime
) -> Outgoing:
    """The version that `publication` names, out at `at`; a story that was out before keeps its first time."""
    alts = {picture.number: picture.alt for picture in text.pictures}
    return Outgoing(
        story_id=story.id,
        publication_id=publication.id,
        channel=publication.channel,
        version=publication.version,
        headline=text.headline,
        lead=text.lead,
        body=text.body,
        language=text.language or story.language or organisation.first_language,
        area=story.placement.area if story.placement else "central",
        kind=story.placement.kind if story.placement else "good-story",
        pictures=tuple(
            OutgoingPicture(picture=picture, alt=alts[picture.number])
            for picture in story.pictures
            if picture.number in alts  # what was added later is nobody's until a version holds it
        ),
        published_at=first_out(story, publication.channel) or at,
        changed_at=at,
    )


def first_out(story: Story, channel: str) -> datetime | None:
    """When the story was first out on a channel, in whatever version; None before that."""
    times = [other.published_at for other in story.publications if other.channel == channel and other.published_at]
    return min(times, default=None)
