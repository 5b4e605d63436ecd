"""What a story can be about, and how a classification says so. Values alone: the reading is in `classification`."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom.language import Language


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


ALSO_FROM = 0.2
"""A further area is taken for one of a story's from this confidence: one chance in five that it owns the story."""


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
    taught: bool = False
    """Whether corrections of this municipality's people had a part in it."""


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
    topics: tuple[str, ...] = ()
    """Ids of the municipality's own words that it mentions."""

    @property
    def other_areas(self) -> tuple[str, ...]:
        """Areas that it is about as well, likeliest first; none of them where no single area owns it."""
        return tuple(
            guess.code
            for guess in self.areas[1:3]
            if guess.confidence >= ALSO_FROM and Area.CENTRAL not in {guess.code, self.areas[0].code}
        )

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
