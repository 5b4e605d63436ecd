"""The file of weights, `newsroom/vocabulary/weights.bin`, from the corpus: `make train`.

Taught by `infra.training.learners`; here is what is settled by texts that were held out: how sure a score makes, from
which score a flag is raised, how far the written vocabulary is followed.
"""

import sys
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import precision_recall_curve

import lyspunkt.newsroom
from infra.training.corpus import Text, read
from infra.training.learners import FLAGS, OUTPUTS, Floats, Taught, Values, is_it, matrix, teach, values
from lyspunkt.newsroom import features
from lyspunkt.newsroom.model import Head, written
from lyspunkt.newsroom.subjects import Sensitivity

WEIGHTS = Path(lyspunkt.newsroom.__file__).parent / "vocabulary" / "weights.bin"

FOLDS = 5
MOST_PIECES = 40_000
"""Those that say most in most texts; half as many cost a point of accuracy, half as many again bring none."""
RECALL_COUNTS = 1.5
"""How much worse a flag that is missed is than one that is raised in vain (the beta of the F score)."""
CRISIS = ("kind:criticism", "kind:press-enquiry")
TAKEN_FOR_CRISIS = 0.02
"""Of the corpus's good stories, which were written to be hard: at most so many go to the crisis desk."""
STEPS = 127
"""A weight is one signed byte."""
LEAST = 1e-9
"""The largest weight of an output that nothing was taught about, so that it has a scale too."""


def build(texts: Sequence[Text]) -> bytes:
    """The file of weights."""
    seen = [values(text) for text in texts]
    abroad = _scores_by_others(seen, texts, [text.language for text in texts])
    trust = {"area": _trust(abroad, seen, texts, "area")}
    folds = _scores_by_others(seen, texts, [at % FOLDS for at in range(len(texts))])
    scores = {output: column + _vocabulary(seen, output, trust) for output, column in folds.items()}
    caution = _caution(scores, texts)
    scores |= {output: scores[output] - caution for output in CRISIS}
    taught = teach(seen, texts)
    biases = [bias - caution * (output in CRISIS) for output, bias in zip(OUTPUTS, taught.biases, strict=True)]
    scales = np.abs(taught.weights).max(axis=0).clip(min=LEAST) / STEPS
    rows = np.rint(taught.weights / scales).astype(np.int8)
    kept = _most_telling(taught)
    head = Head(
        outputs=OUTPUTS,
        biases=tuple(round(float(bias), 4) for bias in biases),
        scales=tuple(float(f"{scale:.6g}") for scale in scales),
        vocabulary=trust,
        sharpness={group: _sharpness(scores, texts, group) for group in ("area", "kind")},
        thresholds={flag: _threshold(scores, texts, flag, _may_have(flag, seen)) for flag in FLAGS},
        pieces=len(kept),
    )
    return written(head, array("I", [taught.numbers[at] for at in kept]), rows[kept].tobytes())


def _most_telling(taught: Taught) -> Floats:
    """The rows that are kept, in their order."""
    telling = np.abs(taught.weights).max(axis=1) * np.sqrt(taught.often)
    return np.sort(np.argsort(-telling, kind="stable")[:MOST_PIECES])


def _scores_by_others(seen: Sequence[Values], texts: Sequence[Text], groups: Sequence[str | int]) -> dict[str, Floats]:
    """Each text's scores by a model that was taught on the other groups alone."""
    scores = np.zeros((len(texts), len(OUTPUTS)))
    for group in sorted(set(groups), key=str):
        held = [at for at, other in enumerate(groups) if other == group]
        others = [at for at, other in enumerate(groups) if other != group]
        taught = teach([seen[at] for at in others], [texts[at] for at in others])
        scores[held] = matrix([seen[at] for at in held], taught.numbers) @ taught.weights + taught.biases
    return {output: scores[:, at] for at, output in enumerate(OUTPUTS)}


def _vocabulary(seen: Sequence[Values], output: str, trust: Mapping[str, float]) -> Floats:
    """What the vocabulary adds to a score, as `Model.scores` does."""
    return trust.get(output.partition(":")[0], 0.0) * np.array(
        [one.signs.get(features.sign(output), 0.0) for one in seen]
    )


def _trust(scores: dict[str, Floats], seen: Sequence[Values], texts: Sequence[Text], group: str) -> float:
    """How far the vocabulary is followed where the words are new: fitted on languages that nothing was learned from."""
    return min(
        (step / 10 for step in range(31)),
        key=lambda trust: min(
            _surprise(
                {output: column + _vocabulary(seen, output, {group: trust}) for output, column in scores.items()},
                texts,
                group,
                sharpness,
            )
            for sharpness in (0.5, 1.0, 1.5, 2.0)
        ),
    )


def _caution(scores: dict[str, Floats], texts: Sequence[Text]) -> float:
    """What criticism and the press must be ahead by, so that few good stories are taken for them."""
    good = [text.kind == "good-story" for text in texts]
    others = [output for output in OUTPUTS if output.startswith("kind:") and output not in CRISIS]
    ahead = np.max([scores[output] for output in CRISIS], axis=0) - np.max([scores[one] for one in others], axis=0)
    return round(max(0.0, float(np.quantile(ahead[good], 1 - TAKEN_FOR_CRISIS))), 2)


def _sharpness(scores: dict[str, Floats], texts: Sequence[Text], group: str) -> float:
    """What makes the confidences the likeliest (temperature scaling, Guo et al. 2017), in steps of a twentieth."""
    return min((step / 20 for step in range(5, 81)), key=lambda sharpness: _surprise(scores, texts, group, sharpness))


def _surprise(scores: dict[str, Floats], texts: Sequence[Text], group: str, sharpness: float) -> float:
    """How unlikely the right answers are held to be on average (log loss)."""
    outputs = [output for output in OUTPUTS if output.startswith(f"{group}:")]
    scaled = sharpness * np.stack([scores[output] for output in outputs], axis=1)
    right = np.array([next(at for at, output in enumerate(outputs) if is_it(text, output)) for text in texts])
    highest = scaled.max(axis=1)
    whole = np.log(np.exp(scaled - highest[:, None]).sum(axis=1)) + highest
    return float((whole - scaled[np.arange(len(texts)), right]).mean())


def _may_have(flag: str, seen: Sequence[Values]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """The texts for which a flag is considered at all, as `classification` does."""
    anybody = features.sign("anybody")
    return np.array([flag != Sensitivity.NAMED_THIRD_PARTY or anybody in one.signs for one in seen])


def _threshold(
    scores: dict[str, Floats], texts: Sequence[Text], flag: str, may: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> float:
    """The score with the best balance of recall and precision."""
    answers = np.array([flag in text.marks for text in texts])[may]
    precision, recall, thresholds = precision_recall_curve(answers, scores[f"flag:{flag}"][may])
    beta = RECALL_COUNTS**2
    balance = (1 + beta) * precision * recall / np.maximum(beta * precision + recall, 1e-9)
    return round(float(thresholds[balance[:-1].argmax()]), 3)


def main() -> int:
    texts = read()
    data = build(texts)
    WEIGHTS.write_bytes(data)
    print(f"{len(texts)} texts, {len(data) / 1e6:.1f} MB of weights in {WEIGHTS.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
