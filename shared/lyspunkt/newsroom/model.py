"""The trained model: a table of weights, learned by `infra/training`, that says what a text speaks for.

It is linear: each piece of a word adds its weights, and so each word can be asked what it said.
"""

from __future__ import annotations

import json
import math
from array import array
from functools import cache
from importlib.resources import files
from typing import Self

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom import features
from lyspunkt.newsroom.features import Seen

_REMEMBERED = 20_000


class Head(BaseModel):
    """The first line of the file of weights, as JSON; after it come the pieces' numbers and their rows."""

    model_config = ConfigDict(frozen=True)

    outputs: tuple[str, ...]
    """`area:social`, `kind:event`, `flag:health`, in the order of a row."""
    biases: tuple[float, ...]
    scales: tuple[float, ...]
    """What 1 in a row is worth, for each output."""
    vocabulary: dict[str, float]
    """For `area`: what the vocabulary's own sign for a code adds to its score, beside what was learned. The texts that
    were learned from name few of the services, places and things that an area has; the vocabulary names many."""
    sharpness: dict[str, float]
    """For `area` and `kind`: what scores are multiplied by so that confidence is the share of the right ones."""
    thresholds: dict[str, float]
    """For each flag: the score from which it is raised."""
    pieces: int


class Model:
    """`numbers` are the known pieces, sorted; `rows` holds for each of them one signed byte for each output."""

    def __init__(self, head: Head, numbers: array[int], rows: memoryview) -> None:
        self.head = head
        self._rows = rows
        self._width = len(head.outputs)
        self._starts = dict(zip(numbers, range(0, len(rows), self._width), strict=True))
        self._at = {output: number for number, output in enumerate(head.outputs)}
        self._remembered: dict[str, tuple[float, ...] | None] = {}

    @classmethod
    def read(cls, data: bytes) -> Self:
        """From the bytes of a file that `written` made. ValueError where they do not fit together."""
        line, _, rest = data.partition(b"\n")
        head = Head.model_validate(json.loads(line))
        numbers = array("I")
        end = head.pieces * numbers.itemsize
        numbers.frombytes(rest[: end if len(rest) >= end else 0])
        rows = memoryview(rest)[end:].cast("b")
        if len(numbers) != head.pieces or len(rows) != head.pieces * len(head.outputs):
            raise ValueError(f"the weights have {len(rows)} bytes instead of {head.pieces} x {len(head.outputs)}")
        return cls(head, numbers, rows)

    def scores(self, seen: Seen) -> dict[str, float]:
        """The score of each output: above 0 more likely than not, before sharpness and thresholds."""
        totals = [0.0] * self._width
        for word, loudness in seen.words.items():
            row = self._of_word(word)
            if row:
                totals = [total + loudness * weight for total, weight in zip(totals, row, strict=True)]
        for name, value in seen.signs.items():
            weights = self._of_sign(name) if value else None
            if weights:
                totals = [total + value * weight for total, weight in zip(totals, weights, strict=True)]
        head = self.head
        return {
            output: bias + scale * total + self._trust(output) * seen.signs.get(output, 0.0)
            for output, bias, scale, total in zip(head.outputs, head.biases, head.scales, totals, strict=True)
        }

    def of_word(self, word: str, output: str) -> float:
        """What a word at loudness 1 adds to a score."""
        row, at = self._of_word(word), self._at[output]
        return self.head.scales[at] * row[at] if row else 0.0

    def of_sign(self, name: str, output: str) -> float:
        """What a sign of value 1 adds to a score."""
        row, at = self._of_sign(name), self._at[output]
        trust = self._trust(output) if name == output else 0.0
        return trust + (self.head.scales[at] * row[at] if row else 0.0)

    def _trust(self, output: str) -> float:
        return self.head.vocabulary.get(output.partition(":")[0], 0.0)

    def _of_word(self, word: str) -> tuple[float, ...] | None:
        """The rows of a word's pieces together, scaled so that a long word says no more than a short one."""
        if word in self._remembered:
            return self._remembered[word]
        if len(self._remembered) > _REMEMBERED:
            self._remembered.clear()
        numbers, width = features.pieces(word), self._width
        starts = [self._starts[number] for number in numbers if number in self._starts]
        found = None
        if starts:
            rows = [self._rows[start : start + width] for start in starts]
            scale = 1 / math.sqrt(len(numbers))
            found = tuple([scale * total for total in map(sum, zip(*rows, strict=True))])
        self._remembered[word] = found
        return found

    def _of_sign(self, name: str) -> memoryview | None:
        start = self._starts.get(features.sign(name))
        return None if start is None else self._rows[start : start + self._width]


def written(head: Head, numbers: array[int], rows: bytes) -> bytes:
    """The file that `Model.read` reads; numbers in the byte order of AWS's processors, little-endian."""
    return b"\n".join((head.model_dump_json().encode(), numbers.tobytes() + rows))


@cache
def model() -> Model:
    """The model that Lyspunkt comes with."""
    return Model.read((files("lyspunkt.newsroom") / "vocabulary" / "weights.bin").read_bytes())
