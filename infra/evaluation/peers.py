"""Who Lyspunkt is measured beside; for development alone, and imported only when they are asked.

The SVM is what one builds in an afternoon with scikit-learn. It alone learns from the labelled stories: in memory, and
each story is asked of a machine that learned from others. lingua is the best language identifier that can be had.
"""

import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from infra.evaluation import loading
from infra.evaluation.loading import Loading
from infra.evaluation.stories import Answer, Label, text
from lyspunkt.newsroom.subjects import Sensitivity

FOLDS = 5
SEED = 0
LINGUA = """
from lingua import Language, LanguageDetectorBuilder
five = Language.DANISH, Language.SWEDISH, Language.BOKMAL, Language.NYNORSK, Language.ENGLISH
read = LanguageDetectorBuilder.from_languages(*five).build().detect_language_of
"""


class Absent(Exception):
    """A peer cannot take part; the message says why."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer's answers, and what its loading takes where that can be compared."""

    name: str
    about: str
    answers: list[Answer]
    loading: Loading | None = None


def beside(labels: Sequence[Label]) -> tuple[list[Peer], list[str]]:
    """The peers that are here, and for each that is not a line that says why."""
    here, absent = [], []
    for name, ask in (("SVM", svm), ("lingua", lingua)):
        try:
            here.append(ask(labels))
        except Absent as reason:
            absent.append(f"Without {name} beside: {reason}.")
    return here, absent


def svm(labels: Sequence[Label]) -> Peer:
    """Area, kind and flags."""
    texts = [text(label) for label in labels]
    areas = _by_others(texts, [label["area"] for label in labels])
    kinds = _by_others(texts, [label["kind"] for label in labels])
    flags = {
        flag.value: _by_others(texts, ["raised" if flag in label["sensitive"] else "" for label in labels])
        for flag in Sensitivity
    }
    return Peer(
        name="SVM",
        about="TF-IDF of words and pairs (1-2) and of letters within words (3-5), and a linear SVM for each of area, "
        f"kind and flags: cross-validated on these very stories in {FOLDS} parts",
        answers=[
            Answer(
                label,
                areas=areas[at],
                kinds=kinds[at],
                sensitive=frozenset(flag for flag, ranked in flags.items() if ranked[at][0]),
            )
            for at, label in enumerate(labels)
        ],
    )


def _by_others(texts: Sequence[str], codes: Sequence[str]) -> list[tuple[str, ...]]:
    """The codes of each text, best first, by a machine that was taught on other parts of the texts alone."""
    ranked: list[tuple[str, ...]] = [()] * len(texts)
    for others, held in _parts(codes):
        guesses = _taught([texts[at] for at in others], [codes[at] for at in others], [texts[at] for at in held])
        for at, guess in zip(held, guesses, strict=True):
            ranked[at] = guess
    return ranked


def _parts(codes: Sequence[str]) -> Iterator[tuple[list[int], list[int]]]:
    """Which texts to learn from and which to ask, part by part, each with its share of every code."""
    try:
        from sklearn.model_selection import StratifiedKFold
    except ImportError:
        raise Absent("scikit-learn is not installed") from None
    parts = min(FOLDS, max(Counter(codes).values()))
    if parts == 1:
        raise Absent("no two of the stories are alike, so there is nothing to learn from one for another")
    with warnings.catch_warnings(action="ignore", category=UserWarning):  # some codes are rarer than there are parts
        split = list(StratifiedKFold(parts, shuffle=True, random_state=SEED).split(codes, codes))
    for others, held in split:
        yield others.tolist(), held.tolist()


def _taught(texts: Sequence[str], codes: Sequence[str], asked: Sequence[str]) -> list[tuple[str, ...]]:
    """What `asked` are, by a machine that was taught on `texts`."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    known = sorted(set(codes))
    if len(known) == 1:
        return [(known[0],)] * len(asked)
    machine = make_pipeline(
        make_union(TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5))),
        LinearSVC(class_weight="balanced", random_state=SEED),
    )
    scores = machine.fit(texts, codes).decision_function(asked).tolist()
    if len(known) == 2:  # then there is one score, of the second
        scores = [(-score, score) for score in scores]
    return [tuple(sorted(known, key=dict(zip(known, row, strict=True)).__getitem__, reverse=True)) for row in scores]


def lingua(labels: Sequence[Label]) -> Peer:
    """Language."""
    try:
        from lingua import Language, LanguageDetectorBuilder
    except ImportError:
        raise Absent("lingua-language-detector is not installed") from None
    five = (Language.DANISH, Language.SWEDISH, Language.BOKMAL, Language.NYNORSK, Language.ENGLISH)
    detector = LanguageDetectorBuilder.from_languages(*five).build()
    found = [detector.detect_language_of(text(label)) for label in labels]
    return Peer(
        name="lingua",
        about="lingua-language-detector, restricted to the five languages; its loading and memory are for that alone",
        answers=[
            Answer(label, language=language.iso_code_639_1.name.lower() if language else "none")
            for label, language in zip(labels, found, strict=True)
        ],
        loading=loading.measure(LINGUA),
    )
