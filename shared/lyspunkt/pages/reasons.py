"""Why a story was taken for what it is: the best two areas and kinds and the flags, with the words for and against."""

from typing import NamedTuple

from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.newsroom.subjects import Area, Classification, Kind, Reason, Sensitivity
from lyspunkt.words.wording import words


class Weighed(NamedTuple):
    """One area, kind or flag."""

    subject: str
    """Its name in the reader's language."""
    confidence: float | None
    """0 to 1; None for a flag."""
    spoke_for: list[str]
    spoke_against: list[str]
    taught: bool
    """Whether corrections of the municipality's people had a part in it."""


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
            taught=any(reason.taught for reason in classification.reasons if reason.speaks_for == code),
        )
        for code in codes
    ]


def as_lines(classification: Classification | None, language: str) -> list[str]:
    """The same in a line each, for a letter: what it was taken for and the runner-up, with the words."""
    say = words(language).say
    lines = []
    for one in weighed(classification, language):
        sure = f", {say('desk.confidence', percent=round(one.confidence * 100))}" if one.confidence is not None else ""
        against = f" {say('desk.against', words=', '.join(one.spoke_against))}" if one.spoke_against else ""
        lines.append(f"{one.subject}{sure}: {', '.join(one.spoke_for) or say('desk.no-word')}{against}")
    return lines


def _speaks(reason: Reason, code: str) -> float:
    return reason.weight if reason.speaks_for == code else 0.0


def _key(code: str) -> str:
    """The key in words/ of what a word can speak for."""
    for section, known in (("area", Area), ("kind", Kind), ("sensitive", Sensitivity)):
        if code in set(known):
            return f"{section}.{code}"
    return "desk.strategic"
