"""retract_story: what was out comes down, once, and the story says so (bars D4, E1, E4, E7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lyspunkt.aws import clock, ledger
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.events import Event, RetractionOrdered, StoryPublished
from tests.support.house import BATCH, House
from tests.support.lyngvig import NOON, scheduled

STAFF = "staff-v1"


class Crash(Exception):
    """The function dies here."""


def published(house: House, **about: object) -> str:
    """A story that is out on each of its channels; its id."""
    story = house.keep(scheduled(**about))  # type: ignore[arg-type]
    for publication in story.publications:
        house.set_clock(publication.due_at)
        assert house.ring(story.id, publication.id) == BATCH
    return story.id


def recalled(house: House, story_id: str) -> list[Event]:
    """The orders to take it down."""
    ledger.record(story_id, decide.recall, by="press-officer", at=clock.now())
    house.begin()
    return [fact for fact in house.facts(story_id) if isinstance(fact, RetractionOrdered)]


def listed(house: House) -> list[str]:
    found = (row["PK"]["S"] for row in house.rows())
    return [key for key in found if key.startswith("LISTING#") and key != "LISTING#MONTHS"]


def test_the_page_says_that_it_is_gone_and_the_lists_forget_it_in_the_same_transaction(house: House) -> None:
    story_id = published(house)
    assert "Ny cykelsti" in str(house.page(story_id))
    assert len(listed(house)) == 2
    [order] = recalled(house, story_id)
    assert house.tell("RetractStory", order) == BATCH
    assert "Ny cykelsti" not in str(house.page(story_id))
    assert listed(house) == []
    assert house.types(story_id)[-3:] == ["RetractionStarted", "PublicationRetracted", "StoryRetracted"]
    assert ledger.story(story_id).status == "retracted"
    assert house.writes() == ["dynamodb.TransactWriteItems", "s3.PutObject", "dynamodb.TransactWriteItems"]


def test_an_order_that_comes_twice_leaves_what_once_leaves_bar_d4(house: House) -> None:
    story_id = published(house)
    [order] = recalled(house, story_id)
    assert house.tell("RetractStory", order, order) == BATCH
    once = house.rows()
    assert house.tell("RetractStory", order) == BATCH
    assert house.rows() == once
    assert house.types(story_id).count("PublicationRetracted") == 1


def test_the_story_is_retracted_with_the_last_of_its_channels(house: House) -> None:
    story_id = published(house, kind="experience")
    site, staff = recalled(house, story_id)
    assert house.tell("RetractStory", site) == BATCH
    assert "StoryRetracted" not in house.types(story_id)
    assert house.tell("RetractStory", staff) == BATCH
    assert house.types(story_id).count("StoryRetracted") == 1
    told = [letter for letter in house.letters() if letter.kind == "story-recalled-from-list"]
    assert [letter.to for letter in told] == [("alle-medarbejdere@lyngvig.example",)]


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_crash_at_the_site_is_finished_after_the_lease_bar_e1(house: House, side: Any) -> None:
    story_id = published(house)
    [order] = recalled(house, story_id)
    house.fail("PutObject", side, Crash())
    assert house.tell("RetractStory", order) != BATCH
    house.begin()
    assert house.tell("RetractStory", order) == BATCH
    assert house.writes() == [], "another run may still hold it"
    house.set_clock(clock.now() + timedelta(seconds=61))
    assert house.tell("RetractStory", order) == BATCH
    assert "Ny cykelsti" not in str(house.page(story_id))
    assert ledger.story(story_id).status == "retracted"
    assert house.types(story_id).count("PublicationRetracted") == 1


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_crash_in_mailing_leaves_it_to_a_person_and_sends_nothing_again_bar_e2(house: House, side: Any) -> None:
    story_id = published(house, kind="experience")
    _site, staff = recalled(house, story_id)
    house.fail("SendEmail", side, Crash())
    assert house.tell("RetractStory", staff) != BATCH
    sent = len(house.letters())
    for _ in range(2):
        house.set_clock(clock.now() + timedelta(minutes=2))
        assert house.tell("RetractStory", staff) == BATCH
    assert len(house.letters()) == sent
    assert house.types(story_id)[-1] == "RetractionInDoubt"


def test_a_channel_that_will_not_now_brings_the_order_back_bar_e4(house: House) -> None:
    story_id = published(house)
    [order] = recalled(house, story_id)
    answer: Any = {"Error": {"Code": "SlowDown", "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": 503}}
    house.fail("PutObject", "before", ClientError(answer, "PutObject"))
    assert house.tell("RetractStory", order) == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    house.set_clock(clock.now() + timedelta(minutes=6))
    assert house.tell("RetractStory", order) == BATCH
    assert ledger.story(story_id).status == "retracted"


def test_a_letter_that_is_refused_leaves_it_to_a_person_bar_e4(house: House) -> None:
    story_id = published(house, kind="experience")
    _site, staff = recalled(house, story_id)
    answer: Any = {"Error": {"Code": "MessageRejected", "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    house.fail("SendEmail", "before", ClientError(answer, "SendEmail"))
    assert house.tell("RetractStory", staff) == BATCH
    assert house.types(story_id)[-1] == "RetractionInDoubt"


def test_a_channel_that_is_no_more_leaves_it_to_a_person_bar_e4(house: House) -> None:
    desk = scheduled()
    about = {"story_id": desk.id, "at": NOON, "publication_id": "teletext-v1"}
    known = next(event for event in desk.events if event.type == "PublicationScheduled")
    desk.take([known.model_copy(update={"publication_id": "teletext-v1", "channel": "teletext"})])
    desk.take([StoryPublished(**about, channel="teletext", where="page 100")])
    story = house.keep(desk)
    orders = recalled(house, story.id)
    assert house.tell("RetractStory", *orders) == BATCH
    assert house.types(story.id)[-1] == "RetractionInDoubt"


def test_taking_down_what_was_never_out_or_is_unknown_does_nothing_bar_e7(house: House) -> None:
    story = house.keep(scheduled())
    house.begin()
    orders = [
        RetractionOrdered(story_id=story.id, at=NOON, publication_id="site-v1"),
        RetractionOrdered(story_id=story.id, at=NOON, publication_id="site-v9"),
        RetractionOrdered(story_id="unknown", at=NOON, publication_id="site-v1"),
    ]
    assert house.tell("RetractStory", *orders) == BATCH
    assert house.writes() == []
    assert house.page(story.id) is None
