"""What a municipality teaches its own Lyspunkt: each correction by a person is a lesson, the lessons are its weights.

A lesson is one step of an online learner (passive-aggressive, Crammer et al. 2006): as far as this story needs, and no
further than a bound. The weights are a pure function of the lessons, so that taking one back leaves no trace. Words are
kept as numbers of 16 bits, which many words share: no text can be read out of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lyspunkt.newsroom.events import StoryPlaced, StoryReturned
from lyspunkt.newsroom.features import Seen
from lyspunkt.newsroom.learned import Learned, names_of, words_of
from lyspunkt.newsroom.model import Model
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.subjects import Classification, Guess

MARGIN = 4.0
"""How far ahead of the wrong answer the right one is to be after a lesson. Here and below in log-odds: 4 is fifty to
one, and a score of the model is brought to them by its sharpness."""
LONGEST_STEP = 8.0
"""How far one lesson goes at most."""
LOUDEST_WORD = 5.0
"""What one word may add or take, however many lessons named it."""
PROPER, STRANGE, KNOWN = 1.0, 0.1, 0.03
"""How much of a lesson a word takes: the name of a place or an institution is likeliest to be what it is about, then a
word that the trained model does not know. A person's name takes nothing."""
AGREEING = 0.25
"""What many lessons say of a word adds up to more than one of them says, and to less than their sum."""
MOST_LESSONS = 400
"""The newest ones count; what was taught before is forgotten."""
MOST_WORDS = 40
"""Of one lesson: its loudest."""
MOST_WEIGHTS = 12_000
"""The loudest ones, so that they fit in one row of the table (bar D13)."""
SOFTEST = 0.02
"""A weight below this says nothing."""

Group = Literal["area", "kind"]
Standing = Literal["counts", "waits", "undone"]
"""`waits`: until somebody has rehearsed it and lets it count."""


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
    standing: Standing = "counts"

    @property
    def id(self) -> str:
        """One for each story and group: a later correction of the same story takes the place of the earlier one."""
        return f"{self.story_id}#{self.group}"


class Correction(NamedTuple):
    """One answer that a person corrected: `right` is None where they said only what it is not."""

    group: Group
    wrong: str
    right: str | None


def corrections(
    story: Story, classification: Classification, event: StoryPlaced | StoryReturned
) -> tuple[Correction, ...]:
    """What a person's step corrects. Who confirms what the rules said teaches too: the runner-up was wrong."""
    if isinstance(event, StoryReturned):
        return (Correction("area", story.placement.area, None),) if story.placement else ()
    said: tuple[tuple[Group, str, tuple[Guess, ...]], ...] = (
        ("area", event.area, classification.areas),
        ("kind", event.kind, classification.kinds),
    )
    return tuple(
        Correction(group, next(guess.code for guess in guesses if guess.code != right), right)
        for group, right, guesses in said
        if any(guess.code != right for guess in guesses)
    )


def teach(
    seen: Seen, scores: Mapping[str, float], model: Model, correction: Correction
) -> tuple[float, dict[int, float]]:
    """The step, and each word's share of it, that a correction asks for; 0.0 where the right answer is ahead already.

    `scores` are those of the trained model and of what was learned before, together.
    """
    group, wrong, right = correction
    shares = dict(sorted(_shares(seen, model).items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_WORDS])
    length = sum(share * share for share in shares.values())
    if not length:
        return 0.0, {}
    other = scores[f"{group}:{right}"] if right else _best_other(scores, group, wrong)
    ahead = model.head.sharpness[group] * (scores[f"{group}:{wrong}"] - other)
    moved = 2 if right else 1  # outputs that the step moves
    step = min(LONGEST_STEP, max(0.0, ahead + MARGIN) / (moved * length))
    return round(step, 4), {number: round(share, 4) for number, share in shares.items()}


def all_counting(lessons: Iterable[Lesson]) -> list[Lesson]:
    """The same lessons as they were if those that wait counted too."""
    return [one.model_copy(update={"standing": "counts"}) if one.standing == "waits" else one for one in lessons]


def learned(lessons: Iterable[Lesson]) -> Learned:
    """The weights that these lessons make; they may come in any order, and only those that stand as `counts` do."""
    counting = sorted((one for one in lessons if one.standing == "counts"), key=lambda one: (one.at, one.id))
    sums: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    named: dict[int, int] = defaultdict(int)
    for lesson in counting[-MOST_LESSONS:]:
        for number, share in lesson.words.items():
            named[number] += 1
            sums[f"{lesson.group}:{lesson.wrong}"][number] -= lesson.step * share
            if lesson.right:
                sums[f"{lesson.group}:{lesson.right}"][number] += lesson.step * share
    weights = [
        (round(_bounded(weight / named[number] ** AGREEING), 2), output, number)
        for output, of_output in sums.items()
        for number, weight in of_output.items()
    ]
    loudest = sorted(weights, key=lambda one: (-abs(one[0]), one[1], one[2]))[:MOST_WEIGHTS]
    outputs: dict[str, dict[int, float]] = {}
    for weight, output, number in sorted(loudest, key=lambda one: (one[1], one[2])):
        if abs(weight) >= SOFTEST:
            outputs.setdefault(output, {})[number] = weight
    return Learned(outputs=outputs)


def _bounded(weight: float) -> float:
    return max(-LOUDEST_WORD, min(LOUDEST_WORD, weight))


def _best_other(scores: Mapping[str, float], group: Group, wrong: str) -> float:
    return max(score for name, score in scores.items() if name.startswith(f"{group}:") and name != f"{group}:{wrong}")


def _shares(seen: Seen, model: Model) -> dict[int, float]:
    proper, leading = names_of(seen), {word.lower() for word in seen.people.leading}
    shares: dict[int, float] = {}
    for word, number in words_of(seen).items():
        known = model.knows(word)
        share = PROPER if word in proper or (word in leading and not known) else KNOWN if known else STRANGE
        shares[number] = max(shares.get(number, 0.0), share)
    return shares
