"""The learning curve: what would be found had less been taught. scikit-learn is needed for the teaching."""

import warnings
from collections.abc import Iterator, Sequence
from fractions import Fraction

from infra.evaluation.measure import Figures, counted
from infra.evaluation.stories import Answer, Label
from infra.training.corpus import Text, part
from lyspunkt.newsroom.features import see
from lyspunkt.newsroom.model import Model

SHARES = (Fraction(1, 8), Fraction(1, 4), Fraction(1, 2), Fraction(1))


def curve(labels: Sequence[Label], texts: Sequence[Text]) -> Iterator[Figures]:
    """For each share of the texts: what weights that were learned from it alone find in the labelled stories."""
    from infra.training.train import build

    for share in SHARES:
        taught = part(texts, share)
        with warnings.catch_warnings(action="ignore", category=UserWarning):  # some flag may stand in none of them
            model = Model.read(build(taught))
        right = counted([_answer(model, label) for label in labels])["languages"]["all"]
        yield {"share": str(share), "texts": len(taught)} | {
            name: right[name] for name in ("area", "area_within_two", "kind")
        }


def _answer(model: Model, label: Label) -> Answer:
    scores = model.scores(see(label["subject"], label["body"]))
    best_first = sorted(scores, key=scores.__getitem__, reverse=True)
    areas, kinds = (
        tuple(output.removeprefix(f"{group}:") for output in best_first if output.startswith(f"{group}:"))
        for group in ("area", "kind")
    )
    return Answer(label, areas=areas, kinds=kinds)
