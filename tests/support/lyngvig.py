"""Lyngvig and stories in it, for tests: plain values, no AWS."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import yaml

from lyspunkt.newsroom import decide, placing, publishing
from lyspunkt.newsroom.events import Event
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.story import Story, evolve
from lyspunkt.newsroom.subjects import Classification, Guess
from lyspunkt.newsroom.texts import Text

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
"""A Monday, twelve o'clock in Lyngvig."""


@cache
def lyngvig() -> Organisation:
    return Organisation.model_validate(yaml.safe_load((ROOT / "infra/lyngvig.yaml").read_text()))


def changed(organisation: Organisation, **update: object) -> Organisation:
    """Lyngvig with other settings, checked as a whole."""
    return Organisation.model_validate(organisation.model_dump() | update)


def text(headline: str = "Ny cykelsti til skolen", body: str = "Vejfolkene åbnede stien i dag.") -> Text:
    return Text(headline=headline, body=body, salt="salt")


def classification(
    area: str = "roads-property",
    kind: str = "good-story",
    *,
    confidence: float = 0.9,
    strategic: bool = False,
    sensitive: tuple[str, ...] = (),
) -> Classification:
    return Classification(
        language="da",
        language_confidence=0.99,
        areas=(Guess(code=area, confidence=confidence),),
        kinds=(Guess(code=kind, confidence=confidence),),
        strategic=strategic,
        sensitive=sensitive,
        reasons=(),
    )


class Desk:
    """A story and what was decided about it, step by step; each event numbered as the ledger numbers it."""

    def __init__(self, story_id: str = "s1") -> None:
        self.id = story_id
        self.story: Story | None = None
        self.events: list[Event] = []

    def take(self, events: list[Event]) -> list[Event]:
        numbered: list[Event] = []
        for event in events:
            numbered.append(event.model_copy(update={"number": len(self.events) + 1}))
            self.events.append(numbered[-1])
            self.story = evolve(self.story, numbered[-1])
        return numbered

    @property
    def now(self) -> Story:
        assert self.story is not None
        return self.story


def submitted(at: datetime = NOON, *, submitter: str | None = None) -> Desk:
    desk = Desk()
    desk.take(
        decide.submit(
            None,
            story_id=desk.id,
            source="mail",
            delivery_digest="d",
            text_digest=text().digest,
            at=at,
            submitter=submitter,
        )
    )
    return desk


def routed(organisation: Organisation | None = None, at: datetime = NOON, **about: object) -> Desk:
    submitter = about.pop("submitter", None)
    desk = submitted(at, submitter=submitter)  # type: ignore[arg-type]
    desk.take(decide.classify(desk.now, classification=classification(**about), at=at))  # type: ignore[arg-type]
    desk.take(placing.route(desk.now, organisation=organisation or lyngvig(), at=at))
    return desk


def in_review(organisation: Organisation | None = None, at: datetime = NOON, **about: object) -> Desk:
    organisation = organisation or lyngvig()
    desk = routed(organisation, at, **about)
    if desk.now.phase != "sent-for-approval":
        desk.take(decide.send_for_approval(desk.now, version=1, by="roads-communicator", flags_reviewed=True, at=at))
    desk.take(decide.request_approvals(desk.now, organisation=organisation, at=at))
    return desk


def approved(organisation: Organisation | None = None, at: datetime = NOON, **about: object) -> Desk:
    desk = in_review(organisation, at, **about)
    round_ = desk.now.round
    assert round_ is not None
    for approval in round_.approvals:
        given = {"approval_id": approval.id, "version": 1, "approver": approval.approver, "at": at}
        desk.take(decide.approve(desk.now, **given))  # type: ignore[arg-type]
    return desk


def scheduled(organisation: Organisation | None = None, at: datetime = NOON, **about: object) -> Desk:
    """A story with a time on each of its channels, the first one at once."""
    organisation = organisation or lyngvig()
    desk = approved(organisation, at, **about)
    desk.take(publishing.schedule(desk.now, organisation=organisation, at=at))
    return desk


def out(organisation: Organisation | None = None, at: datetime = NOON, **about: object) -> Desk:
    """A story published on each of its channels."""
    desk = scheduled(organisation, at, **about)
    for publication in desk.now.publications:
        given = {"publication_id": publication.id, "at": publication.due_at}
        lease = timedelta(minutes=1)
        desk.take(publishing.claim(desk.now, **given, claim="c", lease=lease))  # type: ignore[arg-type]
        desk.take(publishing.published(desk.now, **given, where="there"))  # type: ignore[arg-type]
    return desk
