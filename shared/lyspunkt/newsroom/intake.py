"""What the municipality takes in: how much, how often, and how else it can be reached."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=1)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(Part):
    """What one story may bring. A refusal names the limit that was passed; megabytes are of 1,048,576 bytes."""

    picture_megabytes: Annotated[int, Field(ge=1, le=100)] = 25
    pictures: Annotated[int, Field(ge=1, le=50)] = 20
    megapixels: Annotated[int, Field(ge=1, le=200)] = 50
    attachment_megabytes: Annotated[int, Field(ge=1, le=40)] = 10
    attachments: Annotated[int, Field(ge=0, le=50)] = 10
    mail_megabytes: Annotated[int, Field(ge=1, le=40)] = 40


class Rates(Part):
    """How often before somebody is asked to wait or use another way in (bars C6, H7); nothing is ever dropped."""

    per_sender_per_hour: Count = 10
    per_source_per_hour: Count = 120
    acknowledgements_per_address_per_day: Count = 10
    letters_per_unverified_per_hour: Count = 3
    """To one address that nobody has proven to be the sender's."""
    letters_per_source_per_hour: Count = 30
    """To all such addresses that came by one source: somebody may be sending strangers letters through a form."""


class Intake(Part):
    limits: Limits = Limits()
    rates: Rates = Rates()
    phone: Annotated[str, Field(min_length=3, max_length=40)] | None = None
    """The other way in, said wherever something is refused; beside it stands the municipality's contact."""
