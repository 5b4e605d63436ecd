"""The page behind a submitter's own link: where the story is, what was sent, a way to add to it and to take it back.

Opening it changes nothing, and neither form does anything as it stands: each needs a choice (bars A1, A2, T3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lyspunkt.aws.tracking import Tracked
from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.story import Publication, Story
from lyspunkt.pages.frame import frame, message
from lyspunkt.pages.moments import in_words
from lyspunkt.pages.render import render
from lyspunkt.words.wording import Wording, words

STEPS = {
    "StorySubmitted": "received",
    "StoryRouted": "routed",
    "MaterialAdded": "added",
    "ApprovalsRequested": "asked",
    "ChangesRequested": "changes",
    "StoryApproved": "approved",
    "StoryPublished": "published",
    "StoryRejected": "rejected",
    "StoryForwarded": "forwarded",
    "StoryAnswered": "answered",
    "StoryWithdrawn": "withdrawn",
    "StoryRecalled": "recalled",
    "StoryMerged": "merged",
    "StoryRetracted": "retracted",
}
"""What a submitter is told of a story's history; the other facts are the desk's own business."""
ABOUT = ("new", "correction")
"""What an addition can be: one of these is chosen, and none beforehand."""
FIELDS = {"choose": "about", "tick": "sure", "closed": "withdraw"}
"""Where on the page an error stands; any other stands beside the text."""

REFUSED = frozenset({"too-long", "too-often", "closed"})
"""What cannot be mended on the spot: beside it stands another way to reach us."""


@dataclass(frozen=True)
class Wrong:
    """Why a form was not taken: a key under `tracking` in words/, and what its text names."""

    key: str
    count: int = 0
    limit: int = 0


def tracking_page(
    tracked: Tracked,
    organisation: Organisation,
    *,
    language: str,
    base: str,
    form: str,
    longest: int,
    said: str = "",
    wrong: Wrong | None = None,
    typed: str = "",
) -> str:
    """The whole page.

    `base` is its path; `form` makes two sendings of the same form one; `longest` is how many characters may be added;
    `said` thanks for what was just done (`added`, `withdrawn`); `wrong` says what must be mended in what was `typed`.
    """
    wording = words(language)
    # No id number stands on the page, not even one that its reader wrote: a mailed link may be passed on
    story, sent, shown = tracked.story, tracked.sent.masked(), mask(typed)
    added = [(addition.received_at, mask(addition.text.body)) for addition in tracked.added]
    return render(
        "tracking.html",
        language,
        **frame(organisation, language),
        zone=organisation.zone,
        base=base,
        form=form,
        reference=story.id,
        status=wording.say(f"tracking-status.{story.status}", moment=_due(story, organisation, wording)),
        readable=_readable(tracked, organisation, language),
        steps=_steps(tracked),
        text=sent,
        text_language=sent.language or story.language or language,
        received_at=story.submitted_at,
        pictures=tracked.pictures,
        files=tracked.files,
        name_kept_out=story.name_kept_out,
        added=added,
        hidden=(sent.headline, sent.body) != (tracked.sent.headline, tracked.sent.body)
        or [body for _, body in added] != [one.text.body for one in tracked.added]
        or shown != typed,
        may_withdraw=not story.ended,
        choices=ABOUT,
        longest=longest,
        said=said,
        error=wording.say(f"tracking.{wrong.key}", count=wrong.count, limit=wrong.limit) if wrong else "",
        error_at=FIELDS.get(wrong.key, "text") if wrong else "",
        typed=shown,
        phone=organisation.intake.phone if wrong and wrong.key in REFUSED else None,
    )


def no_page(key: str, organisation: Organisation, *, language: str) -> str:
    """Instead of the page: `unknown` or `expired`, what may have happened and who can help."""
    say = words(language).say
    texts = [say(f"tracking.{key}-text")]
    if organisation.intake.phone:
        texts.append(say("tracking.phone", phone=organisation.intake.phone))
    return message(say(f"tracking.{key}"), texts, organisation, language)


def _steps(tracked: Tracked) -> list[tuple[str, datetime]]:
    """What happened and when, oldest first; the same once more in a row is one step."""
    steps: list[tuple[str, datetime]] = []
    for event in tracked.events:
        step = STEPS.get(event.type)
        if step and (not steps or steps[-1][0] != step):
            steps.append((step, event.at))
    return steps


def _due(story: Story, organisation: Organisation, wording: Wording) -> str:
    """When the first of the scheduled publications goes out."""
    due = [publication.due_at for publication in story.publications if publication.status == "scheduled"]
    return in_words(min(due), organisation.zone, wording) if due else ""


def _readable(tracked: Tracked, organisation: Organisation, language: str) -> list[dict[str, Any]]:
    """Where it can be read by everyone: each channel's name and the address there."""
    story = tracked.merged_into or tracked.story
    return [
        {"channel": _name(publication, organisation, language), "url": publication.where}
        for publication in _out(story.publications)
    ]


def _out(publications: Sequence[Publication]) -> list[Publication]:
    return [one for one in publications if one.status == "published" and (one.where or "").startswith("https://")]


def _name(publication: Publication, organisation: Organisation, language: str) -> str:
    channel = organisation.channel(publication.channel)
    return organisation.say(channel.name, language) if channel else publication.channel
