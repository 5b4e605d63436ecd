"""From what arrived to a story, and to more of one: each delivery counts once, and nothing is lost or mixed up."""

from __future__ import annotations

from typing import Any

import pytest

from lyspunkt.aws import intake, layout, ledger
from lyspunkt.newsroom.events import AttachmentReceived, PictureReceived, StoryMerged
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.submissions import Arrived, text_of
from lyspunkt.newsroom.texts import AttachmentText, PictureText, Plan
from tests.support.house import House
from tests.support.lyngvig import NOON

PICTURE = PictureReceived(number=1, key="k", digest="d", size=1)
FILE = AttachmentReceived(number=1, key="a", digest="d", size=1, media_type="application/pdf")


def arrived(body: str = "Stien åbnede i dag.", **more: Any) -> Arrived:
    pictures = (PictureText(number=1, alt="Stien"),) if "pictures" in more else ()
    return Arrived(text=text_of("", body, pictures=pictures), **more)


def received(delivery: str = "m1", **more: Any) -> Story:
    return intake.receive(arrived(**more), source="mail", delivery=delivery, at=NOON, raw_key="mail/1")


def added(story: Story, delivery: str = "m2", what: Arrived | None = None) -> Story:
    return intake.add(
        story.id,
        what or arrived("Den er 800 meter lang."),
        because="reply",
        source="mail",
        delivery=delivery,
        at=NOON,
        raw_key="mail/2",
    )


def test_what_the_form_asks_for_lies_beside_the_story_and_not_in_its_history_bar_h2(house: House) -> None:
    plan = Plan(purpose="Flere på cykel")
    story = received(plan=plan, contacts="Vejlederen", why="Det er sikrere", name_kept_out=True, name="En borger")
    submission = ledger.submission(story.id)
    assert submission is not None
    assert (submission.plan, submission.contacts, submission.why) == (plan, "Vejlederen", "Det er sikrere")
    assert story.name_kept_out
    history = " ".join(event.model_dump_json() for event in house.facts(story.id))
    assert not [word for word in ("Flere", "Vejlederen", "sikrere", "borger") if word in history]


def test_an_addition_lies_on_its_own_row_and_the_story_keeps_its_version(house: House) -> None:
    story = added(received())
    addition = ledger.addition(story.id, 1)
    assert addition is not None
    assert addition.text.body == "Den er 800 meter lang."
    assert len(story.versions) == 1
    assert house.types(story.id) == ["StorySubmitted", "MaterialAdded"]


def test_the_same_delivery_adds_once_and_another_adds_again_bar_b4(house: House) -> None:
    story = received()
    for delivery in ("m2", "m2", "m3", "m2"):
        added(story, delivery)
    assert [each.number for each in ledger.story(story.id).additions] == [1, 2]


def test_pictures_and_files_of_an_addition_get_the_next_numbers_with_what_is_said_of_them(house: House) -> None:
    story = received(pictures=(PICTURE,), attachments=(FILE,))
    more = arrived(
        pictures=(PICTURE,),
        recognisable={1: "Cyklisten"},
        attachments=(FILE,),
        attachment_names=(AttachmentText(number=1, name="kort.pdf"),),
    )
    story = added(story, what=more)
    addition = ledger.addition(story.id, 1)
    assert addition is not None
    assert [picture.number for picture in story.pictures_received] == [1, 2]
    assert [file.number for file in story.attachments] == [1, 2]
    assert addition.text.pictures == (PictureText(number=2, alt="Stien"),)
    assert addition.recognisable == {2: "Cyklisten"}
    assert addition.attachments == (AttachmentText(number=2, name="kort.pdf"),)


def test_what_comes_to_a_merged_story_goes_to_the_one_that_goes_on(house: House) -> None:
    older, newer = received("m0"), received("m1")
    ledger.record(newer.id, lambda story: [merged(story, older)])
    story = added(newer)
    assert story.id == older.id
    assert len(story.additions) == 1
    assert ledger.story(newer.id).additions == ()


def merged(story: Story, into: Story) -> StoryMerged:
    return StoryMerged(story_id=story.id, at=NOON, into=into.id, by="press-officer")


def test_nothing_is_added_to_a_story_that_nobody_knows(house: House) -> None:
    with pytest.raises(Refused) as refused:
        intake.add("s1", arrived(), because="reply", source="mail", delivery="m", at=NOON, raw_key="mail/1")
    assert refused.value.reason == "story-unknown"
    assert not [row for row in house.rows() if row["SK"]["S"] == layout.addition_key(1)]
