"""National identity numbers in a text: Danish, Swedish and Norwegian, in the ways that people write them (bar G6).

What is written as such a number is one, whatever its check digits say: Denmark has issued numbers without one since
2007, Norway changes its own in 2032, and a number with a slip of the pen still points at a person. A checksum only
raises certainty: it makes a number of what could as well be an order, a time or a telephone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom.birth_numbers import Country, Reading, is_certain, readings
from lyspunkt.newsroom.digit_groups import Chain, chains
from lyspunkt.newsroom.number_forms import Form, asked
from lyspunkt.newsroom.number_labels import Label, label_before

_HIDDEN = "•"
_MOST_GROUPS = 6  # 01 01 90 - 123 45, and not digit by digit
_BEFORE, _AFTER = re.compile(r"[^\W_]+\Z"), re.compile(r"\A[^\W_]+")
_ADDRESS = re.compile(r"://[^\s?#]*/\Z")
_BESIDE, _MANY = 60, 2  # letters and digits that are looked at, and of the digits, how many make a code of it
_DIGIT, _FEWEST = re.compile(r"\d"), 8  # a replacement number with two letters
_LENGTHS = (13, 12, 11, 10)  # digits, the longest first: a day with its whole year is not cut to half of it


class Span(BaseModel):
    """Where a number stands: `text[start:end]`, and whose form it has (a ten-digit one may fit two countries).

    `certain`: its check digits hold. Where they do not, it is a number all the same.
    """

    model_config = ConfigDict(frozen=True)

    start: int
    end: int
    countries: tuple[Country, ...]
    certain: bool = False


class _Found(NamedTuple):
    """Where each digit stands, and how it can be read."""

    at: tuple[int, ...]
    read: tuple[Reading, ...]


def find(text: str) -> tuple[Span, ...]:
    """Every identity number, in the order of the text."""
    return tuple(
        Span(
            start=found.at[0],
            end=found.at[-1] + 1,
            countries=tuple(reading.country for reading in found.read),
            certain=any(map(is_certain, found.read)),
        )
        for found in _apart(_found(text))
    )


def mask(text: str, *, after: str = "") -> str:
    """The text with each digit of each identity number as a bullet; its length and separators stay.

    `after` is what is read before the text, as the name of a field: it says what a number is as words before it do.
    """
    return _hidden(f"{after}: {text}")[len(after) + 2 :] if after else _hidden(text)


def begin(text: str, length: int) -> str:
    """The first `length` characters; fewer where the last would be half a number, which nobody could tell to be one."""
    near = find(text[: length + _BESIDE])
    return text[: next((span.start for span in near if span.start < length < span.end), length)]


def _hidden(text: str) -> str:
    while hidden := {place for found in _found(text) for place in found.at}:
        # looked through once more, for what is hidden parts what stood beside it
        text = "".join(_HIDDEN if place in hidden else letter for place, letter in enumerate(text))
    return text


def _found(text: str) -> list[_Found]:
    if len(_DIGIT.findall(text)) < _FEWEST:
        return []
    found = [*_with_letters(text), *_in_two_places(text)]
    for chain in chains(text):
        found += _in_chain(text, chain)
    return found


def _apart(found: list[_Found]) -> list[_Found]:
    """In the order of the text, none within another."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda one: one.at[0]):
        if not kept or one.at[0] > kept[-1].at[-1]:
            kept.append(one)
    return kept


def _in_chain(text: str, chain: Chain) -> list[_Found]:
    """The numbers of a chain. What is taken parts what stands beside it, so that hiding it lets no other be found."""
    found: list[_Found] = []
    label = label_before(text, chain[0].at[0])
    if text[: chain[0].at[0]].endswith("+"):
        label = label or "other"  # +45
    free, start = 0, 0
    while start < len(chain):
        taken = _number(text, chain, free, start, len(chain), label)
        if taken is None:
            start += 1
            continue
        found.append(taken[0])
        end, start = start, taken[1]
        while (left := _number_before(text, chain, free, end, label)) is not None:
            found.append(left[0])
            end = left[1]
        free = start
    return found


def _number(text: str, chain: Chain, free: int, start: int, bound: int, label: Label) -> tuple[_Found, int] | None:
    """The number that begins with the group at `start`, and where it ends."""
    ends: dict[int, int] = {}
    length = 0
    for end in range(start, min(bound, start + _LENGTHS[0])):
        length += len(chain[end].digits)
        ends[length] = end + 1
        if length >= _LENGTHS[0]:
            break
    for wanted in _LENGTHS:
        if wanted in ends and (read := _read(text, chain, free, start, ends[wanted], bound, label)):
            return read, ends[wanted]
    return None


def _number_before(text: str, chain: Chain, free: int, end: int, label: Label) -> tuple[_Found, int] | None:
    """The number that ends before the group at `end`, which is taken, and where it begins."""
    length, start = 0, end
    while start > free and length < _LENGTHS[0]:
        start -= 1
        length += len(chain[start].digits)
        if length in _LENGTHS and (read := _read(text, chain, free, start, end, end, label)):
            return read, start
    return None


def _read(text: str, chain: Chain, free: int, start: int, end: int, bound: int, label: Label) -> _Found | None:
    """The groups from `start` to `end` as a number, where `free` and `bound` are the first and last that may count."""
    if end - start > _MOST_GROUPS and start > free and chain[start].gap == " ":
        return None  # one long row of short numbers
    cuts, length = {}, 0
    for group in chain[start:end]:
        if length:
            cuts[length] = group.gap
        length += len(group.digits)
    form = Form(
        digits="".join(group.digits for group in chain[start:end]),
        cuts=cuts,
        before=chain[start].gap if start > free else "",
        after=chain[end].gap if end < bound else "",
        digits_before=chain[start - 1].digits if start > free else "",
        digits_after=chain[end].digits if end < bound else "",
        label=label if start == 0 else "",
        in_code=end == start + 1 and _is_in_code(text, chain[start].at[0], chain[start].at[-1] + 1),
    )
    read = tuple(reading for reading in readings(form.digits) if _holds(form, reading))
    if form.label == "duf" and read:
        read = (read[0]._replace(country="NO", month=0, day=0),)  # whatever it looks like
    return _Found(tuple(place for group in chain[start:end] for place in group.at), read) if read else None


def _is_in_code(text: str, start: int, end: int) -> bool:
    """Whether the digits stand within letters and more digits, as in the ids of messages, or end an address."""
    before, after = text[max(0, start - _BESIDE) : start], text[end : end + _BESIDE]
    beside = "".join(_BEFORE.findall(before) + _AFTER.findall(after))
    return sum(letter.isdecimal() for letter in beside) >= _MANY or _ADDRESS.search(before) is not None


def _holds(form: Form, reading: Reading) -> bool:
    match asked(form, reading):
        case "nothing":
            return True
        case "looks":
            return reading.looks_like_a_day or reading.is_a_helper
        case "day":
            return reading.is_a_day
        case "certain":
            return is_certain(reading)
    return False


# Two ways of writing that hold more than digits and what parts them

_LETTERS = r"(?<!\d)(\d{2})(\d{2})(\d{2})[ \-\u2010-\u2015]?(\d[A-ZÆØÅ]{2}\d)(?![^\W_])"
"""A replacement number of the Danish health service, with the first letters of its bearer's names."""

_SEPARATED = r"[ .\-/]?"
_DAY = rf"(?:(?:18|19|20)?\d\d{_SEPARATED}\d\d{_SEPARATED}\d\d|\d\d{_SEPARATED}\d\d{_SEPARATED}(?:18|19|20)\d\d)"
_SAID = (
    r"(?:l[øo][bp]en(?:r|ummer)|person-?n(?:r|ummer)|pers\.? ?nr|p-?nr|kontrol\w{0,8}|cpr(?:-?nr|-?nummer)?"
    r"|(?:sidste|siste|sista|last) (?:4|fire|fyra|four|5|fem|five)(?: \w{1,8})?)"
)
_TWO_PLACES = rf"(?i)(?<![\d•])(?P<day>{_DAY})(?!\d)[^\d•]{{1,24}}?\b{_SAID}\b[^\d•]{{0,16}}(?P<rest>\d{{4,5}})(?!\d)"
"""The day, and the rest after a word that says so: f. 01.01.90, personnr. 12345."""


@cache
def _made(pattern: str) -> re.Pattern[str]:
    """When needed, for most functions never see a number."""
    return re.compile(pattern)


def _with_letters(text: str) -> Iterator[_Found]:
    for found in _made(_LETTERS).finditer(text):
        read = tuple(
            reading._replace(number=found[1] + found[2] + found[3] + found[4])
            for reading in readings(found[1] + found[2] + found[3] + "0000")
            if reading.country == "DK" and reading.is_a_day
        )
        if read:
            yield _Found((*range(found.start(), found.end(3)), *range(found.start(4), found.end())), read)


def _in_two_places(text: str) -> Iterator[_Found]:
    for found in _made(_TWO_PLACES).finditer(text):
        places = [place for part in ("day", "rest") for place in range(*found.span(part)) if text[place].isdecimal()]
        digits = "".join(str(int(text[place])) for place in places)
        read = tuple(reading for reading in readings(digits) if reading.looks_like_a_day)
        if read:
            yield _Found(tuple(places), read)
