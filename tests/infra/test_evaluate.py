"""Measuring on labelled stories, with a few of our own."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra import cli, evaluate
from infra.evaluation import loading
from infra.evaluation.loading import Loading
from infra.training import corpus

WORDS = "Asfalten er lagt"
STORIES = [
    {
        "id": "cycle-path",
        "lang": "da",
        "subject": "Ny cykelsti",
        "body": f"{WORDS}: vejfolkene er færdige med cykelstien, og trafikken glider.",
        "area": "roads-property",
        "kind": "good-story",
        "strategic": False,
        "sensitive": [],
    },
    {
        "id": "newspaper",
        "lang": "sv",
        "subject": "Fråga från tidningen",
        "body": "Jag är journalist och vill ha en kommentar om biblioteket före deadline.",
        "area": "culture-leisure",
        "kind": "press-enquiry",
        "strategic": False,
        "sensitive": [],
    },
]
LOADING = Loading(pydantic=100, imported=20, first_text=40, every_language=60, megabytes=61)


@pytest.fixture(autouse=True)
def _loading_is_measured_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "measure", lambda _how="": LOADING)


def written(path: Path, stories: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(json.dumps(story) for story in stories), "utf-8")
    return path


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    return written(tmp_path / "stories.jsonl", STORIES)


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """Enough of them for a peer to learn some from others."""
    days = ("I dag.", "I går.", "Fredag.", "Mandag.", "Nu.")
    told = [story | {"body": f"{story['body']} {day}"} for day in days for story in STORIES]
    return written(tmp_path / "several.jsonl", told)


def summary(shown: str) -> dict[str, list[str]]:
    """The cells of the summary's rows, by measure."""
    rows = (re.split(r" {2,}", line.strip()) for line in shown.split("\n\n")[1].splitlines()[2:])
    return {measure: cells for measure, *cells in rows}


def figures(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert evaluate.main([*arguments, "--json"]) == 0
    read: dict[str, Any] = json.loads(capsys.readouterr().out)
    return read


def test_the_figures_come_as_tables(stories: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["evaluate", str(stories), "--no-peers"]) == 0
    shown = capsys.readouterr().out
    for words in ("2 labelled stories", "within two", "press-enquiry", "flags together", "placed by hand", "median"):
        assert words in shown
    assert max(map(len, shown.splitlines())) <= 120


def test_a_bar_that_is_missed_is_marked_as_missed(stories: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evaluate.main([str(stories), "--no-peers"])
    rows = summary(capsys.readouterr().out)
    assert rows["memory"] == ["61 MB", "≤ 60 MB", "-", "missed"]
    assert rows["loading"] == ["40 ms", "≤ 150 ms", "-", "met"]
    assert rows["area, first choice"] == ["100.0%", "≥ 80.0%", "-", "met"]


def test_the_same_figures_come_as_json(stories: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(capsys, str(stories), "--no-peers")
    assert found["stories"] == 2
    assert found["languages"]["all"]["language"] == 1.0
    assert found["confusion"]["roads-property"] == {"roads-property": 1}
    assert found["kinds"]["press-enquiry"]["recall"] == 1.0
    assert found["sensitive"]["child"]["recall"] is None
    assert found["milliseconds"]["loading"] == 40
    assert found["loading"]["megabytes"] == 61
    assert {row["bar"]["figure"]: row["met"] for row in found["summary"]}["memory"] is False
    assert found["peers"] == []


def test_the_peers_are_reported_beside_in_the_same_run(several: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate.main([str(several)]) == 0
    shown = capsys.readouterr().out
    rows = summary(shown)
    assert rows["language"][2] == "lingua 100.0%"
    assert rows["kind"][2] == "SVM 100.0%"
    assert rows["memory"][2] == "lingua 61 MB"
    assert "\nSVM: TF-IDF" in shown


def test_a_peer_that_is_not_installed_is_left_out_with_a_line(
    several: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "lingua", None)
    monkeypatch.setitem(sys.modules, "sklearn.model_selection", None)
    assert evaluate.main([str(several)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert "Without SVM beside: scikit-learn is not installed." in shown
    assert "Without lingua beside: lingua-language-detector is not installed." in shown


def test_stories_too_few_to_learn_from_leave_out_the_peer_that_learns(
    stories: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = figures(capsys, str(stories))
    assert [peer["name"] for peer in found["peers"]] == ["lingua"]
    assert "nothing to learn" in found["absent"][0]


def test_no_peer_is_imported_before_it_is_asked() -> None:
    code = "import sys, infra.evaluate; print(*{'sklearn', 'lingua', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_hardest_stories_are_named_by_id_and_codes_without_a_word_of_theirs(
    stories: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate.main([str(stories), "--no-peers", "--hardest"]) == 0
    shown = capsys.readouterr().out
    assert "hardest by area" in shown
    assert "cycle-path" in shown.partition("hardest by kind")[2]
    assert WORDS not in shown


def test_the_learning_curve_learns_from_more_and_more_of_the_corpus(
    stories: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = corpus.read()
    few = texts[:: len(texts) // 200]
    monkeypatch.setattr(corpus, "read", lambda: few)
    rows = figures(capsys, str(stories), "--no-peers", "--learning-curve")["learning_curve"]
    assert [row["share"] for row in rows] == ["1/8", "1/4", "1/2", "1"]
    assert rows[-1]["texts"] == len(few)
    assert all(0 <= row["area"] <= 1 and 0 <= row["kind"] <= 1 for row in rows)


def test_without_scikit_learn_there_is_no_learning_curve(
    stories: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "infra.training.train", None)
    assert evaluate.main([str(stories), "--no-peers", "--learning-curve"]) == 0
    assert "scikit-learn is not installed" in capsys.readouterr().err


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
