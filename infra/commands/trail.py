"""`lyspunkt trail` and `lyspunkt stories`: what happened to a story, step by step; which stories there are."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from lyspunkt.aws import clock, desk, layout, ledger, letters
from lyspunkt.aws import table as rows_of
from lyspunkt.newsroom import events as facts
from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.story import Story

_NOT_A_REASON = {"story_id", "at", "number", "schema_version", "type", "text_digest", "delivery_digest", "claim"}


class Step(BaseModel):
    """One thing that happened to a story: when (UTC), what, and why. Holds no person's words."""

    model_config = ConfigDict(frozen=True)

    number: int
    at: datetime
    what: str
    why: str


class Line(BaseModel):
    """A story in a list."""

    model_config = ConfigDict(frozen=True)

    id: str
    status: str
    area: str | None
    kind: str | None
    communicator: str | None
    submitted_at: datetime
    changed_at: datetime
    headline: str


def steps(story_id: str) -> list[Step]:
    """Everything that happened to the story, and each letter held back, oldest first; empty for an unknown one."""
    facts = [
        Step(number=fact.number, at=fact.at, what=fact.type, why=why(fact)) for fact, _ in ledger.history(story_id)
    ]
    rows = rows_of.partition(layout.story_key(story_id), begins=layout.letter_key(""))
    held = [
        Step(number=one.letter.fact_number, at=one.at, what="letter held back", why=f"{one.letter.kind}: {one.because}")
        for one in letters.held_back(rows)
    ]
    return sorted([*facts, *held], key=lambda step: step.number)


def lines(days: int = 7) -> list[Line]:
    """The stories that changed within the last `days` days, the last one first: one query a day, by the calendar."""
    today = clock.now()
    ids: dict[str, None] = {}
    for back in range(days):
        ids |= dict.fromkeys(desk.on_day(f"{today - timedelta(days=back):%Y-%m-%d}", "CHANGED"))
    found = [line(story) for story in map(ledger.read, ids) if story is not None]
    return sorted(found, key=lambda line: line.changed_at, reverse=True)


def line(story: Story) -> Line:
    placement = story.placement
    return Line(
        id=story.id,
        status=story.status,
        area=placement.area if placement else None,
        kind=placement.kind if placement else None,
        communicator=story.communicator,
        submitted_at=story.submitted_at,
        changed_at=story.changed_at,
        headline=headline(story),
    )


def headline(story: Story) -> str:
    """Without an id number, as on every page (bar G6); empty where the words are erased."""
    try:
        return mask(ledger.text(story.id, story.version.number).headline)
    except Refused:
        return ""


def why(fact: facts.Event) -> str:
    """Why or how it happened, in a line."""
    match fact:
        case facts.StorySubmitted():
            pictures = f", {len(fact.pictures)} picture(s)" if fact.pictures else ""
            wished = f", wished for {fact.wished_at:%Y-%m-%d %H:%M}" if fact.wished_at else ""
            return f"by {fact.source}{pictures}{wished}"
        case facts.PicturesDerived():
            refused = "".join(f", one refused: {picture.reason}" for picture in fact.refused)
            return f"{len(fact.pictures)} made fit to show{refused}"
        case facts.StoryClassified():
            strategic = ", strategic" if fact.strategic else ""
            care = f", with care: {', '.join(fact.sensitive)}" if fact.sensitive else ""
            area, kind = f"{fact.area} ({fact.area_confidence:.0%})", f"{fact.kind} ({fact.kind_confidence:.0%})"
            return f"{fact.language}, {area}, {kind}{strategic}{care}"
        case facts.StoryPlaced():
            return f"{fact.area}, {fact.kind}, by {fact.by}"
        case facts.StoryRouted():
            return f"to {fact.communicator} of {fact.department or 'the central desk'}, because: {fact.because}"
        case facts.ApprovalsRequested():
            asked = ", ".join(approval.approver for approval in fact.approvals)
            return f"{fact.needed} of {asked}, by the policy {fact.policy}"
        case facts.ApprovalHandedOver():
            return f"{fact.approval_id} to {fact.to.approver}, by {fact.by}"
        case facts.PublicationScheduled():
            return f"{fact.channel}, {fact.local} {fact.time_zone}, because: {fact.because}"
        case facts.StoryPublished():
            return f"{fact.channel}: {fact.where}"
    given = fact.model_dump(exclude=_NOT_A_REASON, exclude_defaults=True, mode="json")
    return ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in given.items())


def show(story_id: str, *, as_json: bool) -> int:
    """Print a story's trail; 1 where there is no such story."""
    trail = steps(story_id)
    if not trail:
        print(f"There is no story {story_id}; `lyspunkt stories` lists them.")
        return 1
    if as_json:
        print(json.dumps([step.model_dump(mode="json") for step in trail], indent=2, ensure_ascii=False))
        return 0
    story = ledger.story(story_id)
    print(f"{story_id}  {story.status}  {headline(story)}")
    print(table([[str(step.number), _moment(step.at), step.what, step.why] for step in trail]))
    return 0


def list_stories(*, days: int, as_json: bool) -> int:
    found = lines(days)
    if as_json:
        print(json.dumps([line.model_dump(mode="json") for line in found], indent=2, ensure_ascii=False))
        return 0
    if not found:
        print(f"No story changed within the last {days} days.")
        return 0
    head = ["story", "status", "area", "kind", "changed", "headline"]
    body = [[s.id, s.status, s.area or "-", s.kind or "-", _moment(s.changed_at), s.headline] for s in found]
    print(table([head, *body]))
    return 0


def table(rows: list[list[str]], *, widest: int = 96) -> str:
    """Rows in columns; the last column is cut at `widest` letters."""
    rows = [[*row[:-1], row[-1] if len(row[-1]) <= widest else f"{row[-1][: widest - 1]}…"] for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
