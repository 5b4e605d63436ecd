"""Queues as Lambda reads them: batches, partial answers, receive counts, dead letters."""

from collections.abc import Callable
from typing import Any

import pytest

from infra.local.queues import failures
from tests.infra.conftest import Small, bodies


def failing(*wrong: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A handler that names the messages with these bodies."""

    def behave(event: dict[str, Any]) -> dict[str, Any]:
        named = [record["messageId"] for record in event["Records"] if record["body"] in wrong]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in named]}

    return behave


def test_a_message_has_the_shape_that_aws_documents(small: Small) -> None:
    small.runtime.world.client("sqs").send_message(
        QueueUrl=small.ref("Work"),
        MessageBody="hello",
        MessageAttributes={"colour": {"DataType": "String", "StringValue": "red"}},
    )
    small.runtime.settle()
    [event] = small.seen("DoWork")
    [record] = event["Records"]
    attributes = record.pop("attributes")
    assert attributes["ApproximateReceiveCount"] == "1"
    assert {"SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp"} <= attributes.keys()
    assert record.pop("messageId")
    assert record.pop("receiptHandle")
    assert record.pop("md5OfMessageAttributes", "")
    assert record == {
        "body": "hello",
        "messageAttributes": {
            "colour": {"stringValue": "red", "stringListValues": [], "binaryListValues": [], "dataType": "String"}
        },
        "md5OfBody": "5d41402abc4b2a76b9719d911017c592",
        "eventSource": "aws:sqs",
        "eventSourceARN": small.arn("Work"),
        "awsRegion": "eu-north-1",
    }


def test_a_message_that_fails_comes_again_alone_and_at_last_lies_in_the_dead_letter_queue(small: Small) -> None:
    small.behave("DoWork", failing("bad"))
    small.send("Work", "good", "bad", "fine")
    ran = small.runtime.settle()
    delivered = [body for event in small.seen("DoWork") for body in bodies(event)]
    assert sorted(delivered) == ["bad"] * 5 + ["fine", "good"]
    assert small.lies_in("WorkDead") == ["bad"]
    assert ran["DoWork"] == 5


def test_a_message_whose_cause_is_mended_goes_through_with_its_receive_count(small: Small) -> None:
    def behave(event: dict[str, Any]) -> dict[str, Any]:
        again = [r["messageId"] for r in event["Records"] if r["attributes"]["ApproximateReceiveCount"] != "3"]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in again]}

    small.behave("DoWork", behave)
    small.send("Work", "slow")
    small.runtime.settle()
    assert len(small.seen("DoWork")) == 3
    assert small.lies_in("WorkDead") == []


def test_an_error_returns_the_whole_batch(small: Small) -> None:
    def behave(event: dict[str, Any]) -> dict[str, Any]:
        if len(small.seen("DoWork")) == 1:
            raise RuntimeError("down")
        return {"batchItemFailures": []}

    small.behave("DoWork", behave)
    small.send("Work", "one", "two")
    small.runtime.settle()
    assert [sorted(bodies(event)) for event in small.seen("DoWork")] == [["one", "two"], ["one", "two"]]


def test_a_queue_without_dead_letters_does_not_go_round_for_ever(small: Small) -> None:
    small.behave("DoWork", failing("bad"))
    small.send("InOrder", "bad", group="site")
    assert small.runtime.settle()["DoWork"] == 10


def test_a_fifo_queue_keeps_the_order_of_a_group(small: Small) -> None:
    wanted = [f"page {number}" for number in range(25)]
    small.send("InOrder", *wanted, group="site")
    small.runtime.settle()
    assert [body for event in small.seen("DoWork") for body in bodies(event)] == wanted


def test_each_message_is_delivered_twice_where_that_is_asked(start: Callable[..., Small]) -> None:
    small = start(twice=True)
    small.send("Work", "hello")
    small.runtime.settle()
    assert [bodies(event) for event in small.seen("DoWork")] == [["hello"], ["hello"]]


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, set()),
        ({}, set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "b"}]}, {"b"}),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": "strange"}]}, {"a", "b"}),
        ({"batchItemFailures": [{"id": "a"}]}, {"a", "b"}),
        ("wrong", {"a", "b"}),
    ],
)
def test_a_partial_answer_is_read_as_lambda_reads_it_bar_d9(answer: Any, failed: set[str]) -> None:
    assert failures(answer, ["a", "b"]) == failed
