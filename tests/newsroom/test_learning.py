"""Corrections make Lyspunkt better where a municipality is itself, and wrong ones do not make it worse elsewhere.

The stories of Lyngvig name its own institutions by names that mislead; only who works there knows whose they are.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.training import corpus
from lyspunkt.newsroom import learning, placing
from lyspunkt.newsroom.classification import Reading, classify
from lyspunkt.newsroom.learning import Correction, Learned, Lesson, corrections, learned, teach
from lyspunkt.newsroom.model import model
from lyspunkt.newsroom.subjects import Area
from tests.support.lyngvig import NOON, changed, classification, lyngvig, routed

NOTHING = Learned()
AREAS = sorted(set(Area) - {Area.CENTRAL})


@cache
def stories() -> tuple[dict[str, Any], ...]:
    lines = (Path(__file__).parent / "stories" / "lyngvig.jsonl").read_text("utf-8").splitlines()
    shuffled = [json.loads(line) for line in lines]
    random.Random(1).shuffle(shuffled)  # noqa: S311 - the same order each time
    return tuple(shuffled)


@cache
def of_others() -> tuple[dict[str, Any], ...]:
    """Ordinary stories of no place in particular."""
    return tuple(
        {"id": str(number), "subject": text.subject, "body": text.body, "area": text.area}
        for number, text in enumerate(corpus.read()[::40])
    )


def lesson(story: dict[str, Any], right: str | None, known: Learned = NOTHING, *, number: int = 1) -> Lesson:
    """What a person's correction of the area of a story teaches on top of what is known."""
    reading = Reading(story["subject"], story["body"], (), known)
    wrong = next(guess.code for guess in reading.classification().areas if guess.code != right)
    step, words = teach(reading.seen, reading.scores, model(), Correction("area", wrong, right))
    return Lesson(
        story_id=story["id"],
        number=number,
        at=NOON + timedelta(minutes=number),
        by="press-officer",
        group="area",
        wrong=wrong,
        right=right,
        step=step,
        words=words,
    )


def share_right(of: Sequence[dict[str, Any]], known: Learned) -> float:
    found = [bool(classify(story["subject"], story["body"], learned=known).area == story["area"]) for story in of]
    return sum(found) / max(1, len(found))


def taught_by(of: Iterable[dict[str, Any]]) -> list[Lesson]:
    """As a desk works through stories: one that lies right by itself teaches nothing."""
    lessons: list[Lesson] = []
    for number, story in enumerate(of, start=1):
        known = learned(lessons)
        if classify(story["subject"], story["body"], learned=known).area != story["area"]:
            lessons.append(lesson(story, story["area"], known, number=number))
    return lessons


def test_accuracy_rises_with_corrections_and_a_run_of_wrong_ones_does_not_bring_it_down() -> None:
    heard, new = stories()[:120], stories()[120:]
    lessons = taught_by(heard)
    shares = [share_right(new, learned(lessons[:count])) for count in (0, len(lessons) // 3, len(lessons))]
    assert shares[0] < 0.15, "nobody could know these names"
    assert shares[0] + 0.15 < shares[1]
    assert shares[1] + 0.1 < shares[2]
    assert shares[2] > 0.45
    elsewhere = share_right(of_others(), NOTHING)
    assert share_right(of_others(), learned(lessons)) > elsewhere - 0.03

    wrong = random.Random(2)  # noqa: S311 - repeatable
    for number, story in enumerate(new[:20], start=500):
        other = wrong.choice([area for area in AREAS if area != story["area"]])
        lessons.append(lesson(story, other, learned(lessons), number=number))
    assert share_right(new, learned(lessons)) > shares[2] - 0.25
    assert share_right(of_others(), learned(lessons)) > elsewhere - 0.03


def test_forty_stories_of_all_kinds_sent_to_one_desk_leave_most_where_they_belong() -> None:
    mixed = random.Random(3).sample(of_others(), len(of_others()))  # noqa: S311 - repeatable
    sent, rest = mixed[:40], mixed[40:]
    lessons: list[Lesson] = []
    for number, story in enumerate(sent):
        lessons.append(lesson(story, "social", learned(lessons), number=number))
    assert share_right(rest, learned(lessons)) > share_right(rest, NOTHING) - 0.08


STORY = {"id": "s", "subject": "Lys i Lanternen", "body": "I går holdt de åbent hus i Lanternen for alle nysgerrige."}
LIKE = ("Besøg", "Borgmesteren kom forbi Lanternens nye lokaler med en kage.")


def test_after_one_correction_the_next_story_like_it_goes_right_and_says_that_it_was_taught() -> None:
    known = learned([lesson(STORY, "youth-guidance"), lesson(STORY | {"id": "t"}, "youth-guidance", number=2)])
    before, after = classify(*LIKE), classify(*LIKE, learned=known)
    assert before.area != "youth-guidance"
    assert after.area == "youth-guidance"
    [reason] = [reason for reason in after.reasons if reason.speaks_for == "youth-guidance" and reason.taught]
    assert reason.word == "lanternens"


def test_taking_a_lesson_back_leaves_no_trace() -> None:
    first, second = lesson(STORY, "youth-guidance"), lesson(stories()[0], stories()[0]["area"], number=2)
    undone = second.model_copy(update={"standing": "undone"})
    waits = second.model_copy(update={"standing": "waits"})
    assert learned([first, undone]) == learned([first, waits]) == learned([first])
    assert learned([first, second]) == learned([second, first]) != learned([first])


def test_not_mine_speaks_against_and_for_nothing() -> None:
    [wrong] = {one.code for one in classify(STORY["subject"], STORY["body"]).areas[:1]}
    known = learned([lesson(STORY, None)])
    assert set(known.outputs) == {f"area:{wrong}"}
    assert max(known.outputs[f"area:{wrong}"].values()) < 0


def test_what_is_right_by_far_already_teaches_nothing() -> None:
    reading = Reading("Ny cykelsti", "Vejfolkene har lagt ny asfalt på cykelstien og fortovet.", (), NOTHING)
    assert teach(reading.seen, reading.scores, model(), Correction("area", "social", "roads-property"))[0] == 0.0


@given(st.lists(st.sampled_from(range(240)), min_size=1, max_size=30), st.sampled_from(AREAS))
def test_however_often_it_is_said_no_word_and_no_text_is_louder_than_the_bounds(picked: list[int], area: str) -> None:
    lessons = [lesson(stories()[at], area, number=number) for number, at in enumerate(picked)]
    known = learned(lessons * 1)
    for weights in known.outputs.values():
        assert max(map(abs, weights.values())) <= learning.LOUDEST_WORD
    for at in picked[:3]:
        seen = Reading(stories()[at]["subject"], stories()[at]["body"], (), known).seen
        for score in known.scores(seen).values():
            assert abs(score) <= learning.LOUDEST + learning.LOUDEST_REST + 1e-9


def test_a_lesson_holds_numbers_that_many_words_share_and_no_persons_name() -> None:
    story = STORY | {"body": "Leder Kseniia Bondarenko og Jens Holm viste rundt i Lanternen."}
    taught = lesson(story, "youth-guidance")
    assert all(isinstance(number, int) and 0 <= number < 2**16 for number in taught.words)
    nobody = lesson(STORY | {"body": "Leder og viste rundt i Lanternen."}, "youth-guidance")
    assert set(taught.words) == set(nobody.words)
    assert "anternen" not in taught.model_dump_json()


def test_the_newest_lessons_count_and_the_weights_fit_in_a_row_bar_d13() -> None:
    many = [
        lesson(stories()[0], stories()[0]["area"]).model_copy(
            update={
                "story_id": f"s{number}",
                "at": NOON + timedelta(minutes=number),
                "words": {(number * 40 + word) % 65_536: 1.0 for word in range(40)},
            }
        )
        for number in range(learning.MOST_LESSONS + 50)
    ]
    known = learned(many)
    assert known == learned(many[50:])
    assert sum(map(len, known.outputs.values())) <= learning.MOST_WEIGHTS
    assert len(known.model_dump_json()) < 300_000


@pytest.mark.parametrize(
    ("area", "kind", "expected"),
    [
        ("social", "good-story", [("area", "roads-property", "social"), ("kind", "event", "good-story")]),
        ("roads-property", "event", [("area", "culture-leisure", "roads-property"), ("kind", "good-story", "event")]),
    ],
)
def test_placing_says_what_was_wrong_or_that_the_runner_up_was(
    area: str, kind: str, expected: list[tuple[str, str, str]]
) -> None:
    guesses = {
        "areas": [{"code": "roads-property", "confidence": 0.4}, {"code": "culture-leisure", "confidence": 0.3}],
        "kinds": [{"code": "good-story", "confidence": 0.5}, {"code": "event", "confidence": 0.4}],
    }
    found = type(classification()).model_validate(classification().model_dump() | guesses)
    desk = routed(changed(lyngvig(), sending="by-communicator"))
    [placed] = placing.place(desk.now, area=area, kind=kind, by="press-officer", at=NOON)
    assert [tuple(one) for one in corrections(desk.now, found, placed)] == expected  # type: ignore[arg-type]


def test_giving_back_says_what_it_is_not() -> None:
    desk = routed(changed(lyngvig(), sending="by-communicator"))
    before = desk.now
    [returned] = placing.not_mine(before, by="roads-communicator", organisation=lyngvig(), at=NOON)
    assert corrections(before, classification(), returned) == (Correction("area", "roads-property", None),)  # type: ignore[arg-type]
