"""Everything that can happen to a story, as facts.

A fact carries ids and plain values, never a person's words: headline, text, names, addresses and comments lie on rows
that can be erased (see `lyspunkt.aws.layout`). Where a fact must vouch for a text, it carries a salted digest of it.
A field added later has a default, so that an older fact still reads.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

Channel = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,19}$")]


class Fact(BaseModel):
    """Something that has happened to one story.

    `at` is when the step ran (UTC); `number` is the fact's place in its story's history, from 1, given by the ledger;
    `schema_version` grows when a reader of older facts would have to know.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    story_id: str
    at: AwareDatetime
    number: int = 0
    schema_version: int = 1

    @property
    def id(self) -> str:
        """The same for every delivery of the fact: `STORY#number`."""
        return f"{self.story_id}#{self.number}"


class PictureReceived(BaseModel):
    """A picture as it came: `key` in the raw bucket, `digest` the SHA-256 of its bytes."""

    model_config = ConfigDict(frozen=True)

    number: int
    key: str
    digest: str
    size: int


class AttachmentReceived(BaseModel):
    """A file that is no picture, as it came: for the communicator, never published."""

    model_config = ConfigDict(frozen=True)

    number: int
    key: str
    digest: str
    size: int
    media_type: str
    """By its content, whatever it was called."""


class PictureDerived(BaseModel):
    """A picture made fit to show, upright and without metadata: one at `key` + `-WIDTH.jpg` for each of `widths`."""

    model_config = ConfigDict(frozen=True)

    number: int
    key: str
    widths: tuple[int, ...]
    width: int
    height: int


class PictureRefused(BaseModel):
    model_config = ConfigDict(frozen=True)

    number: int
    reason: str


class StorySubmitted(Fact):
    type: Literal["StorySubmitted"] = "StorySubmitted"
    source: str
    """`mail`, `form`, or `webhook:SOURCE`."""
    delivery_digest: str
    """SHA-256 of the delivery id: what makes the same delivery the same story."""
    text_digest: str
    submitter: str | None = None
    """The person of the organisation who sent it, where that is proven; else nobody."""
    language: str | None = None
    """Chosen by the submitter, where the form asks."""
    pictures: tuple[PictureReceived, ...] = ()
    with_pictures: bool = False
    """Said apart from `pictures`, for the bus's rules look at plain values."""
    wished_at: AwareDatetime | None = None
    embargo_until: AwareDatetime | None = None
    attachments: tuple[AttachmentReceived, ...] = ()
    name_kept_out: bool = False
    """The submitter does not want to be named."""


Because = Literal["reply", "tracking-page", "same-delivery", "merged", "taken-in"]


class MaterialAdded(Fact):
    """More came to a story that is there: its words lie on a row of their own, and no version of the story changed."""

    type: Literal["MaterialAdded"] = "MaterialAdded"
    addition: int
    """From 1."""
    because: Because
    source: str
    delivery_digest: str
    by: str
    """`submitter`; or the id of a merged story, for its submitter; or the person of the organisation who merged."""
    pictures: tuple[PictureReceived, ...] = ()
    """Numbered on after the pictures that the story had."""
    with_pictures: bool = False
    attachments: tuple[AttachmentReceived, ...] = ()


class DuplicateSuspected(Fact):
    """Another story says much the same; a person decides whether it is."""

    type: Literal["DuplicateSuspected"] = "DuplicateSuspected"
    other: str
    likeness: float


class DuplicateDismissed(Fact):
    type: Literal["DuplicateDismissed"] = "DuplicateDismissed"
    other: str
    by: str


class StoryMerged(Fact):
    """It is the same as another story, which has its words now as an addition."""

    type: Literal["StoryMerged"] = "StoryMerged"
    into: str
    by: str


class PicturesDerived(Fact):
    type: Literal["PicturesDerived"] = "PicturesDerived"
    pictures: tuple[PictureDerived, ...] = ()
    refused: tuple[PictureRefused, ...] = ()


class StoryClassified(Fact):
    type: Literal["StoryClassified"] = "StoryClassified"
    language: str
    area: str
    area_confidence: float
    kind: str
    kind_confidence: float
    strategic: bool = False
    sensitive: tuple[str, ...] = ()
    other_areas: tuple[str, ...] = ()
    """Further areas that it is about as well, likeliest first."""
    topics: tuple[str, ...] = ()
    """Ids of the municipality's own words that it mentions."""


class StoryPlaced(Fact):
    """A person said which area and kind it is."""

    type: Literal["StoryPlaced"] = "StoryPlaced"
    area: str
    kind: str
    by: str


RoutedBecause = Literal[
    "area",
    "deputy",
    "language",
    "load",
    "rule",
    "strategic",
    "unsure",
    "criticism",
    "press-enquiry",
    "central",
    "no-owner",
    "handed-over",
    "absence",
    "not-mine",
]
"""Why a story lies where it lies; each is a key in words/."""


class StoryRouted(Fact):
    type: Literal["StoryRouted"] = "StoryRouted"
    department: str | None
    """None: the central desk."""
    communicator: str
    because: RoutedBecause
    informed: tuple[str, ...] = ()
    """People who hear of it and need not act."""
    rules: tuple[str, ...] = ()
    """The municipality's own rules that fired."""
    channels: tuple[str, ...] = ()
    """The only channels for it; empty: all."""
    answer_by: AwareDatetime | None = None
    """When somebody else hears of it if nothing has been done."""
    personal: bool = False
    """With a person of no department: in their own queue, not in the central desk's."""


class StoryHandedOver(Fact):
    """Another communicator has the story now."""

    type: Literal["StoryHandedOver"] = "StoryHandedOver"
    department: str | None
    """None: the central desk."""
    communicator: str
    because: RoutedBecause
    by: str
    """A person, or `rules` where somebody is away."""
    personal: bool = False
    """As in StoryRouted."""


class StoryReturned(Fact):
    """Its communicator said that it is not theirs: the central desk places it."""

    type: Literal["StoryReturned"] = "StoryReturned"
    communicator: str
    by: str


class AnswerOverdue(Fact):
    """Nobody has acted on a story by the time that was set for it."""

    type: Literal["AnswerOverdue"] = "AnswerOverdue"
    answer_by: AwareDatetime


class ReadinessNoted(Fact):
    """Somebody wrote on the story's readiness card; the words lie on a row of their own."""

    type: Literal["ReadinessNoted"] = "ReadinessNoted"
    by: str


class StoryAnswered(Fact):
    """Criticism or a press enquiry has had its answer, and is closed."""

    type: Literal["StoryAnswered"] = "StoryAnswered"
    by: str


class StoryForwarded(Fact):
    """Not a story: the sender was told where to turn."""

    type: Literal["StoryForwarded"] = "StoryForwarded"
    by: str


class StoryEdited(Fact):
    type: Literal["StoryEdited"] = "StoryEdited"
    version: int
    text_digest: str
    by: str
    id_number: bool = False
    """Whether an id number stands in this version's text."""


class StorySentForApproval(Fact):
    type: Literal["StorySentForApproval"] = "StorySentForApproval"
    version: int
    by: str
    """A person, or `policy` where the organisation sends automatically."""


class ApprovalAsked(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    approver: str
    remind_at: datetime
    deadline_at: datetime


class ApprovalsRequested(Fact):
    type: Literal["ApprovalsRequested"] = "ApprovalsRequested"
    round: int
    version: int
    needed: int
    approvals: tuple[ApprovalAsked, ...]
    policy: str


class ApprovalReminded(Fact):
    type: Literal["ApprovalReminded"] = "ApprovalReminded"
    approval_id: str
    deadline_at: AwareDatetime | None = None
    """A new deadline, where the old one ran out and nobody else could be asked."""


class ApprovalGiven(Fact):
    type: Literal["ApprovalGiven"] = "ApprovalGiven"
    approval_id: str


class ChangesRequested(Fact):
    type: Literal["ChangesRequested"] = "ChangesRequested"
    approval_id: str


class StoryRejected(Fact):
    type: Literal["StoryRejected"] = "StoryRejected"
    approval_id: str


class ApprovalHandedOver(Fact):
    type: Literal["ApprovalHandedOver"] = "ApprovalHandedOver"
    approval_id: str
    to: ApprovalAsked
    by: str
    """The approver, or `deadline` where time ran out."""


class StoryApproved(Fact):
    type: Literal["StoryApproved"] = "StoryApproved"
    version: int


class PublicationScheduled(Fact):
    """A version will go out on a channel at `due_at` (UTC), which is `local` in `time_zone`."""

    type: Literal["PublicationScheduled"] = "PublicationScheduled"
    publication_id: str
    channel: Channel
    version: int
    due_at: AwareDatetime
    local: str
    time_zone: str
    because: str


class PublicationCancelled(Fact):
    type: Literal["PublicationCancelled"] = "PublicationCancelled"
    publication_id: str
    because: str


class PublicationStarted(Fact):
    """The claim, written before the channel is touched."""

    type: Literal["PublicationStarted"] = "PublicationStarted"
    publication_id: str
    claim: str
    """Whose claim it is: the id of the run that made it."""


class StoryPublished(Fact):
    type: Literal["StoryPublished"] = "StoryPublished"
    publication_id: str
    channel: Channel
    where: str
    """The address where it can be read, or the channel's own reference."""


class PublicationInDoubt(Fact):
    """The channel cannot tell whether it went out; a person must look before anything is sent again."""

    type: Literal["PublicationInDoubt"] = "PublicationInDoubt"
    publication_id: str
    because: str


class PublicationParked(Fact):
    type: Literal["PublicationParked"] = "PublicationParked"
    publication_id: str
    because: str


class StoryWithdrawn(Fact):
    """The submitter took it back."""

    type: Literal["StoryWithdrawn"] = "StoryWithdrawn"
    by: str


class StoryRecalled(Fact):
    """The desk took it back."""

    type: Literal["StoryRecalled"] = "StoryRecalled"
    by: str


class RetractionOrdered(Fact):
    type: Literal["RetractionOrdered"] = "RetractionOrdered"
    publication_id: str


class RetractionStarted(Fact):
    type: Literal["RetractionStarted"] = "RetractionStarted"
    publication_id: str
    claim: str


class PublicationRetracted(Fact):
    type: Literal["PublicationRetracted"] = "PublicationRetracted"
    publication_id: str
    channel: Channel


class RetractionInDoubt(Fact):
    """It may not be down everywhere; a person must see to it."""

    type: Literal["RetractionInDoubt"] = "RetractionInDoubt"
    publication_id: str
    because: str


class StoryRetracted(Fact):
    """Down from every channel that it was on."""

    type: Literal["StoryRetracted"] = "StoryRetracted"


Event = Annotated[
    StorySubmitted
    | PicturesDerived
    | StoryClassified
    | StoryPlaced
    | StoryRouted
    | StoryForwarded
    | StoryEdited
    | StorySentForApproval
    | ApprovalsRequested
    | ApprovalReminded
    | ApprovalGiven
    | ChangesRequested
    | StoryRejected
    | ApprovalHandedOver
    | StoryApproved
    | PublicationScheduled
    | PublicationCancelled
    | PublicationStarted
    | StoryPublished
    | PublicationInDoubt
    | PublicationParked
    | StoryWithdrawn
    | StoryRecalled
    | RetractionOrdered
    | RetractionStarted
    | PublicationRetracted
    | RetractionInDoubt
    | StoryRetracted
    | MaterialAdded
    | DuplicateSuspected
    | DuplicateDismissed
    | StoryMerged
    | StoryHandedOver
    | StoryReturned
    | AnswerOverdue
    | ReadinessNoted
    | StoryAnswered,
    Field(discriminator="type"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
"""Reads one event from JSON or a dict: `EVENT.validate_json(text)`."""
