"""How easy a text is to read: its LIX, and the sentences that are long. Help for who writes, never a reason to refuse.

LIX (läsbarhetsindex; C.-H. Björnsson, Läsbarhet, 1968) is the words per sentence plus the percentage of words longer
than six letters. It was made for Swedish. Danish and Norwegian, which write compounds in one word as well, come out
much alike; English, whose words are shorter and written apart, comes out lower for the same ease, so that figures are
for comparing texts of one language. It counts and understands nothing: unknown short words, a bad order and what is
missing escape it, and a list of long place names it calls hard. Of a few sentences it says next to nothing, for one
more or less moves it from one band to another: a short text gets no figure here, only hints.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

from lyspunkt.newsroom.language import Language
from lyspunkt.newsroom.sentences import Sentence, is_address, sentences

Band = Literal["very-easy", "easy", "medium", "hard", "very-hard"]
BOUNDS = (25, 35, 45, 55)
"""Where the next band begins: from 25 easy, from 55 very hard."""
LONG_WORD = 6
"""Letters: a longer word counts as long."""
LONG_SENTENCE = 25
"""Words: a longer sentence is better made two. The bound is that of GOV.UK's style guide; Nordic plain language
(klarspråk, klart sprog) asks for sentences that vary in length and are mostly short, and names no such number."""
FEWEST_SENTENCES, FEWEST_WORDS = 5, 60
"""A text with less of either gets no figure."""


class Readability(NamedTuple):
    """`lix` and `band` are None for a text that is too short for them."""

    words: int
    sentences: int
    lix: int | None
    band: Band | None
    long_sentences: tuple[Sentence, ...]


def readability(text: str, language: Language) -> Readability:
    """What can be counted of a text, headings and lists included."""
    found = tuple(sentences(text, language))
    words = [word for sentence in found for word in sentence.words]
    figure = None
    if len(found) >= FEWEST_SENTENCES and len(words) >= FEWEST_WORDS:
        figure = round(len(words) / len(found) + 100 * sum(map(_is_long, words)) / len(words))
    return Readability(
        words=len(words),
        sentences=len(found),
        lix=figure,
        band=None if figure is None else band(figure),
        long_sentences=tuple(sentence for sentence in found if len(sentence.words) > LONG_SENTENCE),
    )


def band(lix: int) -> Band:
    """How hard a figure is, in the five steps that it is commonly read by."""
    bands: tuple[Band, ...] = get_args(Band)
    return bands[sum(lix >= bound for bound in BOUNDS)]


def _is_long(word: str) -> bool:
    return not is_address(word) and sum(map(str.isalpha, word)) > LONG_WORD
