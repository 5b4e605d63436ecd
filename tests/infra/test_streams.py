"""A table's stream as Lambda reads it."""

import json
import random
from collections.abc import Callable
from typing import Any

from infra.local.streams import mixed
from tests.infra.conftest import Small, rows


def test_one_poison_record_in_a_hundred_lets_the_others_through_and_is_parked_bar_d5(small: Small) -> None:
    went_through: list[str] = []

    def behave(event: dict[str, Any]) -> dict[str, Any]:
        if "row-42" in rows(event):
            raise RuntimeError("poison")
        went_through.extend(rows(event))
        return {"batchItemFailures": []}

    small.behave("ReadRows", behave)
    names = [f"row-{number}" for number in range(100)]
    small.put(*names)
    small.runtime.settle()
    assert went_through == [name for name in names if name != "row-42"]
    [parked] = [json.loads(body) for body in small.lies_in("StreamDead")]
    assert parked["DDBStreamBatchInfo"]["batchSize"] == 1
    assert parked["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert parked["requestContext"]["approximateInvokeCount"] == 3


def test_a_partial_answer_keeps_what_went_well_before_the_named_record(small: Small) -> None:
    went_through: list[str] = []

    def behave(event: dict[str, Any]) -> dict[str, Any]:
        for record in event["Records"]:
            if record["dynamodb"]["Keys"]["id"]["S"] == "row-3" and len(small.seen("ReadRows")) == 1:
                return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
            went_through.append(record["dynamodb"]["Keys"]["id"]["S"])
        return {"batchItemFailures": []}

    small.behave("ReadRows", behave)
    names = [f"row-{number}" for number in range(6)]
    small.put(*names)
    small.runtime.settle()
    assert went_through == names


def test_a_record_has_the_shape_that_aws_documents(small: Small) -> None:
    small.put("one", colour="red")
    small.runtime.settle()
    [event] = small.seen("ReadRows")
    [record] = event["Records"]
    assert record["eventName"] == "INSERT"
    assert record["eventSource"] == "aws:dynamodb"
    assert record["eventSourceARN"] == small.runtime.world.made["Rows"].attributes["StreamArn"]
    assert record["awsRegion"] == "eu-north-1"
    assert record["dynamodb"]["NewImage"] == {"id": {"S": "one"}, "colour": {"S": "red"}}
    assert record["dynamodb"]["StreamViewType"] == "NEW_IMAGE"
    assert isinstance(record["dynamodb"]["ApproximateCreationDateTime"], float)


def test_what_the_filter_leaves_out_wakes_no_function(small: Small) -> None:
    small.put("one", quiet="yes")
    assert small.runtime.settle() == {}
    small.put("two")
    small.runtime.settle()
    assert [rows(event) for event in small.seen("ReadRows")] == [["two"]]


def test_each_record_comes_twice_where_that_is_asked(start: Callable[..., Small]) -> None:
    small = start(twice=True)
    small.put("one")
    small.runtime.settle()
    assert [rows(event) for event in small.seen("ReadRows")] == [["one"], ["one"]]


def test_a_mixed_order_keeps_each_items_own_order() -> None:
    records = [
        {"dynamodb": {"Keys": {"id": {"S": item}}, "SequenceNumber": str(number)}}
        for number, item in enumerate("aabbccab" * 5)
    ]
    other = mixed(records, random.Random(7))  # noqa: S311 - an order to replay
    assert other != records
    for item in "abc":
        own = [r["dynamodb"]["SequenceNumber"] for r in other if r["dynamodb"]["Keys"]["id"]["S"] == item]
        assert own == sorted(own, key=int)
