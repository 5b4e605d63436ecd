"""The words of people: what was written and by whom. They lie on rows that can be erased, never in events."""

from __future__ import annotations

import hashlib
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from lyspunkt.newsroom import id_numbers

GREETING_LENGTH = 40
"""Characters: a first paragraph as short as this, and no sentence, greets."""
LEAD_LENGTH = 240
"""Characters, at most, of the lead that is taken from the body."""


class PictureText(BaseModel):
    """What is said about a picture: `alt` for those who do not see it, `name` as the file was called."""

    model_config = ConfigDict(frozen=True)

    number: int
    alt: str = ""
    name: str = ""


class Text(BaseModel):
    """One version's words. `salt` keeps the digest in the history from giving the words away."""

    model_config = ConfigDict(frozen=True)

    headline: str
    lead: str = ""
    body: str
    pictures: tuple[PictureText, ...] = ()
    language: str | None = None
    salt: str = Field(default="", repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 over salt and words; says whether a text is the one that was approved."""
        words = self.model_dump_json(exclude={"salt"})
        return hashlib.sha256(f"{self.salt}\n{words}".encode()).hexdigest()

    @property
    def said(self) -> str:
        """All of it that is read or heard where it is published: also what is said about the pictures."""
        return "\n".join([self.headline, self.lead, self.body, *(picture.alt for picture in self.pictures)])

    @property
    def has_id_number(self) -> bool:
        """Whether an identity number stands anywhere in it: then it goes nowhere before a person has removed it."""
        return bool(id_numbers.find(self.said))

    def masked(self) -> Text:
        """As it is shown wherever it is not mended: with each digit of an identity number as a bullet (bar G6)."""
        return self.model_copy(
            update={
                "headline": id_numbers.mask(self.headline),
                "lead": id_numbers.mask(self.lead),
                "body": id_numbers.mask(self.body),
                "pictures": tuple(
                    picture.model_copy(
                        update={"alt": id_numbers.mask(picture.alt), "name": id_numbers.mask(picture.name)}
                    )
                    for picture in self.pictures
                ),
            }
        )


class AttachmentText(BaseModel):
    """What a file was called: shown, never used to open anything."""

    model_config = ConfigDict(frozen=True)

    number: int
    name: str = ""


class RefusedFile(BaseModel):
    """A file that was not kept beside the story, and why; it lies in what came in raw."""

    model_config = ConfigDict(frozen=True)

    name: str
    reason: str


class Plan(BaseModel):
    """The planning checklist: what the submitter thought of first (need S9)."""

    model_config = ConfigDict(frozen=True)

    purpose: str = ""
    audience: str = ""
    message: str = ""
    timing: str = ""
    channels: str = ""


class Submission(BaseModel):
    """Who sent it and how; `fields` are the form's other fields, kept as they came."""

    model_config = ConfigDict(frozen=True)

    source: str
    received_at: datetime
    name: str | None = None
    address: str | None = None
    phone: str | None = None
    subject: str | None = None
    raw_key: str | None = None
    verified: bool = False
    """Whether the sender is proven: a signed source, or mail with DMARC pass."""
    language: str | None = None
    fields: dict[str, str] = Field(default_factory=dict)
    answerable: bool = True
    """Whether it may be acknowledged: machines are not answered (bar C6), nor somebody whom a forger names (C5)."""
    why: str = ""
    """Why it matters, in the submitter's words."""
    contacts: str = ""
    """Who may be contacted about it."""
    recognisable: dict[int, str] = Field(default_factory=dict)
    """Who can be recognised, by the picture's number."""
    wished_channels: tuple[str, ...] = ()
    name_kept_out: bool = False
    plan: Plan = Plan()
    attachments: tuple[AttachmentText, ...] = ()
    refused_files: tuple[RefusedFile, ...] = ()


class Addition(Submission):
    """What came to a story later: its words, who sent them and how."""

    text: Text


class Note(BaseModel):
    """What a person wrote beside a decision."""

    model_config = ConfigDict(frozen=True)

    by: str
    comment: str


def lead_of(body: str) -> str:
    """The first sentences of a body: up to LEAD_LENGTH characters, whole words, no greeting."""
    paragraphs = [" ".join(part.split()) for part in body.strip().split("\n\n") if part.strip()] or [""]
    greeting = len(paragraphs) > 1 and len(paragraphs[0]) <= GREETING_LENGTH and paragraphs[0][-1] not in ".?"
    first = paragraphs[1 if greeting else 0]
    if len(first) <= LEAD_LENGTH:
        return first
    cut = first[: LEAD_LENGTH + 1]
    end = max(cut.rfind(mark) for mark in (". ", "! ", "? "))
    if end > LEAD_LENGTH // 3:
        return id_numbers.begin(first, end + 1).rstrip()
    return f"{id_numbers.begin(first, cut.rfind(' ') if ' ' in cut else LEAD_LENGTH).rstrip()} …"
