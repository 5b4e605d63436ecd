"""The pages behind a mailed approval link. Opening them decides nothing; no choice is made beforehand (bars A1, A2)."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.refusals import Reason
from lyspunkt.newsroom.story import Approval, Story
from lyspunkt.newsroom.texts import Text
from lyspunkt.pages.moments import in_words
from lyspunkt.pages.render import render
from lyspunkt.words.wording import words


class ShownPicture(BaseModel):
    """A picture on a page of ours: its address there, its text, its size in pixels."""

    model_config = ConfigDict(frozen=True)

    url: str
    alt: str
    width: int
    height: int


def shown_pictures(story: Story, text: Text, base: str) -> list[ShownPicture]:
    """The derived pictures under `base`, each at `NUMBER-WIDTH.jpg` in the width that suits a page."""
    alts = {picture.number: picture.alt for picture in text.pictures}
    shown: list[ShownPicture] = []
    for picture in story.pictures:
        width = min(picture.widths, key=lambda wide: abs(wide - 960))
        shown.append(
            ShownPicture(
                url=f"{base}/{picture.number}-{width}.jpg",
                alt=alts.get(picture.number, ""),
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
    error: str = "",
    comment: str = "",
) -> str:
    """The story as it will look and the form that decides; `base` is the page's own path, `error` a key in words/."""
    placement = story.placement
    channels = organisation.channels_for(placement) if placement else ()
    others = [
        {"id": person.id, "title": organisation.say(person.title, language)}
        for person in organisation.people
        if person.id not in {approval.approver, story.submitter}
    ]
    return render(
        "approval.html",
        language,
        **_frame(organisation, language),
        text=text,
        pictures=shown_pictures(story, text, f"{base}/pictures"),
        area=placement.area if placement else "central",
        kind=placement.kind if placement else "good-story",
        channels=[organisation.say(channel.name, language) for channel in channels],
        deadline=approval.deadline_at,
        zone=organisation.zone,
        others=others,
        error=words(language).say(error) if error else "",
        comment=comment,
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
    return render("message.html", language, **_frame(organisation, language), heading=heading, texts=texts, link=None)


def refused_page(reason: Reason, organisation: Organisation, *, language: str) -> str:
    say = words(language).say
    return render(
        "message.html",
        language,
        **_frame(organisation, language),
        heading=say("approval.refused"),
        texts=[say(f"refused.{reason}")],
        link=None,
    )


def message_page(key: str, organisation: Organisation, *, language: str) -> str:
    """A plain page: its heading stands at `page.KEY`, its text at `page.KEY-text`."""
    say = words(language).say
    frame = _frame(organisation, language)
    return render(
        "message.html", language, **frame, heading=say(f"page.{key}"), texts=[say(f"page.{key}-text")], link=None
    )


def _frame(organisation: Organisation, language: str) -> dict[str, str]:
    return {
        "municipality": organisation.say(organisation.municipality.name, language),
        "contact": organisation.municipality.contact,
    }
