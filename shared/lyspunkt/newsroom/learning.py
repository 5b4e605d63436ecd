"""What a municipality teaches its own Lyspunkt: each correction by a person is a lesson, the lessons are its weights.

A lesson is one step of an online learner (passive-aggressive, Crammer et al. 2006): as far as this story needs, and no
further than a bound. The weights are a pure function of the lessons, so that taking one back leaves no trace. Words are
kept as numbers of 16 bits, which many words share: no text can be read out of them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal
from zlib import crc32

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lyspunkt.newsroom.features import Seen
from lyspunkt.newsroom.language import everyday
from lyspunkt.newsroom.lexicons import lexicon
from lyspunkt.newsroom.model import Model

MARGIN = 1.0
"""How far ahead of the wrong answer the right one is to be after a lesson, as a score of the model."""
LONGEST_STEP = 4.0
"""How far one lesson goes at most."""
LOUDEST_WORD = 1.2
"""What one word may add to a score or take from it, however many lessons named it."""
LOUDEST = 3.0
"""What all learned words of a text together may add to a score or take from it."""
STRANGE, KNOWN = 1.0, 0.3
"""How much of a lesson a word takes: one that the trained model does not know is likelier to be what it is about."""
MOST_LESSONS = 400
"""The newest ones count; what was taught before is forgotten."""
MOST_WORDS = 40
"""Of one lesson: its loudest."""

Group = Literal["area", "kind"]


class Lesson(BaseModel):
    """One correction: what was said of a story, what a person said instead, and the step that this teaches."""

    model_config = ConfigDict(frozen=True)

    story_id: str
    number: int
    """Of the event that corrected it."""
    at: AwareDatetime
    by: str
    group: Group
    wrong: str
    right: str | None
    """None where a person said only what it is not."""
    step: float
    words: dict[int, float]
    """By the words' 16-bit numbers, how large each one's share of the step is."""
    undone: bool = False

    @property
    def id(self) -> str:
        """The same at each delivery of the correction."""
        return f"{self.story_id}#{self.number:06d}#{self.group}"


class Learned(BaseModel):
    """The weights of all lessons that count: by output (`area:social`), by word."""

    model_config = ConfigDict(frozen=True)

    outputs: dict[str, dict[int, float]] = {}

    def of_words(self, seen: Seen, output: str) -> dict[str, float]:
        """What each word of a text adds to a score."""
        weights = self.outputs.get(output)
        if not weights:
            return {}
        said = {word: loudness * weights.get(number, 0.0) for word, (number, loudness) in _words(seen).items()}
        whole = sum(said.values())
        bound = min(1.0, LOUDEST / abs(whole)) if whole else 1.0
        return {word: bound * weight for word, weight in said.items() if weight}

    def scores(self, seen: Seen) -> dict[str, float]:
        """What was learned adds to each output's score."""
        return {output: sum(said.values()) for output in self.outputs if (said := self.of_words(seen, output))}


def teach(
    seen: Seen, scores: Mapping[str, float], model: Model, *, group: Group, wrong: str, right: str | None
) -> tuple[float, dict[int, float]]:
    """The step, and each word's share of it, that a correction asks for; 0.0 where the right answer is ahead already.

    `scores` are those of the trained model and of what was learned before, together.
    """
    shares = dict(sorted(_shares(seen, model).items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_WORDS])
    length = sum(share * share for share in shares.values())
    if not length:
        return 0.0, {}
    ahead = scores[f"{group}:{wrong}"] - (scores[f"{group}:{right}"] if right else _best_other(scores, group, wrong))
    moved = 2 if right else 1  # outputs that the step moves
    step = min(LONGEST_STEP, max(0.0, ahead + MARGIN) / (moved * length))
    return round(step, 4), {number: round(share, 4) for number, share in shares.items()}


def learned(lessons: Iterable[Lesson]) -> Learned:
    """The weights that these lessons make; they may come in any order, and which are undone does not count."""
    counting = sorted((one for one in lessons if not one.undone), key=lambda one: (one.at, one.id))[-MOST_LESSONS:]
    sums: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    named: dict[int, int] = defaultdict(int)
    for lesson in counting:
        for number, share in lesson.words.items():
            named[number] += 1
            sums[f"{lesson.group}:{lesson.wrong}"][number] -= lesson.step * share
            if lesson.right:
                sums[f"{lesson.group}:{lesson.right}"][number] += lesson.step * share
    return Learned(
        outputs={
            output: {
                number: round(_bounded(weight / math.sqrt(named[number])), 3)
                for number, weight in sorted(weights.items())
                if abs(weight) > 0.0005
            }
            for output, weights in sorted(sums.items())
        }
    )


def _bounded(weight: float) -> float:
    return max(-LOUDEST_WORD, min(LOUDEST_WORD, weight))


def _best_other(scores: Mapping[str, float], group: Group, wrong: str) -> float:
    return max(score for name, score in scores.items() if name.startswith(f"{group}:") and name != f"{group}:{wrong}")


def _shares(seen: Seen, model: Model) -> dict[int, float]:
    shares: dict[int, float] = {}
    for word, (number, loudness) in _words(seen).items():
        shares[number] = max(shares.get(number, 0.0), loudness * (KNOWN if model.knows(word) else STRANGE))
    return shares


def _words(seen: Seen) -> dict[str, tuple[int, float]]:
    """The words of a text that can teach something, each with its number and how loud it is; the loudest is 1.

    An inflected word has the number of its stem; words so small or common that every text has them teach nothing.
    """
    unsaid, known = everyday(seen.language), lexicon(seen.language)
    telling = {
        word: loudness
        for word, loudness in seen.words.items()
        if " " not in word and len(word) > 2 and word not in unsaid and word.isalpha()
    }
    loudest = max(telling.values(), default=1.0)
    return {word: (crc32(known.stem(word).encode()) & 0xFFFF, loud / loudest) for word, loud in telling.items()}
