"""The life of a publication: scheduled, claimed, tried again, parked, taken down (bars E1, E2, E7, F1, F2)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from lyspunkt.newsroom import decide, publishing
from lyspunkt.newsroom.events import Event, PublicationScheduled
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.story import Publication
from tests.support.lyngvig import NOON, Desk, approved, in_review, lyngvig, out

SITE = "site-v1"
LEASE = timedelta(minutes=2)
MINUTE = timedelta(minutes=1)


def types(events: list[Event]) -> list[str]:
    return [event.type for event in events]


def scheduled(**about: object) -> Desk:
    desk = approved(**about)  # type: ignore[arg-type]
    desk.take(publishing.schedule(desk.now, organisation=lyngvig(), at=NOON))
    return desk


def claim(desk: Desk, run: str = "run-1", at: datetime = NOON) -> list[str]:
    return types(desk.take(publishing.claim(desk.now, publication_id=SITE, claim=run, lease=LEASE, at=at)))


def claimed() -> Desk:
    desk = scheduled()
    assert claim(desk) == ["PublicationStarted"]
    return desk


def site(desk: Desk) -> Publication:
    found = desk.now.publication(SITE)
    assert found is not None
    return found


def embargoed(until: datetime) -> Desk:
    desk = approved()
    desk.story = desk.now.model_copy(update={"embargo_until": until})
    desk.take(publishing.schedule(desk.now, organisation=lyngvig(), at=NOON))
    return desk


def test_an_approved_story_gets_one_publication_on_each_channel_that_takes_it() -> None:
    assert [publication.id for publication in scheduled().now.publications] == [SITE]
    desk = scheduled(kind="experience")
    assert {publication.channel for publication in desk.now.publications} == {"site", "staff"}
    assert publishing.schedule(desk.now, organisation=lyngvig(), at=NOON) == []
    assert publishing.schedule(in_review().now, organisation=lyngvig(), at=NOON) == []


def test_a_channel_that_is_closed_gets_the_story_when_it_opens() -> None:
    night = NOON + timedelta(hours=10)
    events = publishing.schedule(approved().now, organisation=lyngvig(), at=night)
    assert isinstance(events[0], PublicationScheduled)
    assert (events[0].local, events[0].because) == ("2026-11-24T08:00:00", "hours")


def test_nothing_is_scheduled_moved_or_claimed_before_its_embargo_bar_f1() -> None:
    until = NOON + timedelta(days=3)
    desk = embargoed(until)
    assert (site(desk).due_at, site(desk).because) == (until, "embargo")
    moved = {"publication_id": SITE, "organisation": lyngvig(), "at": NOON}
    assert publishing.reschedule(desk.now, wished=NOON + MINUTE, **moved) == []  # type: ignore[arg-type]
    assert claim(desk, at=until - timedelta(seconds=1)) == []
    desk.story = desk.now.model_copy(update={"embargo_until": until + MINUTE})
    assert claim(desk, at=until) == []
    assert claim(desk, at=until + MINUTE) == ["PublicationStarted"]


def test_a_moved_publication_has_another_time_and_another_alarm_bar_f2() -> None:
    desk = scheduled()
    before = site(desk)
    wished = NOON + timedelta(hours=2)
    given = {"publication_id": SITE, "organisation": lyngvig(), "at": NOON}
    assert types(desk.take(publishing.reschedule(desk.now, wished=wished, **given))) == ["PublicationScheduled"]  # type: ignore[arg-type]
    assert (site(desk).due_at, site(desk).because) == (wished, "wished")
    assert site(desk).scheduled_number != before.scheduled_number
    assert publishing.reschedule(desk.now, wished=wished, **given) == []  # type: ignore[arg-type]
    assert claim(desk, at=wished - MINUTE) == []


def test_a_publication_on_a_channel_that_is_no_more_cannot_be_moved() -> None:
    desk = scheduled()
    gone = lyngvig().model_copy(update={"channels": lyngvig().channels[1:]})
    with pytest.raises(Refused, match="not-scheduled"):
        publishing.reschedule(desk.now, publication_id=SITE, wished=NOON + MINUTE, organisation=gone, at=NOON)


def test_one_run_claims_and_another_keeps_away_until_the_lease_is_over_bar_e1() -> None:
    desk = claimed()
    assert publishing.holds(desk.now, SITE, "run-1") == site(desk)
    assert publishing.holds(desk.now, SITE, "run-2") is None
    assert claim(desk, "run-2", NOON + LEASE - timedelta(seconds=1)) == []
    assert not site(desk).repeated
    assert claim(desk, "run-2", NOON + LEASE) == ["PublicationStarted"]
    assert site(desk).repeated
    assert publishing.holds(desk.now, SITE, "run-1") is None
    assert publishing.holds(desk.now, SITE, "run-2") is not None


@pytest.mark.parametrize("then", ["recall", "withdraw", "edit"])
def test_what_is_taken_back_or_edited_is_not_claimed_any_more_bar_f1(then: str) -> None:
    desk = scheduled()
    edit = {"from_version": 1, "text_digest": "other", "id_number": False, "by": "x", "at": NOON}
    steps = {
        "recall": lambda: decide.recall(desk.now, by="x", at=NOON),
        "withdraw": lambda: decide.withdraw(desk.now, by="x", at=NOON),
        "edit": lambda: decide.edit(desk.now, **edit),  # type: ignore[arg-type]
    }
    desk.take(steps[then]())
    assert site(desk).status == "cancelled"
    assert claim(desk) == []


def test_what_has_an_id_number_in_its_words_may_not_go_out_and_waits_for_a_person_bars_f1_g6() -> None:
    desk = claimed()
    assert publishing.may_publish(desk.now, site(desk), NOON)
    assert not publishing.may_publish(desk.now, site(desk), NOON, id_number=True)
    desk.take(publishing.call_off(desk.now, publication_id=SITE, at=NOON, id_number=True))
    assert (site(desk).status, site(desk).because) == ("parked", "id-number-in-text")
    assert desk.now.status == "waiting"


def test_what_was_taken_back_or_edited_meanwhile_is_called_off_whatever_stands_in_it() -> None:
    edit: dict[str, Any] = {"from_version": 1, "text_digest": "other", "id_number": False, "by": "x", "at": NOON}
    for step in ("recall", "edit"):
        desk = claimed()
        now = desk.now
        desk.take(decide.edit(now, **edit) if step == "edit" else decide.recall(now, by="x", at=NOON))
        desk.take(publishing.call_off(desk.now, publication_id=SITE, at=NOON, id_number=True))
        assert site(desk).status == "cancelled"


def test_a_dead_run_is_taken_over_even_when_the_story_was_recalled_for_it_may_be_out_bar_e7() -> None:
    desk = claimed()
    desk.take(decide.recall(desk.now, by="x", at=NOON))
    assert claim(desk, "run-2", NOON + LEASE) == ["PublicationStarted"]
    given = {"publication_id": SITE, "at": NOON + LEASE}
    found = desk.take(publishing.published(desk.now, where="there", **given))  # type: ignore[arg-type]
    assert types(found) == ["StoryPublished", "RetractionOrdered"]


def test_tries_lie_ever_further_apart_and_end_with_a_person_bar_e4() -> None:
    desk, at, waits = scheduled(), NOON, []
    for number in range(1, publishing.MOST_TRIES + 1):
        assert claim(desk, f"run-{number}", at) == ["PublicationStarted"]
        given = {"publication_id": SITE, "because": "Throttling", "organisation": lyngvig(), "at": at}
        [event] = desk.take(publishing.try_later(desk.now, **given))  # type: ignore[arg-type]
        if isinstance(event, PublicationScheduled):
            assert event.because == "retry"
            waits.append(event.due_at - at)
            assert claim(desk, "too early", event.due_at - timedelta(seconds=1)) == []
            at = event.due_at
    assert waits == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE]
    assert (site(desk).status, site(desk).because) == ("parked", "Throttling")
    assert desk.now.status == "waiting"


def test_a_try_that_failed_is_called_off_when_the_story_was_recalled_meanwhile() -> None:
    desk = claimed()
    desk.take(decide.recall(desk.now, by="x", at=NOON))
    given = {"publication_id": SITE, "because": "Throttling", "organisation": lyngvig(), "at": NOON}
    assert types(desk.take(publishing.try_later(desk.now, **given))) == ["PublicationCancelled"]  # type: ignore[arg-type]
    assert site(desk).because == "story-recalled"


def test_what_nobody_knows_is_left_to_a_person_and_may_turn_out_to_be_out_bar_e2() -> None:
    desk = claimed()
    doubt = {"publication_id": SITE, "because": "mail-unknown", "at": NOON}
    assert types(desk.take(publishing.doubt(desk.now, **doubt))) == ["PublicationInDoubt"]  # type: ignore[arg-type]
    assert claim(desk, "run-2", NOON + LEASE) == []
    given = {"publication_id": SITE, "where": "there", "at": NOON}
    assert types(desk.take(publishing.published(desk.now, **given))) == ["StoryPublished"]  # type: ignore[arg-type]


def test_a_recalled_story_comes_down_from_each_channel_and_then_is_down_everywhere() -> None:
    desk = out(kind="experience")
    desk.take(decide.recall(desk.now, by="x", at=NOON))
    ends = []
    for publication in desk.now.publications:
        given = {"publication_id": publication.id, "at": NOON}
        started = desk.take(publishing.start_retraction(desk.now, claim="c", lease=LEASE, **given))  # type: ignore[arg-type]
        assert types(started) == ["RetractionStarted"]
        assert publishing.start_retraction(desk.now, claim="d", lease=LEASE, **given) == []  # type: ignore[arg-type]
        ends.append(types(desk.take(publishing.retracted(desk.now, **given))))  # type: ignore[arg-type]
        assert publishing.retracted(desk.now, **given) == []  # type: ignore[arg-type]
    assert ends == [["PublicationRetracted"], ["PublicationRetracted", "StoryRetracted"]]
    assert desk.now.status == "retracted"


def test_a_retraction_in_doubt_keeps_the_story_from_being_called_down() -> None:
    desk = out()
    desk.take(decide.withdraw(desk.now, by="x", at=NOON))
    desk.take(publishing.start_retraction(desk.now, publication_id=SITE, claim="c", lease=LEASE, at=NOON))
    given = {"publication_id": SITE, "because": "mail-unknown", "at": NOON}
    assert types(desk.take(publishing.doubt_retraction(desk.now, **given))) == ["RetractionInDoubt"]  # type: ignore[arg-type]
    assert desk.now.status == "withdrawn"


@pytest.mark.parametrize("publication_id", [SITE, "unknown-v9"])
def test_a_late_message_about_what_is_settled_or_unknown_does_nothing_bar_d4(publication_id: str) -> None:
    desk = out()
    about = {"publication_id": publication_id, "at": NOON}
    held = {"claim": "late", "lease": LEASE}
    assert publishing.published(desk.now, where="there", **about) == []  # type: ignore[arg-type]
    assert publishing.doubt(desk.now, because="x", **about) == []  # type: ignore[arg-type]
    assert publishing.park(desk.now, because="x", **about) == []  # type: ignore[arg-type]
    assert publishing.call_off(desk.now, **about) == []  # type: ignore[arg-type]
    assert publishing.try_later(desk.now, because="x", organisation=lyngvig(), **about) == []  # type: ignore[arg-type]
    assert publishing.claim(desk.now, **held, **about) == []  # type: ignore[arg-type]
    assert publishing.retracted(desk.now, **about) == []  # type: ignore[arg-type]
    assert publishing.doubt_retraction(desk.now, because="x", **about) == []  # type: ignore[arg-type]
