"""The figures: what was found beside what was labelled, counted alike for Lyspunkt and for its peers.

Shares are 0 to 1, None where there was nothing to count.
"""

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from infra.evaluation.stories import Answer, Judged
from lyspunkt.newsroom.language import LANGUAGES
from lyspunkt.newsroom.subjects import Area, Kind, Sensitivity

Figures = dict[str, Any]

PLACED_FROM = 0.5
"""Below this certainty of the area a story is placed by hand."""

CRISIS = (Kind.CRITICISM, Kind.PRESS_ENQUIRY)
HARDEST = 10
LEAST = 0.00005
"""What a confidence may have been that was rounded to nothing."""


def measure(judged: Sequence[Judged]) -> Figures:
    """Every figure of what Lyspunkt made of the stories."""
    sure = [one for one in judged if one.found.area_confidence >= PLACED_FROM]
    times = [one.milliseconds for one in judged]
    return {
        "stories": len(judged),
        **counted([one.answer for one in judged]),
        "strategic": found((one.found.strategic, bool(one.label["strategic"])) for one in judged),
        "placing": {
            "threshold": PLACED_FROM,
            "placed_by_hand": share(one.found.area_confidence < PLACED_FROM for one in judged),
            "right_above": share(one.found.area == one.label["area"] for one in sure),
            "expected_calibration_error": calibration(
                [(one.found.area_confidence, one.found.area == one.label["area"]) for one in judged]
            ),
            "expected_calibration_error_of_kinds": calibration(
                [(one.found.kind_confidence, one.found.kind == one.label["kind"]) for one in judged]
            ),
        },
        "confusion": _confusion(judged, "area"),
        "confusion_of_kinds": _confusion(judged, "kind"),
        "milliseconds": {
            "median": round(statistics.median(times), 2),
            "p99": round(sorted(times)[min(len(times) - 1, int(len(times) * 0.99))], 2),
        },
    }


def counted(answers: Sequence[Answer]) -> Figures:
    """How often language, area, kind and flags were right, by whoever answered."""
    of_kind = [(one.kind, one.label["kind"]) for one in answers if one.kinds]
    flagged = {
        flag.value: [
            (flag in one.sensitive, flag in one.label["sensitive"]) for one in answers if one.sensitive is not None
        ]
        for flag in Sensitivity
    }
    return {
        "languages": {
            name: _right([one for one in answers if name in ("all", one.label["lang"])]) for name in ("all", *LANGUAGES)
        },
        "kinds": {kind.value: found((said == kind, label == kind) for said, label in of_kind) for kind in Kind},
        "crisis_found": share(said == label for said, label in of_kind if label in CRISIS),
        "good_stories_taken_for_crisis": share(said in CRISIS for said, label in of_kind if label == Kind.GOOD_STORY),
        "sensitive": {flag: found(pairs) for flag, pairs in flagged.items()},
        "sensitive_together": found(pair for pairs in flagged.values() for pair in pairs),
    }


def worst_language(figures: Figures) -> str | None:
    """The language that is known worst; None where none was asked for."""
    known = {name: figures["languages"][name]["language"] for name in LANGUAGES}
    asked = {name: right for name, right in known.items() if right is not None}
    return min(asked, key=asked.__getitem__) if asked else None


def hardest(judged: Sequence[Judged], of: str) -> list[Figures]:
    """The stories whose labelled area or kind was held the unlikeliest (by log loss): ids and codes, never a text."""
    rows = []
    for one in judged:
        guesses = one.found.areas if of == "area" else one.found.kinds
        likely = {guess.code: guess.confidence for guess in guesses}.get(one.label[of], 0.0)
        rows.append(
            {
                "id": str(one.label["id"]),
                "language": one.label["lang"],
                "labelled": one.label[of],
                "held_likely": likely,
                "found": guesses[0].code,
                "confidence": guesses[0].confidence,
                "log_loss": round(-math.log(max(likely, LEAST)), 2),
            }
        )
    return sorted(rows, key=lambda row: (-row["log_loss"], row["id"]))[:HARDEST]


def calibration(sure_and_right: Sequence[tuple[float, bool]]) -> float:
    """How far certainty and truth lie apart on average, over ten bins of certainty (expected calibration error)."""
    bins: dict[int, list[float]] = {}
    for sure, right in sure_and_right:
        bins.setdefault(min(9, int(sure * 10)), []).append(right - sure)
    return round(sum(abs(sum(apart)) for apart in bins.values()) / len(sure_and_right), 3)


def found(said_and_so: Iterable[tuple[bool, bool]]) -> Figures:
    """How many of what is so were said to be so (recall), and how many of what was said is so (precision)."""
    pairs = list(said_and_so)
    return {
        "labelled": sum(so for _, so in pairs),
        "recall": share(said for said, so in pairs if so),
        "precision": share(so for said, so in pairs if said),
    }


def share(answers: Iterable[bool]) -> float | None:
    listed = list(answers)
    return round(sum(listed) / len(listed), 3) if listed else None


def _right(answers: Sequence[Answer]) -> Figures:
    return {
        "stories": len(answers),
        "language": share(one.language == one.label["lang"] for one in answers if one.language),
        "area": share(one.area == one.label["area"] for one in answers if one.areas),
        "area_within_two": share(one.label["area"] in one.areas[:2] for one in answers if one.areas),
        "kind": share(one.kind == one.label["kind"] for one in answers if one.kinds),
    }


def _confusion(judged: Sequence[Judged], of: str) -> dict[str, dict[str, int]]:
    pairs = Counter((one.label[of], getattr(one.found, of).value) for one in judged)
    codes = [code.value for code in (Area if of == "area" else Kind)]
    return {row: {column: pairs[row, column] for column in codes if pairs[row, column]} for row in codes}
