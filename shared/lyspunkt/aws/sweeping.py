"""How the sweep mends: it touches event rows, so that the stream brings them to relay once more, and lets rules look
at stories whose time has passed or whose communicator is away."""

from __future__ import annotations

from datetime import datetime

from lyspunkt.aws import layout, ledger, table
from lyspunkt.aws.layout import Row
from lyspunkt.newsroom import placing
from lyspunkt.newsroom.organisation import Organisation
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


def answer_is_late(story_id: str, at: datetime) -> bool:
    """Whether nobody has acted on a story by the time that was set; if so it is written down, and somebody hears."""
    story = ledger.read(story_id)
    if story is None or not placing.answer_overdue(story, at=at):
        return False
    ledger.record(story_id, placing.answer_overdue, at=at)
    return True


def stand_in(organisation: Organisation, at: datetime, *, most: int) -> int:
    """Hand what lies with people who are away today to who stands in for them; how many stories, at most `most`."""
    day = at.astimezone(organisation.zone).date()
    handed = 0
    for person in (person for person in organisation.people if person.absent_on(day)):
        for row in list(table.index("queue", "waits_for", person.id, limit=most - handed)):
            if row["SK"] != layout.STATE:
                continue  # an approval: those have deadlines of their own
            story_id = layout.story_id_of(row["PK"])
            before = ledger.read(story_id)
            after = ledger.record(story_id, placing.stand_in, organisation=organisation, at=at)
            handed += before is not None and after.communicator != before.communicator
        if handed >= most:
            break
    return handed


RELAYED = "attribute_exists(PK) AND attribute_not_exists(unrelayed) AND attribute_not_exists(parked_at)"
"""A row that is still on its way keeps its count of touches, and one that was given up stays so."""


def _touch(partition: str, sort: str, touched: int, at: datetime, condition: str = "attribute_exists(PK)") -> bool:
    mark: Row = {"unrelayed": layout.quarter(at), "unrelayed_at": layout.moment(at), "touched": touched}
    return table.update(partition, sort, set_=mark, condition=condition)
