"""The desk's pages: sign in, what waits, one story, its text. Each works without a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from lyspunkt.aws.desk import Waiting, WholeStory
from lyspunkt.newsroom import readiness
from lyspunkt.newsroom.events import Event
from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.newsroom.organisation import Organisation, Person
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.subjects import Area, Kind
from lyspunkt.newsroom.texts import PictureText
from lyspunkt.pages import duplicates, files
from lyspunkt.pages.approval import shown_pictures
from lyspunkt.pages.frame import frame, message
from lyspunkt.pages.plain_language import advice
from lyspunkt.pages.readiness import shown_card
from lyspunkt.pages.reasons import weighed
from lyspunkt.pages.render import render
from lyspunkt.pages.submission import said_beside
from lyspunkt.words.wording import words


def sign_in_page(organisation: Organisation, language: str) -> str:
    return render("desk-sign-in.html", language, **frame(organisation, language))


def enter_page(person: Person, organisation: Organisation) -> str:
    title = organisation.say(person.title, person.language)
    return render("desk-enter.html", person.language, **frame(organisation, person.language), title=title)


def message_page(heading: str, text: str, organisation: Organisation, language: str) -> str:
    """A plain page; both are keys in words/."""
    say = words(language).say
    return message(say(heading), [say(text)], organisation, language)


def queue_page(
    me: Person, waiting: Sequence[Waiting], organisation: Organisation, *, form: str, incoming: bool = False
) -> str:
    """What waits for one person; `incoming`: with a way to the mails that became no story."""
    return render(
        "desk-queue.html",
        me.language,
        **frame(organisation, me.language),
        title=organisation.say(me.title, me.language),
        waiting=[item.model_copy(update={"headline": mask(item.headline)}) for item in waiting],
        zone=organisation.zone,
        form=form,
        incoming=incoming,
    )


def story_page(
    whole: WholeStory,
    me: Person,
    organisation: Organisation,
    *,
    form: str,
    at: datetime,
    error: str = "",
    typed: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """One story: its words, why it lies here, what may be done, the way it came. `error` is a refusal's reason.

    `typed` is what a refused form held, so that nobody writes a readiness card twice.
    """
    story, say = whole.story, words(me.language).say
    text = whole.text.masked()
    return render(
        "desk-story.html",
        me.language,
        **frame(organisation, me.language),
        story=story,
        text=text,
        masked=text != whole.text,
        advice=advice(text, organisation, me.language, story.language),
        pictures=shown_pictures(story, text, f"/desk/stories/{story.id}/pictures"),
        zone=organisation.zone,
        form=form,
        error=say(f"refused.{error}") if error else "",
        areas=list(Area),
        kinds=list(Kind),
        sender=duplicates.sender(whole.submission),
        said=said_beside(story, whole.submission, organisation, me.language),
        others=duplicates.others(whole),
        this_lead=duplicates.lead(whole.text),
        later=duplicates.later(whole),
        files=files.shown(whole, words(me.language)),
        files_refused=files.refused(whole, organisation.intake.limits, words(me.language)),
        reasons=weighed(whole.classification, me.language),
        communicator=_title(story.communicator, organisation, me.language),
        informed=[_title(id_, organisation, me.language) for id_ in story.informed],
        central_desk=organisation.say(organisation.central_desk.name, me.language),
        colleagues=_colleagues(story, organisation, me.language, at),
        card=shown_card(story, organisation, me.language, at),
        noted=whole.readiness,
        noted_shown={name: mask(getattr(whole.readiness, name)) for name in ("known", "answer", "not_yet")}
        if whole.readiness
        else {},
        noted_by=_title(whole.readiness.by if whole.readiness else None, organisation, me.language),
        typed={name: mask(said) for name, said in typed.items()},
        at=at,
        approvals=_approvals(story, organisation, me.language),
        publications=_publications(story, organisation, me.language),
        trail=_trail(whole, organisation, me.language),
        can=_allowed(story),
    )


def edit_page(
    whole: WholeStory, me: Person, organisation: Organisation, *, form: str, error: str, typed: dict[str, str]
) -> str:
    """The text to edit, with what was typed kept where it was refused. Here, and only here, nothing is masked.

    `typed` without an error is a text to be looked at again: the advice is on it, and it still starts from its version.
    """
    say, story = words(me.language).say, whole.story
    written: dict[str, str] = {name: typed[name] for name in ("headline", "lead", "body") if name in typed}
    version = story.version.number if error else typed.get("version", story.version.number)
    return render(
        "desk-edit.html",
        me.language,
        **frame(organisation, me.language),
        story=story,
        version=version,
        text=whole.text,
        advice=advice(whole.text.model_copy(update=written), organisation, me.language, story.language),
        pictures=_all_pictures(whole, typed),
        typed=typed,
        form=form,
        error=say(f"refused.{error}") if error else "",
    )


def _all_pictures(whole: WholeStory, typed: dict[str, str]) -> list[dict[str, object]]:
    """Every picture that came, with its description and whether this version shows it."""
    story = whole.story
    said = {picture.number: picture.alt for picture in whole.text.pictures}
    unfit = {picture.number for picture in story.pictures_refused}
    came = {picture.number for picture in story.pictures_received} | {picture.number for picture in story.pictures}
    came -= unfit
    everything = whole.text.model_copy(
        update={"pictures": tuple(PictureText(number=number) for number in sorted(came))}
    )
    ready = {shown.number: shown for shown in shown_pictures(story, everything, f"/desk/stories/{story.id}/pictures")}
    return [
        {
            "number": number,
            "shown": ready.get(number),
            "alt": typed.get(f"alt-{number}", said.get(number, "")),
            "ticked": typed.get(f"show-{number}") == "yes" if "pictures" in typed else number in said,
        }
        for number in sorted(came)
    ]


def _allowed(story: Story) -> set[str]:
    """The forms that the page offers; the rules decide again when one is sent."""
    if story.phase == "forwarded":
        return {"place"}
    if story.ended or story.phase == "received":
        return set()
    allowed = {"edit", "recall"}
    if story.phase in {"classified", "routed", "changes-requested"}:
        allowed |= {"place", "hand-over"}
    if story.phase in {"routed", "changes-requested"} and story.placement and not story.needs_placing:
        allowed.add("answer" if story.placement.kind in readiness.KINDS else "send")
    if story.phase in {"routed", "changes-requested"} and not story.at_the_central_desk:
        allowed.add("not-mine")
    return allowed


def _colleagues(story: Story, organisation: Organisation, language: str, at: datetime) -> list[tuple[str, str]]:
    """Whom the story can be given to: those who are there, without who has it; the central desk first."""
    day = at.astimezone(organisation.zone).date()
    central = (
        []
        if story.at_the_central_desk
        else [("central-desk", organisation.say(organisation.central_desk.name, language))]
    )
    people = [
        (person.id, organisation.say(person.title, language))
        for person in organisation.people
        if not person.absent_on(day) and (person.id != story.communicator or story.at_the_central_desk)
    ]
    return central + sorted(people, key=lambda pair: pair[1].casefold())


def _approvals(story: Story, organisation: Organisation, language: str) -> list[tuple[str, str, datetime]]:
    """Who was asked, a key for what came of it, and when."""
    asked = story.round.approvals if story.round else ()
    return [
        (
            _title(approval.approver, organisation, language),
            f"decision-{approval.decision}" if approval.decision else "asked",
            approval.decided_at or approval.asked_at,
        )
        for approval in asked
    ]


def _publications(story: Story, organisation: Organisation, language: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for publication in story.publications:
        channel = organisation.channel(publication.channel)
        found.append(
            {
                "channel": organisation.say(channel.name, language) if channel else publication.channel,
                "status": publication.status,
                "at": publication.published_at or publication.due_at,
                "where": publication.where if (publication.where or "").startswith("http") else "",
                "out": publication.status == "published",
                "id": publication.id,
                "local": publication.local[:16] if publication.status == "scheduled" else "",
                "because": publication.because if publication.status == "scheduled" else None,
            }
        )
    return found


def _trail(whole: WholeStory, organisation: Organisation, language: str) -> list[tuple[datetime, str, str, str]]:
    """Each step, and once for each reason that the sender was not told of one."""
    say = words(language).say
    steps = [_step(event, whole, organisation, language) for event in whole.events]
    first = {held.because: held for held in reversed(whole.held)}
    steps += [(held.at, say("held.letter"), say(f"held.{because}"), "") for because, held in first.items()]
    return sorted(steps, key=lambda step: step[0])


def _step(event: Event, whole: WholeStory, organisation: Organisation, language: str) -> tuple[datetime, str, str, str]:
    """When, what, who or where, and what was written beside it."""
    detail = ""
    for name in ("communicator", "by", "channel"):
        value = getattr(event, name, None)
        if value:
            channel = organisation.channel(value) if name == "channel" else None
            detail = organisation.say(channel.name, language) if channel else _title(value, organisation, language)
            break
    note = whole.notes.get(event.number)
    return event.at, words(language).say(f"event.{event.type}"), detail, mask(note.comment) if note else ""


def _title(person_id: str | None, organisation: Organisation, language: str) -> str:
    person = organisation.person(person_id) if person_id else None
    return organisation.say(person.title, language) if person else ""
