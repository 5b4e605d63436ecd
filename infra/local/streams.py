"""From a table's stream to its function: batches in order, filters, partial answers, bisecting, giving up."""

from __future__ import annotations

import base64
import json
import random
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from infra.local.functions import Functions
from infra.local.patterns import matches
from infra.local.queues import failures
from infra.local.template import TemplateFault
from infra.local.world import ReaderSetup, World

Record = dict[str, Any]
BLOCKED_AFTER = 3
"""Tries within one settling of a batch that Lambda would try until it is too old."""


class StreamReader:
    """Reads one stream in order; a batch that fails holds up what comes after it until it is through or given up."""

    def __init__(
        self,
        world: World,
        functions: Functions,
        setup: ReaderSetup,
        *,
        written: Callable[[], int],
        shuffle: random.Random | None,
        twice: bool,
    ) -> None:
        self._written = written
        self._empty_at: int | None = None
        self._streams = world.client("dynamodbstreams")
        self._sqs = world.client("sqs")
        self._dead = world.queue_url(setup.on_failure) if setup.on_failure else None
        self._world = world
        self._setup = setup
        self._functions = functions
        self._shuffle = shuffle
        self._twice = twice
        self._patterns = [json.loads(pattern) for pattern in setup.patterns]
        self._last: dict[str, str] = {}
        self._waiting: deque[tuple[list[Record], int]] = deque()
        self._blocked = False

    def start(self) -> None:
        """A new settling begins: a blocked batch may be tried again, and others may have written."""
        self._blocked = False
        self._empty_at = None

    def carry(self) -> int:
        """Take one batch to the function; how many records were taken."""
        written = self._written()
        if not self._waiting and self._empty_at != written:
            self._read()
            self._empty_at = written
        if not self._waiting or self._blocked:
            return 0
        records, tries = self._waiting.popleft()
        self._deliver(records, tries)
        return len(records)

    def _read(self) -> None:
        fresh: list[Record] = []
        described = self._streams.describe_stream(StreamArn=self._setup.source)["StreamDescription"]
        for shard in described["Shards"]:
            fresh += self._new_in(shard["ShardId"])
        wanted = [record for record in fresh if self._wanted(record)]
        if self._shuffle:
            wanted = mixed(wanted, self._shuffle)
        for first in range(0, len(wanted), self._setup.batch_size):
            self._waiting.append((wanted[first : first + self._setup.batch_size], 0))

    def _new_in(self, shard: str) -> list[Record]:
        asked = {"StreamArn": self._setup.source, "ShardId": shard}
        if shard in self._last:
            asked |= {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self._last[shard]}
        else:
            asked |= {"ShardIteratorType": "TRIM_HORIZON"}
        iterator = self._streams.get_shard_iterator(**asked)["ShardIterator"]
        found: list[Record] = []
        while iterator:
            answer = self._streams.get_records(ShardIterator=iterator, Limit=1000)
            if not answer["Records"]:
                break
            found += [self._record(record) for record in answer["Records"]]
            iterator = answer.get("NextShardIterator")
        if found:
            self._last[shard] = found[-1]["dynamodb"]["SequenceNumber"]
        return found

    def _wanted(self, record: Record) -> bool:
        return not self._patterns or any(matches(pattern, record) for pattern in self._patterns)

    def _deliver(self, records: list[Record], tries: int) -> None:
        failed_at = self._try(records)
        if failed_at is None:
            if self._twice:
                self._try(records)
            return
        if failed_at > 0:
            # All before the named record went well; the rest is a batch of its own, and no try is used up.
            self._waiting.appendleft((records[failed_at:], tries))
        elif self._setup.bisect and len(records) > 1:
            middle = len(records) // 2
            self._waiting.appendleft((records[middle:], tries))
            self._waiting.appendleft((records[:middle], tries))
        elif 0 <= self._setup.retries <= tries:
            self._give_up(records, tries + 1)
        else:
            self._waiting.appendleft((records, tries + 1))
            self._blocked = self._setup.retries < 0 and tries + 1 >= BLOCKED_AFTER

    def _try(self, records: list[Record]) -> int | None:
        """The index of the first record that failed; None where all went well."""
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        try:
            answer = self._functions.invoke(self._setup.function, {"Records": records})
        except TemplateFault:
            raise
        except Exception:
            return 0
        named = failures(answer, numbers) if self._setup.partial else set()
        return min(numbers.index(number) for number in named) if named else None

    def _give_up(self, records: list[Record], tries: int) -> None:
        """Tell the destination which records were given up, as Lambda does: their numbers, not their contents."""
        if self._dead is None:
            return
        first, last = (records[index]["dynamodb"] for index in (0, -1))
        message = {
            "requestContext": {
                "requestId": f"local-{first['SequenceNumber']}",
                "functionArn": self._world.functions[self._setup.function].arn,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": tries,
            },
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            },
            "version": "1.0",
            "timestamp": datetime.now().astimezone().isoformat(),
            "DDBStreamBatchInfo": {
                "shardId": "local",
                "startSequenceNumber": first["SequenceNumber"],
                "endSequenceNumber": last["SequenceNumber"],
                "approximateArrivalOfFirstRecord": first["ApproximateCreationDateTime"],
                "approximateArrivalOfLastRecord": last["ApproximateCreationDateTime"],
                "batchSize": len(records),
                "streamArn": self._setup.source,
            },
        }
        self._sqs.send_message(QueueUrl=self._dead, MessageBody=json.dumps(message))

    def _record(self, record: Any) -> Record:
        """A record as Lambda hands it over: the SDK's values back in their JSON form."""
        change = dict(record["dynamodb"])
        change["ApproximateCreationDateTime"] = change["ApproximateCreationDateTime"].timestamp()
        for image in ("Keys", "NewImage", "OldImage"):
            if image in change:
                change[image] = {name: _wire(value) for name, value in change[image].items()}
        return {
            "eventID": record["eventID"],
            "eventName": record["eventName"],
            "eventVersion": record.get("eventVersion", "1.1"),
            "eventSource": "aws:dynamodb",
            "awsRegion": self._world.region,
            "dynamodb": change,
            "eventSourceARN": self._setup.source,
        }


def mixed(records: list[Record], shuffle: random.Random) -> list[Record]:
    """Another order that a stream of many shards could give: each item's own records stay in order."""
    by_item: dict[str, deque[Record]] = {}
    for record in records:
        by_item.setdefault(json.dumps(record["dynamodb"]["Keys"], sort_keys=True), deque()).append(record)
    items = [key for key, own in by_item.items() for _ in own]
    shuffle.shuffle(items)
    return [by_item[key].popleft() for key in items]


def _wire(value: Any) -> Any:
    """An attribute value with its bytes in base64."""
    ((kind, inner),) = value.items()
    match kind:
        case "B":
            return {"B": base64.b64encode(inner).decode()}
        case "BS":
            return {"BS": [base64.b64encode(part).decode() for part in inner]}
        case "L":
            return {"L": [_wire(part) for part in inner]}
        case "M":
            return {"M": {name: _wire(part) for name, part in inner.items()}}
    return {kind: inner}
