"""What ten to thirteen digits say as a national identity number: whose form they have, which day, and how certain.

python-stdnum knows the ordinary numbers of Denmark, Sweden and Norway. What it lacks stands here: Danish replacement
numbers (day + 60) and Swedish coordination numbers (day + 60), the Norwegian synthetic series (month + 80 and + 65),
Norway's check digits from 2032, and the day written with all four digits of its year.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

Country = Literal["DK", "SE", "NO"]

_LIFT = {"DK": 60, "SE": 60, "NO": 40}  # to the day of replacement, coordination and D-numbers
_MONTH_LIFTS = (80, 65, 40)  # synthetic numbers of Skatteetaten and Norsk helsenett; H-numbers
_HELPERS = 80  # from here on, Norwegian FH-numbers: no day at all, by design
_REMAINDERS = (0, 1, 2, 3)
"""Of Norway's first check digit; numbers given before 2032 have 0.
https://skatteetaten.github.io/folkeregisteret-api-dokumentasjon/nytt-fodselsnummer-fra-2032/"""
_CENTURIES = ("18", "19", "20")


class Reading(NamedTuple):
    """The digits as one country's number: `number` as that country writes it, and the day that stands in it.

    The day is that of birth, without what marks it as another series; `year` has two digits or four.
    """

    country: Country
    number: str
    year: str
    month: int
    day: int

    @property
    def looks_like_a_day(self) -> bool:
        """Whether a person could have meant a day, were it only for a slip: the 31st of February."""
        return 1 <= self.day <= 31 and 1 <= self.month <= 12 and self.year[:-2] in {"", *_CENTURIES}

    @property
    def years(self) -> tuple[int, ...]:
        """The years that may be meant."""
        return (int(self.year),) if len(self.year) == 4 else tuple(int(f"{c}{self.year}") for c in _CENTURIES)

    @property
    def is_a_day(self) -> bool:
        """Whether there is such a day, in any century. Which one, the third part of the number says; it may be wrong,
        and from 2032 it says nothing in Norway."""
        return self.looks_like_a_day and any(_exists(year, self.month, self.day) for year in self.years)

    @property
    def is_a_helper(self) -> bool:
        """A Norwegian FH-number, which looks like no day."""
        return self.country == "NO" and len(self.number) == 11 and int(self.number[:2]) >= _HELPERS


def readings(digits: str) -> tuple[Reading, ...]:
    """Each country whose form so many digits have, whatever they say."""
    match len(digits):
        case 10:
            return (_day_first("DK", digits, 2), _year_first(digits, 2))
        case 11:
            return (_day_first("NO", digits, 2),)
        case 12:
            return (_year_first(digits, 4), _day_first("DK", digits, 4))
        case 13:
            return (_day_first("NO", digits, 4),)
    return ()


def is_certain(reading: Reading) -> bool:
    """Whether the check digits hold, as they would by chance in one number of ten or fewer. False clears nothing."""
    if not reading.looks_like_a_day and not reading.is_a_helper:
        return False
    match reading.country:
        case "DK":
            return _is_certain_in_denmark(reading)
        case "SE":
            return _is_certain_in_sweden(reading)
    return _is_certain_in_norway(reading)


# stdnum is imported where it is asked, once a text holds something like a number: loading it takes 40 ms, and most
# functions never see one.


def _is_certain_in_denmark(reading: Reading) -> bool:
    """Not where the day is raised, or where there are letters: for replacement numbers there is no checksum."""
    from stdnum.dk import cpr
    from stdnum.exceptions import ValidationError

    if not reading.number.isdecimal():
        return False
    try:
        cpr.get_birth_date(reading.number)
    except ValidationError:
        return False
    return cpr.checksum(reading.number) == 0


def _is_certain_in_sweden(reading: Reading) -> bool:
    """By twelve digits: of ten, stdnum would ask the calendar of today which century is meant."""
    from stdnum import luhn
    from stdnum.se import personnummer

    digits = reading.number[-10:]
    if reading.day != int(digits[4:6]):  # a coordination number, which stdnum takes for a day that does not exist
        return reading.is_a_day and bool(luhn.is_valid(digits))
    return any(personnummer.is_valid(f"{year}{digits[2:6]}-{digits[6:]}") for year in reading.years)


def _is_certain_in_norway(reading: Reading) -> bool:
    """Not by `fodselsnummer.validate`, which knows the first check digit of before 2032 alone."""
    from stdnum.no import fodselsnummer

    number = reading.number
    first = int(number[9]) - int(fodselsnummer.calc_check_digit1(number))
    return first % 11 in _REMAINDERS and number[10] == fodselsnummer.calc_check_digit2(number)


def _day_first(country: Country, digits: str, of_year: int) -> Reading:
    day, month, year = digits[:2], digits[2:4], digits[4 : 4 + of_year]
    number = digits[:4] + year[-2:] + digits[4 + of_year :]
    return Reading(country, number, year, _month(country, int(month)), _day(country, int(day)))


def _year_first(digits: str, of_year: int) -> Reading:
    year, month, day = digits[:of_year], digits[of_year : of_year + 2], digits[of_year + 2 : of_year + 4]
    return Reading("SE", digits, year, int(month), _day("SE", int(day)))


def _day(country: Country, day: int) -> int:
    return day - _LIFT[country] if day > _LIFT[country] else day


def _month(country: Country, month: int) -> int:
    lifted = next((lift for lift in _MONTH_LIFTS if lift < month <= lift + 12), 0) if country == "NO" else 0
    return month - lifted


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
