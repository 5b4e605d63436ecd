"""Counters that run out: as many as the limit, each delivery once, and nobody's address in the table (C6, H7)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from lyspunkt.aws import rates
from tests.support.house import House
from tests.support.lyngvig import NOON

HOUR = timedelta(hours=1)


def ask(delivery: str, who: str = "a@b.example", what: str = "mail", minutes: float = 0, limit: int = 3) -> bool:
    return rates.allow(what, who, limit=limit, window=HOUR, at=NOON + timedelta(minutes=minutes), delivery=delivery)


def test_as_many_as_the_limit_are_allowed_and_then_none_until_the_first_is_an_hour_old_bar_h7(house: House) -> None:
    assert [ask(str(number), minutes=number) for number in range(5)] == [True, True, True, False, False]
    assert not ask("late", minutes=59.9)
    assert ask("later", minutes=60)
    assert not ask("too late", minutes=60.5)


def test_no_hour_wherever_it_begins_has_more_than_the_limit_bar_h7(house: House) -> None:
    allowed = [minute for minute in range(0, 300, 7) if ask(str(minute), minutes=minute)]
    for begin in range(300):
        assert sum(begin <= minute < begin + 60 for minute in allowed) <= 3
    assert len(allowed) == 15


def test_the_same_delivery_again_is_not_counted_again_bar_d4(house: House) -> None:
    assert [ask("one") for _ in range(5)] == [True] * 5
    assert [ask("two"), ask("three"), ask("four")] == [True, True, False]
    assert ask("two")


def test_those_who_come_at_the_same_time_are_counted_one_by_one(house: House) -> None:
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda number: ask(str(number), limit=5), range(12)))
    assert answers.count(True) == 5


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
    assert int(row["expires"]["N"]) == (NOON + HOUR).timestamp()
