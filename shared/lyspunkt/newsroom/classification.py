"""From words to language, area and kind, with the reasons."""

import math
from collections import defaultdict
from collections.abc import Sequence

from lyspunkt.newsroom import id_numbers, own_words
from lyspunkt.newsroom.features import see
from lyspunkt.newsroom.language import everyday
from lyspunkt.newsroom.learning import Learned
from lyspunkt.newsroom.lexicons import lexicon
from lyspunkt.newsroom.model import model
from lyspunkt.newsroom.own_words import OwnWords
from lyspunkt.newsroom.subjects import Classification, Guess, Reason, Sensitivity

FOR, AGAINST = 5, 2
"""Words that are named for each code."""
LEAST = 0.15
"""A word that speaks more softly than this says nothing that a reader would follow."""
CERTAIN = {"child": "pictures", "confidential": "confidential"}
"""Flags that a word of the vocabulary raises by itself, whatever the rest of the text says."""
NOTHING_LEARNED = Learned()
_MOST = 0.97  # words alone are never certain


def classify(
    subject: str, body: str, *, own: Sequence[OwnWords] = (), learned: Learned | None = None
) -> Classification:
    """What the story is about, judged by its words alone.

    `own` are the municipality's own words, `learned` what its people have taught.
    """
    return Reading(subject, body, own, learned or NOTHING_LEARNED).classification()


class Reading:
    """One text, its scores, and who spoke for them: the trained model, the municipality's own words, its lessons."""

    def __init__(self, subject: str, body: str, own: Sequence[OwnWords], learned: Learned) -> None:
        self.text = f"{subject}\n{body}"
        self.seen = see(subject, body)
        self.mentioned = own_words.mentioned(own, self.text, lexicon(self.seen.language))
        self.own = own_words.spoken_for(own, self.mentioned)
        self.learned = learned
        self.scores = model().scores(self.seen)
        # Own words and lessons speak in log-odds
        sharpness = model().head.sharpness
        for output, said in self.own.items():
            self.scores[output] += sum(said.values()) / sharpness[output.partition(":")[0]]
        for output, more in learned.scores(self.seen).items():
            self.scores[output] += more / sharpness[output.partition(":")[0]]
        unsaid = everyday(self.seen.language)
        self.telling = {word: loud for word, loud in self.seen.words.items() if " " not in word and word not in unsaid}

    def classification(self) -> Classification:
        areas, kinds = _guesses(self.scores, "area"), _guesses(self.scores, "kind")
        thresholds = model().head.thresholds
        raised = [flag for flag, from_ in thresholds.items() if self.scores[f"flag:{flag}"] >= from_]
        raised += [flag for flag, sign in CERTAIN.items() if self.seen.evidence.score("flag", sign) >= 1]
        if not self.seen.people.anybody and Sensitivity.NAMED_THIRD_PARTY in raised:
            raised.remove(Sensitivity.NAMED_THIRD_PARTY)
        if id_numbers.find(self.text):
            raised.append(Sensitivity.ID_NUMBER)
        explained = [f"area:{guess.code}" for guess in areas[:2]] + [f"kind:{guess.code}" for guess in kinds[:2]]
        explained += [f"flag:{flag}" for flag in thresholds if flag in raised]
        return Classification(
            language=self.seen.language,
            language_confidence=self.seen.language_confidence,
            areas=areas,
            kinds=kinds,
            strategic="strategic" in raised,
            sensitive=tuple(flag for flag in Sensitivity if flag in raised),
            reasons=tuple(reason for output in explained for reason in self._reasons(output)),
            topics=tuple(self.mentioned),
        )

    def _reasons(self, output: str) -> list[Reason]:
        """The words of the text that spoke loudest for an output, and those that spoke loudest against it."""
        said = defaultdict(float, model().of_words(self.telling, output))
        for (group, code), spoken in self.seen.evidence.words.items():
            sign = f"{group}:{code}"
            each = model().of_sign(sign, output) * self.seen.signs[sign] / sum(spoken.values())
            for word, share in spoken.items():
                said[word] += each * share
        taught = self.learned.of_words(self.seen, output)
        for more in (self.own.get(output, {}), taught):
            for word, weight in more.items():
                said[word] += weight / model().head.sharpness[output.partition(":")[0]]
        ranked = sorted(said.items(), key=lambda pair: (-pair[1], pair[0]))
        spoke = [pair for pair in ranked if pair[1] >= LEAST][:FOR]
        spoke += [pair for pair in reversed(ranked) if pair[1] <= -LEAST][:AGAINST]
        code = output.partition(":")[2]
        return [
            Reason(word=word, speaks_for=code, weight=round(weight, 2), taught=abs(taught.get(word, 0.0)) >= LEAST)
            for word, weight in spoke
        ]


def _guesses(scores: dict[str, float], group: str) -> tuple[Guess, ...]:
    """Each code of a group with its share of certainty, best first; the shares add up to 1 or a little less."""
    sharpness = model().head.sharpness[group]
    of_group = {output for output in scores if output.startswith(f"{group}:")}
    raw = {output.partition(":")[2]: sharpness * scores[output] for output in of_group}
    best = max(raw.values())
    odds = {code: math.exp(score - best) for code, score in raw.items()}
    whole = sum(odds.values())
    return tuple(
        Guess(code=code, confidence=round(min(_MOST, odd / whole), 4))
        for code, odd in sorted(odds.items(), key=lambda pair: (-pair[1], pair[0]))
    )
