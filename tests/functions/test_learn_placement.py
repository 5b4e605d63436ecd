"""learn_placement: a person's correction becomes a lesson, once, and the next such story goes right (bars D4, G4)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lyspunkt.aws import layout, ledger, lessons, organisation
from lyspunkt.aws.layout import Row
from lyspunkt.newsroom import placing
from lyspunkt.newsroom.events import Event, StoryClassified
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.texts import Text
from tests.support.house import BATCH, House
from tests.support.lyngvig import NOON, changed, lyngvig, submitted

BY_HAND = changed(lyngvig(), sending="by-communicator")
FIRST = Text(headline="Kaffe i Lanternen", body="I går holdt de åbent hus i Lanternen, og alle nysgerrige kom forbi.")
NEXT = Text(headline="Kage", body="Hele byen spiste kage i går, for nu er Lanternens nye lokaler endelig færdige.")


def came(house: House, words: Text) -> Story:
    """A story that was classified and routed."""
    story = house.keep(submitted(), words=words)
    house.tell("ClassifyStory", house.facts(story.id)[-1])
    ledger.record(story.id, placing.route, organisation=BY_HAND, at=NOON)
    return ledger.story(story.id)


def corrected(house: House, story: Story, area: str = "youth-guidance") -> Event:
    ledger.record(story.id, placing.place, area=area, kind="good-story", by="press-officer", at=NOON)
    return house.facts(story.id)[-1]


def learned_rows(house: House) -> list[Row]:
    return [row for row in house.rows() if row["PK"]["S"] == layout.LEARNED]


def area_of(house: House, words: Text) -> str:
    story = house.keep(submitted(), words=words)
    house.tell("ClassifyStory", house.facts(story.id)[-1])
    fact = house.facts(story.id)[-1]
    assert isinstance(fact, StoryClassified)
    return fact.area


def teach(house: House) -> None:
    for headline in (FIRST.headline, "Åbent i Lanternen", "Lanternen fylder ti"):
        story = came(house, FIRST.model_copy(update={"headline": headline}))
        house.tell("LearnPlacement", corrected(house, story))


def test_after_corrections_the_next_story_like_them_goes_right(house: House) -> None:
    assert area_of(house, NEXT) != "youth-guidance"
    teach(house)
    assert area_of(house, NEXT) == "youth-guidance"
    for lesson in lessons.everything():
        lessons.stand(lesson.id, "undone")
    assert area_of(house, NEXT) != "youth-guidance", "taking them back leaves no trace"


def test_the_same_correction_again_and_again_is_one_lesson_bar_d4(house: House) -> None:
    fact = corrected(house, came(house, FIRST))
    house.tell("LearnPlacement", fact)
    once = [row for row in learned_rows(house) if row["SK"]["S"] != layout.WEIGHTS]
    weights = lessons.weights()
    assert house.tell("LearnPlacement", fact, fact) == BATCH
    assert [row for row in learned_rows(house) if row["SK"]["S"] != layout.WEIGHTS] == once
    assert lessons.weights() == weights


def test_a_later_correction_of_the_same_story_takes_the_place_of_the_earlier_one(house: House) -> None:
    story = came(house, FIRST)
    wrong = corrected(house, story, "culture-leisure")
    right = corrected(house, story, "youth-guidance")
    for fact in (right, wrong):  # they may come in any order
        house.tell("LearnPlacement", fact)
    [lesson] = [one for one in lessons.everything() if one.group == "area"]
    assert lesson.right == "youth-guidance"


def test_giving_a_story_back_teaches_what_it_is_not(house: House) -> None:
    story = came(house, FIRST)
    ledger.record(story.id, placing.not_mine, by="press-officer", organisation=BY_HAND, at=NOON)
    house.tell("LearnPlacement", house.facts(story.id)[-1])
    [lesson] = lessons.everything()
    assert story.placement is not None
    assert (lesson.group, lesson.wrong, lesson.right) == ("area", story.placement.area, None)


@pytest.mark.parametrize(("learning", "rows"), [("at-once", 3), ("after-rehearsal", 3), ("off", 0)])
def test_the_municipality_says_when_a_correction_counts(house: House, learning: str, rows: int) -> None:
    organisation.apply(changed(lyngvig(), learning=learning), by="test", on_revision=organisation.revision())
    house.tell("LearnPlacement", corrected(house, came(house, FIRST)))
    assert len(learned_rows(house)) == rows
    assert bool(lessons.weights().outputs) == (learning == "at-once")


def test_no_word_of_the_story_lies_among_the_lessons_bar_g4(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    house.tell("LearnPlacement", corrected(house, came(house, FIRST)))
    stored = json.dumps(learned_rows(house), default=str).lower()
    for word in ("lanternen", "anterne", "nysgerrige", "kaffe"):
        assert word not in stored
    assert "anterne" not in str([vars(record) for record in caplog.records])


def test_a_story_whose_words_are_gone_teaches_nothing_and_stops_nobody(house: House) -> None:
    story = came(house, FIRST)
    fact: Any = corrected(house, story)
    from lyspunkt.aws.clients import client
    from lyspunkt.settings import settings

    key = {"PK": {"S": layout.story_key(story.id)}, "SK": {"S": layout.text_key(1)}}
    client("dynamodb").delete_item(TableName=settings().table, Key=key)
    assert house.tell("LearnPlacement", fact) == BATCH
    assert lessons.everything() == []
