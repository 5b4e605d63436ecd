"""Each AWS call of a story's way fails once before its effect and once after it (bars D1, D3, T1)."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import pytest

from infra.commands import play, webhook
from infra.commands.samples import another
from infra.local.recorder import Call
from infra.local.runtime import Runtime, started
from lyspunkt.aws import clock, layout, ledger, table
from lyspunkt.newsroom.history import first_broken
from lyspunkt.newsroom.letters import Letter
from lyspunkt.newsroom.story import replay

EVERY = int(os.environ.get("LYSPUNKT_CUT_EVERY", "9"))
Side = Literal["before", "after"]
REPEATED = {"approval-asked", "approval-reminder"}
"""Letters that may go out twice: they carry the same link (DECISIONS 14)."""


class Cut(Exception):
    """What the function sees instead of an answer."""


@dataclass
class OneCut:
    """Fails the call number `at` of the functions, on one side, once."""

    at: int
    side: Side
    seen: int = 0
    made: str = ""

    def __call__(self, call: Call, side: Side) -> None:
        if not call.function or side != self.side:
            return
        self.seen += 1
        if self.seen == self.at:
            self.made = f"{call.function} {call.service}.{call.operation}"
            raise Cut(self.made)


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with started() as runtime:
        play.prepare()
        yield runtime


def _way(runtime: Runtime, number: int) -> str:
    """One story from the webhook to the site; who gets a 5xx tries again, as senders and people do."""
    body = json.dumps(
        {
            "title": f"Den nye cykelsti nr. {number}",
            "story": "Vejfolkene åbnede i dag cykelstien langs vejen. Asfalten, fortovet og gadelygterne er nye.\n\n"
            + another(number),
            "email": "borger@posthus.example",
        }
    ).encode()
    for _ in range(3):
        headers = webhook.headers("staff-form", body, delivery=f"msg_{number}")
        answer = runtime.request("POST", "/webhooks/staff-form", headers, body)
        runtime.settle()
        if answer.status < 500:
            break
    story_id = str(json.loads(answer.body)["story"])
    for _ in range(6):
        runtime.advance(timedelta(minutes=6))
        _act(runtime, story_id)
        if ledger.story(story_id).status == "published":
            break
        due = runtime.alarms.next_time(rates=False)
        runtime.advance(max(due - clock.now(), timedelta()) + timedelta(minutes=3) if due else timedelta(hours=12))
    runtime.settle()
    return story_id


def _act(runtime: Runtime, story_id: str) -> None:
    story = ledger.story(story_id)
    asked = [
        letter
        for letter in runtime.letters()
        if letter.kind == "approval-asked" and story_id in str(letter.message["X-Lyspunkt"])
    ]
    if story.phase == "in-review" and asked:
        for _ in range(3):
            try:
                play.approve(runtime, asked[0])
                break
            except RuntimeError:
                continue
        runtime.settle()


def _outcome(runtime: Runtime, story_id: str, sent: Counter[str]) -> dict[str, object]:
    """What must be the same however often it was cut; asserts what must hold of every story on the way."""
    story = ledger.story(story_id)
    history = ledger.history(story_id)
    assert first_broken(history) is None
    assert replay([event for event, _link in history]) == story
    assert [event.number for event, _link in history] == list(range(1, story.revision + 1))
    out = [event.publication_id for event, _link in history if event.type == "StoryPublished"]
    assert len(out) == len(set(out)), "published twice"
    doubled = {kind: count for kind, count in sent.items() if count > 1 and kind not in REPEATED}
    assert not doubled, f"letters sent twice: {doubled}"
    rows = list(table.partition(layout.story_key(story_id), begins="LETTER#"))
    kinds = Counter(Letter.model_validate_json(row["body"]).kind for row in rows)
    events = Counter(event.type for event, _link in history)
    events.pop("PublicationStarted")  # a claim is made again after a run that died
    return {"status": story.status, "events": events, "letters": kinds}


def _run(runtime: Runtime, number: int, cut: OneCut | None) -> dict[str, object]:
    before = len(runtime.letters())
    runtime.recorder.fault = cut
    try:
        story_id = _way(runtime, number)
    finally:
        runtime.recorder.fault = None
    new = runtime.letters()[before:]
    sent = Counter(letter.kind for letter in new if story_id in str(letter.message["X-Lyspunkt"]))
    outcome = _outcome(runtime, story_id, sent)
    if cut is None:
        assert sent["story-published"] == sent["your-story-published"] == 1  # the communicator and the sender
    return outcome


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_call_that_fails_once_changes_nothing_in_the_end(runtime: Runtime, side: Side) -> None:
    """Bars D1 and D3: the calls of the way, found by running it; CI cuts every EVERY-th, `make faults` each one."""
    wanted = _run(runtime, 5 + (side == "after"), None)
    assert wanted["status"] == "published"
    made: Counter[str] = Counter()
    at = 1
    while True:
        cut = OneCut(at=at, side=side)
        outcome = _run(runtime, at * 10 + (side == "after") + 1, cut)
        if not cut.made:
            break
        assert outcome == wanted, f"cut {side} {cut.made} (call {at})"
        made[cut.made] += 1
        at += EVERY
    print(f"{made.total()} cuts {side} the effect, at {len(made)} kinds of calls, all with the same end:")
    print("\n".join(f"  {count:3} {name}" for name, count in made.most_common()))
    assert made.total() * EVERY > 60
