"""What may happen next: one function per step. A story goes in, new events come out, or `Refused`.

Pure: time, people and texts come in as arguments. Messages repeat, so a step that was taken already decides `[]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from lyspunkt.newsroom import approvals, readiness
from lyspunkt.newsroom.events import (
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
    StoryApproved,
    StoryClassified,
    StoryEdited,
    StoryMerged,
    StoryRecalled,
    StoryRejected,
    StorySentForApproval,
    StorySubmitted,
    StoryWithdrawn,
)
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.publishing import stopped
from lyspunkt.newsroom.refusals import Reason, Refused
from lyspunkt.newsroom.story import TAKEN_BACK, Approval, Story, evolve
from lyspunkt.newsroom.subjects import Classification

ID_NUMBER = "id-number"


def submit(
    story: Story | None,
    *,
    story_id: str,
    source: str,
    delivery_digest: str,
    text_digest: str,
    at: datetime,
    submitter: str | None = None,
    language: str | None = None,
    pictures: Sequence[PictureReceived] = (),
    attachments: Sequence[AttachmentReceived] = (),
    wished_at: datetime | None = None,
    name_kept_out: bool = False,
) -> list[Event]:
    if story is not None:
        return []
    return [
        StorySubmitted(
            story_id=story_id,
            at=at,
            source=source,
            delivery_digest=delivery_digest,
            text_digest=text_digest,
            submitter=submitter,
            language=language,
            pictures=tuple(pictures),
            with_pictures=bool(pictures),
            wished_at=wished_at,
            attachments=tuple(attachments),
            name_kept_out=name_kept_out,
        )
    ]


def add_material(
    story: Story,
    *,
    because: Because,
    source: str,
    delivery_digest: str,
    by: str,
    at: datetime,
    pictures: Sequence[PictureReceived] = (),
    attachments: Sequence[AttachmentReceived] = (),
) -> list[Event]:
    """More came to the story, however far it is: nothing that a person sent is turned away or changes what is out."""
    if any(added.delivery_digest == delivery_digest for added in story.additions):
        return []
    pictures_before, attachments_before = len(story.pictures_received), len(story.attachments)
    return [
        MaterialAdded(
            story_id=story.id,
            at=at,
            addition=len(story.additions) + 1,
            because=because,
            source=source,
            delivery_digest=delivery_digest,
            by=by,
            pictures=tuple(
                picture.model_copy(update={"number": number})
                for number, picture in enumerate(pictures, start=pictures_before + 1)
            ),
            with_pictures=bool(pictures),
            attachments=tuple(
                attachment.model_copy(update={"number": number})
                for number, attachment in enumerate(attachments, start=attachments_before + 1)
            ),
        )
    ]


def suspect_duplicate(story: Story, *, other: str, likeness: float, at: datetime) -> list[Event]:
    """Say that another story may be the same; once for each other story."""
    if story.ended or other == story.id or any(known.other == other for known in story.suspicions):
        return []
    return [DuplicateSuspected(story_id=story.id, at=at, other=other, likeness=likeness)]


def dismiss_duplicate(story: Story, *, other: str, by: str, at: datetime) -> list[Event]:
    if not any(known.other == other and not known.dismissed for known in story.suspicions):
        return []
    return [DuplicateDismissed(story_id=story.id, at=at, other=other, by=by)]


def merge(story: Story, *, into: Story, by: str, at: datetime) -> list[Event]:
    """The story is the same as `into`, which goes on with what both hold; what was out of this one comes down."""
    if story.merged_into == into.id:
        return []
    if into.ended or into.id == story.id:
        raise Refused("duplicate-ended")
    must_be_on_the_desk(story)
    return [
        StoryMerged(story_id=story.id, at=at, into=into.id, by=by),
        *stopped(story, at=at, because="story-merged"),
    ]


def derive_pictures(
    story: Story,
    *,
    pictures: Sequence[PictureDerived],
    refused: Sequence[PictureRefused],
    organisation: Organisation,
    at: datetime,
) -> list[Event]:
    settled = {known.number for known in story.pictures} | {known.number for known in story.pictures_refused}
    derived = PicturesDerived(
        story_id=story.id,
        at=at,
        pictures=tuple(picture for picture in pictures if picture.number not in settled),
        refused=tuple(picture for picture in refused if picture.number not in settled),
    )
    if not derived.pictures and not derived.refused:
        return []
    return [derived, *sent_by_policy(evolve(story, derived), organisation, at)]


def classify(story: Story, *, classification: Classification, at: datetime, id_number: bool = False) -> list[Event]:
    """`id_number`: one stands somewhere in the words, be it where classification does not look."""
    sensitive = dict.fromkeys(map(str, classification.sensitive)) | ({ID_NUMBER: None} if id_number else {})
    if story.placement is not None or story.ended:
        return []
    return [
        StoryClassified(
            story_id=story.id,
            at=at,
            language=classification.language,
            area=classification.area,
            area_confidence=classification.area_confidence,
            kind=classification.kind,
            kind_confidence=classification.kind_confidence,
            strategic=classification.strategic,
            sensitive=tuple(sensitive),
            other_areas=classification.other_areas,
            topics=classification.topics,
        )
    ]


def edit(story: Story, *, from_version: int, text_digest: str, id_number: bool, by: str, at: datetime) -> list[Event]:
    """A new text. What was scheduled is stopped and approvals fall, for they were given to other words."""
    must_be_on_the_desk(story)
    if text_digest == story.version.text_digest:
        return []
    if from_version != story.version.number:
        raise Refused("edited-since")
    edited = StoryEdited(
        story_id=story.id,
        at=at,
        version=from_version + 1,
        text_digest=text_digest,
        by=by,
        id_number=id_number,
    )
    return [*stopped(story, at=at, because="edited-since"), edited]


def send_for_approval(story: Story, *, version: int, by: str, flags_reviewed: bool, at: datetime) -> list[Event]:
    must_be_on_the_desk(story)
    if version != story.version.number:
        raise Refused("edited-since")
    if story.phase in {"sent-for-approval", "in-review", "approved"}:
        return []
    if story.placement is None or story.awaits_routing or story.needs_placing:
        raise Refused("not-placed")
    if story.placement.kind in readiness.KINDS:
        raise Refused("to-be-answered")
    if story.version.id_number:
        raise Refused("id-number-in-text")
    if story.placement.sensitive and not flags_reviewed:
        raise Refused("flags-unreviewed")
    if story.pictures_pending:
        raise Refused("pictures-pending")
    return [StorySentForApproval(story_id=story.id, at=at, version=version, by=by)]


def request_approvals(story: Story, *, organisation: Organisation, at: datetime) -> list[Event]:
    if story.phase != "sent-for-approval":
        return []
    policy, needed, asked = approvals.ask(story, organisation, at)
    return [
        ApprovalsRequested(
            story_id=story.id,
            at=at,
            round=story.rounds + 1,
            version=story.version.number,
            needed=needed,
            approvals=asked,
            policy=policy.id,
        )
    ]


def approve(
    story: Story, *, approval_id: str, version: int, approver: str, at: datetime, id_number: bool = False
) -> list[Event]:
    """`id_number`: one stands in the words as they are now read, whatever was said of them when they were written."""
    if _decided(story, approval_id, version, approver, "approved"):
        return []
    if id_number or story.version.id_number:
        raise Refused("id-number-in-text")
    given = ApprovalGiven(story_id=story.id, at=at, approval_id=approval_id)
    round_ = evolve(story, given).round
    if round_ is not None and round_.complete:
        return [given, StoryApproved(story_id=story.id, at=at, version=version)]
    return [given]


def request_changes(story: Story, *, approval_id: str, version: int, approver: str, at: datetime) -> list[Event]:
    if _decided(story, approval_id, version, approver, "changes"):
        return []
    return [ChangesRequested(story_id=story.id, at=at, approval_id=approval_id)]


def reject(story: Story, *, approval_id: str, version: int, approver: str, at: datetime) -> list[Event]:
    if _decided(story, approval_id, version, approver, "rejected"):
        return []
    return [StoryRejected(story_id=story.id, at=at, approval_id=approval_id)]


def may_decide(story: Story, *, approval_id: str, version: int, approver: str) -> None:
    """Refuses by name where this approver cannot decide on this version any more."""
    _decided(story, approval_id, version, approver, "")


def hand_over(
    story: Story,
    *,
    approval_id: str,
    version: int,
    approver: str,
    to: str,
    organisation: Organisation,
    at: datetime,
) -> list[Event]:
    """The approver lets someone else decide, who gets a link of their own and the same time to answer."""
    if _decided(story, approval_id, version, approver, "handed-over"):
        return []
    person = organisation.person(to)
    asked = story.round.approvals if story.round else ()
    others = {approval.approver for approval in asked if approval.decision != "handed-over"}
    # two approvals of one round are two people's
    if person is None or person.id in {approver, story.submitter} | others:
        raise Refused("unknown-person")
    if person.absent_on(at.astimezone(organisation.zone).date()):
        raise Refused("absent-person")
    return [_handed_over(story, approval_id, person.id, by=approver, organisation=organisation, at=at)]


def chase(story: Story, *, approval_id: str, organisation: Organisation, at: datetime) -> list[Event]:
    """What an unanswered approval needs now: a reminder, then somebody else; `[]` where it is not due."""
    approval = _open_approval(story, approval_id)
    if approval is None:
        return []
    if at >= approval.deadline_at:
        day = at.astimezone(organisation.zone).date()
        successor = approvals.successor(story, approval_id, organisation, day)
        if successor.id != approval.approver:
            return [_handed_over(story, approval_id, successor.id, by="deadline", organisation=organisation, at=at)]
        longer = at + (approval.deadline_at - approval.asked_at)
        return [ApprovalReminded(story_id=story.id, at=at, approval_id=approval_id, deadline_at=longer)]
    if at >= approval.remind_at and not approval.reminded:
        return [ApprovalReminded(story_id=story.id, at=at, approval_id=approval_id)]
    return []


def recall(story: Story, *, by: str, at: datetime) -> list[Event]:
    """The desk takes it back: what is scheduled stops at once, what is out is taken down."""
    if story.phase in {"recalled", "withdrawn"}:
        return []
    if story.ended:
        raise Refused("story-ended")
    return [StoryRecalled(story_id=story.id, at=at, by=by), *stopped(story, at=at, because="story-recalled")]


def withdraw(story: Story, *, by: str, at: datetime) -> list[Event]:
    """The submitter takes it back."""
    if story.phase in {"recalled", "withdrawn"}:
        return []
    if story.ended:
        raise Refused("story-ended")
    return [StoryWithdrawn(story_id=story.id, at=at, by=by), *stopped(story, at=at, because="story-withdrawn")]


def sent_by_policy(story: Story, organisation: Organisation, at: datetime) -> list[Event]:
    """Where the organisation sends automatically: only what needs no person's eye before the approver's."""
    placement = story.placement
    ordinary = (
        organisation.sending == "automatically"
        and story.phase == "routed"
        and placement is not None
        and min(placement.area_confidence, placement.kind_confidence) >= organisation.placing_threshold
        and placement.kind not in readiness.KINDS
        and not placement.sensitive
        and not story.version.id_number
        and not story.pictures_pending
        and len(story.versions) == 1
        and not story.additions
        and not story.may_be_a_duplicate
    )
    if not ordinary:
        return []
    return [StorySentForApproval(story_id=story.id, at=at, version=story.version.number, by="policy")]


def must_be_on_the_desk(story: Story) -> None:
    """Refuses by name what has ended or not begun."""
    if story.ended:
        raise Refused(_ended(story))
    if story.phase == "received":
        raise Refused("not-on-the-desk")


def _ended(story: Story) -> Reason:
    match story.phase:
        case "rejected":
            return "story-rejected"
        case "recalled":
            return "story-recalled"
        case "withdrawn":
            return "story-withdrawn"
        case "merged":
            return "story-merged"
    return "story-ended"


def _open_approval(story: Story, approval_id: str) -> Approval | None:
    if story.round is None or not story.round.open or story.phase != "in-review":
        return None
    approval = story.round.approval(approval_id)
    return approval if approval and approval.decision is None else None


def _decided(story: Story, approval_id: str, version: int, approver: str, wanted: str) -> bool:
    """True where this very decision stands already; refuses by name where it may not be made."""
    approval = story.round.approval(approval_id) if story.round else None
    if approval is not None and approval.approver != approver:
        raise Refused("not-its-approver")
    if approval is not None and approval.decision == wanted:
        return True
    if approval is not None and approval.decision == "handed-over":
        raise Refused("handed-over")
    if story.phase in TAKEN_BACK:
        raise Refused(_ended(story))
    if approval is not None and approval.decision is not None:
        raise Refused("already-decided")
    if version != story.version.number:
        raise Refused("edited-since")
    if story.phase == "rejected":
        raise Refused("story-rejected")
    if story.phase == "changes-requested":
        raise Refused("changes-asked")
    if approval is None or story.round is None or not story.round.open or story.phase != "in-review":
        raise Refused("already-decided" if story.phase == "approved" else "not-in-review")
    return False


def _handed_over(
    story: Story, approval_id: str, to: str, *, by: str, organisation: Organisation, at: datetime
) -> ApprovalHandedOver:
    round_ = story.round
    if round_ is None:
        raise Refused("not-in-review")
    policy = next((policy for policy in organisation.policies if policy.id == round_.policy), organisation.policies[-1])
    return ApprovalHandedOver(
        story_id=story.id,
        at=at,
        approval_id=approval_id,
        by=by,
        to=ApprovalAsked(
            id=f"r{round_.number}a{len(round_.approvals) + 1}",
            approver=to,
            remind_at=at + timedelta(hours=policy.remind_after_hours),
            deadline_at=at + timedelta(hours=policy.deadline_hours),
        ),
    )
