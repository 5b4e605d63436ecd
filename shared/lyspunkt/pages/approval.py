"""The pages behind a mailed approval link. Opening them decides nothing; no choice is made beforehand (bars A1, A2)."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.newsroom.organisation import Organisation, Person
from lyspunkt.newsroom.refusals import Reason
from lyspunkt.newsroom.slots import next_slot
from lyspunkt.newsroom.story import Approval, Story
from lyspunkt.newsroom.texts import Text
from lyspunkt.pages.frame import frame, message
from lyspunkt.pages.moments import in_words
from lyspunkt.pages.plain_language import figure
from lyspunkt.pages.render import render
from lyspunkt.words.wording import words

FIELDS = {"approval.say-what": "comment", "refused.unknown-person": "to", "refused.absent-person": "to"}
"""Beside which field an error stands; any other stands beside the choice."""


class ShownPicture(BaseModel):
    """A picture on a page of ours: its address there, its text, its size in pixels."""

    model_config = ConfigDict(frozen=True)

    number: int
    url: str
    alt: str
    width: int
    height: int


def shown_pictures(story: Story, text: Text, base: str) -> list[ShownPicture]:
    """The derived pictures under `base`, each at `NUMBER-WIDTH.jpg` in the width that suits a page."""
    alts = {picture.number: picture.alt for picture in text.pictures}
    shown: list[ShownPicture] = []
    for picture in story.pictures:
        if picture.number not in alts:
            continue  # added later, and not part of this version
        width = min(picture.widths, key=lambda wide: abs(wide - 960))
        shown.append(
            ShownPicture(
                number=picture.number,
                url=f"{base}/{picture.number}-{width}.jpg",
                alt=alts[picture.number],
                width=width,
                height=round(picture.height * width / picture.width),
            )
        )
    return shown


def approval_page(
    story: Story,
    text: Text,
    approval: Approval,
    organisation: Organisation,
    *,
    language: str,
    base: str,
    at: datetime | None = None,
    error: str = "",
    comment: str = "",
) -> str:
    """The story as it will look and the form that decides.

    `base` is the page's own path; `at` is now (when it was asked, where not given): nothing is published before it;
    `error` is a key in words/, and its text stands beside the field that it is about.
    """
    placement = story.placement
    shown = text.masked()
    if shown != text and not error:
        error = "refused.id-number-in-text"
    at = at or approval.asked_at
    others = [
        {"id": person.id, "title": organisation.say(person.title, language)}
        for person in _successors(story, approval, organisation, at)
    ]
    return render(
        "approval.html",
        language,
        **frame(organisation, language),
        text=shown,
        pictures=shown_pictures(story, shown, f"{base}/pictures"),
        area=placement.area if placement else "central",
        kind=placement.kind if placement else "good-story",
        figure=figure(text, language, story.language),
        asker=_title(story.communicator, organisation, language),
        approver=_title(approval.approver, organisation, language),
        deadline=approval.deadline_at,
        places=_places(story, organisation, language, at),
        zone=organisation.zone,
        others=others,
        error=words(language).say(error) if error else "",
        error_at=FIELDS.get(error, "decision") if error else "",
        comment=mask(comment),
    )


def decided_page(approval: Approval, organisation: Organisation, *, language: str, thanks: bool) -> str:
    """What this approver decided, said again whenever the link is opened."""
    say = words(language).say
    decided_at: datetime = approval.decided_at or approval.asked_at
    texts = [
        say(f"approval.decided-{approval.decision}"),
        say("approval.decided-at", moment=in_words(decided_at, organisation.zone, words(language))),
    ]
    heading = say("approval.thanks" if thanks else "approval.title")
    return message(heading, texts, organisation, language)


def refused_page(reason: Reason, organisation: Organisation, *, language: str) -> str:
    say = words(language).say
    return message(say("approval.refused"), [say(f"refused.{reason}")], organisation, language)


def message_page(key: str, organisation: Organisation, *, language: str) -> str:
    """A plain page: its heading stands at `page.KEY`, its text at `page.KEY-text`."""
    say = words(language).say
    return message(say(f"page.{key}"), [say(f"page.{key}-text")], organisation, language)


def _successors(story: Story, approval: Approval, organisation: Organisation, at: datetime) -> list[Person]:
    """Whom the rules let this approver hand over to: `decide.hand_over` looks again."""
    asked = story.round.approvals if story.round else ()
    taken = {other.approver for other in asked if other.decision != "handed-over"}
    day = at.astimezone(organisation.zone).date()
    return [
        person
        for person in organisation.people
        if person.id not in {approval.approver, story.submitter} | taken and not person.absent_on(day)
    ]


def _places(story: Story, organisation: Organisation, language: str, at: datetime) -> list[tuple[str, str]]:
    """Each channel that would publish the story, and when at the earliest, were it approved at `at`."""
    wording = words(language)
    places: list[tuple[str, str]] = []
    for channel in organisation.channels_for(story):
        slot = next_slot(at, channel.hours, organisation.zone, wished=story.wished_at, embargo=story.embargo_until)
        moment = in_words(slot.due_at, organisation.zone, wording)
        due = (
            wording.say("approval.at-once")
            if slot.because == "now"
            else wording.say("approval.earliest", moment=moment, because=wording.say(f"slot.{slot.because}"))
        )
        places.append((organisation.say(channel.name, language), due))
    return places


def _title(person_id: str | None, organisation: Organisation, language: str) -> str:
    person = organisation.person(person_id) if person_id else None
    return organisation.say(person.title, language) if person else ""
