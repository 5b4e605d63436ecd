"""Measuring on labelled stories, with a few of our own."""

import json
from pathlib import Path

import pytest

from infra import evaluate

STORIES = [
    {
        "id": "1",
        "lang": "da",
        "subject": "Ny cykelsti",
        "body": "Vejfolkene har lagt asfalt på cykelstien, og trafikken glider.",
        "area": "roads-property",
        "kind": "good-story",
        "strategic": False,
        "sensitive": [],
    },
    {
        "id": "2",
        "lang": "sv",
        "subject": "Fråga från tidningen",
        "body": "Jag är journalist och vill ha en kommentar om biblioteket före deadline.",
        "area": "culture-leisure",
        "kind": "press-enquiry",
        "strategic": False,
        "sensitive": [],
    },
]


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    path = tmp_path / "stories.jsonl"
    path.write_text("\n".join(json.dumps(story) for story in STORIES), "utf-8")
    return path


def test_the_figures_come_as_tables(stories: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate.main([str(stories)]) == 0
    shown = capsys.readouterr().out
    for words in ("2 labelled stories", "within two", "press-enquiry", "placed by hand", "median", "loading"):
        assert words in shown


def test_the_same_figures_come_as_json(stories: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate.main([str(stories), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["stories"] == 2
    assert figures["languages"]["all"]["language"] == 1.0
    assert figures["confusion"]["roads-property"] == {"roads-property": 1}
    assert figures["kinds"]["press-enquiry"]["recall"] == 1.0
    assert figures["sensitive"]["child"]["recall"] is None


@pytest.mark.parametrize("json_too", [[], ["--json"]])
def test_without_the_stories_it_says_so_and_where_it_looked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], json_too: list[str]
) -> None:
    path = tmp_path / "none.jsonl"
    assert evaluate.main([str(path), *json_too]) == 0
    shown = capsys.readouterr().out
    assert "not part of the product" in shown
    assert str(path) in shown


@pytest.mark.parametrize(
    ("text", "says"), [("{", "line 1 is not JSON"), ("{}", "line 1 lacks lang"), ("", "no stories")]
)
def test_a_file_that_holds_no_labels_is_refused_with_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(text, "utf-8")
    assert evaluate.main([str(path)]) == 2
    assert says in capsys.readouterr().err
