"""How the sweep mends: it touches event rows, and the stream brings them to relay once more."""

from __future__ import annotations

from datetime import datetime

from lyspunkt.aws import layout, ledger, table
from lyspunkt.aws.layout import Row
from lyspunkt.newsroom.overdue import told_again

MOST_TOUCHES = 10
"""After as many, a row that the bus will not take is left for a person: its mark goes, `parked_at` stays."""


def relay_again(partition: str, sort: str, at: datetime) -> int:
    """Put an unrelayed event row into the stream once more; 1 where it was touched, 0 where it is given up or gone."""
    row = table.get(partition, sort)
    if row is None or "unrelayed" not in row:
        return 0
    touched = int(row.get("touched", 0)) + 1
    if touched > MOST_TOUCHES:
        table.update(partition, sort, set_={"parked_at": layout.moment(at)}, remove=["unrelayed", "unrelayed_at"])
        return 0
    return int(_touch(partition, sort, touched, at))


def step_again(story_id: str, at: datetime) -> bool:
    """A story's next step is overdue: tell what it listens to once more, and look again after STUCK_AFTER."""
    story = ledger.read(story_id)
    if story is None:
        return False
    due = at + layout.STUCK_AFTER
    table.update(
        layout.story_key(story_id),
        layout.STATE,
        set_={"due_on": layout.hour(due), "due_at": layout.moment(due)},
        condition="revision = :revision AND attribute_exists(due_at)",
        values={":revision": story.revision},
    )
    events = [event for event, _link in ledger.history(story_id)]
    told = [
        _touch(layout.story_key(story_id), layout.event_key(event.number), 1, at, condition=RELAYED)
        for event in told_again(story, events)
    ]
    return any(told)


RELAYED = "attribute_exists(PK) AND attribute_not_exists(unrelayed) AND attribute_not_exists(parked_at)"
"""A row that is still on its way keeps its count of touches, and one that was given up stays so."""


def _touch(partition: str, sort: str, touched: int, at: datetime, condition: str = "attribute_exists(PK)") -> bool:
    mark: Row = {"unrelayed": layout.quarter(at), "unrelayed_at": layout.moment(at), "touched": touched}
    return table.update(partition, sort, set_=mark, condition=condition)
