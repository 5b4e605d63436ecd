"""Read a story, and record what a rule decides about it: state and events in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from lyspunkt.aws import clock, layout, table
from lyspunkt.aws.clients import client
from lyspunkt.aws.layout import Row
from lyspunkt.newsroom import history as chain
from lyspunkt.newsroom.events import EVENT, Event
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.story import Story, evolve
from lyspunkt.newsroom.subjects import Classification
from lyspunkt.newsroom.texts import Addition, Note, Submission, Text
from lyspunkt.settings import settings

ATTEMPTS = 8
"""Tries of one step when others write at the same time; then the message comes back later."""

MOST_ACTIONS = 25
"""Bar D2: rows in one transaction, at most."""

Decision = Callable[..., list[Event]]
Also = Callable[[Story, Sequence[Event]], list[Row]]
"""Rows to write in the same transaction, given the story as it will be and the numbered events."""


class Conflict(Exception):
    """Somebody else wrote to the story first, again and again."""


class TooLarge(Exception):
    """The step writes more rows than a transaction takes."""


def record(story_id: str, decision: Decision, *, also: Also | None = None, **given: Any) -> Story:
    """Let `decision` look at the story as it is, write down what it decides, and return the story after.

    `given` goes to the decision. Raises what the decision raises (`Refused`), Refused("story-unknown") for a story that
    does not exist (unless the decision opens it), and Conflict when others keep writing first.
    """
    append_id = uuid4().hex
    for _ in range(ATTEMPTS):
        found = _state(story_id)
        before = found[0] if found else None
        events = _decide(decision, story_id, before, given)
        if not events:
            return _known(before)
        after = append(before, events, link=found[1] if found else chain.START, append_id=append_id, also=also)
        if after is not None:
            return after
    raise Conflict(story_id)


def append(
    before: Story | None, events: Sequence[Event], *, link: str, append_id: str, also: Also | None = None
) -> Story | None:
    """Write `events` and the state they leave, on condition that the revision still stands; None where it does not.

    Where the answer was lost, the rows carry `append_id`: finding our own is success (bar D3).
    """
    at = clock.now()
    after = before
    numbered: list[Event] = []
    rows: list[Row] = []
    revision = before.revision if before else 0
    for number, event in enumerate(events, start=revision + 1):
        numbered.append(event.model_copy(update={"number": number}))
        link = chain.link(link, numbered[-1])
        rows.append(layout.event_row(numbered[-1], link=link, appended_by=append_id, at=at))
        after = evolve(after, numbered[-1])
    if after is None:
        raise ValueError("nothing to append")
    rows += layout.projections(before, after)
    more = also(after, numbered) if also else []
    removed = [row for row in more if row.get("removed")]
    rows += [row for row in more if not row.get("removed")]
    return after if _write(before, after, rows, removed, link=link, append_id=append_id) else None


def read(story_id: str) -> Story | None:
    found = _state(story_id)
    return found[0] if found else None


def story(story_id: str) -> Story:
    """The story; raises Refused("story-unknown")."""
    return _known(read(story_id))


def gone_on(story_id: str) -> Story | None:
    """The story, or the one that it, and that one in turn, was merged into; None where it is not there."""
    story, seen = read(story_id), {story_id}
    while story and story.merged_into and story.merged_into not in seen:
        seen.add(story.merged_into)
        story = read(story.merged_into)
    return story


def history(story_id: str) -> list[tuple[Event, str]]:
    """All events of a story in order, each with its link in the chain."""
    rows = table.partition(layout.story_key(story_id), begins="EVENT#")
    return [(EVENT.validate_json(row["body"]), str(row["link"])) for row in rows]


def text(story_id: str, version: int) -> Text:
    """The words of one version; raises Refused("story-unknown") where they are not (or no longer) there."""
    row = table.get(layout.story_key(story_id), layout.text_key(version))
    if row is None:
        raise Refused("story-unknown")
    return Text.model_validate_json(row["body"])


def story_and_text(
    story_id: str, version: int, *, beside: tuple[str, str] | None = None
) -> tuple[Story, Text, Row | None]:
    """The story, the words of one version, and a row from elsewhere, in one call; raises Refused("story-unknown")."""
    key = layout.story_key(story_id)
    wanted = [(key, layout.STATE), (key, layout.text_key(version)), *([beside] if beside else [])]
    rows = {(row["PK"], row["SK"]): row for row in table.get_many(wanted, consistent=True)}
    state, text = rows.get(wanted[0]), rows.get(wanted[1])
    if state is None or text is None:
        raise Refused("story-unknown")
    third = rows.get(beside) if beside else None
    return Story.model_validate_json(state["body"]), Text.model_validate_json(text["body"]), third


def text_and_reasons(story_id: str, version: int) -> tuple[Text, Classification | None]:
    """The words of one version and why the story was classified so, in one call; raises as `text` does."""
    key = layout.story_key(story_id)
    rows = {row["SK"]: row["body"] for row in table.get_many([(key, layout.text_key(version)), (key, layout.REASONS)])}
    if layout.text_key(version) not in rows:
        raise Refused("story-unknown")
    reasons = rows.get(layout.REASONS)
    return (
        Text.model_validate_json(rows[layout.text_key(version)]),
        Classification.model_validate_json(reasons) if reasons else None,
    )


def submission(story_id: str) -> Submission | None:
    row = table.get(layout.story_key(story_id), layout.SUBMISSION)
    return Submission.model_validate_json(row["body"]) if row else None


def addition(story_id: str, number: int) -> Addition | None:
    """What came to the story later, in its own words; None where it is not (or no longer) there."""
    row = table.get(layout.story_key(story_id), layout.addition_key(number))
    return Addition.model_validate_json(row["body"]) if row else None


def note(story_id: str, number: int) -> Note | None:
    """What a person wrote beside event `number`."""
    row = table.get(layout.story_key(story_id), layout.note_key(number))
    return Note.model_validate_json(row["body"]) if row else None


def removal(partition: str, sort: str) -> Row:
    """Among the rows of `also`: the row with this key goes."""
    return {"PK": partition, "SK": sort, "removed": True}


def _state(story_id: str) -> tuple[Story, str] | None:
    row = table.get(layout.story_key(story_id), layout.STATE)
    return (Story.model_validate_json(row["body"]), str(row["link"])) if row else None


def _known(found: Story | None) -> Story:
    if found is None:
        raise Refused("story-unknown")
    return found


def _decide(decision: Decision, story_id: str, before: Story | None, given: dict[str, Any]) -> list[Event]:
    if before is None and "delivery_digest" not in given:
        raise Refused("story-unknown")
    if before is None:
        return decision(None, story_id=story_id, **given)
    return decision(before, story_id=story_id, **given) if "delivery_digest" in given else decision(before, **given)


def _write(
    before: Story | None, after: Story, rows: list[Row], removed: list[Row], *, link: str, append_id: str
) -> bool:
    name = settings().table
    state = layout.state_row(after, link=link, at=clock.now())
    unchanged: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(PK)"}
    if before is not None:
        unchanged = {
            "ConditionExpression": "revision = :revision",
            "ExpressionAttributeValues": table.to_wire({":revision": before.revision}),
        }
    actions: list[Any] = [{"Put": {"TableName": name, "Item": table.to_wire(state), **unchanged}}]
    actions += [{"Put": {"TableName": name, "Item": table.to_wire(row)}} for row in rows]
    actions += [
        {"Delete": {"TableName": name, "Key": table.to_wire({"PK": row["PK"], "SK": row["SK"]})}} for row in removed
    ]
    if len(actions) > MOST_ACTIONS:
        raise TooLarge(f"{len(actions)} rows in one step of story {after.id}; a transaction takes {MOST_ACTIONS}")
    try:
        client("dynamodb").transact_write_items(
            TransactItems=actions, ClientRequestToken=f"{append_id[:28]}-{after.revision:06d}"
        )
    except ClientError as wrong:
        if not _lost_the_race(wrong):
            raise
        return _wrote(after, append_id)
    return True


def _lost_the_race(wrong: ClientError) -> bool:
    code = wrong.response["Error"]["Code"]
    if code == "TransactionInProgressException":
        return True
    if code != "TransactionCanceledException":
        return False
    reasons = [reason.get("Code") for reason in wrong.response.get("CancellationReasons", [])]
    return "ConditionalCheckFailed" in reasons or "TransactionConflict" in reasons


def _wrote(after: Story, append_id: str) -> bool:
    """Whether it was us who wrote that revision: the answer to an earlier try may have been lost."""
    row = table.get(layout.story_key(after.id), layout.event_key(after.revision))
    return row is not None and row.get("appended_by") == append_id
