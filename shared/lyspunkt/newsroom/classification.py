"""From words to language, area and kind, with the reasons."""

import unicodedata
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom.language import Language, identify
from lyspunkt.newsroom.sensitivity import flags
from lyspunkt.newsroom.weighing import Evidence, weigh, without_signature


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
    """A word of the text, the area or kind that it speaks for, and how loudly."""

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


AREA_PRIORS = {area.value: 0.0 for area in Area} | {Area.CENTRAL.value: 0.6}
KIND_PRIORS = {
    Kind.GOOD_STORY.value: 1.5,  # most of what is sent
    Kind.EVENT.value: 0.0,
    Kind.RECRUITMENT.value: 0.4,
    Kind.EXPERIENCE.value: 0.3,
    Kind.CRITICISM.value: 0.0,
    Kind.PRESS_ENQUIRY.value: -0.3,
    Kind.NOT_A_STORY.value: 0.5,  # short, so that few words can speak for it
}
AREA_SHARPNESS, AREA_DAMPING = 2.5, 6.0
KIND_SHARPNESS, KIND_DAMPING = 2.0, 3.0
STRATEGIC_FROM = 2.0
SHOWN = 5  # words, for each code


def classify(subject: str, body: str) -> Classification:
    """What the story is about, judged by its words alone. Quoted mail counts only where nothing else was written."""
    own = "\n".join(line for line in body.splitlines() if not line.lstrip().startswith(">"))
    subject = unicodedata.normalize("NFKC", subject)
    body = unicodedata.normalize("NFKC", own if own.strip() else body)
    language, language_confidence = identify(f"{subject}\n{body}")
    message, signature = without_signature(body, language)
    evidence = weigh(subject, message, signature, language)
    areas = evidence.shares("area", AREA_PRIORS, sharpness=AREA_SHARPNESS, damping=AREA_DAMPING)
    kinds = evidence.shares("kind", KIND_PRIORS, sharpness=KIND_SHARPNESS, damping=KIND_DAMPING)
    return Classification(
        language=language,
        language_confidence=language_confidence,
        areas=tuple(Guess(code=code, confidence=share) for code, share in areas),
        kinds=tuple(Guess(code=code, confidence=share) for code, share in kinds),
        strategic=evidence.score("flag", "strategic") >= STRATEGIC_FROM,
        sensitive=tuple(Sensitivity(flag) for flag in flags(subject, body, message, evidence)),
        reasons=_reasons(evidence, [code for code, _ in areas[:2]], [code for code, _ in kinds[:2]]),
    )


def _reasons(evidence: Evidence, areas: list[str], kinds: list[str]) -> tuple[Reason, ...]:
    """The words that spoke loudest for the best two areas and kinds, and for the flags."""
    codes = [("area", code) for code in areas] + [("kind", code) for code in kinds]
    codes += [key for key in sorted(evidence.words) if key[0] == "flag" and key[1] not in {"person", "pictures"}]
    return tuple(
        Reason(word=word, speaks_for=key[1], weight=round(weight, 2))
        for key in codes
        for word, weight in sorted(evidence.words.get(key, {}).items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]
    )
