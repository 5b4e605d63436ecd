"""The questions that cross stories, each answered by an index: who waits for whom, what is overdue, what was when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from lyspunkt.aws import layout, ledger, table
from lyspunkt.aws.layout import Row
from lyspunkt.aws.letters import HeldBack, held_back
from lyspunkt.newsroom.events import EVENT, Event
from lyspunkt.newsroom.readiness import CardNotes
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.subjects import Classification
from lyspunkt.newsroom.texts import Addition, Note, Submission, Text

SWEPT_KEY = ("DESK", "SWEPT")
LOOK_BACK = timedelta(hours=48)
"""How far back a first sweep looks, before it has noted how far it has come."""


class Waiting(BaseModel):
    """One thing that waits for someone: a story on the desk, or an approval."""

    model_config = ConfigDict(frozen=True)

    story: Story
    headline: str
    since: AwareDatetime
    approval_id: str | None = None


class Overdue(BaseModel):
    """Something whose time has come: a row of a story, by its sort key."""

    model_config = ConfigDict(frozen=True)

    story_id: str
    row: str
    due_at: str


class Swept(BaseModel):
    """`until`: nothing older is left behind. `stood_in`: the day and revision for which deputies have taken over."""

    model_config = ConfigDict(frozen=True)

    until: datetime
    stood_in: str = ""


class Other(BaseModel):
    """A story beside another one, which names it by `id`; without `story` where it is not there any more."""

    model_config = ConfigDict(frozen=True)

    id: str
    story: Story | None = None
    text: Text = Text(headline="", body="")
    submission: Submission | None = None


class WholeStory(BaseModel):
    """All that a story's page shows, read in one query of its partition."""

    model_config = ConfigDict(frozen=True)

    story: Story
    text: Text
    submission: Submission | None = None
    classification: Classification | None = None
    readiness: CardNotes | None = None
    events: tuple[Event, ...] = ()
    notes: dict[int, Note] = Field(default_factory=dict)
    """What people wrote, by the number of the event that it belongs to."""
    held: tuple[HeldBack, ...] = ()
    additions: dict[int, Addition] = Field(default_factory=dict)
    """What came later, by its number."""
    others: tuple[Other, ...] = ()
    """The stories that this one may be the same as, or the one that it goes on in."""


def whole_story(story_id: str) -> WholeStory:
    """A story with its words, reasons, history and notes; raises Refused("story-unknown")."""
    rows = {str(row["SK"]): row for row in table.partition(layout.story_key(story_id))}
    if layout.STATE not in rows:
        raise Refused("story-unknown")
    story = Story.model_validate_json(rows[layout.STATE]["body"])
    text = rows.get(layout.text_key(story.version.number))
    submission, reasons = rows.get(layout.SUBMISSION), rows.get(layout.REASONS)
    card = rows.get(layout.READINESS)
    return WholeStory(
        story=story,
        text=Text.model_validate_json(text["body"]) if text else Text(headline="", body=""),
        submission=Submission.model_validate_json(submission["body"]) if submission else None,
        classification=Classification.model_validate_json(reasons["body"]) if reasons else None,
        readiness=CardNotes.model_validate_json(card["body"]) if card else None,
        events=tuple(EVENT.validate_json(row["body"]) for key, row in rows.items() if key.startswith("EVENT#")),
        notes={
            int(key.removeprefix("NOTE#")): Note.model_validate_json(row["body"])
            for key, row in rows.items()
            if key.startswith("NOTE#")
        },
        held=held_back(rows.values()),
        additions={
            added.number: Addition.model_validate_json(row["body"])
            for added in story.additions
            if (row := rows.get(layout.addition_key(added.number)))
        },
        others=tuple(_others(story)),
    )


def waiting_for(people: Iterable[str], *, limit: int = 100) -> list[Waiting]:
    """What waits for these people (or the central desk), longest first: one query each, one read of what they name."""
    found: list[Row] = []
    for person in people:
        found += table.index("queue", "waits_for", person, limit=limit)
    wanted: list[tuple[str, str]] = []
    for row in found:
        wanted += [(row["PK"], layout.STATE), (row["PK"], layout.text_key(int(row["version"])))]
    rows = {(row["PK"], row["SK"]): row for row in table.get_many(wanted)}
    waiting: list[Waiting] = []
    for row in sorted(found, key=lambda row: str(row["waits_since"])):
        state = rows.get((row["PK"], layout.STATE))
        if state is None:
            continue
        words = rows.get((row["PK"], layout.text_key(int(row["version"]))))
        waiting.append(
            Waiting(
                story=Story.model_validate_json(state["body"]),
                headline=Text.model_validate_json(words["body"]).headline if words else "",
                since=datetime.fromisoformat(str(row["waits_since"])),
                approval_id=row["SK"].removeprefix("APPROVAL#") if row["SK"].startswith("APPROVAL#") else None,
            )
        )
    return waiting


def overdue(since: datetime, at: datetime) -> Iterator[Overdue]:
    """What was due from `since` until `at`: one query for each hour between."""
    for hour in dict.fromkeys(map(layout.hour, _steps(since, at, timedelta(hours=1)))):
        for row in table.index("due", "due_on", hour, range_name="due_at", until=layout.moment(at)):
            yield Overdue(story_id=layout.story_id_of(row["PK"]), row=row["SK"], due_at=str(row["due_at"]))


def unrelayed(since: datetime, at: datetime) -> Iterator[tuple[str, str]]:
    """Keys of events that lay unrelayed from `since` until `at`: one query for each quarter of an hour between."""
    for quarter in dict.fromkeys(map(layout.quarter, _steps(since, at, timedelta(minutes=15)))):
        rows = table.index("unrelayed", "unrelayed", quarter, range_name="unrelayed_at", until=layout.moment(at))
        for row in rows:
            yield row["PK"], row["SK"]


def on_day(day: str, what: str = "OUT", *, limit: int = 200) -> list[str]:
    """Ids of the stories that go out (`OUT`) or last changed (`CHANGED`) on a day, in order of time."""
    rows = table.index("calendar", "day", f"{what}#{day}", limit=limit)
    return list(dict.fromkeys(layout.story_id_of(row["PK"]) for row in rows))


def swept(at: datetime) -> Swept:
    """How far the sweeps so far have come."""
    row = table.get(*SWEPT_KEY)
    if row is None:
        return Swept(until=at - LOOK_BACK)
    return Swept(until=datetime.fromisoformat(row["until"]), stood_in=row.get("stood_in", ""))


def note_swept(swept: Swept) -> None:
    table.put({"PK": SWEPT_KEY[0], "SK": SWEPT_KEY[1], "until": swept.until.isoformat(), "stood_in": swept.stood_in})


def load_of(people: Iterable[str], *, most: int = 100) -> dict[str, int]:
    """How many stories lie with each person, counted up to `most`: one query each, of keys alone."""
    return {
        person: sum(1 for row in table.index("queue", "waits_for", person, limit=most) if row["SK"] == layout.STATE)
        for person in people
    }


def _others(story: Story) -> Iterator[Other]:
    """The stories that this one may be the same as; for a merged one, the story that it goes on in."""
    suspected = [suspicion.other for suspicion in story.suspicions if not suspicion.dismissed and not story.ended]
    for story_id in [story.merged_into] if story.merged_into else suspected:
        other = ledger.gone_on(story_id)
        if other is None:
            yield Other(id=story_id)
        elif other.id != story.id:
            yield _with_words(story_id, other)


def _with_words(story_id: str, other: Story) -> Other:
    key, text_key = layout.story_key(other.id), layout.text_key(other.version.number)
    rows = {row["SK"]: row["body"] for row in table.get_many([(key, text_key), (key, layout.SUBMISSION)])}
    return Other(
        id=story_id,
        story=other,
        text=Text.model_validate_json(rows[text_key]) if text_key in rows else Text(headline="", body=""),
        submission=Submission.model_validate_json(rows[layout.SUBMISSION]) if layout.SUBMISSION in rows else None,
    )


def _steps(since: datetime, until: datetime, step: timedelta) -> Iterator[datetime]:
    """Moments that touch each bucket of length `step` from `since` to `until`."""
    moment = since
    while moment < until:
        yield moment
        moment += step
    yield until
