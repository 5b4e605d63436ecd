"""Learn the weights of `newsroom/vocabulary/weights.bin` from the corpus: `make train`.

Every output (an area, a kind, a flag) is a logistic regression of its own, one against the rest, on the features that
`newsroom.features` gives. The same corpus gives the same bytes.
"""

import math
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve

import lyspunkt.newsroom
from infra.training.corpus import Text, read
from lyspunkt.newsroom import features
from lyspunkt.newsroom.model import Head, written
from lyspunkt.newsroom.subjects import Area, Kind, Sensitivity

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

WEIGHTS = Path(lyspunkt.newsroom.__file__).parent / "vocabulary" / "weights.bin"
FLAGS = ("strategic", *(flag.value for flag in Sensitivity if flag is not Sensitivity.ID_NUMBER))
OUTPUTS = (*(f"area:{area}" for area in Area), *(f"kind:{kind}" for kind in Kind), *(f"flag:{flag}" for flag in FLAGS))

FOLDS = 5
TEXTS_FOR_A_PIECE = 2
"""A piece that stands in fewer texts has taught nothing that another text would need."""
RECALL_COUNTS = 1.5
"""How much worse a flag that is missed is than one that is raised in vain (the beta of the F score)."""
SHARES = {Kind.GOOD_STORY.value: 0.35}
"""Most of what is sent is a good story; the other kinds come as often as each other, and so do the areas."""
NEVER = -5.0
"""The score of what was not taught at all."""
STEPS = 127
"""A weight is one signed byte."""
LEAST = 1e-9
"""The largest weight of an output that nothing was taught about, so that it has a scale too."""


@dataclass(frozen=True, slots=True)
class Taught:
    """Weights before they are rounded: `weights` has a row for each of `numbers` and a column for each output."""

    numbers: tuple[int, ...]
    weights: Floats
    biases: Floats


def build(texts: Sequence[Text]) -> bytes:
    """The file of weights."""
    seen = [values(text) for text in texts]
    abroad = _scores_by_others(seen, texts, [text.language for text in texts])
    trust = {"area": _trust(abroad, seen, texts, "area")}
    folds = _scores_by_others(seen, texts, [at % FOLDS for at in range(len(texts))])
    scores = {output: column + _vocabulary(seen, output, trust) for output, column in folds.items()}
    taught = teach(seen, texts)
    scales = np.abs(taught.weights).max(axis=0).clip(min=LEAST) / STEPS
    rows = np.rint(taught.weights / scales).astype(np.int8)
    kept = np.flatnonzero(rows.any(axis=1))
    head = Head(
        outputs=OUTPUTS,
        biases=tuple(round(float(bias), 5) for bias in taught.biases),
        scales=tuple(float(f"{scale:.6g}") for scale in scales),
        vocabulary=trust,
        sharpness={group: _sharpness(scores, texts, group) for group in ("area", "kind")},
        thresholds={flag: _threshold(scores, texts, flag) for flag in FLAGS},
        pieces=len(kept),
    )
    return written(head, array("I", [taught.numbers[at] for at in kept]), rows[kept].tobytes())


class Values(NamedTuple):
    """What a text has of each piece and each sign, as `Model.scores` reads it."""

    pieces: dict[int, float]
    signs: dict[int, float]


def values(text: Text) -> Values:
    seen = features.see(text.subject, text.body)
    pieces: dict[int, float] = defaultdict(float)
    for word, loudness in seen.words.items():
        numbers = features.pieces(word)
        for number in numbers:
            pieces[number] += loudness / math.sqrt(len(numbers))
    return Values(pieces, {features.sign(name): value for name, value in seen.signs.items() if value})


def teach(seen: Sequence[Values], texts: Sequence[Text]) -> Taught:
    """Learn each output. Rare pieces count more than common ones (inverse document frequency), signs as they are."""
    signs = {number for one in seen for number in one.signs}
    counts = Counter(number for one in seen for number in one.pieces)
    known = {number for number, count in counts.items() if count >= TEXTS_FOR_A_PIECE}
    numbers = tuple(sorted(known | signs))
    rarity = np.array(
        [1.0 if number in signs else math.log((1 + len(seen)) / (1 + counts[number])) + 1 for number in numbers]
    )
    matrix = _matrix(seen, numbers).multiply(rarity).tocsr()
    worth = {"area": _worth([text.area for text in texts], {}), "kind": _worth([text.kind for text in texts], SHARES)}
    biases, columns = [], []
    for output in OUTPUTS:
        answers = np.array([_is(text, output) for text in texts], dtype=int)
        if not answers.any():  # a language held out may have been the only one with texts of an area
            columns.append(np.zeros(len(numbers)))
            biases.append(NEVER)
            continue
        learner = LogisticRegression(C=1.0, solver="liblinear", random_state=0)
        learner.fit(matrix, answers, sample_weight=worth.get(output.partition(":")[0]))
        columns.append(learner.coef_[0] * rarity)
        biases.append(learner.intercept_[0])
    return Taught(numbers, np.stack(columns, axis=1), np.array(biases))


def _matrix(seen: Sequence[Values], numbers: Sequence[int]) -> csr_matrix:
    at = {number: column for column, number in enumerate(numbers)}
    data, columns, ends = [], [], [0]
    for one in seen:
        for number, value in chain(one.pieces.items(), one.signs.items()):
            if number in at:
                columns.append(at[number])
                data.append(value)
        ends.append(len(data))
    return csr_matrix((data, columns, ends), shape=(len(seen), len(numbers)))


def _is(text: Text, output: str) -> bool:
    group, _, code = output.partition(":")
    return code in {"area": (text.area,), "kind": (text.kind,), "flag": text.marks}[group]


def _worth(codes: Sequence[str], shares: Mapping[str, float]) -> Floats:
    """How much each text counts, so that each code has its share of the whole, however many texts there are of it."""
    counts = Counter(codes)
    left = (1 - sum(shares.values())) / max(1, len(counts) - len(shares))
    return np.array([len(codes) * shares.get(code, left) / counts[code] for code in codes])


def _scores_by_others(seen: Sequence[Values], texts: Sequence[Text], groups: Sequence[str | int]) -> dict[str, Floats]:
    """Each text's scores by a model that was taught on the other groups alone."""
    scores = np.zeros((len(texts), len(OUTPUTS)))
    for group in sorted(set(groups), key=str):
        held = [at for at, other in enumerate(groups) if other == group]
        others = [at for at, other in enumerate(groups) if other != group]
        taught = teach([seen[at] for at in others], [texts[at] for at in others])
        scores[held] = _matrix([seen[at] for at in held], taught.numbers) @ taught.weights + taught.biases
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


def _sharpness(scores: dict[str, Floats], texts: Sequence[Text], group: str) -> float:
    """What makes the confidences the likeliest (temperature scaling, Guo et al. 2017), in steps of a twentieth."""
    return min((step / 20 for step in range(5, 81)), key=lambda sharpness: _surprise(scores, texts, group, sharpness))


def _surprise(scores: dict[str, Floats], texts: Sequence[Text], group: str, sharpness: float) -> float:
    """How unlikely the right answers are held to be on average (log loss)."""
    outputs = [output for output in OUTPUTS if output.startswith(f"{group}:")]
    scaled = sharpness * np.stack([scores[output] for output in outputs], axis=1)
    right = np.array([next(at for at, output in enumerate(outputs) if _is(text, output)) for text in texts])
    highest = scaled.max(axis=1)
    whole = np.log(np.exp(scaled - highest[:, None]).sum(axis=1)) + highest
    return float((whole - scaled[np.arange(len(texts)), right]).mean())


def _threshold(scores: dict[str, Floats], texts: Sequence[Text], flag: str) -> float:
    """The score with the best balance of recall and precision."""
    answers = [flag in text.marks for text in texts]
    precision, recall, thresholds = precision_recall_curve(answers, scores[f"flag:{flag}"])
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
