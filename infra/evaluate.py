"""How well stories are understood: labelled stories are read, and each figure shown beside its bar and the peers'."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from infra.evaluation.curve import curve
from infra.evaluation.measure import Figures, hardest
from infra.evaluation.report import report
from infra.evaluation.stories import Label, judge, read
from infra.evaluation.tables import tables
from infra.training import corpus

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "eval" / "stories.dev.jsonl"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 0 also where there is nothing to measure by, 2 where the file cannot be understood."""
    parser = argparse.ArgumentParser(prog="lyspunkt evaluate", description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, default=DEFAULT, help="labelled stories, one JSON object a line")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    parser.add_argument("--no-peers", action="store_true", help="leave out scikit-learn's SVM and lingua")
    parser.add_argument("--hardest", action="store_true", help="also the hardest stories, by their ids alone")
    parser.add_argument("--learning-curve", action="store_true", help="also learn from less, and say what that finds")
    asked = parser.parse_args(argv)
    if not asked.path.is_file():
        return _absent(asked.path, as_json=asked.json)
    try:
        labels = read(asked.path)
    except ValueError as reason:
        print(f"{asked.path}: {reason}", file=sys.stderr)
        return 2
    judged = judge(labels)
    found = report(judged, with_peers=not asked.no_peers)
    if asked.hardest:
        found.hardest = {of: hardest(judged, of) for of in ("area", "kind")}
    if asked.learning_curve:
        found.learning_curve = list(_curve(labels))
    print(json.dumps(found.as_json(), indent=2, ensure_ascii=False) if asked.json else "\n".join(tables(found)))
    return 0


def _absent(path: Path, *, as_json: bool) -> int:
    message = "The labelled stories are not part of the product, so there is nothing to measure by here."
    if as_json:
        print(json.dumps({"stories": 0, "looked_at": str(path), "message": message}))
    else:
        print(f"{message}\nLooked at {path}. Another file can be named: lyspunkt evaluate PATH")
    return 0


def _curve(labels: Sequence[Label]) -> Iterator[Figures]:
    """As it comes, for the whole takes minutes."""
    try:
        for row in curve(labels, corpus.read()):
            print(f"Learned from {row['texts']} texts", file=sys.stderr)
            yield row
    except ImportError:
        print("No learning curve: scikit-learn is not installed.", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
