"""Where the sentences of a text end: no full stop of bl.a., kl. 14.30, 3. maj or H.C. Andersen does it, a heading does.

Told word by word from what stands before and after a mark, so that the time grows with the length of the text alone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from lyspunkt.newsroom.language import Language, everyday

WRAPPED = 60
"""Characters: a line as long as this, without a mark at its end, goes on in the next, as mail programs break lines."""

_OPENING, _CLOSING = "\"'“”„‟»«‘’‹›([{*_", "\"'“”„‟»«‘’‹›)]}*_"
_GLUED = re.compile(r"(?<=[a-zà-öø-ÿ]{2}[.!?])(?=[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ])")
_BULLET = re.compile(r"[-–—•·▪◦‣*>]\s+|[a-zæøåäö]\)\s+")
_NUMBER = re.compile(r"\d{1,3}[.)]\s+")
_DIGITS = re.compile(r"\d+(?:[.,:/–-]+\d+)*")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_WORD = re.compile(r"[^\W_]+(?:[-'’.,:][^\W_]+)*")
_VOWELS = frozenset("aeiouyæøåäöéü")


class Sentence(NamedTuple):
    """As it is written, with single spaces, and its words: numbers too; a compound with a hyphen is one."""

    text: str
    words: tuple[str, ...]


class _Known(NamedTuple):
    within: frozenset[str]
    within_or_last: frozenset[str]
    months: frozenset[str]
    everyday: frozenset[str]


def sentences(text: str, language: Language) -> Iterator[Sentence]:
    """Every sentence that has a word, in order. A heading is one, and so is a line of a list."""
    known = _known(language)
    for stretch in _stretches(_GLUED.sub(" ", text)):
        taken: list[str] = []
        tokens = stretch.split()
        for at, token in enumerate(tokens):
            taken.append(token)
            begins = len(taken) == 1 or taken[-2].endswith(":")
            counts_up = begins and _DIGITS.fullmatch(token[:-1])  # We ask: 1. Who pays? 2. Who knew?
            if at + 1 == len(tokens) or (not counts_up and _ends(token, tokens[at + 1], known)):
                words = tuple(word for one in taken for word in _words(one))
                if words:
                    yield Sentence(" ".join(taken), words)
                taken = []


def is_address(token: str) -> bool:
    """Whether it leads somewhere rather than being read: a mail or web address."""
    leads = "@" in token or "://" in token or token.lower().startswith("www.")
    return leads and any(map(str.isalnum, token))


def _words(token: str) -> list[str]:
    return [token] if is_address(token) else _WORD.findall(token)


def _stretches(text: str) -> Iterator[str]:
    """What belongs together across line breaks: a paragraph, a heading, a line of a list without its bullet."""
    lines: list[str] = []
    for line in map(str.strip, text.splitlines()):
        before = lines[-1] if lines else ""
        goes_on = bool(before and line) and not before.endswith(":")
        goes_on = goes_on and (len(before) >= WRAPPED or line[0].islower())
        bullet = _BULLET.match(line) or (None if goes_on else _NUMBER.match(line))
        if lines and (bullet or not goes_on):
            yield " ".join(lines)
            lines = []
        if line:
            lines.append(line[bullet.end() :] if bullet else line)
    if lines:
        yield " ".join(lines)


def _ends(token: str, following: str, known: _Known) -> bool:
    """Whether a sentence ends with a token."""
    bare = token.rstrip(_CLOSING)
    start = following.lstrip(_OPENING)[:1]
    if not bare or bare[-1] not in ".!?…":
        return False
    if bare[-1] in "!?":
        return not start.islower() or bare == token  # "Hvad nu?" spurgte hun
    if bare[-1] == "…" or bare.endswith(".."):
        return not start.islower()
    return _full_stop_ends(bare[:-1].lstrip(_OPENING), following.lstrip(_OPENING), known)


def _full_stop_ends(word: str, following: str, known: _Known) -> bool:
    start, lower = following[:1], word.lower()
    if lower in known.within:
        return False
    if lower in known.within_or_last:
        return not (start.islower() or start.isdigit())
    if _DIGITS.fullmatch(word):
        return not (start.islower() or following.lower().rstrip(".,;:") in known.months)
    if _INITIALS.fullmatch(word):
        if start.islower() or start.isdigit():
            return False
        # Vitamin C. Det er: no one is called Det
        return word[-1].islower() or following.lower().strip(".,;:!?") in known.everyday
    # Who writes no capitals ends sentences all the same; an abbreviation that nobody listed is short, or has no vowel
    is_word = lower in known.everyday or (len(word) > 2 and not _VOWELS.isdisjoint(lower))
    return is_word or not start.islower()


@cache
def _known(language: Language) -> _Known:
    lists = _lists()[language]
    return _Known(**{name: frozenset(words.split()) for name, words in lists.items()}, everyday=everyday(language))


@cache
def _lists() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("lyspunkt.newsroom") / "vocabulary" / "abbreviations.toml").read_text("utf-8"))
