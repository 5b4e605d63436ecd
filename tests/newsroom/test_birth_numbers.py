"""Which country's number digits can be, which day stands in them, and whether their check digits hold (bar G6)."""

from __future__ import annotations

import pytest

from lyspunkt.newsroom.birth_numbers import Country, Reading, is_certain, readings


def reading(country: Country, digits: str) -> Reading:
    return next(one for one in readings(digits) if one.country == country)


@pytest.mark.parametrize(
    ("country", "digits", "day"),
    [
        ("DK", "0101901234", ("90", 1, 1)),
        ("DK", "6112901234", ("90", 12, 1)),
        ("DK", "010119901234", ("1990", 1, 1)),
        ("SE", "9001019802", ("90", 1, 1)),
        ("SE", "199001619809", ("1990", 1, 1)),
        ("NO", "01019012345", ("90", 1, 1)),
        ("NO", "41019012345", ("90", 1, 1)),
        ("NO", "01419012345", ("90", 1, 1)),
        ("NO", "01819012345", ("90", 1, 1)),
        ("NO", "01669012345", ("90", 1, 1)),
        ("NO", "41819012345", ("90", 1, 1)),
        ("NO", "0101199012345", ("1990", 1, 1)),
    ],
)
def test_the_day_is_that_of_birth_whatever_series_the_number_is_of(
    country: Country, digits: str, day: tuple[str, int, int]
) -> None:
    found = reading(country, digits)
    assert (found.year, found.month, found.day) == day
    assert found.is_a_day


@pytest.mark.parametrize(
    ("country", "digits", "looks"),
    [
        ("DK", "3102991234", True),
        ("DK", "3113991234", False),
        ("DK", "0001991234", False),
        ("SE", "5560125790", False),
        ("SE", "2120000142", False),
        ("SE", "179001019802", False),
        ("NO", "12345678901", False),
    ],
)
def test_what_is_no_day_may_still_look_like_one(country: Country, digits: str, looks: bool) -> None:
    found = reading(country, digits)
    assert found.looks_like_a_day is looks
    assert not found.is_a_day


def test_the_29th_of_february_needs_a_leap_year_in_some_century() -> None:
    assert reading("DK", "2902001234").is_a_day
    assert not reading("DK", "2902011234").is_a_day
    assert not reading("SE", "190002299802").is_a_day


@pytest.mark.parametrize(
    ("country", "digits"),
    [
        ("DK", "0101070018"),
        ("DK", "010119070018"),
        ("SE", "9001019802"),
        ("SE", "199001019802"),
        ("SE", "0002299808"),
        ("SE", "9001619809"),
        ("SE", "199001619809"),
        ("NO", "01819012446"),
        ("NO", "41819012359"),
        ("NO", "01669012329"),
        ("NO", "01419012382"),
        ("NO", "80000000179"),
    ],
)
def test_check_digits_that_hold_make_it_certain(country: Country, digits: str) -> None:
    assert is_certain(reading(country, digits))
    last = str((int(digits[-1]) + 1) % 10)
    assert not is_certain(reading(country, digits[:-1] + last))


@pytest.mark.parametrize("digits", ["01823212409", "01823212417", "01823212425", "01823212433"])
def test_norways_first_check_digit_may_leave_up_to_three_from_2032(digits: str) -> None:
    assert is_certain(reading("NO", digits))


@pytest.mark.parametrize("digits", ["6101901234", "0101901234", "3102990000"])
def test_no_checksum_holds_of_a_replacement_number_or_of_a_day_that_does_not_exist(digits: str) -> None:
    assert not is_certain(reading("DK", digits))


@pytest.mark.parametrize("digits", ["", "123", "123456789", "12345678901234"])
def test_fewer_or_more_digits_are_nobodys(digits: str) -> None:
    assert readings(digits) == ()
