"""Labelled stories, and what Lyspunkt or a peer makes of them."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from lyspunkt.newsroom.classification import classify
from lyspunkt.newsroom.subjects import Classification

Label = dict[str, Any]
"""One labelled story, as its line reads."""

NEEDED = ("lang", "subject", "body", "area", "kind", "strategic", "sensitive")
SAMPLES = {
    "da": "Biblioteket holdt åbent hele natten, og børnene læste højt for hinanden.",
    "sv": "Biblioteket höll öppet hela natten, och barnen läste högt för varandra.",
    "nb": "Biblioteket holdt åpent hele natten, og barna leste høyt for hverandre.",
    "nn": "Biblioteket heldt ope heile natta, og borna las høgt for kvarandre.",
    "en": "The library stayed open all night, and the children read aloud to each other.",
}
"""A sentence in each language: whoever has read them has loaded what it needs."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What someone made of a labelled story. Areas and kinds stand best first; what is empty was not asked of them."""

    label: Label
    language: str | None = None
    areas: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sensitive: frozenset[str] | None = None

    @property
    def area(self) -> str | None:
        return self.areas[0] if self.areas else None

    @property
    def kind(self) -> str | None:
        return self.kinds[0] if self.kinds else None


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled story, what Lyspunkt made of it and in how many milliseconds."""

    label: Label
    found: Classification
    milliseconds: float

    @classmethod
    def now(cls, label: Label) -> Self:
        """Classify one story, by the clock."""
        started = time.perf_counter()
        found = classify(label["subject"], label["body"])
        return cls(label, found, (time.perf_counter() - started) * 1000)

    @property
    def answer(self) -> Answer:
        return Answer(
            self.label,
            language=self.found.language,
            areas=tuple(guess.code for guess in self.found.areas),
            kinds=tuple(guess.code for guess in self.found.kinds),
            sensitive=frozenset(self.found.sensitive),
        )


def judge(labels: Iterable[Label]) -> list[Judged]:
    """Classify each story, with the vocabularies and the weights loaded beforehand."""
    for sample in SAMPLES.values():
        classify("", sample)
    return [Judged.now(label) for label in labels]


def text(label: Label) -> str:
    """The whole of a story, as a peer reads it."""
    return f"{label['subject']}\n{label['body']}"


def read(path: Path) -> list[Label]:
    """The lines of a file as labels; ValueError names the line that lacks a field or is no JSON."""
    labels: list[Label] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            label = json.loads(line)
        except json.JSONDecodeError as reason:
            raise ValueError(f"line {number} is not JSON ({reason.msg})") from reason
        if missing := [name for name in NEEDED if not isinstance(label, dict) or name not in label]:
            raise ValueError(f"line {number} lacks {', '.join(missing)}")
        labels.append({"id": f"line {number}"} | label)
    if not labels:
        raise ValueError("no stories in it")
    return labels
