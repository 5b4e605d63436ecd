"""A run's state survives a restart, where that is asked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from infra.local import snapshot
from infra.local.recorder import SentLetter
from lyspunkt.aws import clock
from tests.infra.conftest import Small


def test_rows_alarms_letters_and_the_clock_are_there_again(start: Callable[..., Small], tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    first = start()
    first.put("one", colour="red")
    first.runtime.world.client("scheduler").create_schedule(
        Name="later",
        GroupName="group",
        ScheduleExpression="at(2099-01-01T00:00:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": first.arn("Work"), "RoleArn": "arn:aws:iam::123456789012:role/x", "Input": "{}"},
    )
    first.send("WorkDead", "a dead letter")
    letter = SentLetter(
        1, "id", "desk@lyspunkt.example", ("head@lyngvig.example",), b"Subject: x\r\n\r\n\xff", clock.now(), "F"
    )
    first.runtime.recorder.letters.append(letter)
    first.runtime.advance(timedelta(hours=2))
    snapshot.save(first.runtime, kept)
    clock.set_offset(timedelta())

    second = start()
    assert snapshot.load(second.runtime, kept)
    assert second.runtime.letters() == [letter]
    assert second.lies_in("WorkDead") == ["a dead letter"]
    assert [alarm.key for alarm in second.runtime.alarms.pending()] == ["group/later"]
    assert clock.now() - datetime.now(UTC) > timedelta(hours=1, minutes=59)
    rows = second.runtime.world.client("dynamodb").scan(TableName=second.ref("Rows"))["Items"]
    assert rows == [{"id": {"S": "one"}, "colour": {"S": "red"}}]


def test_nothing_is_put_back_where_nothing_was_kept(small: Small, tmp_path: Path) -> None:
    assert not snapshot.load(small.runtime, tmp_path / "nowhere")
