"""Why a story was taken for what it is: the best two areas and kinds and the flags, with the words for and against."""

from typing import NamedTuple

from lyspunkt.newsroom.classification import Area, Classification, Kind, Reason, Sensitivity
from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.words.wording import words


class Weighed(NamedTuple):
    """One area, kind or flag."""

    subject: str
    """Its name in the reader's language."""
    confidence: float | None
    """0 to 1; None for a flag."""
    spoke_for: list[str]
    spoke_against: list[str]


def weighed(classification: Classification | None, language: str) -> list[Weighed]:
    """First the likeliest area and the runner-up, then the kinds likewise, then each flag that a word raised."""
    if classification is None:
        return []
    sure = {
        guess.code: guess.confidence
        for guesses in (classification.areas, classification.kinds)
        for guess in guesses[:2]
    }
    codes = dict.fromkeys([*sure, *(reason.speaks_for for reason in classification.reasons)])
    return [
        Weighed(
            subject=words(language).say(_key(code)),
            confidence=sure.get(code),
            spoke_for=[mask(reason.word) for reason in classification.reasons if _speaks(reason, code) > 0],
            spoke_against=[mask(reason.word) for reason in classification.reasons if _speaks(reason, code) < 0],
        )
        for code in codes
    ]


def _speaks(reason: Reason, code: str) -> float:
    return reason.weight if reason.speaks_for == code else 0.0


def _key(code: str) -> str:
    """The key in words/ of what a word can speak for."""
    for section, known in (("area", Area), ("kind", Kind), ("sensitive", Sensitivity)):
        if code in set(known):
            return f"{section}.{code}"
    return "desk.strategic"
