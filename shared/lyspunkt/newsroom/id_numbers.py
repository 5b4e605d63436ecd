"""National identity numbers in a text: Danish, Swedish and Norwegian, in the ways that people write them.

A checksum never clears a hit: Denmark has issued numbers without one since 2007, Norway changes its own in 2032, and a
number with a slip of the pen still points at a person.
"""

import re
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

_GAP = r"[ \u00a0\u2009.\-\u2010-\u2015]"
_SEPARATED = rf"(?:{_GAP}{{0,2}}\n?{_GAP}{{0,2}})"
_ANY = re.compile(
    rf"""(?<![\d+])(?<!\d[.,])
    (?:
      (?P<long>(?:18|19|20)\d{{2}}{_SEPARATED}?\d\d{_SEPARATED}?\d\d(?:{_SEPARATED}|\+)\d{{4}})  # Swedish, twelve
    | (?P<eleven>\d\d{_SEPARATED}?\d\d{_SEPARATED}?\d\d{_SEPARATED}\d{{3}}{_SEPARATED}?\d\d)     # Norwegian
    | (?P<ten>\d\d{_SEPARATED}?\d\d{_SEPARATED}?\d\d(?P<gap>{_SEPARATED}|\+)\d{{4}})             # Danish or Swedish
    )(?!\d)(?![.,]\d)""",
    re.VERBOSE,
)
_NOT_ONE = re.compile(
    r"(?:tlf|tel|telefon|phone|mobil|mob|kontonr|konto|iban|cvr|ean|org\.?\s?nr)\W{0,4}$", re.IGNORECASE
)

Country = Literal["DK", "SE", "NO"]


class Span(BaseModel):
    """Where a number stands: `text[start:end]`, and whose form it has (a ten-digit one may fit two countries)."""

    model_config = ConfigDict(frozen=True)

    start: int
    end: int
    countries: tuple[Country, ...]


def find(text: str) -> tuple[Span, ...]:
    """Every identity number, in the order of the text."""
    found = []
    for match in _ANY.finditer(text):
        countries = _countries(match)
        if countries and not _NOT_ONE.search(text[max(0, match.start() - 16) : match.start()]):
            found.append(Span(start=match.start(), end=match.end(), countries=countries))
    return tuple(found)


def mask(text: str) -> str:
    """The text with each digit of each identity number as a bullet; its length and separators stay."""
    for span in find(text):
        text = text[: span.start] + re.sub(r"\d", "•", text[span.start : span.end]) + text[span.end :]
    return text


def _countries(match: re.Match[str]) -> tuple[Country, ...]:
    digits = re.sub(r"\D", "", match.group())
    if match["long"]:
        return ("SE",) if _is_day(digits[6:8], digits[4:6], digits[:4], lifted=60) else ()
    if match["eleven"]:
        month = int(digits[2:4])
        born = f"{month - 80 if month > 80 else month - 40 if month > 40 else month:02}"  # H and synthetic numbers
        return ("NO",) if _is_day(digits[:2], born, digits[4:6], lifted=40) else ()
    countries: list[Country] = []
    # Written apart it looks like one even where there is no such date (310299-): a slip, or made up as an example.
    fits = _is_day if match["gap"] == "" else _looks_like_a_day
    if match["gap"] != "+" and fits(digits[:2], digits[2:4], digits[4:6], lifted=60):
        countries.append("DK")  # a replacement number (erstatningspersonnummer) lifts the day by 60
    if fits(digits[4:6], digits[2:4], digits[:2], lifted=60):
        countries.append("SE")
    return tuple(countries)


def _looks_like_a_day(day: str, month: str, _year: str, *, lifted: int) -> bool:
    number = int(day) - lifted if int(day) > lifted else int(day)
    return 1 <= number <= 31 and 1 <= int(month) <= 12


def _is_day(day: str, month: str, year: str, *, lifted: int) -> bool:
    """Whether the digits are a date; coordination, replacement and D-numbers add `lifted` to the day."""
    number = int(day) - lifted if int(day) > lifted else int(day)
    centuries = [int(year)] if len(year) == 4 else [1900 + int(year), 2000 + int(year)]
    return any(_exists(century, int(month), number) for century in centuries)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
