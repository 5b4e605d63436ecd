"""Facts come once, twice or three times and in any order between them; the end is the same (bar D4)."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

from lyspunkt.newsroom import decide, placing, publishing
from lyspunkt.newsroom.events import Event
from lyspunkt.newsroom.refusals import Refused
from tests.support.lyngvig import NOON, Desk, classification, lyngvig, submitted

RUNS = 1000
LEASE = timedelta(minutes=1)


def _steps(desk: Desk, fact: Event, claim: str) -> list[Event]:
    """What the listeners of a fact decide about the story as it is when the fact reaches them."""
    story, here = desk.now, lyngvig()
    later = NOON + timedelta(days=3)
    match fact.type:
        case "StorySubmitted":
            found = classification("central", "good-story", strategic=True)
            return decide.classify(story, classification=found, at=NOON)
        case "StoryClassified":
            return placing.route(story, organisation=here, at=NOON)
        case "StorySentForApproval":
            return decide.request_approvals(story, organisation=here, at=NOON)
        case "ApprovalsRequested":
            for asked in fact.approvals:
                given = {"approval_id": asked.id, "version": fact.version, "approver": asked.approver}
                if events := decide.approve(story, **given, at=NOON):  # type: ignore[arg-type]
                    return events
            return []
        case "ApprovalGiven":
            waiting = [asked for asked in story.round.approvals if asked.decision is None] if story.round else []
            if not waiting:
                return []
            given = {"approval_id": waiting[0].id, "version": 1, "approver": waiting[0].approver}
            return decide.approve(story, **given, at=NOON)  # type: ignore[arg-type]
        case "StoryApproved":
            return publishing.schedule(story, organisation=here, at=NOON)
        case "PublicationScheduled":
            given = {"publication_id": fact.publication_id, "at": later}
            return publishing.claim(story, **given, claim=claim, lease=LEASE)  # type: ignore[arg-type]
        case "PublicationStarted":
            given = {"publication_id": fact.publication_id, "at": later}
            return publishing.published(story, **given, where="there")  # type: ignore[arg-type]
    return []


def _end(seed: int) -> tuple[str, Counter[str], frozenset[tuple[str, str]]]:
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    desk = submitted()
    waiting = [event for event in desk.events for _ in range(chance.randint(1, 3))]
    while waiting:
        fact = waiting.pop(chance.randrange(len(waiting)))
        try:
            new = desk.take(_steps(desk, fact, claim=f"c{len(desk.events)}"))
        except Refused:
            continue
        waiting += [event for event in new for _ in range(chance.randint(1, 3))]
    story = desk.now
    states = frozenset((publication.id, publication.status) for publication in story.publications)
    return story.status, Counter(event.type for event in desk.events), states


def test_any_order_and_any_number_of_deliveries_end_the_same_bar_d4() -> None:
    ends = {repr(_end(seed)): seed for seed in range(RUNS)}
    assert len(ends) == 1, f"seeds that end otherwise: {sorted(ends.values())}"
    status, counted, states = _end(0)
    assert status == "published"
    assert counted["StoryPublished"] == len(states) == 2
