"""A submitter's own page: the private address of a story, and what may be read there."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from lyspunkt.aws import layout, ledger, links, table
from lyspunkt.newsroom.events import EVENT, Event
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.story import Added, Story
from lyspunkt.newsroom.texts import Addition, Submission, Text
from lyspunkt.settings import settings


class Tracked(BaseModel):
    """A story as its submitter may see it: what they sent, and what happened to it since."""

    model_config = ConfigDict(frozen=True)

    story: Story
    sent: Text
    """The words as they came, whatever the desk has made of them."""
    submission: Submission | None = None
    events: tuple[Event, ...] = ()
    added: tuple[Addition, ...] = ()
    """What the submitter sent later, in order."""
    merged_into: Story | None = None
    """The story that this one goes on in."""

    @property
    def pictures(self) -> int:
        """How many pictures the submitter sent, then and later."""
        others = sum(len(one.pictures) for one in self.story.additions if not _by_the_submitter(one))
        return len(self.story.pictures_received) - others

    @property
    def files(self) -> int:
        """How many files that are no pictures."""
        others = sum(len(one.attachments) for one in self.story.additions if not _by_the_submitter(one))
        return len(self.story.attachments) - others


def address_of(story: Story) -> str:
    """The story's tracking page. The same story has the same address, however often it is asked for."""
    expires_at = story.submitted_at + links.TRACKING_LIVES
    token = links.mint(links.Link(kind="tracking", story_id=story.id, expires_at=expires_at))
    return f"{settings().address}/submissions/{token}"


def tracked(story_id: str) -> Tracked:
    """The story with its submitter's words and its history; raises Refused("story-unknown")."""
    rows = {str(row["SK"]): row for row in table.partition(layout.story_key(story_id))}
    sent = rows.get(layout.text_key(1))
    if layout.STATE not in rows or sent is None:
        raise Refused("story-unknown")
    story = Story.model_validate_json(rows[layout.STATE]["body"])
    submission = rows.get(layout.SUBMISSION)
    added = [rows.get(layout.addition_key(one.number)) for one in story.additions if _by_the_submitter(one)]
    merged_into, later = _elsewhere(story)
    return Tracked(
        story=story,
        sent=Text.model_validate_json(sent["body"]),
        submission=Submission.model_validate_json(submission["body"]) if submission else None,
        events=tuple(EVENT.validate_json(row["body"]) for key, row in rows.items() if key.startswith("EVENT#")),
        added=(*(Addition.model_validate_json(row["body"]) for row in added if row), *later),
        merged_into=merged_into,
    )


def _by_the_submitter(one: Added) -> bool:
    """Not what the desk joined to it, nor what came through a story that was: those words are somebody else's."""
    return one.because != "merged" and one.by == "submitter"


def _elsewhere(story: Story) -> tuple[Story | None, list[Addition]]:
    """The story that this one was merged into, and what this one's submitter has added to it there."""
    into = ledger.gone_on(story.merged_into) if story.merged_into else None
    if into is None:
        return None, []
    mine = [ledger.addition(into.id, one.number) for one in into.additions if one.by == story.id]
    return into, [addition for addition in mine if addition]
