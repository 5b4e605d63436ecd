"""A story as its events left it: `evolve` one event, `replay` them all.

Nothing here refuses: what has happened has happened. Whether it may happen stands in `decide`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom.events import (
    AnswerOverdue,
    ApprovalAsked,
    ApprovalGiven,
    ApprovalHandedOver,
    ApprovalReminded,
    ApprovalsRequested,
    AttachmentReceived,
    Because,
    ChangesRequested,
    DuplicateDismissed,
    DuplicateSuspected,
    Event,
    MaterialAdded,
    PictureDerived,
    PictureReceived,
    PictureRefused,
    PicturesDerived,
    PublicationCancelled,
    PublicationInDoubt,
    PublicationParked,
    PublicationRetracted,
    PublicationScheduled,
    PublicationStarted,
    ReadinessNoted,
    RetractionInDoubt,
    RetractionOrdered,
    RetractionStarted,
    RoutedBecause,
    StoryAnswered,
    StoryApproved,
    StoryClassified,
    StoryEdited,
    StoryForwarded,
    StoryHandedOver,
    StoryMerged,
    StoryPlaced,
    StoryPublished,
    StoryRecalled,
    StoryRejected,
    StoryRetracted,
    StoryReturned,
    StoryRouted,
    StorySentForApproval,
    StorySubmitted,
    StoryWithdrawn,
)

Phase = Literal[
    "received",
    "classified",
    "routed",
    "sent-for-approval",
    "in-review",
    "changes-requested",
    "approved",
    "rejected",
    "forwarded",
    "answered",
    "merged",
    "withdrawn",
    "recalled",
]
Status = Literal[
    "received",
    "classified",
    "routed",
    "in-review",
    "changes-requested",
    "approved",
    "scheduled",
    "published",
    "waiting",
    "rejected",
    "forwarded",
    "answered",
    "merged",
    "withdrawn",
    "recalled",
    "retracted",
]
PublicationStatus = Literal[
    "scheduled", "publishing", "published", "in-doubt", "parked", "cancelled", "retracting", "retracted"
]
ENDED: frozenset[str] = frozenset({"rejected", "forwarded", "answered", "merged", "withdrawn", "recalled"})
"""Phases that nothing but a retraction follows."""


TAKEN_BACK: frozenset[str] = frozenset({"merged", "withdrawn", "recalled"})
"""Phases in which whatever is out must come down."""


class Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Version(Value):
    """One saved text of the story; the words themselves lie on the version's own row."""

    number: int
    text_digest: str
    saved_at: datetime
    by: str | None = None
    id_number: bool = False


class Placement(Value):
    """What the story is about; `by` is `rules` or the person who said so."""

    area: str
    kind: str
    area_confidence: float = 1.0
    kind_confidence: float = 1.0
    """From 0 to 1, and 1.0 where a person said so."""
    strategic: bool = False
    sensitive: tuple[str, ...] = ()
    other_areas: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    by: str = "rules"


class Approval(Value):
    """One person's decision on one version, asked or made."""

    id: str
    approver: str
    asked_at: datetime
    remind_at: datetime
    deadline_at: datetime
    reminded: bool = False
    decision: Literal["approved", "changes", "rejected", "handed-over"] | None = None
    decided_at: datetime | None = None


class Round(Value):
    """The approvals that one version needs: `needed` of `approvals`."""

    number: int
    version: int
    needed: int
    policy: str
    approvals: tuple[Approval, ...]
    open: bool = True

    @property
    def complete(self) -> bool:
        return sum(approval.decision == "approved" for approval in self.approvals) >= self.needed

    def approval(self, approval_id: str) -> Approval | None:
        return next((approval for approval in self.approvals if approval.id == approval_id), None)


class Publication(Value):
    """One version on one channel at one time."""

    id: str
    channel: str
    version: int
    due_at: datetime
    local: str
    time_zone: str
    status: PublicationStatus
    scheduled_number: int
    """The number of the event that set the time; part of the alarm's name, so a new time has a new alarm."""
    started_at: datetime | None = None
    claim: str | None = None
    tries: int = 0
    repeated: bool = False
    """Whether the claim took over from a run that never told how it ended."""
    published_at: datetime | None = None
    where: str | None = None
    because: str | None = None


class Added(Value):
    """Something that came to the story later; its words lie on the addition's own row."""

    number: int
    at: datetime
    because: Because
    source: str
    delivery_digest: str
    by: str
    pictures: tuple[int, ...] = ()
    attachments: tuple[int, ...] = ()


class Suspicion(Value):
    """Another story that may be the same, and whether a person said that it is not."""

    other: str
    likeness: float
    dismissed: bool = False


class Story(Value):
    """What a story is now. Holds no person's words; `revision` is the number of its last event."""

    id: str
    revision: int
    phase: Phase
    source: str
    submitted_at: datetime
    changed_at: datetime
    submitter: str | None = None
    language: str | None = None
    language_chosen: bool = False
    wished_at: datetime | None = None
    embargo_until: datetime | None = None
    pictures_received: tuple[PictureReceived, ...] = ()
    pictures: tuple[PictureDerived, ...] = ()
    pictures_refused: tuple[PictureRefused, ...] = ()
    pictures_pending: bool = False
    attachments: tuple[AttachmentReceived, ...] = ()
    additions: tuple[Added, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()
    merged_into: str | None = None
    delivery_digest: str = ""
    name_kept_out: bool = False
    versions: tuple[Version, ...]
    placement: Placement | None = None
    awaits_routing: bool = False
    department: str | None = None
    communicator: str | None = None
    personal: bool = False
    """With a person of no department: in their own queue, not in the central desk's."""
    routed_because: RoutedBecause | None = None
    informed: tuple[str, ...] = ()
    """People who were told of the story and need not act."""
    routed_by_rules: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    """The only channels for it, where a rule says so; empty: all."""
    answer_by: datetime | None = None
    answer_overdue: bool = False
    """Whether somebody was told that `answer_by` has passed."""
    round: Round | None = None
    rounds: int = 0
    approved_version: int | None = None
    publications: tuple[Publication, ...] = ()

    @property
    def version(self) -> Version:
        """The newest version."""
        return self.versions[-1]

    @property
    def ended(self) -> bool:
        return self.phase in ENDED

    @property
    def at_the_central_desk(self) -> bool:
        """Whether it lies in the central desk's shared queue; else in its communicator's own."""
        return self.department is None and not self.personal

    @property
    def needs_placing(self) -> bool:
        """Whether a person must say what it is about before it goes anywhere."""
        return self.routed_because in {"unsure", "not-mine"}

    @property
    def waits_for_its_communicator(self) -> bool:
        return self.phase in {"routed", "changes-requested"} or self.status == "waiting"

    @property
    def may_be_a_duplicate(self) -> bool:
        return any(not suspicion.dismissed for suspicion in self.suspicions)

    @property
    def status(self) -> Status:
        """The one word for where the story is, from its phase and its publications."""
        states = {publication.status for publication in self.publications}
        if self.phase in {"recalled", "withdrawn"} and "retracted" in states:
            live = states & {"published", "publishing", "in-doubt", "retracting"}
            return "retracted" if not live else self.phase
        if self.phase == "approved":
            if "published" in states:
                return "published"
            if states & {"parked", "in-doubt"}:
                return "waiting"
            return "scheduled" if states & {"scheduled", "publishing"} else "approved"
        if self.phase == "sent-for-approval":
            return "in-review"
        return self.phase

    def publication(self, publication_id: str) -> Publication | None:
        return next((publication for publication in self.publications if publication.id == publication_id), None)


def evolve(story: Story | None, event: Event) -> Story:
    """The story after `event`. Only `StorySubmitted` may come without a story before it."""
    if isinstance(event, StorySubmitted):
        return _opened(event)
    if story is None:
        raise ValueError(f"{event.type} of story {event.story_id} came before StorySubmitted")
    after = _after(story, event)
    return after.model_copy(update={"revision": event.number or story.revision + 1, "changed_at": event.at})


def replay(events: Iterable[Event]) -> Story | None:
    """The story that these events, in the order of their numbers, leave behind; None without events."""
    story: Story | None = None
    for event in events:
        story = evolve(story, event)
    return story


def _opened(event: StorySubmitted) -> Story:
    return Story(
        id=event.story_id,
        revision=event.number or 1,
        phase="received",
        source=event.source,
        submitted_at=event.at,
        changed_at=event.at,
        submitter=event.submitter,
        language=event.language,
        language_chosen=event.language is not None,
        wished_at=event.wished_at,
        embargo_until=event.embargo_until,
        pictures_received=event.pictures,
        pictures_pending=bool(event.pictures),
        attachments=event.attachments,
        delivery_digest=event.delivery_digest,
        name_kept_out=event.name_kept_out,
        versions=(Version(number=1, text_digest=event.text_digest, saved_at=event.at, by=event.submitter),),
    )


def _after(story: Story, event: Event) -> Story:  # noqa: C901 - one arm per event is the clearest form
    def with_(**update: object) -> Story:
        return story.model_copy(update=update)

    match event:
        case PicturesDerived():
            return _with_derived(story, event)
        case MaterialAdded():
            return _with_material(story, event)
        case DuplicateSuspected():
            suspicion = Suspicion(other=event.other, likeness=event.likeness)
            return with_(suspicions=(*story.suspicions, suspicion))
        case DuplicateDismissed():
            return with_(
                suspicions=tuple(
                    suspicion.model_copy(update={"dismissed": suspicion.dismissed or suspicion.other == event.other})
                    for suspicion in story.suspicions
                )
            )
        case StoryMerged():
            return with_(phase="merged", merged_into=event.into, awaits_routing=False, round=_closed(story.round))
        case StoryClassified():
            version = story.versions[0].model_copy(update={"id_number": "id-number" in event.sensitive})
            return with_(
                phase="classified",
                language=story.language if story.language_chosen else event.language,
                versions=(version, *story.versions[1:]),
                awaits_routing=True,
                placement=Placement(
                    area=event.area,
                    kind=event.kind,
                    area_confidence=event.area_confidence,
                    kind_confidence=event.kind_confidence,
                    strategic=event.strategic,
                    sensitive=event.sensitive,
                    other_areas=event.other_areas,
                    topics=event.topics,
                ),
            )
        case StoryPlaced():
            before = story.placement or Placement(area=event.area, kind=event.kind)
            return with_(
                awaits_routing=True,
                placement=before.model_copy(
                    update={
                        "area": event.area,
                        "kind": event.kind,
                        "area_confidence": 1.0,
                        "kind_confidence": 1.0,
                        "other_areas": tuple(area for area in before.other_areas if area != event.area),
                        "by": event.by,
                    }
                ),
            )
        case StoryRouted():
            return with_(
                phase="routed",
                awaits_routing=False,
                department=event.department,
                communicator=event.communicator,
                personal=event.personal,
                routed_because=event.because,
                informed=event.informed,
                routed_by_rules=event.rules,
                channels=event.channels,
                answer_by=event.answer_by,
                answer_overdue=False,
            )
        case StoryHandedOver():
            return with_(
                department=event.department,
                communicator=event.communicator,
                personal=event.personal,
                routed_because=story.routed_because if story.needs_placing else event.because,
            )
        case StoryReturned():
            return with_(department=None, communicator=event.communicator, personal=False, routed_because="not-mine")
        case AnswerOverdue():
            return with_(answer_overdue=True)
        case StoryAnswered():
            return with_(phase="answered", awaits_routing=False)
        case StoryForwarded():
            return with_(phase="forwarded", awaits_routing=False)
        case StoryEdited():
            version = Version(
                number=event.version,
                text_digest=event.text_digest,
                saved_at=event.at,
                by=event.by,
                id_number=event.id_number,
            )
            phase: Phase = "routed" if story.phase in _UNDER_WAY else story.phase
            return with_(phase=phase, versions=(*story.versions, version), round=_closed(story.round))
        case StorySentForApproval():
            return with_(phase="sent-for-approval")
        case ApprovalsRequested():
            asked = tuple(_asked(approval, event.at) for approval in event.approvals)
            round_ = Round(
                number=event.round, version=event.version, needed=event.needed, policy=event.policy, approvals=asked
            )
            return with_(phase="in-review", round=round_, rounds=event.round)
        case ApprovalReminded():
            later = {"deadline_at": event.deadline_at} if event.deadline_at else {}
            return with_(round=_changed(story.round, event.approval_id, reminded=True, **later))
        case ApprovalGiven():
            return with_(
                round=_changed(story.round, event.approval_id, decision="approved", decided_at=event.at),
            )
        case ChangesRequested():
            decided = _changed(story.round, event.approval_id, decision="changes", decided_at=event.at)
            return with_(phase="changes-requested", round=_closed(decided))
        case StoryRejected():
            decided = _changed(story.round, event.approval_id, decision="rejected", decided_at=event.at)
            return with_(phase="rejected", round=_closed(decided))
        case ApprovalHandedOver():
            handed = _changed(story.round, event.approval_id, decision="handed-over", decided_at=event.at)
            if handed is None:
                return story
            approvals = (*handed.approvals, _asked(event.to, event.at))
            return with_(round=handed.model_copy(update={"approvals": approvals}))
        case StoryApproved():
            return with_(phase="approved", approved_version=event.version, round=_closed(story.round))
        case PublicationScheduled():
            publication = Publication(
                id=event.publication_id,
                channel=event.channel,
                version=event.version,
                due_at=event.due_at,
                local=event.local,
                time_zone=event.time_zone,
                status="scheduled",
                scheduled_number=event.number or story.revision + 1,
                because=event.because,
            )
            known = story.publication(publication.id)
            if known:
                publication = publication.model_copy(update={"tries": known.tries})
            others = tuple(other for other in story.publications if other.id != publication.id)
            return with_(publications=(*others, publication))
        case PublicationStarted():
            return _claimed(story, event, "publishing")
        case StoryPublished():
            return _published(story, event.publication_id, status="published", published_at=event.at, where=event.where)
        case PublicationCancelled():
            return _published(story, event.publication_id, status="cancelled", because=event.because)
        case PublicationInDoubt() | RetractionInDoubt():
            return _published(story, event.publication_id, status="in-doubt", because=event.because)
        case PublicationParked():
            return _published(story, event.publication_id, status="parked", because=event.because)
        case StoryWithdrawn():
            return with_(phase="withdrawn", awaits_routing=False, round=_closed(story.round))
        case StoryRecalled():
            return with_(phase="recalled", awaits_routing=False, round=_closed(story.round))
        case RetractionStarted():
            return _claimed(story, event, "retracting")
        case PublicationRetracted():
            return _published(story, event.publication_id, status="retracted")
        case RetractionOrdered() | StoryRetracted() | StorySubmitted() | ReadinessNoted():
            return story


def _with_derived(story: Story, event: PicturesDerived) -> Story:
    fresh = {picture.number for picture in event.pictures} | {picture.number for picture in event.refused}
    pictures = (*(known for known in story.pictures if known.number not in fresh), *event.pictures)
    refused = (*(known for known in story.pictures_refused if known.number not in fresh), *event.refused)
    settled = {picture.number for picture in pictures} | {picture.number for picture in refused}
    return story.model_copy(
        update={
            "pictures": tuple(sorted(pictures, key=lambda picture: picture.number)),
            "pictures_refused": tuple(sorted(refused, key=lambda picture: picture.number)),
            "pictures_pending": any(picture.number not in settled for picture in story.pictures_received),
        }
    )


def _with_material(story: Story, event: MaterialAdded) -> Story:
    added = Added(
        number=event.addition,
        at=event.at,
        because=event.because,
        source=event.source,
        delivery_digest=event.delivery_digest,
        by=event.by,
        pictures=tuple(picture.number for picture in event.pictures),
        attachments=tuple(attachment.number for attachment in event.attachments),
    )
    return story.model_copy(
        update={
            "additions": (*story.additions, added),
            "pictures_received": (*story.pictures_received, *event.pictures),
            "pictures_pending": story.pictures_pending or bool(event.pictures),
            "attachments": (*story.attachments, *event.attachments),
        }
    )


_UNDER_WAY = {"sent-for-approval", "in-review", "changes-requested", "approved"}


def _asked(approval: ApprovalAsked, at: datetime) -> Approval:
    return Approval(
        id=approval.id,
        approver=approval.approver,
        asked_at=at,
        remind_at=approval.remind_at,
        deadline_at=approval.deadline_at,
    )


def _closed(round_: Round | None) -> Round | None:
    return round_ and round_.model_copy(update={"open": False})


def _changed(round_: Round | None, approval_id: str, **update: object) -> Round | None:
    if round_ is None:
        return None
    approvals = tuple(
        approval.model_copy(update=update) if approval.id == approval_id else approval for approval in round_.approvals
    )
    return round_.model_copy(update={"approvals": approvals})


def _claimed(story: Story, event: PublicationStarted | RetractionStarted, status: PublicationStatus) -> Story:
    known = story.publication(event.publication_id)
    return _published(
        story,
        event.publication_id,
        status=status,
        started_at=event.at,
        claim=event.claim,
        tries=known.tries + 1 if known else 1,
        repeated=known is not None and known.status == status,
    )


def _published(story: Story, publication_id: str, **update: object) -> Story:
    publications = tuple(
        publication.model_copy(update=update) if publication.id == publication_id else publication
        for publication in story.publications
    )
    return story.model_copy(update={"publications": publications})
