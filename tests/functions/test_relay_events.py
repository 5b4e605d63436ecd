"""relay_events on the records that the table's stream delivers (bars D4, D5, D7)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from lyspunkt.aws import bus, layout, table
from lyspunkt.aws.clients import client
from tests.support.house import BATCH, House
from tests.support.lyngvig import approved, submitted
from tests.support.rooms import sample


def records(house: House, story_id: str) -> list[dict[str, Any]]:
    """The story's event rows in the documented shape of stream records, in order."""
    found = [row for row in house.rows() if row["PK"]["S"] == layout.story_key(story_id)]
    rows = sorted((row for row in found if row["SK"]["S"].startswith("EVENT#")), key=lambda row: str(row["SK"]))
    made = []
    for number, row in enumerate(rows, start=1):
        [record] = json.loads(sample("22-dynamodb-stream-story-submitted.json").read_text())["Records"]
        record["dynamodb"] |= {
            "Keys": {"PK": row["PK"], "SK": row["SK"]},
            "NewImage": row,
            "SequenceNumber": str(1000 + number),
        }
        made.append(record)
    return made


def ten(house: House) -> list[dict[str, Any]]:
    """Ten rows of three stories."""
    first, second = house.keep(approved(strategic=True)), house.keep(submitted())
    made = [*records(house, first.id), *records(house, second.id)]
    made = [*made, *records(house, house.keep(submitted()).id)][:10]
    for number, record in enumerate(made, start=1001):
        record["dynamodb"]["SequenceNumber"] = str(number)
    assert len(made) == 10
    return made


@contextmanager
def bus_that_refuses(wanted: Callable[[str], bool]) -> Iterator[list[list[str]]]:
    """The bus refuses entries inside a 200, as PutEvents does; yields what was sent in each call."""
    sent: list[list[str]] = []
    now: list[str] = []

    def hear(params: dict[str, Any], **_: Any) -> None:
        now[:] = [_id(entry["Detail"]) for entry in params["Entries"]]
        sent.append(list(now))

    def refuse(parsed: dict[str, Any], **_: Any) -> None:
        for entry, id_ in zip(parsed["Entries"], now, strict=True):
            if wanted(id_):
                entry.pop("EventId", None)
                entry |= {"ErrorCode": "InternalFailure", "ErrorMessage": "try again"}
        parsed["FailedEntryCount"] = sum("ErrorCode" in entry for entry in parsed["Entries"])

    listeners = client("events").meta.events
    listeners.register("provide-client-params.eventbridge.PutEvents", hear)
    listeners.register("after-call.eventbridge.PutEvents", refuse)
    try:
        yield sent
    finally:
        listeners.unregister("provide-client-params.eventbridge.PutEvents", hear)
        listeners.unregister("after-call.eventbridge.PutEvents", refuse)


def _id(detail: str) -> str:
    fact = json.loads(detail)
    return f"{fact['story_id']}#{fact['number']}"


def ids(batch: list[dict[str, Any]]) -> list[str]:
    return [_id(record["dynamodb"]["NewImage"]["body"]["S"]) for record in batch]


def marked(house: House) -> set[str]:
    """Ids of the events that the table says are not on the bus."""
    return {_id(row["body"]["S"]) for row in house.rows() if "unrelayed" in row}


def test_the_sample_record_goes_to_the_bus_with_its_type_and_its_row_comes_off_the_list(house: House) -> None:
    event = json.loads(sample("22-dynamodb-stream-story-submitted.json").read_text())
    image = event["Records"][0]["dynamodb"]["NewImage"]
    table.put(table.from_wire(image))
    with bus_that_refuses(lambda _id: False) as sent:
        assert house.invoke("RelayEvents", event) == BATCH
    assert sent == [["sabcdefghij234567klm#1"]]
    [call] = [call for call in house.runtime.calls if call.operation == "PutEvents"][-1:]
    [entry] = call.parameters["Entries"]
    assert (entry["Source"], entry["DetailType"]) == ("lyspunkt", "StorySubmitted")
    assert json.loads(entry["Detail"])["story_id"] == "sabcdefghij234567klm"
    assert marked(house) == set()


def test_just_the_refused_entries_are_sent_again_bar_d7(house: House) -> None:
    batch = ten(house)
    third_and_seventh = [ids(batch)[2], ids(batch)[6]]
    tries: list[str] = []

    def once(id_: str) -> bool:
        tries.append(id_)
        return id_ in third_and_seventh and tries.count(id_) == 1

    with bus_that_refuses(once) as sent:
        assert house.invoke("RelayEvents", {"Records": batch}) == BATCH
    assert sent == [ids(batch), third_and_seventh]
    assert not marked(house) & set(ids(batch))


def test_what_is_refused_to_the_end_is_named_and_no_other_and_keeps_its_mark_bars_d7_d9(house: House) -> None:
    batch = ten(house)
    third_and_seventh = [ids(batch)[2], ids(batch)[6]]
    with bus_that_refuses(lambda id_: id_ in third_and_seventh) as sent:
        answer = house.invoke("RelayEvents", {"Records": batch})
    numbers = [batch[index]["dynamodb"]["SequenceNumber"] for index in (2, 6)]
    assert answer == {"batchItemFailures": [{"itemIdentifier": number} for number in numbers]}
    assert sent == [ids(batch)] + [third_and_seventh] * (bus.TRIES - 1)
    assert marked(house) & set(ids(batch)) == set(third_and_seventh)


def test_failures_are_named_in_the_order_of_the_stream_bar_d9(house: House) -> None:
    """Lambda takes the lowest sequence number as where to begin again; as text "10" would come before "9"."""
    batch = ten(house)[:2]
    batch[0]["dynamodb"]["SequenceNumber"], batch[1]["dynamodb"]["SequenceNumber"] = "9", "10"
    with bus_that_refuses(lambda _id: True):
        answer = house.invoke("RelayEvents", {"Records": batch})
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["9", "10"]


def test_a_row_that_cannot_be_read_is_named_and_the_others_go_out_bar_d5(house: House) -> None:
    batch = ten(house)
    poison = json.loads(json.dumps(batch[4]))
    poison["dynamodb"]["NewImage"]["body"]["S"] = '{"type": "NoSuchFact"}'
    headless = json.loads(json.dumps(batch[5]))
    del headless["dynamodb"]["NewImage"]["body"]
    others = [*batch[:4], *batch[6:]]
    with bus_that_refuses(lambda _id: False) as sent:
        answer = house.invoke("RelayEvents", {"Records": [*batch[:4], poison, headless, *batch[6:]]})
    numbers = [record["dynamodb"]["SequenceNumber"] for record in (poison, headless)]
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == numbers
    assert sent == [ids(others)]


def test_a_fact_too_large_for_the_bus_is_named_and_never_sent_bar_d7(house: House) -> None:
    [record] = records(house, house.keep(submitted()).id)
    body = json.loads(record["dynamodb"]["NewImage"]["body"]["S"])
    body["source"] = "ø" * (bus.LARGEST // 2)
    record["dynamodb"]["NewImage"]["body"]["S"] = json.dumps(body)
    with bus_that_refuses(lambda _id: False) as sent:
        answer = house.invoke("RelayEvents", {"Records": [record]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    assert sent == []


def test_a_record_that_comes_twice_leaves_the_table_as_once_bar_d4(house: House) -> None:
    batch = ten(house)
    with bus_that_refuses(lambda _id: False) as sent:
        assert house.invoke("RelayEvents", {"Records": batch}) == BATCH
        once = house.rows()
        assert house.invoke("RelayEvents", {"Records": batch}) == BATCH
    assert house.rows() == once
    assert sent == [ids(batch)] * 2


def test_an_event_row_that_was_erased_meanwhile_is_not_written_anew(house: House) -> None:
    [record] = records(house, house.keep(submitted()).id)
    house.clear()
    with bus_that_refuses(lambda _id: False):
        assert house.invoke("RelayEvents", {"Records": [record]}) == BATCH
    assert house.rows() == []
