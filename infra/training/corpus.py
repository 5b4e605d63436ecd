"""The texts to learn from; README.md beside this module says how a line reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from random import Random

CORPUS = Path(__file__).parent / "corpus"
SEED = 0


class BadLine(ValueError):
    """A line that does not read as it should; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Text:
    """One submission and what it is."""

    language: str
    area: str
    kind: str
    marks: frozenset[str]
    """`strategic` and the sensitive flags."""
    subject: str
    body: str


def read(folder: Path = CORPUS) -> list[Text]:
    """Every text, by language, area and line. BadLine where one cannot be read."""
    return [text for path in sorted(folder.glob("*/*.txt")) for text in _lines(path)]


def part(texts: Sequence[Text], share: Fraction) -> list[Text]:
    """So much of the texts, picked by chance but the same each time; a larger share holds every smaller one."""
    by_chance = list(texts)
    Random(SEED).shuffle(by_chance)  # noqa: S311 - nothing to keep secret
    return by_chance[: max(1, round(len(by_chance) * share))]


def _lines(path: Path) -> Iterator[Text]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, marks, text = [*line.split(" | ", 2), "", ""][:3]
        if not text.strip():
            raise BadLine(f"{path}:{number}: a line reads: kind | marks | Subject // Body")
        subject, between, body = text.partition(" // ")
        yield Text(
            language=path.parent.name,
            area=path.stem,
            kind=kind.strip(),
            marks=frozenset(marks.split()) - {"-"},
            subject=subject.strip() if between else "",
            body=(body if between else text).strip(),
        )
