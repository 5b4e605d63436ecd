"""How the figures are counted and held against their bars."""

from typing import Any

import pytest

from infra.evaluation import loading
from infra.evaluation.bars import BARS, Row, headline, summary
from infra.evaluation.measure import calibration, counted, hardest
from infra.evaluation.stories import Answer, Judged
from lyspunkt.newsroom.subjects import Classification, Guess


def label(**other: Any) -> dict[str, Any]:
    return {
        "id": "1",
        "lang": "da",
        "subject": "",
        "body": "",
        "area": "social",
        "kind": "good-story",
        "strategic": False,
        "sensitive": [],
    } | other


def judged(id_: str, **areas: float) -> Judged:
    """A story of `social`, and how sure the areas were."""
    found = Classification(
        language="da",
        language_confidence=1.0,
        areas=tuple(Guess(code=code, confidence=sure) for code, sure in areas.items()),
        kinds=(Guess(code="good-story", confidence=1.0),),
        strategic=False,
        sensitive=(),
        reasons=(),
    )
    return Judged(label(id=id_), found, 1.0)


def row(figure: str, ours: float | None, **peers: float) -> Row:
    rows = summary({figure: ours}, {name: {figure: value} for name, value in peers.items()})
    return next(row for row in rows if row.bar.figure == figure)


@pytest.mark.parametrize(
    ("figure", "value", "met"),
    [
        ("area", 0.8, True),
        ("area", 0.799, False),
        ("good_stories_taken_for_crisis", 0.04, True),
        ("good_stories_taken_for_crisis", 0.041, False),
        ("memory", None, None),
    ],
)
def test_a_bar_is_met_from_its_very_figure_on(figure: str, value: float | None, met: bool | None) -> None:
    assert row(figure, value).met is met


def test_a_peer_is_ahead_where_its_figure_is_better_whichever_way_the_bar_lies() -> None:
    assert row("kind", 0.9, worse=0.8, same=0.9, better=0.95).behind == ["better"]
    assert row("loading", 100, worse=200, same=100, better=50).behind == ["better"]


def test_every_bar_has_its_figure() -> None:
    assert {bar.figure for bar in BARS} == headline(counted([Answer(label())])).keys()


def test_what_a_peer_was_not_asked_is_not_held_against_it() -> None:
    figures = headline(counted([Answer(label(sensitive=["child"]), language="da")]))
    assert {name for name, value in figures.items() if value is not None} == {"language", "worst_language"}


def test_the_worst_language_is_of_those_that_were_asked_for() -> None:
    answers = [
        Answer(label(), language="da"),
        Answer(label(lang="nn"), language="nb"),
        Answer(label(lang="nn"), language="nn"),
    ]
    figures = headline(counted(answers))
    assert figures["language"] == 0.667
    assert figures["worst_language"] == 0.5


def test_criticism_that_is_taken_for_a_press_enquiry_is_not_found() -> None:
    answers = [
        Answer(label(kind="criticism"), kinds=("press-enquiry",)),
        Answer(label(kind="criticism"), kinds=("criticism",)),
        Answer(label(kind="press-enquiry"), kinds=("press-enquiry",)),
        Answer(label(), kinds=("criticism",)),
    ]
    figures = headline(counted(answers))
    assert figures["crisis_found"] == 0.667
    assert figures["criticism_found"] == 0.5
    assert figures["press_enquiry_found"] == 1.0
    assert figures["good_stories_taken_for_crisis"] == 1.0


def test_flags_are_counted_together_as_one_heap() -> None:
    answers = [
        Answer(label(sensitive=["child", "health"]), sensitive=frozenset({"child"})),
        Answer(label(sensitive=["child"]), sensitive=frozenset({"child"})),
        Answer(label(), sensitive=frozenset({"confidential", "social-case"})),
    ]
    figures = counted(answers)
    assert figures["sensitive_together"] == {"labelled": 3, "recall": 0.667, "precision": 0.5}
    assert figures["sensitive"]["health"] == {"labelled": 1, "recall": 0.0, "precision": None}


def test_certainty_is_calibrated_where_it_is_the_share_of_the_right_ones() -> None:
    assert calibration([(0.75, True), (0.75, True), (0.75, True), (0.75, False)]) == 0
    assert calibration([(0.95, False), (0.15, False)]) == 0.55


def test_the_hardest_story_is_the_one_whose_label_was_held_the_unlikeliest() -> None:
    stories = [
        judged("easy", social=0.9, central=0.1),
        judged("hard", central=0.97, social=0.03),
        judged("unthinkable", central=0.97),
        *(judged(f"easy-{number}", social=0.9) for number in range(10)),
    ]
    rows = hardest(stories, "area")
    assert [row["id"] for row in rows[:2]] == ["unthinkable", "hard"]
    assert len(rows) == 10
    assert rows[1] == {
        "id": "hard",
        "language": "da",
        "labelled": "social",
        "held_likely": 0.03,
        "found": "central",
        "confidence": 0.97,
        "log_loss": 3.51,
    }


def test_loading_is_measured_in_fresh_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "PROCESSES", 1)
    measured = loading.measure()
    assert 0 < measured.imported < measured.first_text < measured.every_language
    assert measured.pydantic > 0
    assert measured.megabytes is None or measured.megabytes > 0
