"""The answers that a rule gives instead of new events."""

from typing import Literal, get_args

Reason = Literal[
    "absent-person",
    "already-decided",
    "attachment-unknown",
    "changes-asked",
    "duplicate-ended",
    "edited-since",
    "empty-text",
    "flags-unreviewed",
    "handed-over",
    "id-number-in-text",
    "lesson-unknown",
    "link-expired",
    "link-unknown",
    "link-used",
    "no-card",
    "not-approved",
    "not-in-review",
    "not-its-approver",
    "not-on-the-desk",
    "not-placed",
    "not-published",
    "not-scheduled",
    "pictures-pending",
    "story-ended",
    "story-merged",
    "story-recalled",
    "story-rejected",
    "story-unknown",
    "story-withdrawn",
    "to-be-answered",
    "unknown-choice",
    "under-way",
    "unknown-person",
]

REASONS: tuple[str, ...] = get_args(Reason)
"""Each is a key under `[refused]` in words/."""


class Refused(Exception):
    """A rule said no. `reason` is shown to the person in their own language; a queue logs it and goes on."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
