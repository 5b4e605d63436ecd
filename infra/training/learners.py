"""What learns: two linear learners of different minds, whose weights are added up to one table.

A support vector machine draws the line by the hardest texts, naive Bayes by what is usual; together they are right more
often than either (Wang and Manning 2012). Both are linear, so that reading a story costs the same as with one of them.
The machine adds and multiplies only, and what it is given is rounded: the same corpus gives the same weights on every
processor, though logarithms may differ in their last digit.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.naive_bayes import MultinomialNB
from sklearn.svm import LinearSVC

from infra.training.corpus import Text
from lyspunkt.newsroom import features
from lyspunkt.newsroom.subjects import Area, Kind, Sensitivity

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

FLAGS = ("strategic", *(flag.value for flag in Sensitivity if flag is not Sensitivity.ID_NUMBER))
OUTPUTS = (*(f"area:{area}" for area in Area), *(f"kind:{kind}" for kind in Kind), *(f"flag:{flag}" for flag in FLAGS))

TEXTS_FOR_A_PIECE = 4
"""A piece that stands in fewer texts has taught nothing that another text would need."""
STRENGTH = 0.1
"""How much a wrong answer weighs against large weights (the C of the support vector machine)."""
SMOOTHING = 0.1
"""What naive Bayes adds to each count (its alpha)."""
USUAL = {"area": 1.0, "kind": 1.0, "flag": 0.3}
"""How loud naive Bayes is beside the machine, both scaled to a spread of 1: best by cross-validation on the corpus."""
SHARES = {Kind.GOOD_STORY.value: 0.35}
"""Most of what is sent is a good story; the other kinds come as often as each other, and so do the areas."""
DIGITS = 6
"""That a value is rounded to before it is learned from."""
NEVER = -5.0
"""The score of what was not taught at all."""
_FLAT = 1e-9


@dataclass(frozen=True, slots=True)
class Taught:
    """Weights before they are rounded: `weights` has a row for each of `numbers` and a column for each output."""

    numbers: tuple[int, ...]
    weights: Floats
    biases: Floats
    often: Floats
    """In how many texts each piece stands."""


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
    return Values(
        {number: round(value, DIGITS) for number, value in pieces.items()},
        {features.sign(name): round(value, DIGITS) for name, value in seen.signs.items() if value},
    )


def teach(seen: Sequence[Values], texts: Sequence[Text]) -> Taught:
    """Learn each output. Rare pieces count more than common ones (inverse document frequency), signs as they are."""
    signs = {number for one in seen for number in one.signs}
    counts = Counter(number for one in seen for number in one.pieces)
    known = {number for number, count in counts.items() if count >= TEXTS_FOR_A_PIECE}
    numbers = tuple(sorted(known | signs))
    rarity = np.array(
        [
            1.0 if number in signs else round(math.log((1 + len(seen)) / (1 + counts[number])) + 1, DIGITS)
            for number in numbers
        ]
    )
    given = matrix(seen, numbers).multiply(rarity).tocsr()
    groups = [_taught_group(group, given, texts) for group in ("area", "kind", "flag")]
    weights = np.concatenate([weights for weights, _ in groups], axis=1) * rarity[:, None]
    often = np.array([counts.get(number, len(seen)) for number in numbers])
    return Taught(numbers, weights, np.concatenate([biases for _, biases in groups]), often)


def matrix(seen: Sequence[Values], numbers: Sequence[int]) -> csr_matrix:
    at = {number: column for column, number in enumerate(numbers)}
    data, columns, ends = [], [], [0]
    for one in seen:
        for number, value in chain(one.pieces.items(), one.signs.items()):
            if number in at:
                columns.append(at[number])
                data.append(value)
        ends.append(len(data))
    return csr_matrix((data, columns, ends), shape=(len(seen), len(numbers)))


def is_it(text: Text, output: str) -> bool:
    """Whether a text is what the output stands for."""
    group, _, code = output.partition(":")
    return code in {"area": (text.area,), "kind": (text.kind,), "flag": text.marks}[group]


def _taught_group(group: str, given: csr_matrix, texts: Sequence[Text]) -> tuple[Floats, Floats]:
    """Weights and biases of a group's outputs, by both learners."""
    outputs = [output for output in OUTPUTS if output.startswith(f"{group}:")]
    answers = np.array([[is_it(text, output) for output in outputs] for text in texts], dtype=int)
    worth = _worth([getattr(text, group) for text in texts], SHARES) if group != "flag" else None
    machine, machine_biases = _by_machine(given, answers, worth)
    usual, usual_biases = _by_what_is_usual(given, answers, apart=group == "flag")
    loud, usually_loud = _spread(given, machine, group), _spread(given, usual, group) / USUAL[group]
    taught = answers.any(axis=0)  # a language held out may have been the only one with texts of an area
    weights = np.where(taught, machine / loud + usual / usually_loud, 0.0)
    return weights, np.where(taught, machine_biases / loud + usual_biases / usually_loud, NEVER)


def _by_machine(given: csr_matrix, answers: Floats, worth: Floats | None) -> tuple[Floats, Floats]:
    columns, biases = [], []
    for column in answers.T:
        if not column.any():
            columns.append(np.zeros(given.shape[1]))
            biases.append(0.0)
            continue
        machine = LinearSVC(C=STRENGTH, random_state=0)
        machine.fit(given, column, sample_weight=worth)
        columns.append(machine.coef_[0])
        biases.append(machine.intercept_[0])
    return np.stack(columns, axis=1), np.array(biases)


def _by_what_is_usual(given: csr_matrix, answers: Floats, *, apart: bool) -> tuple[Floats, Floats]:
    """How much likelier each piece is with an output than with the others on average, or, `apart`, than without it."""
    columns = []
    for column in answers.T:
        bayes = MultinomialNB(alpha=SMOOTHING, class_prior=[0.5, 0.5]).fit(given, column) if column.any() else None
        likely = bayes.feature_log_prob_ if bayes is not None else np.zeros((2, given.shape[1]))
        columns.append(likely[1] - (likely[0] if apart else 0.0))
    weights = np.stack(columns, axis=1)
    return np.round(weights if apart else weights - weights.mean(axis=1, keepdims=True), DIGITS), np.zeros(len(columns))


def _spread(given: csr_matrix, weights: Floats, group: str) -> Floats:
    """How far the scores of the texts lie apart: of all a group's outputs together, for flags of each."""
    scores: Floats = given @ weights
    apart = scores.std(axis=0) if group == "flag" else np.array(scores.std())
    return apart.clip(min=_FLAT)


def _worth(codes: Sequence[str], shares: Mapping[str, float]) -> Floats:
    """How much each text counts, so that each code has its share of the whole, however many texts there are of it."""
    counts = Counter(codes)
    left = (1 - sum(shares.values())) / max(1, len(counts) - len(shares))
    return np.array([len(codes) * shares.get(code, left) / counts[code] for code in codes])
