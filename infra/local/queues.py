"""From a queue to its function: batches, partial answers, receive counts."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from infra.local.functions import Functions
from infra.local.patterns import matches
from infra.local.template import TemplateFault
from infra.local.world import ReaderSetup, World

MOST_TRIES = 10
"""Tries of a message within one settling where the queue has no dead-letter queue to take it."""


class QueueReader:
    """Reads one queue. A message that fails is visible again at once; the endpoint's redrive goes by receive counts."""

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
        self._sqs = world.client("sqs")
        self._url = world.queue_url(setup.source)
        self._setup = setup
        self._functions = functions
        self._region = world.region
        self._shuffle = None if setup.source.endswith(".fifo") else shuffle
        self._twice = twice
        self._failures: Counter[str] = Counter()
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["All"])["Attributes"]
        self._redrives = "RedrivePolicy" in attributes

    def start(self) -> None:
        """A new settling begins: what failed before may be tried again, and others may have written."""
        self._failures.clear()
        self._empty_at = None

    def carry(self) -> int:
        """Take one batch to the function; how many messages were taken."""
        written = self._written()
        if self._empty_at == written:
            return 0  # nobody wrote anywhere since it was found empty
        messages = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=min(self._setup.batch_size, 10),
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        if not messages:
            self._empty_at = written
            return 0
        if self._shuffle:
            self._shuffle.shuffle(messages)
        wanted = [message for message in messages if self._wanted(message)]
        failed = self._deliver(wanted) if wanted else set()
        if self._twice and wanted and not failed:
            self._deliver(wanted)  # at least once means sometimes twice
        self._settle(messages, failed)
        return len(messages)

    def _deliver(self, messages: list[Any]) -> set[str]:
        """The ids of the messages that must come again."""
        event = {"Records": [self._record(message) for message in messages]}
        try:
            answer = self._functions.invoke(self._setup.function, event)
        except TemplateFault:
            raise
        except Exception:
            return {message["MessageId"] for message in messages}
        return failures(answer, [message["MessageId"] for message in messages]) if self._setup.partial else set()

    def _settle(self, messages: list[Any], failed: set[str]) -> None:
        for message in messages:
            handle = message["ReceiptHandle"]
            if message["MessageId"] not in failed:
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=handle)
                continue
            self._failures[message["MessageId"]] += 1
            if self._redrives or self._failures[message["MessageId"]] < MOST_TRIES:
                self._sqs.change_message_visibility(QueueUrl=self._url, ReceiptHandle=handle, VisibilityTimeout=0)

    def _wanted(self, message: Mapping[str, Any]) -> bool:
        if not self._setup.patterns:
            return True
        try:
            body: Any = json.loads(message["Body"])
        except ValueError:
            body = message["Body"]
        return any(matches(json.loads(pattern), {**message, "body": body}) for pattern in self._setup.patterns)

    def _record(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """A message as Lambda hands it over."""
        record = {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {
                name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._setup.source,
            "awsRegion": self._region,
        }
        if "MD5OfMessageAttributes" in message:
            record["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
        return record


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    attribute: dict[str, Any] = {
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": value["DataType"],
    }
    if "StringValue" in value:
        attribute["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        import base64

        attribute["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return attribute


def failures(answer: Any, ids: list[str]) -> set[str]:
    """What a partial answer names, as Lambda reads it.

    No answer, an empty one or an empty list mean that all went well; an unknown id, an empty or a missing one mean that
    all failed (bar D9).
    """
    if answer is None or answer == {} or (isinstance(answer, dict) and not answer.get("batchItemFailures")):
        return set()
    if not isinstance(answer, dict):
        return set(ids)
    named: set[str] = set()
    for failure in answer["batchItemFailures"]:
        identifier = failure.get("itemIdentifier") if isinstance(failure, dict) else None
        if identifier not in ids:
            return set(ids)
        named.add(str(identifier))
    return named
