"""From a letter that is due to its words: whose language, which address, which link."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from lyspunkt.aws import ledger, links
from lyspunkt.aws.tracking import address_of
from lyspunkt.newsroom.events import (
    Event,
    PublicationParked,
    StoryHandedOver,
    StoryPublished,
    StoryReturned,
    StoryRouted,
)
from lyspunkt.newsroom.language import identify
from lyspunkt.newsroom.letters import SUBMITTER, Letter
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.story import Approval, Story
from lyspunkt.newsroom.subjects import Classification
from lyspunkt.newsroom.texts import Submission, Text
from lyspunkt.pages.letters import Composed, compose
from lyspunkt.pages.readiness import shown_card
from lyspunkt.pages.reasons import as_lines
from lyspunkt.settings import settings
from lyspunkt.words.wording import words


class Addressed(BaseModel):
    """A composed letter and where it goes."""

    model_config = ConfigDict(frozen=True)

    address: str
    language: str
    sender_name: str
    composed: Composed
    submission: Submission | None = None
    """What the receiver sent, where it is a submitter."""


def addressed(fact: Event, story: Story, letter: Letter, organisation: Organisation) -> Addressed | None:
    """The letter ready to send; None where its receiver has no address."""
    submission = ledger.submission(story.id) if letter.to == SUBMITTER else None
    if letter.to == SUBMITTER:
        address = submission.address if submission else None
        language = story.language or _written_in(story)
    else:
        person = organisation.person(letter.to)
        address = person.address if person else None
        language = person.language if person else organisation.first_language
    if not address:
        return None
    facts = _facts(fact, story, letter, organisation, language)
    municipality = organisation.say(organisation.municipality.name, language)
    composed = compose(
        letter.kind, language, municipality=municipality, contact=organisation.municipality.contact, **facts
    )
    return Addressed(
        address=address, language=language, sender_name=municipality, composed=composed, submission=submission
    )


def _facts(fact: Event, story: Story, letter: Letter, organisation: Organisation, language: str) -> dict[str, object]:
    if letter.to == SUBMITTER:
        return _for_the_submitter(fact, story, letter, organisation, language)
    text, classification = _words_and_reasons(story, letter)
    about: dict[str, object] = {"headline": text.headline}
    desk = {"url": f"{settings().address}/desk/stories/{story.id}"}
    approval = story.round.approval(letter.approval_id) if story.round and letter.approval_id else None
    match letter.kind:
        case "story-routed" if isinstance(fact, StoryRouted):
            why: dict[str, object] = {"because": fact.because, "reasons": as_lines(classification, language)}
            return about | desk | _subject(story) | why
        case "story-informed":
            owner = organisation.person(story.communicator or "")
            return about | desk | _subject(story) | {"owner": organisation.say(owner.title, language) if owner else ""}
        case "story-handed-over":
            return about | desk | {"because": "not-mine" if isinstance(fact, StoryReturned) else _because(fact)}
        case "readiness-card":
            card = shown_card(story, organisation, language, fact.at)
            answer: dict[str, object] = {
                "who_answers": card.who_answers if card else "",
                "deadline": card.answer_by if card else None,
                "not_yet": card.not_yet if card else [],
                "zone": organisation.zone,
            }
            why = {"lead": text.lead, "reasons": as_lines(classification, language)}
            return about | desk | _subject(story) | answer | why
        case "answer-overdue":
            return about | desk | {"deadline": story.answer_by, "zone": organisation.zone}
        case "approval-asked" | "approval-reminder" if approval:
            link = {"url": f"{settings().address}/approvals/{_token(story, approval)}"}
            when = {"deadline": approval.deadline_at, "zone": organisation.zone}
            return about | link | when | {"lead": text.lead}
        case "decision-receipt" if approval:
            return about | {"decision": approval.decision or "approved", "comment": _comment(story, fact)}
        case "changes-requested" | "story-rejected" if approval:
            by = organisation.person(approval.approver)
            title = organisation.say(by.title, language) if by else ""
            return about | desk | {"by": title, "comment": _comment(story, fact)}
        case "publication-scheduled":
            publication = story.publication(letter.publication_id or "")
            due = publication.due_at if publication else fact.at
            name = _channel(story, letter, organisation, language)
            return about | desk | {"channel": name, "due_at": due, "zone": organisation.zone}
        case "story-published" if isinstance(fact, StoryPublished):
            url = _public(fact) or desk["url"]
            return about | {"channel": _channel(story, letter, organisation, language), "url": url}
        case "publication-parked":
            found = isinstance(fact, PublicationParked) and fact.because == "id-number-in-text"
            held = words(language).say("refused.id-number-in-text") if found else ""
            return about | desk | {"channel": _channel(story, letter, organisation, language), "why": held}
    return about | desk


def _words_and_reasons(story: Story, letter: Letter) -> tuple[Text, Classification | None]:
    """The newest words, and, for letters that say so, why the story was taken for what it is."""
    if letter.kind in {"story-routed", "readiness-card"}:
        return ledger.text_and_reasons(story.id, story.version.number)
    return ledger.text(story.id, story.version.number), None


def _subject(story: Story) -> dict[str, object]:
    placement = story.placement
    return {
        "area": placement.area if placement else "central",
        "story_kind": placement.kind if placement else "good-story",
    }


def _because(fact: Event) -> str:
    return fact.because if isinstance(fact, StoryHandedOver) else "handed-over"


def _written_in(story: Story) -> str:
    """The language of what was sent, where it was neither chosen nor found yet: a letter does not wait for that."""
    sent = ledger.text(story.id, 1)
    return identify(f"{sent.headline}\n{sent.body}")[0]


def _for_the_submitter(
    fact: Event, story: Story, letter: Letter, organisation: Organisation, language: str
) -> dict[str, object]:
    """Nothing of what was submitted: whoever sent it may have given a stranger's address (bar H7)."""
    match letter.kind:
        case "where-to-turn":
            return {"advice": _advice(story, organisation, language)}
        case "your-story-published" if isinstance(fact, StoryPublished):
            return {"url": _public(fact) or address_of(story)}
        case "acknowledgement":
            return {"reference": story.id, "url": address_of(story)}
    return {"url": address_of(story)}


def _public(fact: StoryPublished) -> str:
    """Where everyone can read it; empty where the channel has no address for it."""
    return fact.where if fact.where.startswith("http") else ""


def _token(story: Story, approval: Approval) -> str:
    return links.mint(
        links.Link(
            kind="approval",
            person=approval.approver,
            expires_at=approval.asked_at + links.LIFE,
            story_id=story.id,
            approval_id=approval.id,
            version=story.round.version if story.round else story.version.number,
        )
    )


def _channel(story: Story, letter: Letter, organisation: Organisation, language: str) -> str:
    publication = story.publication(letter.publication_id or "")
    channel = organisation.channel(publication.channel) if publication else None
    return organisation.say(channel.name, language) if channel else ""


def _comment(story: Story, fact: Event) -> str:
    note = ledger.note(story.id, fact.number)
    return note.comment if note else ""


def _advice(story: Story, organisation: Organisation, language: str) -> list[str]:
    """Where to turn with the story's area, or in general."""
    area = story.placement.area if story.placement else ""
    known = [turn for turn in organisation.where_to_turn if area in turn.areas]
    general = [turn for turn in organisation.where_to_turn if not turn.areas]
    return [organisation.say(turn.text, language) for turn in (known or general)[:1]]
