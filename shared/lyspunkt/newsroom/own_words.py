"""A municipality's own words: its institutions, places and nicknames, and what they say of a story."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, model_validator

from lyspunkt.newsroom.intake import Part
from lyspunkt.newsroom.subjects import Area, Kind

if TYPE_CHECKING:
    from lyspunkt.newsroom.compounds import Lexicon

FIRST, FURTHER = 3.0, 1.0
"""What the first and each further of an entry's words add, in log-odds: 3 makes an even chance twenty to one."""


class OwnWords(Part):
    """Words that belong together, such as the nursing homes. Rules of routing name the entry by its `id`.

    A word counts inflected and inside compounds too: Elmely, Elmelys, Elmelykøkkenet.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    words: Annotated[tuple[Annotated[str, Field(min_length=2, max_length=80)], ...], Field(min_length=1)]
    area: Area | None = None
    kind: Kind | None = None

    @model_validator(mode="after")
    def _has_letters(self) -> OwnWords:
        for word in self.words:
            if not any(letter.isalpha() for letter in word):
                raise ValueError(f"{word!r} has no letter, so no text would mention it")
        return self


def mentioned(entries: Sequence[OwnWords], text: str, language: Lexicon) -> dict[str, tuple[str, ...]]:
    """By the ids of the entries that a text mentions: its words as written there, each once.

    `language` says how words of the text's language are cut.
    """
    found: dict[str, dict[str, None]] = defaultdict(dict)
    if entries:
        for hit in _lexicon(tuple(entries), language).find(text):
            for meaning in hit.meanings:
                found[meaning.code][hit.written] = None
    return {entry.id: tuple(found[entry.id]) for entry in entries if entry.id in found}


def spoken_for(entries: Sequence[OwnWords], found: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, float]]:
    """What the mentioned words add, by output (`area:health-care`) and word."""
    said: dict[str, dict[str, float]] = defaultdict(dict)
    for entry in entries:
        for at, word in enumerate(found.get(entry.id, ())):
            for output in (entry.area and f"area:{entry.area}", entry.kind and f"kind:{entry.kind}"):
                if output:
                    said[output][word] = said[output].get(word, 0.0) + (FURTHER if at else FIRST)
    return dict(said)


@lru_cache(maxsize=8)  # an organisation in each of its languages
def _lexicon(entries: tuple[OwnWords, ...], language: Lexicon) -> Lexicon:
    from lyspunkt.newsroom.compounds import Meaning

    known = language.empty()
    for entry in entries:
        for word in entry.words:
            known.add(word, Meaning("own", entry.id, 1.0), compounds=True)
    return known
