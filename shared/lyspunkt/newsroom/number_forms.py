"""How a number is written, and what must hold for it to be taken for an identity number where it is written so.

The more a form is that of an identity number and of nothing else, the less is asked: 010190-1234 need only look like a
day, ten digits in a row must be one, and a day with what may be a time after it needs check digits that hold.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from lyspunkt.newsroom.birth_numbers import Reading
from lyspunkt.newsroom.digit_groups import Gap
from lyspunkt.newsroom.number_labels import Label

Asked = Literal["nothing", "looks", "day", "certain", "never"]
"""That the digits look like a day; that there is such a day; that the check digits hold."""

_NOW = range(2020, 2040)
"""Such a day stands in a text for many reasons, and a time or a sum may follow it."""
_YEARS = range(1900, 2040)
_BANK = 4  # digits, and no year, before the ten of an account
_DECIMALS = 2
_ABROAD = ("45", "46", "47")  # before a telephone's eight digits, where its plus was left out
_APART: frozenset[Gap] = frozenset({"", "\n", "(", ",", ". "})
"""Before or after a number: what stands on the other side is something else."""
_TO_SPACE: frozenset[Gap] = frozenset({" ", "\n", ". "})


class Form(NamedTuple):
    """Digits as they are written: `cuts` says after how many of them something stands, and what.

    `before` and `after` are what parts them from the digits of the next groups, `digits_before` and `digits_after`.
    """

    digits: str
    cuts: dict[int, Gap]
    before: Gap = ""
    after: Gap = ""
    digits_before: str = ""
    digits_after: str = ""
    label: Label = ""
    in_code: bool = False
    """Within letters and other digits, as machines name things, or the last part of an address of the web."""


def asked(form: Form, reading: Reading) -> Asked:
    """What is asked of these digits before they are taken for the number that `reading` says."""
    if reading.is_a_helper and form.label != "id":
        return "certain" if _of_day(form, reading) != "never" else "never"  # nothing else in it tells what it is
    if "+" in form.cuts.values() and (reading.country != "SE" or form.cuts.get(_third(form, reading)) != "+"):
        return "never"
    if form.label == "duf":
        return "nothing" if len(form.digits) == 12 else "never"
    if form.label == "id":
        return "nothing" if _dashed(form, reading) else "looks"
    wanted = _of_day(form, reading)
    if form.label == "order" and wanted != "never":
        return "never" if _is_a_serial(form) else "certain"
    something_else = form.label == "other" or (form.label == "unit" and reading.country == "DK") or form.before == "+"
    if something_else and not _dashed(form, reading):
        return "never"
    return wanted


def _of_day(form: Form, reading: Reading) -> Asked:
    """By the places where the digits are parted."""
    third, parts = _third(form, reading), _parts(form, reading)
    places = set(form.cuts)
    places -= {third + 3} if reading.country == "NO" else set()
    if not form.cuts:
        return _whole(form, reading)
    if places == {third}:
        return _in_halves(form, reading, form.cuts[third])
    if places == parts | {third}:
        return _as_a_day(form, reading, parts, form.cuts[third])
    if _is_even(form, third):
        return _even(form)
    if form.cuts.get(third, "") in {"-", "+"} and _spaces_alone(form, third):
        within_more = {form.before, form.after} & {"-", ".", "/"}  # 01-02-2026 0915-1045
        return "never" if within_more else "looks" if _stands_apart(form) else "day"
    if places == {third, third + 2} and {*form.cuts.values()} == {" "}:  # 010190 12 34
        return "day" if _stands_apart(form) and not _is_a_time(form.digits[-4:]) else "never"
    if len(form.digits) == 12 and reading.country == "SE" and places == {4, third}:  # 1990 0101 1234
        return "certain" if len({*form.cuts.values()}) == 1 and _stands_apart(form) else "never"
    broken = [place for place, gap in form.cuts.items() if gap == "\n" and place not in {third, *parts}]
    if len(broken) == 1:  # a line that was broken somewhere within the number
        return _of_day(form._replace(cuts={at: gap for at, gap in form.cuts.items() if at != broken[0]}), reading)
    return "never"


def _whole(form: Form, reading: Reading) -> Asked:
    length = len(form.digits)
    alike = {len(form.digits_before), len(form.digits_after)} <= {0, length}  # a list of such numbers
    account = form.before == " " and length == 10 and _is_a_bank(form.digits_before)
    sum_ = form.after == "," and len(form.digits_after) <= _DECIMALS
    if account or sum_ or ({form.before, form.after} & {"-", "."} and not alike):
        return "never"
    if length == 13 or (form.label == "call" and form.digits.startswith("07")):
        return "never"  # an EAN; a telephone of Sweden
    if form.in_code:
        return "certain"
    at_a_minute = _is_of_late(form, reading) and int(form.digits[-4:-2]) < 24 and int(form.digits[-2:]) < 60
    return "certain" if length == 12 and (reading.country == "DK" or at_a_minute) else "day"


def _is_a_bank(digits: str) -> bool:
    return len(digits) == _BANK and int(digits) not in _YEARS


def _in_halves(form: Form, reading: Reading, between: Gap) -> Asked:
    """The day in one piece, then something, then the rest: 010190-1234."""
    if between in {"-", "+"}:
        return "looks"
    if between == ". " or (between == "." and "." in {form.before, form.after}):
        return "certain"
    if form.label == "camera" and between == "_" and _is_of_late(form, reading):
        return "never"
    if len(form.digits) > 11 and reading.country != "SE":
        return "certain"
    moment = between in _TO_SPACE | {"_"} and _is_of_late(form, reading) and _is_a_time(form.digits[-4:])
    return "certain" if moment or (form.label == "time" and between in _TO_SPACE) else "looks"


def _as_a_day(form: Form, reading: Reading, parts: set[int], between: Gap) -> Asked:
    """The day as a day is written: 01.01.90-1234."""
    within = {form.cuts[place] for place in parts}
    spaced = within == {" "}
    near = {form.before, form.after} - _APART - ({"_"} if spaced else {"_", " "})
    if near or within & {"+", "(", ","}:  # 2026 12:30:59 +0100
        return "never"
    of_late, whole_year = _is_of_late(form, reading), len(reading.year) == 4
    time = _is_a_time(form.digits[-4:])
    if between in _TO_SPACE and not spaced:
        if of_late and time:
            return "never"  # 12.10.2026 1930
        on_its_own_line = between != " " and (of_late or (whole_year and reading.country != "SE"))
        if on_its_own_line or (of_late and (form.label == "time" or (whole_year and reading.country != "SE"))):
            return "certain"
    return "certain" if whole_year and of_late and time else "looks"


def _even(form: Form) -> Asked:
    """Digit by digit, as in the boxes of a form, or in pairs."""
    pairs = min(form.cuts) == 2
    return "never" if not _stands_apart(form) or (pairs and form.digits.startswith(_ABROAD)) else "day"


def _is_even(form: Form, third: int) -> bool:
    """Not 10.12.26 19.30: in pairs, nothing but a dash may part the day from the rest in another way."""
    length, rest = len(form.digits), {gap for place, gap in form.cuts.items() if place != third}
    if set(form.cuts) == {*range(1, length)}:
        return len(rest) == 1
    return set(form.cuts) == {*range(2, length, 2)} and rest | {form.cuts[third]} in ({*rest}, {" ", "-"})


def _spaces_alone(form: Form, third: int) -> bool:
    return {gap for place, gap in form.cuts.items() if place != third} <= {" ", "\n"}


def _stands_apart(form: Form) -> bool:
    return {form.before, form.after} <= _APART


def _dashed(form: Form, reading: Reading) -> bool:
    """Whether it is written as no other number is: 010190-1234."""
    third = _third(form, reading)
    return form.cuts.get(third, "") in {"-", "+"} and set(form.cuts) <= {third, third + 3}


def _third(form: Form, reading: Reading) -> int:
    """Where the day ends."""
    return len(form.digits) - (5 if reading.country == "NO" else 4)


def _parts(form: Form, reading: Reading) -> set[int]:
    """Where a day's own parts end."""
    return {4, 6} if reading.country == "SE" and len(form.digits) == 12 else {2, 4}


def _is_of_late(form: Form, reading: Reading) -> bool:
    """Whether the day is one of these years. With half a year, the day comes first: the other way nobody writes it."""
    if len(reading.year) == 4:
        return int(reading.year) in _NOW
    day, month, year = (int(form.digits[at : at + 2]) for at in (0, 2, 4))
    return day <= 31 and month <= 12 and 2000 + year in _NOW


def _is_a_serial(form: Form) -> bool:
    """Papers are numbered by their day, the year first: 260112-0045."""
    year, month, day = (int(form.digits[at : at + 2]) for at in (0, 2, 4))
    return 2000 + year in _NOW and 1 <= month <= 12 and 1 <= day <= 31


def _is_a_time(digits: str) -> bool:
    """Not to the minute: what is announced begins at a quarter, or at five past."""
    return int(digits[:2]) < 24 and int(digits[2:]) in range(0, 60, 5)
