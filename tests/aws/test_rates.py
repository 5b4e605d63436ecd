"""Counters that run out: as many as the limit, each delivery once, and nobody's address in the table (C6, H7)."""

from __future__ import annotations

from datetime import timedelta

from lyspunkt.aws import rates
from tests.support.house import House
from tests.support.lyngvig import NOON

HOUR = timedelta(hours=1)


def ask(delivery: str, who: str = "a@b.example", what: str = "mail", minutes: int = 0) -> bool:
    return rates.allow(what, who, limit=3, window=HOUR, at=NOON + timedelta(minutes=minutes), delivery=delivery)


def test_as_many_as_the_limit_are_allowed_and_then_none_until_the_next_window_bar_h7(house: House) -> None:
    assert [ask(str(number)) for number in range(5)] == [True, True, True, False, False]
    assert not ask("late", minutes=59)
    assert ask("later", minutes=60)


def test_the_same_delivery_again_is_not_counted_again_bar_d4(house: House) -> None:
    assert [ask("one") for _ in range(5)] == [True] * 5
    assert [ask("two"), ask("three"), ask("four")] == [True, True, False]
    assert ask("two")


def test_each_sender_and_each_matter_is_counted_for_itself_and_case_is_no_disguise(house: House) -> None:
    for number in range(3):
        ask(str(number))
    assert ask("x", who="c@b.example")
    assert ask("x", what="form")
    assert not ask("x", who=" A@B.example")


def test_a_counter_holds_no_address_and_runs_out_bar_g5(house: House) -> None:
    ask("one", who="borger@lyngvig.example")
    [row] = [row for row in house.rows() if row["PK"]["S"].startswith("RATE#")]
    assert "lyngvig.example" not in str(row)
    assert int(row["expires"]["N"]) > NOON.timestamp()
