"""The digits of a text in groups, and what stands between the groups, however a number is written.

What no reader sees (soft hyphens, zero-width characters, the marks around bold letters) parts nothing; what mail
programs and forms leave behind (`&nbsp;`, `=20`, `%2D`, `<br>`, `> ` at a line's start) counts as what it stands for.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

Gap = Literal["", " ", "\n", "-", "+", ".", "/", "_", "(", ",", ". "]
"""What parts two groups, by the sign that it stands for: `(` is any bracket, `,` any other mark, `. ` ends a
sentence; "" stands before the first group of a chain, where something that is no separator comes before it."""

_UNSEEN = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef"
)
_SIGNS: dict[Gap, str] = {
    "-": "-~\u058a\u05be\u1806\u02d7\u2010-\u2015\u2043\u207b\u208b\u2212\u2500\u2501\u254c\u2796\u2e3a\u2e3b\u301c"
    "\u30fc\ufe58\ufe63\uff0d\uff5e",
    "+": "+\uff0b",
    ".": ".\u00b7\u2024\u2027\u2219\u22c5\u3002\uff0e\uff61",
    "/": "/\\\u2044\u2215\uff0f",
    "_": "_\u203f\uff3f",
    "(": "()[]{}\uff08\uff09\uff3b\uff3d",
    ",": ",;:|*='\"`\u00b4#\u2018\u2019\u201a\u201c\u201d\u201e\u2032\u00ab\u00bb\uff0c\uff1a\uff5c>",
}
_ENCODED = (
    r"&(?:amp;){0,2}(?:nbsp|[a-z]{1,3}sp|shy|zwn?j|[nm]dash|hyphen|dash|minus|sol|\#\d{2,5}|\#x[0-9a-f]{2,5});?"
    r"|</?[a-z][^<>]{0,60}>"
    r"|=(?:\r?\n|20|09|0A|0D|2D|2E|2F|AD|A0|C2=A0|C2=AD|E2=80=[89A][0-9A-F]|E2=88=92)"
    r"|%(?:20|09|0A|0D|2D|2E|2F|5F|C2%A0|C2%AD|E2%80%[89A][0-9A-F]|E2%88%92)"
    r"|\\(?:[nrt]|u00a0|u00ad|u20[0-6][0-9a-f])"
)
_IN_CLASS: dict[Gap, str] = {gap: re.sub(r"[\\\[\]]|^-", r"\\\g<0>", signs) for gap, signs in _SIGNS.items()}
_ONE_OF: dict[Gap, re.Pattern[str]] = {gap: re.compile(f"[{signs}]") for gap, signs in _IN_CLASS.items()}
_LONGEST = 16  # signs between two groups: a quoted line break with its spaces, and no empty column of a table
_BETWEEN = rf"(?:{_ENCODED}|[\s{_UNSEEN}{''.join(_IN_CLASS.values())}]){{0,{_LONGEST}}}+"
_LEAST = 10  # digits of the shortest number that is looked for

_PLAIN: dict[str, Gap] = {"": "", " ": " ", "-": "-", ".": ".", "/": "/", "\n": "\n"}
_IN_LINE = re.compile(r"</?(?:a|abbr|b|big|code|del|em|font|i|ins|mark|s|small|span|strong|sub|sup|tt|u|wbr)\b[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")
_OCTETS = re.compile(r"(?:[=%][0-9A-F]{2})+", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(?:([nrt])|u([0-9a-f]{4}))", re.IGNORECASE)
_NOT_SEEN = re.compile(f"[{_UNSEEN}]")
_LINE_ENDS = re.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]")
_MOST_SEEN = 6  # marks: `** - **`


class Group(NamedTuple):
    """Digits that stand together. `at` says where each stands in the text; `gap` is what stands before the first."""

    digits: str
    at: tuple[int, ...]
    gap: Gap


Chain = list[Group]
"""Groups with nothing but separators between them."""


def chains(text: str) -> Iterator[Chain]:
    """Every chain of enough digits for an identity number, in the order of the text."""
    for run in _patterns()[0].finditer(text):
        for chain in _parted(text, run.start(), run.end()):
            if sum(len(group.digits) for group in chain) >= _LEAST:
                yield chain


def _parted(text: str, start: int, end: int) -> Iterator[Chain]:
    """The chains of a run: it is parted where something stands between two digits that no number has."""
    chain: Chain = []
    digits: list[str] = []
    at: list[int] = []
    gap: Gap = ""
    following = _patterns()[1]
    while (found := following.match(text, start)) and found.end() <= end:
        start = found.end()
        sort = gap_of(found[1]) if digits else ""
        if sort != "":
            chain.append(Group("".join(digits), tuple(at), gap))
            digits, at, gap = [], [], sort or ""
        if sort is None:
            yield chain
            chain = []
        digits.append(str(int(found[2])))
        at.append(found.start(2))
    yield [*chain, Group("".join(digits), tuple(at), gap)]


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Enough digits with separators between them; and what stands before the next digit, and it. Made when needed:
    most functions never see so many digits."""
    enough = rf"\d(?:{_BETWEEN}\d){{{_LEAST - 1},}}+"
    return re.compile(enough, re.IGNORECASE), re.compile(rf"({_BETWEEN})(\d)", re.IGNORECASE)


def gap_of(between: str) -> Gap | None:
    """What the letters between two digits stand for: "" where no reader sees them, None where they part two texts."""
    if between in _PLAIN:
        return _PLAIN[between]
    seen = _NOT_SEEN.sub("", _decoded(between))
    marks = "".join(seen.split())
    broken = _LINE_ENDS.search(seen) is not None
    if broken:
        marks = marks.strip(">|")  # the signs of a quoted line
    if not marks:
        return "\n" if broken else " " if seen else ""
    if len(marks) > _MOST_SEEN:
        return None
    kinds = {gap for mark in marks for gap, signs in _ONE_OF.items() if signs.match(mark)}
    if len(kinds) > 1:
        kinds.discard(",")  # quotes and stars around what they set off
    if kinds == {","} and len(marks) < len(seen):
        return "," if marks == "|" else " " if not marks.strip("*'\"`") else None
    if "(" in kinds and kinds <= {"(", "-"}:
        return "("
    if kinds == {"."} and marks == "." and len(seen) > 1 and not seen[0].isspace():
        return ". "
    return kinds.pop() if len(kinds) == 1 else None


def _decoded(between: str) -> str:
    if "&" in between:
        between = html.unescape(html.unescape(html.unescape(between)))
    if "<" in between:
        between = _TAG.sub(" ", _IN_LINE.sub("", between.lower()))
    if "=" in between or "%" in between:
        between = _OCTETS.sub(_from_octets, re.sub(r"=\r?\n", "", between))
    if "\\" in between:
        between = _ESCAPED.sub(lambda found: chr(int(found[2], 16)) if found[2] else "\n", between)
    return between


def _from_octets(found: re.Match[str]) -> str:
    octets = bytes(int(pair, 16) for pair in re.split("[=%]", found[0])[1:])
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin-1")
