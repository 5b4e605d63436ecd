"""What a municipality has taught its own Lyspunkt, as weights, and what they say of a text. Made by `learning`."""

from __future__ import annotations

from zlib import crc32

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom.features import Seen
from lyspunkt.newsroom.language import everyday
from lyspunkt.newsroom.lexicons import lexicon

LOUDEST = 6.0
"""What the names of places and institutions in a text together may add or take."""
LOUDEST_REST = 1.6
"""What all other words together may: much less than it takes to talk the trained model out of what it is sure of."""
LETTERS_OF_A_STEM = 6
"""By which a word is known, so that Myretueholdet is the Myretuen's."""


class Learned(BaseModel):
    """The weights of all lessons that count, in log-odds: by output (`area:social`), by word."""

    model_config = ConfigDict(frozen=True)

    outputs: dict[str, dict[int, float]] = {}

    def of_words(self, seen: Seen, output: str) -> dict[str, float]:
        """What each word of a text adds, in log-odds."""
        weights = self.outputs.get(output)
        if not weights:
            return {}
        said = {word: weight for word, number in words_of(seen).items() if (weight := weights.get(number, 0.0))}
        names = names_of(seen)
        proper = {word: weight for word, weight in said.items() if word in names}
        rest = {word: weight for word, weight in said.items() if word not in names}
        return _bound_together(proper, LOUDEST) | _bound_together(rest, LOUDEST_REST)

    def scores(self, seen: Seen) -> dict[str, float]:
        """What was learned adds to each output, in log-odds."""
        return {output: sum(said.values()) for output in self.outputs if (said := self.of_words(seen, output))}


def _bound_together(said: dict[str, float], most: float) -> dict[str, float]:
    whole = abs(sum(said.values()))
    return {word: weight * most / whole for word, weight in said.items()} if whole > most else said


def names_of(seen: Seen) -> set[str]:
    """The words of a text that name a place or an institution, in lower case."""
    return {word.lower() for word in seen.people.proper}


def words_of(seen: Seen) -> dict[str, int]:
    """The words of a text that can teach something, each with its number.

    An inflected word has the number of its stem; words so small or common that every text has them teach nothing.
    """
    unsaid, known = everyday(seen.language), lexicon(seen.language)
    persons = {word.lower() for word in seen.people.named}
    return {
        word: crc32(known.stem(word)[:LETTERS_OF_A_STEM].encode()) & 0xFFFF
        for word in seen.words
        if " " not in word and len(word) > 2 and word.isalpha() and word not in unsaid and word not in persons
    }
