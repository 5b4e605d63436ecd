"""How well stories are understood: the labelled stories read, counted and shown as plain tables."""

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lyspunkt.newsroom.classification import classify
from lyspunkt.newsroom.language import LANGUAGES, identify
from lyspunkt.newsroom.lexicons import lexicon, names
from lyspunkt.newsroom.model import model
from lyspunkt.newsroom.subjects import Area, Classification, Kind, Sensitivity

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "eval" / "stories.dev.jsonl"
PLACED_FROM = 0.5
"""Below this certainty of the area a story is placed by hand."""

CRISIS = ("criticism", "press-enquiry")


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled story, what was made of it and in how many milliseconds."""

    label: dict[str, Any]
    found: Classification
    milliseconds: float


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 0 also where there is nothing to measure by, 2 where the file cannot be understood."""
    parser = argparse.ArgumentParser(prog="lyspunkt evaluate", description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, default=DEFAULT, help="labelled stories, one JSON object a line")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    asked = parser.parse_args(argv)
    if not asked.path.is_file():
        return _absent(asked.path, as_json=asked.json)
    try:
        labels = read(asked.path)
    except ValueError as reason:
        print(f"{asked.path}: {reason}", file=sys.stderr)
        return 2
    loading = load()
    figures = measure([judge(label) for label in labels], loading)
    print(json.dumps(figures, indent=2, ensure_ascii=False) if asked.json else "\n".join(tables(figures)))
    return 0


def _absent(path: Path, *, as_json: bool) -> int:
    message = "The labelled stories are not part of the product, so there is nothing to measure by here."
    if as_json:
        print(json.dumps({"stories": 0, "looked_at": str(path), "message": message}))
    else:
        print(f"{message}\nLooked at {path}. Another file can be named: lyspunkt evaluate PATH")
    return 0


def read(path: Path) -> list[dict[str, Any]]:
    """The lines of a file as labels; ValueError names the line that lacks a field or is no JSON."""
    labels: list[dict[str, Any]] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            label = json.loads(line)
        except json.JSONDecodeError as reason:
            raise ValueError(f"line {number} is not JSON ({reason.msg})") from reason
        needed = ("lang", "subject", "body", "area", "kind", "strategic", "sensitive")
        if missing := [name for name in needed if not isinstance(label, dict) or name not in label]:
            raise ValueError(f"line {number} lacks {', '.join(missing)}")
        labels.append(label)
    if not labels:
        raise ValueError("no stories in it")
    return labels


def load() -> float:
    """Read every vocabulary and the weights; milliseconds. What was read before in this process takes none."""
    started = time.perf_counter()
    for language in LANGUAGES:
        lexicon(language)
    names()
    model()
    identify("")
    return (time.perf_counter() - started) * 1000


def judge(label: dict[str, Any]) -> Judged:
    """Classify one story, by the clock."""
    started = time.perf_counter()
    found = classify(label["subject"], label["body"])
    return Judged(label, found, (time.perf_counter() - started) * 1000)


def measure(judged: Sequence[Judged], loading: float) -> dict[str, Any]:
    """Every figure; shares are 0 to 1, None where there was nothing to count."""
    sure = [one for one in judged if one.found.area_confidence >= PLACED_FROM]
    times = [one.milliseconds for one in judged]
    return {
        "stories": len(judged),
        "languages": {
            name: _by_group([one for one in judged if name in ("all", one.label["lang"])])
            for name in ("all", *LANGUAGES)
        },
        "kinds": {kind.value: _found(judged, _kind_is(kind), _labelled_kind(kind)) for kind in Kind},
        "good_stories_taken_for_crisis": _share(
            one.found.kind in CRISIS for one in judged if one.label["kind"] == "good-story"
        ),
        "strategic": _found(judged, lambda one: one.found.strategic, lambda one: bool(one.label["strategic"])),
        "sensitive": {flag.value: _found(judged, _flagged(flag), _labelled_flag(flag)) for flag in Sensitivity},
        "placing": {
            "threshold": PLACED_FROM,
            "placed_by_hand": _share(one.found.area_confidence < PLACED_FROM for one in judged),
            "right_above": _share(one.found.area == one.label["area"] for one in sure),
            "expected_calibration_error": _calibration(judged),
        },
        "confusion": _confusion(judged, "area"),
        "confusion_of_kinds": _confusion(judged, "kind"),
        "milliseconds": {
            "median": round(statistics.median(times), 2),
            "p99": round(sorted(times)[min(len(times) - 1, int(len(times) * 0.99))], 2),
            "loading": round(loading, 1),
        },
    }


def _by_group(judged: Sequence[Judged]) -> dict[str, Any]:
    return {
        "stories": len(judged),
        "language": _share(one.found.language == one.label["lang"] for one in judged),
        "area": _share(one.found.area == one.label["area"] for one in judged),
        "area_within_two": _share(one.label["area"] in [guess.code for guess in one.found.areas[:2]] for one in judged),
        "kind": _share(one.found.kind == one.label["kind"] for one in judged),
    }


def _kind_is(kind: Kind) -> Callable[[Judged], bool]:
    return lambda one: one.found.kind == kind


def _labelled_kind(kind: Kind) -> Callable[[Judged], bool]:
    return lambda one: bool(one.label["kind"] == kind)


def _flagged(flag: Sensitivity) -> Callable[[Judged], bool]:
    return lambda one: flag in one.found.sensitive


def _labelled_flag(flag: Sensitivity) -> Callable[[Judged], bool]:
    return lambda one: flag in one.label["sensitive"]


def _found(judged: Sequence[Judged], said: Callable[[Judged], bool], so: Callable[[Judged], bool]) -> dict[str, Any]:
    return {
        "labelled": sum(so(one) for one in judged),
        "recall": _share(said(one) for one in judged if so(one)),
        "precision": _share(so(one) for one in judged if said(one)),
    }


def _share(answers: Iterable[bool]) -> float | None:
    counted = list(answers)
    return round(sum(counted) / len(counted), 3) if counted else None


def _calibration(judged: Sequence[Judged]) -> float:
    """How far certainty and truth lie apart on average, over ten bins of certainty."""
    bins: dict[int, list[Judged]] = {}
    for one in judged:
        bins.setdefault(min(9, int(one.found.area_confidence * 10)), []).append(one)
    gaps = (
        abs(sum((one.found.area == one.label["area"]) - one.found.area_confidence for one in members))
        for members in bins.values()
    )
    return round(float(sum(gaps)) / len(judged), 3)


def _confusion(judged: Sequence[Judged], of: str) -> dict[str, dict[str, int]]:
    pairs = Counter((one.label[of], getattr(one.found, of).value) for one in judged)
    codes = [code.value for code in (Area if of == "area" else Kind)]
    return {row: {column: pairs[row, column] for column in codes if pairs[row, column]} for row in codes}


def tables(figures: dict[str, Any]) -> list[str]:
    """The figures as lines of text."""
    placing, times = figures["placing"], figures["milliseconds"]
    lines = [f"{figures['stories']} labelled stories", ""]
    lines += _table(
        ("language", "stories", "language", "area", "within two", "kind"),
        [
            (
                name,
                str(row["stories"]),
                *(_percent(row[key]) for key in ("language", "area", "area_within_two", "kind")),
            )
            for name, row in figures["languages"].items()
        ],
    )
    found = {f"kind {name}": row for name, row in figures["kinds"].items()} | {"strategic": figures["strategic"]}
    found |= {f"flag {name}": row for name, row in figures["sensitive"].items()}
    lines += _table(
        ("found", "labelled", "recall", "precision"),
        [
            (name, str(row["labelled"]), _percent(row["recall"]), _percent(row["precision"]))
            for name, row in found.items()
        ],
    )
    lines += [
        f"good stories taken for crisis: {_percent(figures['good_stories_taken_for_crisis'])}",
        f"placed by hand (area below {placing['threshold']}): {_percent(placing['placed_by_hand'])}; "
        f"right above it: {_percent(placing['right_above'])}; "
        f"calibration error {placing['expected_calibration_error']}",
        f"time for a story: median {times['median']} ms, p99 {times['p99']} ms; loading {times['loading']} ms",
        "",
        *_matrix("areas: labelled down, found across", figures["confusion"]),
        *_matrix("kinds: labelled down, found across", figures["confusion_of_kinds"]),
    ]
    return lines


def _matrix(title: str, confusion: dict[str, dict[str, int]]) -> list[str]:
    codes = list(confusion)
    rows = [
        (f"{number:>2} {code}", *(str(confusion[code].get(other, "·")) for other in codes))
        for number, code in enumerate(codes, start=1)
    ]
    return _table((title, *(str(number) for number in range(1, len(codes) + 1))), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]).rstrip()

    return [line(head), "  ".join("-" * width for width in widths), *(line(row) for row in rows), ""]


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


if __name__ == "__main__":
    sys.exit(main())
