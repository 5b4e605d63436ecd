"""Lyspunkt's template made in moto, for tests of one function at a time: a test carries what shall be carried."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any, Literal

import pytest

from infra.commands import play
from infra.local.recorder import Call, SentLetter
from infra.local.requests import Response
from infra.local.runtime import Runtime, started
from lyspunkt.aws import clock, layout, ledger
from lyspunkt.newsroom import history as chain
from lyspunkt.newsroom.events import Event, Fact, StoryEdited
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.texts import Submission, Text
from lyspunkt.settings import settings
from tests.support.lyngvig import NOON, Desk, text
from tests.support.rooms import sample

READS = ("Get", "BatchGet", "Query", "List", "Describe", "Head")
BATCH: dict[str, list[str]] = {"batchItemFailures": []}
"""What a consumer answers when all went well."""
_ids = count(1)


class House:
    """One test's view of the running template; `at` is where the clock begins."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.begin()
        self._letters = len(runtime.letters())
        self.set_clock(NOON)

    def begin(self) -> None:
        """From here on calls are counted anew."""
        self._calls = len(self.runtime.calls)

    def set_clock(self, at: datetime) -> None:
        clock.set_offset(at - datetime.now(UTC))

    def keep(self, desk: Desk, *, words: Text | None = None, address: str | None = None, **sent: Any) -> Story:
        """Write a story under an id of its own, which is the story's from now; in one go, for tests are many.

        `sent` is more of its submission.
        """
        desk.id = f"s{next(_ids):06d}"
        desk.events = [event.model_copy(update={"story_id": desk.id}) for event in desk.events]
        submission = Submission(source="mail", received_at=NOON, address=address, **sent)
        versions = [1, *(event.version for event in desk.events if isinstance(event, StoryEdited))]
        rows = [layout.story_row(desk.id, layout.text_key(version), words or text()) for version in versions]
        rows.append(layout.story_row(desk.id, layout.SUBMISSION, submission))
        story = ledger.append(None, desk.events, link=chain.START, append_id="test", also=lambda _after, _events: rows)
        assert story is not None
        desk.story = story
        return story

    def facts(self, story_id: str) -> list[Event]:
        return [event for event, _link in ledger.history(story_id)]

    def types(self, story_id: str) -> list[str]:
        return [event.type for event in self.facts(story_id)]

    def invoke(self, function: str, event: Any) -> Any:
        return self.runtime.functions.invoke(function, event)

    def tell(self, function: str, *facts: Fact) -> Any:
        """The answer of a function to a batch of facts as the bus's rule puts them in its queue."""
        return self.invoke(function, batch(*facts))

    def ring(self, story_id: str, publication_id: str, *more: tuple[str, str]) -> Any:
        """The answer of publish_story to alarms, in the documented shape of the queue's messages."""
        records = []
        for number, (story, publication) in enumerate([(story_id, publication_id), *more]):
            [record] = json.loads(sample("24-sqs-publish-alarm.json").read_text())["Records"]
            body = json.dumps({"story_id": story, "publication_id": publication})
            records.append(record | {"messageId": f"alarm-{number}", "body": body})
        return self.invoke("PublishStory", {"Records": records})

    def request(self, method: str, path: str, headers: dict[str, str] | None = None, body: str = "") -> Response:
        given = {"content-type": "application/x-www-form-urlencoded"} if body else {}
        return self.runtime.request(method, path, given | (headers or {}), body)

    def letters(self) -> list[SentLetter]:
        """What this test's functions sent."""
        return self.runtime.letters()[self._letters :]

    def calls(self) -> list[str]:
        """`service.Operation` of each call of a function since `begin`."""
        return [f"{call.service}.{call.operation}" for call in self.runtime.calls[self._calls :] if call.function]

    def writes(self) -> list[str]:
        return [call for call in self.calls() if not call.split(".")[1].startswith(READS)]

    def queued(self) -> list[dict[str, str]]:
        """What lies in the publish queue; it is empty afterwards."""
        sqs = self.runtime.world.client("sqs")
        found = []
        url = settings().publish_queue_url
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def alarms(self) -> dict[str, Any]:
        """Schedules by name."""
        scheduler = self.runtime.world.client("scheduler")
        group = settings().schedule_group
        listed = scheduler.list_schedules(GroupName=group)["Schedules"]
        return {one["Name"]: scheduler.get_schedule(Name=one["Name"], GroupName=group) for one in listed}

    def page(self, story_id: str) -> str | None:
        """The story's page in the site bucket."""
        s3 = self.runtime.world.client("s3")
        key = f"stories/{story_id}/index.html"
        try:
            found = s3.get_object(Bucket=settings().site_bucket, Key=key)
        except s3.exceptions.NoSuchKey:
            return None
        return str(found["Body"].read().decode())

    def fail(self, operation: str, side: Literal["before", "after"], error: Exception, times: int = 1) -> None:
        """The next calls of this operation end so, before or after their effect."""
        left = [times]

        def fault(call: Call, on: Literal["before", "after"]) -> None:
            if call.operation == operation and on == side and left[0]:
                left[0] -= 1
                raise error

        self.runtime.recorder.fault = fault

    def rows(self) -> list[dict[str, Any]]:
        """Every row but the organisation's."""
        table = self.runtime.world.client("dynamodb")
        pages = table.get_paginator("scan").paginate(TableName=settings().table)
        return [row for page in pages for row in page["Items"] if row["PK"]["S"] != "ORGANISATION"]

    def clear(self) -> None:
        self.runtime.recorder.fault = None
        table = self.runtime.world.client("dynamodb")
        gone = [{"DeleteRequest": {"Key": {"PK": row["PK"], "SK": row["SK"]}}} for row in self.rows()]
        for first in range(0, len(gone), 25):
            table.batch_write_item(RequestItems={settings().table: gone[first : first + 25]})
        self.queued()
        for name in self.alarms():
            self.runtime.world.client("scheduler").delete_schedule(Name=name, GroupName=settings().schedule_group)


def batch(*facts: Fact) -> dict[str, Any]:
    """The documented sample of an SQS batch, one message for each fact."""
    records = []
    for number, fact in enumerate(facts):
        [record] = json.loads(sample("23-sqs-story-submitted.json").read_text())["Records"]
        event = json.loads(record["body"])
        event |= {"detail-type": getattr(fact, "type", ""), "detail": json.loads(fact.model_dump_json())}
        records.append(record | {"messageId": f"message-{number}", "body": json.dumps(event)})
    return {"Records": records}


@pytest.fixture(scope="module")
def running() -> Iterator[Runtime]:
    with started() as runtime:
        play.prepare()
        yield runtime


@pytest.fixture
def house(running: Runtime) -> Iterator[House]:
    """The module's template with an empty desk, on a Monday at noon."""
    house = House(running)
    yield house
    house.clear()
