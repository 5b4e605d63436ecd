"""The trained model: a table of weights, learned by `infra/training`, that says what a text speaks for.

It is linear: each piece of a word adds its weights, and so each word can be asked what it said.
"""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple, Self

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
    """`numbers` are the known pieces, sorted; `rows` holds for each of them one signed byte for each output.

    Rows are added as whole numbers of Python, which is many times quicker than adding their parts one by one: each
    output has a lane of four bytes, into which the byte goes with OFFSET added, so that nothing is below 0; how much
    offset came along is taken off at the end. `STEPS_OF_LOUDNESS` keeps the fullest lane of 1,200 words below 2**32.
    """

    def __init__(self, head: Head, numbers: array[int], rows: bytes) -> None:
        self.head = head
        self._width = len(head.outputs)
        raised = bytearray(_LANE * len(rows))
        raised[::_LANE] = rows.translate(_RAISED)
        self._rows = memoryview(raised)
        self._row_bytes = _LANE * self._width
        self._starts = dict(zip(numbers, range(0, len(raised), self._row_bytes), strict=True))
        self._at = {output: number for number, output in enumerate(head.outputs)}
        self._words: dict[str, _Sum] = {}
        self._signs: dict[str, _Sum] = {}

    @classmethod
    def read(cls, data: bytes) -> Self:
        """From the bytes of a file that `written` made. ValueError where they do not fit together."""
        line, _, rest = data.partition(b"\n")
        head = Head.model_validate(json.loads(line))
        numbers = array("I")
        end = head.pieces * numbers.itemsize
        numbers.frombytes(rest[: end if len(rest) >= end else 0])
        rows = rest[end:]
        if len(numbers) != head.pieces or len(rows) != head.pieces * len(head.outputs):
            raise ValueError(f"the weights have {len(rows)} bytes instead of {head.pieces} x {len(head.outputs)}")
        return cls(head, numbers, rows)

    def scores(self, seen: Seen) -> dict[str, float]:
        """The score of each output: above 0 more likely than not, before sharpness and thresholds."""
        lanes = offset = 0
        for word, loudness in seen.words.items():
            found = self._of_word(word)
            if found.pieces:
                steps = round(loudness * found.scale * STEPS_OF_LOUDNESS)
                lanes += steps * found.lanes
                offset += steps * found.pieces
        totals = [total / STEPS_OF_LOUDNESS for total in self._unpacked(_Sum(lanes, offset, 1.0))]
        for name, value in seen.signs.items():
            found = self._of_sign(name)
            if value and found.pieces:
                totals = [total + value * said for total, said in zip(totals, self._unpacked(found), strict=True)]
        head = self.head
        return {
            output: bias + scale * total + self._trust(output) * seen.signs.get(output, 0.0)
            for output, bias, scale, total in zip(head.outputs, head.biases, head.scales, totals, strict=True)
        }

    def knows(self, word: str) -> bool:
        """Whether the word as it is written stood in what was learned from."""
        return features.pieces(word)[0] in self._starts

    def of_words(self, words: Mapping[str, float], output: str) -> dict[str, float]:
        """What each word, at its loudness, adds to a score; of those words alone that add something."""
        at, scale = self._at[output], self.head.scales[self._at[output]]
        return {
            word: scale * loudness * found.scale * found.lane(at)
            for word, loudness in words.items()
            if (found := self._of_word(word)).pieces
        }

    def of_sign(self, name: str, output: str) -> float:
        """What a sign of value 1 adds to a score."""
        found, at = self._of_sign(name), self._at[output]
        trust = self._trust(output) if name == output else 0.0
        return trust + self.head.scales[at] * found.lane(at)

    def _trust(self, output: str) -> float:
        return self.head.vocabulary.get(output.partition(":")[0], 0.0)

    def _of_word(self, word: str) -> _Sum:
        """The rows of a word's pieces together, scaled so that a long word says no more than a short one."""
        found = self._words.get(word)
        if found is None:
            if len(self._words) > _REMEMBERED:
                self._words.clear()
            numbers = features.pieces(word)
            found = self._words[word] = self._sum(numbers, 1 / math.sqrt(len(numbers)))
        return found

    def _of_sign(self, name: str) -> _Sum:
        found = self._signs.get(name)
        if found is None:
            found = self._signs[name] = self._sum((features.sign(name),), 1.0)
        return found

    def _sum(self, numbers: tuple[int, ...], scale: float) -> _Sum:
        starts = [self._starts[number] for number in numbers if number in self._starts]
        rows = [self._rows[start : start + self._row_bytes] for start in starts]
        return _Sum(sum([int.from_bytes(row, "little") for row in rows]), len(rows), scale)

    def _unpacked(self, found: _Sum) -> list[int]:
        offset = OFFSET * found.pieces
        lanes = memoryview(found.lanes.to_bytes(self._row_bytes, "little")).cast("I")
        return [lane - offset for lane in lanes]


OFFSET = 128
STEPS_OF_LOUDNESS = 32_768
_LANE = 4
_RAISED = bytes((byte + OFFSET) % 256 for byte in range(256))


class _Sum(NamedTuple):
    """The rows of some pieces, added up lane by lane with their offsets, and what they are to be multiplied by."""

    lanes: int
    pieces: int
    scale: float

    def lane(self, at: int) -> int:
        """The sum in one lane, without the offsets."""
        return (self.lanes >> (8 * _LANE * at) & 0xFFFF_FFFF) - OFFSET * self.pieces


def written(head: Head, numbers: array[int], rows: bytes) -> bytes:
    """The file that `Model.read` reads; numbers in the byte order of AWS's processors, little-endian."""
    return b"\n".join((head.model_dump_json().encode(), numbers.tobytes() + rows))


@cache
def model() -> Model:
    """The model that Lyspunkt comes with."""
    return Model.read((files("lyspunkt.newsroom") / "vocabulary" / "weights.bin").read_bytes())
