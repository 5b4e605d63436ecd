"""lyspunkt rehearse: what new rules would change is listed before they are switched on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from infra.commands.rehearse import rehearse
from lyspunkt.newsroom.texts import Text
from tests.support.house import House
from tests.support.lyngvig import NOON, lyngvig, routed

PATH = Text(headline="Ny cykelsti", body="Vejfolkene har lagt ny asfalt på cykelstien. Ring 010190-1234.")


def file(folder: Path, **parts: object) -> Path:
    path = folder / "new.yaml"
    path.write_text(yaml.safe_dump(lyngvig().model_dump(mode="json") | parts, allow_unicode=True), "utf-8")
    return path


@pytest.mark.parametrize("as_json", [False, True])
def test_each_story_that_would_go_another_way_is_named_with_both_ways(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    story = house.keep(routed(), words=PATH.model_copy(update={"headline": "Ny cykelsti 010190-1234"}))
    new = file(tmp_path, routing=[{"id": "all", "to": "care"}])
    house.begin()
    assert rehearse(new, days=3, at=NOON, as_json=as_json) == 0
    said = capsys.readouterr().out
    assert story.id in said
    assert "roads-communicator" in said
    assert "care-communicator" in said
    assert "1234" not in said
    assert as_json or "1 of 1 stories" in said
    assert house.writes() == []


def test_nothing_changes_under_the_rules_in_place(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.keep(routed(), words=PATH)
    assert rehearse(None, days=3, at=NOON, as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_an_unusable_file_is_said_with_its_lines(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rehearse(file(tmp_path, routing=[{"id": "all", "to": "nobody"}]), days=3, at=NOON, as_json=False) == 1
    assert "new.yaml:" in capsys.readouterr().err
    assert house.writes() == []
