"""How alike two texts are, by the words they share: the same story by form and by mail, or told by two colleagues.

MinHash (Broder 1997): where two sets share a third of all their words, a third of their signatures' values agree.
Bands (Leskovec et al., Mining of Massive Datasets, 3.4) find the texts worth comparing without looking at all of them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache

from lyspunkt.newsroom.language import LANGUAGES, everyday
from lyspunkt.newsroom.texts import Text
from lyspunkt.newsroom.weighing import without_signature

ALIKE = 0.2
"""From here on two stories may be the same. Two colleagues' own words about one event come to 0.2 to 0.4, the same
words with another greeting to 0.6 and more; of stories that have nothing to do with each other the highest is 0.13."""

VALUES, BANDS = 100, 50
"""A pair just alike enough shares a band in 87 of 100 cases, one that shares a third of its words in 99.7."""

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_STEM = 6  # letters: endings and second parts of compounds differ from writer to writer
_LONGEST_NUMBER = 6  # characters: longer ones are telephone numbers and the like, not what happened
_FEW = 12  # words: two short texts share half of them by chance
_PRIME = (1 << 61) - 1

Signature = tuple[int, ...]
"""VALUES numbers of 16 bits, too short to give a word away; () of a text that says nothing."""


def signature(text: Text) -> Signature:
    """The same for the same words, in any order and without greeting and farewell."""
    words = _words(text)
    hashes = [int.from_bytes(hashlib.blake2b(word.encode(), digest_size=7).digest()) for word in words]
    return tuple(min((a * one + b) % _PRIME for one in hashes) & 0xFFFF for a, b in _orders()) if hashes else ()


def bands(of: Signature) -> tuple[str, ...]:
    """BANDS short keys: like texts have at least one in common, most others none."""
    wide = VALUES // BANDS
    parts = (of[first : first + wide] for first in range(0, len(of), wide))
    return tuple(f"{number:02}-" + "".join(f"{value:04x}" for value in part) for number, part in enumerate(parts))


def likeness(one: Signature, other: Signature) -> float:
    """The share of words that two texts have in common, from 0 to 1, give or take 0.04; 0 for a text without words."""
    if not one or not other:
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / VALUES


def _words(text: Text) -> set[str]:
    """What a text is about: beginnings of words and short numbers, less what any text says."""
    message, _farewell = without_signature(text.body)
    words = set()
    for word in _WORD.findall(unicodedata.normalize("NFC", f"{text.headline}\n{message}").casefold()):
        if word in _small() or len(word) < 2:
            continue
        if not word[0].isdecimal():
            words.add(word[:_STEM])
        elif len(word) <= _LONGEST_NUMBER:
            words.add(word)
    # Few words are filled up with what only the very same words give.
    whole = " ".join(sorted(words))
    return words | {f"{whole} {number}" for number in range(_FEW - len(words))} if words else words


@cache
def _small() -> frozenset[str]:
    return frozenset().union(*map(everyday, LANGUAGES))


@cache
def _orders() -> tuple[tuple[int, int], ...]:
    """One way for each value to put all words in an order of its own: h -> (a * h + b) mod a prime."""
    drawn = [hashlib.blake2b(f"lyspunkt {number}".encode(), digest_size=16).digest() for number in range(VALUES)]
    return tuple((int.from_bytes(d[:7]) | 1, int.from_bytes(d[8:15])) for d in drawn)
