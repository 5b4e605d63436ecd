"""Beside a story on its page: those that may be the same, and what came later."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from lyspunkt.aws.desk import Other, WholeStory
from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.newsroom.story import Added
from lyspunkt.newsroom.texts import Submission, Text, lead_of


class Beside(BaseModel):
    """The other story as the page shows it; `id` names it in the forms, `address` leads to it where it is there."""

    model_config = ConfigDict(frozen=True)

    id: str
    address: str = ""
    headline: str = ""
    lead: str = ""
    language: str = ""
    status: str = ""
    sender: str = ""
    sent_at: datetime | None = None
    ended: bool = True


class Later(BaseModel):
    """What came later: a key for where from, who, when, and the words where they are still there."""

    model_config = ConfigDict(frozen=True)

    because: str
    sender: str
    at: datetime
    about: str = ""
    """What its sender says that it is: a key under `tracking` in words/."""
    headline: str = ""
    body: str = ""
    language: str = ""
    pictures: int = 0
    files: str = ""


def others(whole: WholeStory) -> list[Beside]:
    """The stories that this one may be the same as, or the one that it goes on in."""
    return [_beside(other) for other in whole.others]


def later(whole: WholeStory) -> list[Later]:
    """What came to the story after it was sent, in order."""
    return [_later(added, whole) for added in whole.story.additions]


def sender(given: Submission | None) -> str:
    """Name and address as they were given, less an id number that was written there; empty where nobody said."""
    return mask(" ".join(filter(None, (given.name, given.address)))) if given else ""


def lead(text: Text) -> str:
    """The first sentences of a text, to tell it by."""
    return mask(text.lead or lead_of(text.body))


def _beside(other: Other) -> Beside:
    story = other.story
    if story is None:
        return Beside(id=other.id)
    return Beside(
        id=other.id,
        address=f"/desk/stories/{story.id}",
        headline=mask(other.text.headline),
        lead=lead(other.text),
        language=story.language or "",
        status=story.status,
        sender=sender(other.submission),
        sent_at=story.submitted_at,
        ended=story.ended,
    )


def _later(added: Added, whole: WholeStory) -> Later:
    came = whole.additions.get(added.number)
    found = Later(because=added.because, sender=sender(came), at=added.at, pictures=len(added.pictures))
    if came is None:
        return found
    return found.model_copy(
        update={
            "about": came.fields.get("about", "") if added.because == "tracking-page" else "",
            "headline": mask(came.text.headline),
            "body": mask(came.text.body),
            "language": came.language or came.text.language or "",
            "files": mask(", ".join(file.name for file in came.attachments)),
        }
    )
