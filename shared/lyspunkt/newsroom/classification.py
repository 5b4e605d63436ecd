"""From words to language, area and kind, with the reasons."""

import math
from collections import defaultdict
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom import id_numbers
from lyspunkt.newsroom.features import Seen, see
from lyspunkt.newsroom.language import Language, everyday
from lyspunkt.newsroom.model import model


class Area(StrEnum):
    """Who owns a subject; `central` where no single area does."""

    SECRETARIAT = "secretariat"
    PLANNING_ENVIRONMENT = "planning-environment"
    ROADS_PROPERTY = "roads-property"
    CULTURE_LEISURE = "culture-leisure"
    BUSINESS_LABOUR = "business-labour"
    YOUTH_GUIDANCE = "youth-guidance"
    CITIZEN_SERVICE = "citizen-service"
    IT_DIGITAL = "it-digital"
    HEALTH_CARE = "health-care"
    CHILDREN_FAMILIES = "children-families"
    SCHOOLS_DAYCARE = "schools-daycare"
    SOCIAL = "social"
    CENTRAL = "central"


class Kind(StrEnum):
    """What the sender wants done with it."""

    GOOD_STORY = "good-story"
    EVENT = "event"
    RECRUITMENT = "recruitment"
    EXPERIENCE = "experience"
    CRITICISM = "criticism"
    PRESS_ENQUIRY = "press-enquiry"
    NOT_A_STORY = "not-a-story"


class Sensitivity(StrEnum):
    """What a person must look at before the text goes anywhere."""

    CHILD = "child"
    HEALTH = "health"
    SOCIAL_CASE = "social-case"
    ID_NUMBER = "id-number"
    NAMED_THIRD_PARTY = "named-third-party"
    CONFIDENTIAL = "confidential"


class Guess(BaseModel):
    """An area or kind and how sure it is, 0 to 1."""

    model_config = ConfigDict(frozen=True)

    code: str
    confidence: float


class Reason(BaseModel):
    """A word of the text, the area, kind or flag that it speaks for, and how loudly; below 0 it speaks against it."""

    model_config = ConfigDict(frozen=True)

    word: str
    speaks_for: str
    weight: float


class Classification(BaseModel):
    """What a text seems to be about. `areas` and `kinds` stand best first and are never empty."""

    model_config = ConfigDict(frozen=True)

    language: Language
    language_confidence: float
    areas: tuple[Guess, ...]
    kinds: tuple[Guess, ...]
    strategic: bool
    sensitive: tuple[Sensitivity, ...]
    reasons: tuple[Reason, ...]

    @property
    def area(self) -> Area:
        """The likeliest area."""
        return Area(self.areas[0].code)

    @property
    def kind(self) -> Kind:
        """The likeliest kind."""
        return Kind(self.kinds[0].code)

    @property
    def area_confidence(self) -> float:
        """How sure the area is, 0 to 1."""
        return self.areas[0].confidence

    @property
    def kind_confidence(self) -> float:
        """How sure the kind is, 0 to 1."""
        return self.kinds[0].confidence


FOR, AGAINST = 5, 2
"""Words that are named for each code."""
LEAST = 0.15
"""A word that speaks more softly than this says nothing that a reader would follow."""
CERTAIN = {"child": "pictures", "confidential": "confidential"}
"""Flags that a word of the vocabulary raises by itself, whatever the rest of the text says."""
_MOST = 0.97  # words alone are never certain


def classify(subject: str, body: str) -> Classification:
    """What the story is about, judged by its words alone."""
    seen = see(subject, body)
    scores = model().scores(seen)
    areas, kinds = _guesses(scores, "area"), _guesses(scores, "kind")
    raised = [flag for flag, from_ in model().head.thresholds.items() if scores[f"flag:{flag}"] >= from_]
    raised += [flag for flag, sign in CERTAIN.items() if seen.evidence.score("flag", sign) >= 1]
    if id_numbers.find(f"{subject}\n{body}"):
        raised.append(Sensitivity.ID_NUMBER)
    explained = [f"area:{guess.code}" for guess in areas[:2]] + [f"kind:{guess.code}" for guess in kinds[:2]]
    explained += [f"flag:{flag}" for flag in model().head.thresholds if flag in raised]
    return Classification(
        language=seen.language,
        language_confidence=seen.language_confidence,
        areas=areas,
        kinds=kinds,
        strategic="strategic" in raised,
        sensitive=tuple(flag for flag in Sensitivity if flag in raised),
        reasons=tuple(reason for output in explained for reason in _reasons(seen, output)),
    )


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


def _reasons(seen: Seen, output: str) -> list[Reason]:
    """The words of the text that spoke loudest for an output, and those that spoke loudest against it."""
    said: dict[str, float] = defaultdict(float)
    unsaid = everyday(seen.language)
    for word, loudness in seen.words.items():
        if " " not in word and word not in unsaid:
            said[word] += loudness * model().of_word(word, output)
    for (group, code), words in seen.evidence.words.items():
        whole = sum(words.values())
        for word, share in words.items():
            sign = f"{group}:{code}"
            said[word] += model().of_sign(sign, output) * seen.signs[sign] * share / whole
    ranked = sorted(said.items(), key=lambda pair: (-pair[1], pair[0]))
    spoke = [pair for pair in ranked if pair[1] >= LEAST][:FOR]
    spoke += [pair for pair in reversed(ranked) if pair[1] <= -LEAST][:AGAINST]
    return [Reason(word=word, speaks_for=output.partition(":")[2], weight=round(weight, 2)) for word, weight in spoke]
