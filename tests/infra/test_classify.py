"""`lyspunkt classify` and `lyspunkt explain`: the rules on texts that nobody sent, and nothing kept of them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from infra import cli
from infra.commands.play import LYNGVIG

PATH = "Vejfolkene åbnede i går den nye cykelsti ved Byskolen. Asfalten er lagt, og cyklisterne er glade."
COMPLAINT = "Jeg vil klage. Det er en skandale, at kommunen svigter, og ingen svarer. Vi er vrede og skuffede."


def stories(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "stories.jsonl"
    path.write_text("\n\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines), encoding="utf-8")
    return path


def test_each_story_becomes_one_json_line_best_first_and_other_fields_are_not_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = stories(
        tmp_path,
        {"id": "a", "subject": "Ny cykelsti", "body": PATH, "area": "social", "lang": "sv"},
        {"id": 2, "body": "The council opened a new library for everyone yesterday, and it is full of readers."},
    )
    assert cli.main(["classify", str(path), "--json"]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert set(first) == {"id", "lang", "area", "kind", "strategic", "sensitive", "reasons"}
    assert (first["id"], first["lang"], first["area"][0][0]) == ("a", "da", "roads-property")
    assert (second["id"], second["lang"], second["area"][0][0]) == (2, "en", "culture-leisure")
    sure = [confidence for _, confidence in first["area"]]
    assert sure == sorted(sure, reverse=True)
    assert ["cykelsti", "roads-property"] in [reason[:2] for reason in first["reasons"]]


def test_without_json_a_table_is_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["classify", str(stories(tmp_path, {"id": "a", "subject": "", "body": PATH}))]) == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["id", "lang", "area"]
    assert row.split()[:3] == ["a", "da", "roads-property"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 3 is not JSON"),
        ([1], "line 3 is not a JSON object"),
        ({"body": PATH}, "line 3 is not a JSON object with id"),
        ({"id": "a", "body": 7}, "line 3: subject and body must be texts"),
    ],
)
def test_a_line_that_is_no_story_is_named_and_those_before_it_are_told(
    line: object, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["classify", "--json", str(stories(tmp_path, {"id": "a", "body": PATH}, line))]) == 1
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 1
    assert says in said.err


def explained(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, text: str, *more: str) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert cli.main(["explain", "-", *more]) == 0
    return capsys.readouterr().out


def test_an_ordinary_story_is_explained_from_its_words_to_its_channels(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = explained(capsys, monkeypatch, f"Ny cykelsti\n\n{PATH}")
    assert said.startswith("Ny cykelsti\n\n")
    assert "cykelsti" in next(line for line in said.splitlines() if line.startswith("Area"))
    assert "roads-communicator, roads, because: area" in said
    assert "1 of roads-head, by the policy ordinary" in said
    assert said.endswith("site\n")


def test_a_day_on_which_the_communicator_is_away_is_asked_for_by_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    away = "absences: [{ first: 2026-12-24, last: 2026-12-24 }]"
    path = tmp_path / "organisation.yaml"
    text = LYNGVIG.read_text("utf-8")
    path.write_text(text.replace("- { id: roads-communicator,", f"- {{ id: roads-communicator, {away},"), "utf-8")
    on_the_day = explained(capsys, monkeypatch, PATH, "--organisation", str(path), "--at", "2026-12-24T12:00")
    assert "planning-communicator, roads, because: deputy" in on_the_day
    assert "roads-communicator, roads" in explained(
        capsys, monkeypatch, PATH, "--organisation", str(path), "--at", "2026-12-27T12:00"
    )


def test_what_is_no_time_is_refused_with_how_to_write_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["explain", "-", "--at", "tomorrow"])
    assert ended.value.code == 2
    assert "write it as 2026-12-24" in capsys.readouterr().err


def test_a_complaint_goes_to_the_central_desk_and_to_no_channel(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = explained(capsys, monkeypatch, COMPLAINT)
    assert "chief-of-communications, central desk, because: criticism" in said
    assert "answers; not yet: causes" in said
    assert "Channels" not in said
    assert "Approved by" not in said


def test_an_id_number_is_masked_in_what_is_printed_and_holds_the_story_back_bar_g6(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = explained(capsys, monkeypatch, f"Om 010107-0001\n\n{PATH}")
    assert "0101" not in said
    assert "until a person has removed the id number" in said


@pytest.mark.parametrize("text", ["", " \n\n "])
def test_a_text_without_words_is_said_to_be_none(
    text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert cli.main(["explain", "-"]) == 1
    assert "there is no text in it" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("classify", "explain"):
        assert cli.main([command, str(tmp_path / "nothing")]) == 1
        assert "nothing" in capsys.readouterr().err
