"""classify_story finds the story that came before: by form and by mail, once, also when a call fails or two race."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

import pytest

from lyspunkt.aws import ledger, likeness
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.events import StorySubmitted
from lyspunkt.newsroom.likeness import BANDS
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.texts import Text
from tests.support.house import BATCH, House
from tests.support.lyngvig import NOON, submitted

BODY = (
    "I lørdags åbnede vi syværkstedet på Hovedbiblioteket. Der kom 85 mennesker forbi, og de seks symaskiner kørte "
    "hele dagen. Ni par bukser blev reddet fra skraldespanden."
)
FORM = Text(headline="Syværkstedet er åbent", body=BODY)
MAIL = Text(
    headline="Til kommunikation",
    body=f"Hej derinde\n\n{BODY.replace('forbi', 'og kiggede')}\n\nMed venlig hilsen\nBiblioteket",
)
OTHER = Text(
    headline="Ny cykelsti", body="Vejfolkene åbnede i dag stien langs Engvej. Asfalten og gadelygterne er nye."
)
_minutes = count()


def keep(house: House, text: Text, at: datetime | None = None) -> Story:
    """A story that just came in, a minute after the one before."""
    return house.keep(submitted(at or NOON + timedelta(minutes=next(_minutes))), words=text)


def classify(house: House, *stories: Story) -> None:
    facts = [fact for story in stories for fact in house.facts(story.id) if isinstance(fact, StorySubmitted)]
    assert house.tell("ClassifyStory", *facts) == BATCH


def suspected(story: Story) -> list[str]:
    return [suspicion.other for suspicion in ledger.story(story.id).suspicions]


def test_the_same_story_by_form_and_by_mail_is_suspected_on_the_later_one_before_it_is_classified(house: House) -> None:
    first, other, second = keep(house, FORM), keep(house, OTHER), keep(house, MAIL)
    for story in (first, other, second):
        classify(house, story)
    assert house.types(second.id) == ["StorySubmitted", "DuplicateSuspected", "StoryClassified"]
    [suspicion] = ledger.story(second.id).suspicions
    assert suspicion.other == first.id
    assert suspicion.likeness > 0.5
    assert suspected(first) == suspected(other) == []


def test_one_step_takes_three_calls_more_than_its_own_and_a_repetition_writes_nothing(house: House) -> None:
    first, second = keep(house, FORM), keep(house, MAIL)
    classify(house, first)
    own = ["BatchGetItem", "BatchWriteItem", "BatchWriteItem", "BatchGetItem", "GetItem", "TransactWriteItems"]
    house.begin()
    classify(house, second)
    look_at_the_other = 1
    assert len(house.calls()) == len(own) + look_at_the_other
    house.begin()
    classify(house, second)
    assert house.writes() == []
    assert house.types(second.id).count("DuplicateSuspected") == 1


@pytest.mark.parametrize("newer_first", [False, True])
def test_the_newer_one_is_suspected_whichever_is_read_first_bar_d4(house: House, newer_first: bool) -> None:
    older, newer = keep(house, FORM), keep(house, MAIL)
    for story in (newer, older) if newer_first else (older, newer):
        classify(house, story)
    assert (suspected(older), suspected(newer)) == ([], [older.id])


def test_a_suspicion_that_could_not_be_written_on_the_newer_one_is_written_the_next_time(house: House) -> None:
    older, newer = keep(house, FORM), keep(house, MAIL)
    classify(house, newer)
    house.fail("TransactWriteItems", "before", ConnectionError("out of order"))
    [fact] = house.facts(older.id)
    assert house.tell("ClassifyStory", fact) != BATCH
    classify(house, older)
    assert suspected(newer) == [older.id]


@pytest.mark.parametrize("operation", ["BatchWriteItem", "BatchGetItem"])
@pytest.mark.parametrize("side", ["before", "after"])
def test_a_look_that_fails_is_taken_again_and_nothing_is_lost_bar_d1(house: House, operation: str, side: str) -> None:
    first, second = keep(house, FORM), keep(house, MAIL)
    classify(house, first)
    [fact] = house.facts(second.id)
    house.fail(operation, side, ConnectionError("out of order"))  # type: ignore[arg-type]
    assert house.tell("ClassifyStory", fact) != BATCH
    assert house.types(second.id) == ["StorySubmitted"], "not classified before somebody has looked"
    classify(house, second)
    assert suspected(second) == [first.id]


def test_of_two_that_come_at_once_at_least_one_sees_the_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kept first and looked for then: whoever looks last finds both."""
    first, second = keep(house, FORM), keep(house, MAIL)
    [fact] = [fact for fact in house.facts(second.id) if isinstance(fact, StorySubmitted)]
    from lyspunkt.aws import table

    whole, inside = table.put_many, [True]

    def put_many(rows: object) -> None:
        whole(rows)  # type: ignore[arg-type]
        if inside.pop() if inside else False:
            house.tell("ClassifyStory", fact)

    monkeypatch.setattr(table, "put_many", put_many)
    classify(house, first)
    assert suspected(second) == [first.id]


def test_a_suspected_story_waits_for_a_person_where_another_is_sent_by_policy(house: House) -> None:
    first, second = keep(house, FORM), keep(house, MAIL)
    for story in (first, second):
        classify(house, story)
        house.tell("RouteStory", house.facts(story.id)[-1])
    assert [ledger.story(story.id).phase for story in (first, second)] == ["sent-for-approval", "routed"]


def test_a_story_that_was_taken_back_is_no_suspect_and_a_merged_one_points_to_where_it_went(house: House) -> None:
    first, second, third = keep(house, FORM), keep(house, MAIL), keep(house, FORM)
    classify(house, first)
    classify(house, second)
    ledger.record(second.id, decide.merge, into=ledger.story(first.id), by="press-officer", at=NOON)
    classify(house, third)
    assert suspected(third) == [first.id]
    ledger.record(first.id, decide.withdraw, by="submitter", at=NOON)
    fourth = keep(house, MAIL)
    classify(house, fourth)
    assert suspected(fourth) == [third.id]


def test_after_two_months_a_story_may_come_again(house: House) -> None:
    first = keep(house, FORM)
    classify(house, first)
    later = NOON + timedelta(days=61)
    house.set_clock(later)
    again = keep(house, FORM, later)
    classify(house, again)
    assert suspected(again) == []


def test_a_story_lies_under_its_bands_without_its_words_and_no_partition_is_all_stories_bar_d13(house: House) -> None:
    stories = [keep(house, text) for text in (FORM, MAIL, OTHER)]
    classify(house, *stories)
    kept = [row for row in house.rows() if row["PK"]["S"].startswith("LIKE#")]
    assert len([row for row in kept if row["story"]["S"] == stories[2].id]) == BANDS
    assert "ymaskine" not in str(kept)
    assert max(len(str(row)) for row in kept) < 1_024, "one unit of writing each"


def test_a_story_without_words_lies_nowhere_and_is_classified_all_the_same(house: House) -> None:
    empty = keep(house, Text(headline="", body="…"))
    classify(house, empty)
    assert house.types(empty.id)[-1] == "StoryClassified"
    assert not [row for row in house.rows() if row["PK"]["S"].startswith("LIKE#")]


def test_no_two_stories_take_each_others_place_in_every_band_whatever_their_ids() -> None:
    bands = [f"{number:08x}" for number in range(BANDS)]
    for number in range(200):
        places = [[likeness._place(f"s{id_:06d}", band) for band in bands] for id_ in (number, number + 1)]
        together = sum(one == other for one, other in zip(*places, strict=True))
        assert BANDS // 8 < together < BANDS * 7 // 8
