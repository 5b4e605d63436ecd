"""What a communicator does to a story from its page; `given` is what the form held."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from lyspunkt.aws import duplicates, layout, ledger
from lyspunkt.aws.organisation import organisation
from lyspunkt.newsroom import decide, placing, publishing, readiness, slots
from lyspunkt.newsroom.id_numbers import begin
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.texts import PictureText, Text

Given = dict[str, str]
LONGEST_HEADLINE, LONGEST_LEAD, LONGEST_BODY, LONGEST_ALT = 300, 600, 60_000, 500
"""Characters."""


def act(action: str, story_id: str, given: Given, *, by: str, at: datetime) -> None:
    """Do one of ACTIONS; raises Refused where the story does not allow it."""
    ACTIONS[action](story_id, given, by, at)


def _place(story_id: str, given: Given, by: str, at: datetime) -> None:
    ledger.record(story_id, placing.place, area=given.get("area", ""), kind=given.get("kind", ""), by=by, at=at)


def _hand_over(story_id: str, given: Given, by: str, at: datetime) -> None:
    ledger.record(story_id, placing.hand_story_over, to=given.get("to", ""), by=by, organisation=organisation(), at=at)


def _not_mine(story_id: str, _given: Given, by: str, at: datetime) -> None:
    ledger.record(story_id, placing.not_mine, by=by, organisation=organisation(), at=at)


def _note_readiness(story_id: str, given: Given, by: str, at: datetime) -> None:
    written = {name: given.get(name, "").strip()[: readiness.LONGEST] for name in ("known", "answer", "not_yet")}
    notes = readiness.CardNotes(**written, by=by, at=at)
    ledger.record(
        story_id,
        placing.note_readiness,
        also=lambda _after, _events: [layout.story_row(story_id, layout.READINESS, notes)],
        by=by,
        at=at,
    )


def _answered(story_id: str, given: Given, by: str, at: datetime) -> None:
    if given.get("sure") != "yes":
        raise Refused("unknown-choice")
    ledger.record(story_id, placing.answered, by=by, at=at)


def _send(story_id: str, given: Given, by: str, at: datetime) -> None:
    ledger.record(
        story_id,
        decide.send_for_approval,
        version=_version(given),
        by=by,
        flags_reviewed=given.get("reviewed") == "yes",
        at=at,
    )


def _edit(story_id: str, given: Given, by: str, at: datetime) -> None:
    version = _version(given)
    before = ledger.text(story_id, version)
    written = before.model_copy(
        update={
            "headline": begin(" ".join(given.get("headline", "").split()), LONGEST_HEADLINE),
            "lead": begin(" ".join(given.get("lead", "").split()), LONGEST_LEAD),
            "body": begin(given.get("body", "").strip(), LONGEST_BODY),
            "pictures": _pictures(story_id, before, given),
        }
    )
    if not written.headline or not written.body:
        raise Refused("empty-text")
    if written == before:
        return
    text = written.model_copy(update={"salt": secrets.token_hex(16)})
    ledger.record(
        story_id,
        decide.edit,
        also=lambda after, _events: [layout.story_row(story_id, layout.text_key(after.version.number), text)],
        from_version=version,
        text_digest=text.digest,
        id_number=text.has_id_number,
        by=by,
        at=at,
    )


def _pictures(story_id: str, before: Text, given: Given) -> tuple[PictureText, ...]:
    """The pictures of the new version: of all that the story has, also those that came later, the ones ticked."""
    known = {picture.number: picture for picture in before.pictures}
    if "pictures" in given:
        numbers = [picture.number for picture in ledger.story(story_id).pictures_received]
        known = {
            number: known.get(number, PictureText(number=number))
            for number in numbers
            if given.get(f"show-{number}") == "yes"
        }
    return tuple(
        picture.model_copy(update={"alt": begin(given.get(f"alt-{number}", picture.alt), LONGEST_ALT)})
        for number, picture in known.items()
    )


def _recall(story_id: str, given: Given, by: str, at: datetime) -> None:
    if given.get("sure") != "yes":
        raise Refused("unknown-choice")
    ledger.record(story_id, decide.recall, by=by, at=at)


def _reschedule(story_id: str, given: Given, _by: str, at: datetime) -> None:
    """Another local time for what is not out yet; who asked for it stands in the log."""
    try:
        local = datetime.fromisoformat(given.get("local", "")).replace(tzinfo=None)
    except ValueError:
        raise Refused("unknown-choice") from None
    where = organisation()
    wished = slots.local_to_utc(local, where.zone)
    ledger.record(
        story_id,
        publishing.reschedule,
        publication_id=given.get("publication", ""),
        wished=wished,
        organisation=where,
        at=at,
    )


def _merge(story_id: str, given: Given, by: str, at: datetime) -> None:
    duplicates.merge(story_id, given.get("other", ""), by=by, at=at)


def _dismiss_duplicate(story_id: str, given: Given, by: str, at: datetime) -> None:
    ledger.record(story_id, decide.dismiss_duplicate, other=given.get("other", ""), by=by, at=at)


def _version(given: Given) -> int:
    number = given.get("version", "")
    if not number.isdecimal() or len(number) > 4:
        raise Refused("edited-since")
    return int(number)


ACTIONS: dict[str, Callable[[str, Given, str, datetime], None]] = {
    "place": _place,
    "hand-over": _hand_over,
    "not-mine": _not_mine,
    "readiness": _note_readiness,
    "answered": _answered,
    "send": _send,
    "edit": _edit,
    "recall": _recall,
    "reschedule": _reschedule,
    "merge": _merge,
    "not-a-duplicate": _dismiss_duplicate,
}
