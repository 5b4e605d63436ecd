"""Stories from their door to their end, through the local runtime: once, everything twice, and out of order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from infra.commands.play import Played, play, prepare, sign_in, submit
from infra.commands.samples import Sample, samples
from infra.commands.webhook import headers
from infra.local import story_site
from infra.local.requests import Request, Response
from infra.local.runtime import Runtime, started
from lyspunkt.aws import clock, ledger
from lyspunkt.aws.table import from_wire
from lyspunkt.newsroom.history import START, link
from lyspunkt.newsroom.story import replay
from lyspunkt.settings import settings
from tests.support.layout import strangers

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")

PICKED = ("library-sewing-machines", "home-care-colleague", "pothole", "heron-picture", "empty")
"""By mail and by webhook, with a picture, to two channels, forwarded, answered."""


def picked(*ids: str) -> list[Sample]:
    known = {sample.id: sample for sample in samples()}
    return [known[id_] for id_ in ids]


@contextmanager
def desk(**options: Any) -> Iterator[Runtime]:
    """A runtime with Lyngvig in it, at ten on a Tuesday: within every channel's hours, whenever the test runs."""
    with started(**options) as runtime:
        zone = prepare().zone
        now = clock.now().astimezone(zone)
        ten = now.replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=(1 - now.weekday()) % 7)
        clock.set_offset(clock.offset() + ((ten if ten > now else ten + timedelta(days=7)) - now))
        yield runtime


def outcome(runtime: Runtime, played: list[Played]) -> dict[str, Any]:
    """What must be the same however the messages came: without ids that are drawn anew, and without times."""
    stories: dict[str, Any] = {}
    for one in played:
        story = one.story()
        events = [event for event, _ in ledger.history(one.story_id)] if one.story_id else []
        stories[one.sample.id] = {
            "end": one.ended_as,
            "facts": Counter(event.type for event in events),
            "out": sorted((publication.channel, publication.status) for publication in story.publications)
            if story
            else [],
        }
    letters = Counter((letter.kind, letter.to) for letter in runtime.letters())
    return {"stories": stories, "letters": letters, "site": sorted(site_keys(runtime)), "dead": dead(runtime)}


def site_keys(runtime: Runtime) -> Iterator[str]:
    """The objects of the story site; a story's id is the same for the same webhook, not for the same mail."""
    found = runtime.world.client("s3").list_objects_v2(Bucket=settings().site_bucket)
    for entry in found.get("Contents", []):
        yield "/".join(
            "STORY" if len(part) == 20 and part.startswith("s") else part for part in entry["Key"].split("/")
        )


def dead(runtime: Runtime) -> int:
    """Messages that were given up, anywhere."""
    sqs = runtime.world.client("sqs")
    return sum(
        int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["ApproximateNumberOfMessages"])
        for url in runtime.world.queues
    )


def travel(runtime: Runtime, ids: tuple[str, ...]) -> list[Played]:
    played = [submit(runtime, sample) for sample in picked(*ids)]
    play(runtime, played)
    runtime.settle()
    return played


@cache
def once(ids: tuple[str, ...]) -> dict[str, Any]:
    """What becomes of these samples where nothing comes twice and all comes in order."""
    with desk() as runtime:
        return outcome(runtime, travel(runtime, ids))


def holds_together(played: list[Played]) -> None:
    """Each story is what its events say, and its history is a chain without a break (bar D1)."""
    for one in played:
        if one.story_id is None:
            continue
        history = ledger.history(one.story_id)
        assert replay(event for event, _ in history) == one.story()
        before = START
        for number, (event, linked) in enumerate(history, start=1):
            assert event.number == number
            before = link(before, event)
            assert linked == before


def every_row_is_documented(runtime: Runtime) -> None:
    """A test may look at all rows; deployed code may not."""
    table = runtime.world.client("dynamodb").scan(TableName=settings().table)["Items"]
    assert [said for row in table if (said := strangers(from_wire(row)))] == [], "shared/README.md says it"


def test_stories_travel_from_their_door_to_the_end_that_they_should_reach() -> None:
    with desk() as runtime:
        played = travel(runtime, PICKED)
        assert [(one.sample.id, one.ended_as) for one in played if not one.as_expected] == []
        assert [run for run in runtime.functions.runs if run.error] == []
        assert dead(runtime) == 0
        holds_together(played)
        every_row_is_documented(runtime)
        heron = next(one for one in played if one.sample.id == "heron-picture")
        page = on_site(runtime, f"/stories/{heron.story_id}/")
        assert page.status == 200
        assert f"/stories/{heron.story_id}/" in on_site(runtime, "/").text
        assert str(heron.story_id) in on_site(runtime, "/feed.atom").text


def test_every_message_twice_leaves_the_same_state_and_the_same_letters() -> None:
    """Bars B4, D4, D10: each SQS message, stream record and alarm comes a second time."""
    wanted = once(PICKED)
    with desk(twice=True) as runtime:
        played = travel(runtime, PICKED)
        holds_together(played)
        assert outcome(runtime, played) == wanted


MIXED = ("library-sewing-machines", "home-care-colleague")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_order_between_stories_and_rows_leaves_the_same_state(seed: int) -> None:
    """Bars B7, D4; with everything twice as well."""
    wanted = once(MIXED)
    with desk(seed=seed, twice=True) as runtime:
        played = travel(runtime, MIXED)
        holds_together(played)
        assert outcome(runtime, played) == wanted


def test_the_same_webhook_again_is_the_same_story_and_nothing_more() -> None:
    """Bar B4: a form product repeats its delivery with the same id, at once and a week later."""
    [sample] = picked("nursing-home-song")
    body = sample.path.read_bytes()
    with desk() as runtime:
        answers = []
        for _ in range(3):
            given = headers(sample.source, body, delivery="msg_the-same")
            answers.append(runtime.request("POST", f"/webhooks/{sample.source}", given, body))
            runtime.settle()
            clock.set_offset(clock.offset() + timedelta(days=3, hours=12))
        assert {(answer.status, answer.text) for answer in answers} == {(202, answers[0].text)}
        story_id = json.loads(answers[0].text)["story"]
        facts = Counter(event.type for event, _ in ledger.history(story_id))
        assert facts["StorySubmitted"] == facts["StoryClassified"] == facts["StoryRouted"] == 1
        assert Counter(letter.kind for letter in runtime.letters())["acknowledgement"] == 1


def test_a_recalled_story_is_gone_from_its_page_and_from_every_list() -> None:
    with desk() as runtime:
        heron, library = travel(runtime, ("heron-picture", "library-sewing-machines"))
        story_id = heron.story_id or ""
        story = ledger.story(story_id)
        lists = [key for key in site_keys(runtime) if not key.startswith(("stories/", "assets/", "robots"))]
        assert [key for key in lists if story_id in on_site(runtime, f"/{key}").text], "it stands in lists before"
        recall(runtime, story_id, next(p.address for p in prepare().people if p.id == story.communicator))
        assert heron.ended_as == "retracted"
        assert library.ended_as == "published"
        page = on_site(runtime, f"/stories/{story_id}/")
        assert page.status == 410
        assert ledger.text(story_id, 1).headline not in page.text
        assert [key for key in lists if story_id in on_site(runtime, f"/{key}").text] == []
        assert str(library.story_id) in on_site(runtime, "/").text
        pictures = runtime.world.client("s3").list_objects_v2(
            Bucket=settings().site_bucket, Prefix=f"stories/{story_id}/"
        )
        assert [entry["Key"] for entry in pictures["Contents"]] == [f"stories/{story_id}/index.html"]
        holds_together([heron, library])
        every_row_is_documented(runtime)


def recall(runtime: Runtime, story_id: str, by: str) -> None:
    visitor = sign_in(runtime, by)
    page = visitor.open(f"/desk/stories/{story_id}")
    form = next(form for form in page.forms if form.action.endswith("/recall"))
    boxes = {control.name: control.value for control in form.controls if control.kind == "checkbox"}
    assert visitor.submit(page, form, **boxes).status == 200
    runtime.settle()


def on_site(runtime: Runtime, path: str) -> Response:
    return story_site.serve(runtime.world, settings().site_bucket, Request("GET", path, "", (), b""))
