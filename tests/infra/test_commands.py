"""The lyspunkt command, as far as it needs no running Lyspunkt; what plays people."""

import argparse
from pathlib import Path

import pytest

from infra import cli
from infra.commands import organisation, trail
from infra.commands.play import LYNGVIG
from infra.commands.samples import samples
from infra.local.visitor import NoSuchForm, Page, forms_in


def subcommands(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                found += [(*path, name), *subcommands(inner, (*path, name))]
    return found


@pytest.mark.parametrize("command", subcommands(cli._parser()), ids=" ".join)
def test_every_command_explains_itself(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*command, "--help"])
    assert ended.value.code == 0
    assert "usage: lyspunkt" in capsys.readouterr().out


def test_lyngvig_is_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["organisation", "check", str(LYNGVIG)]) == 0
    assert "is in order" in capsys.readouterr().out


def test_a_wrong_organisation_file_is_told_by_line_and_all_at_once(tmp_path: Path) -> None:
    text = LYNGVIG.read_text(encoding="utf-8")
    path = tmp_path / "wrong.yaml"
    path.write_text(
        text.replace("time_zone: Europe/Copenhagen", "time_zone: Europe/Kobenhavn").replace(
            "needed: all", "needed: some", 1
        ),
        encoding="utf-8",
    )
    with pytest.raises(organisation.BadOrganisation) as bad:
        organisation.read(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    for problem in bad.value.problems:
        line = lines[int(problem.split(":")[1]) - 1]
        assert "Europe/Kobenhavn" in line or "needed: some" in line
    assert any("is not a time zone" in problem for problem in bad.value.problems)


def test_a_gap_of_an_organisation_is_told_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = LYNGVIG.read_text(encoding="utf-8")
    path = tmp_path / "gaps.yaml"
    away = "absences: [{ first: 2026-12-01, last: 2026-12-24 }]"
    path.write_text(text.replace("- { id: press-officer,", f"- {{ id: press-officer, {away},"), encoding="utf-8")
    assert cli.main(["organisation", "check", str(path)]) == 1
    [said] = capsys.readouterr().out.splitlines()
    assert away in path.read_text(encoding="utf-8").splitlines()[int(said.split(":")[1]) - 1]
    assert "name a deputy who is there" in said


def test_a_file_that_is_no_yaml_is_told_by_line(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("people:\n  - { id: a\nother: [", encoding="utf-8")
    with pytest.raises(organisation.BadOrganisation, match=r"wrong\.yaml:\d+: not YAML"):
        organisation.read(path)


def test_what_changes_in_an_organisation_is_shown_by_name() -> None:
    old = {"people": [{"id": "head", "deputy": "a"}, {"id": "gone"}], "sending": "automatically"}
    new = {"people": [{"id": "head", "deputy": "b"}, {"id": "new"}], "sending": "automatically"}
    assert organisation.difference(old, new) == ["~ people.head.deputy: a -> b", "- people.gone", "+ people.new"]


def test_a_command_says_so_where_nothing_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LYSPUNKT_TABLE", raising=False)
    with pytest.raises(SystemExit) as ended:
        cli.main(["stories"])
    assert ended.value.code == 1
    assert "lyspunkt run" in capsys.readouterr().err


def test_every_sample_is_there_and_there_are_all_languages_and_both_doors() -> None:
    assert len(samples()) >= 8
    assert all(sample.path.is_file() for sample in samples())
    assert {sample.door for sample in samples()} == {"webhook", "mail"}


def test_a_table_is_as_wide_as_its_cells_and_cuts_the_last_one() -> None:
    assert trail.table([["a", "bb", "x" * 20], ["aaa", "b", "y"]], widest=5) == "a    bb  xxxx…\naaa  b   y"


FORM = """
<form action="/approvals/x" method="post"><input type="hidden" name="version" value="2">
<input type="radio" name="choice" value="approve"><input type="radio" name="choice" value="reject">
<textarea name="comment">as it
was</textarea><select name="to"><option value=""><option value="head" selected></select>
<input type="checkbox" name="seen" value="yes"><button name="go" value="send">Send</button></form>
"""


def test_a_form_sends_what_a_browser_would_send() -> None:
    [form] = forms_in(FORM)
    as_it_stands = [("version", "2"), ("comment", "as it\nwas"), ("to", "head")]
    assert (form.action, form.method) == ("/approvals/x", "post")
    assert form.filled({}) == as_it_stands, "no choice is made where none was preselected"
    assert form.filled({"choice": "approve"}) == [*as_it_stands, ("choice", "approve")]


def test_a_missing_form_says_what_the_page_has() -> None:
    page = Page("/x", 200, FORM, forms_in(FORM), {})
    assert page.form("choice", "approve") is page.forms[0]
    with pytest.raises(NoSuchForm, match="choice=approve"):
        page.form("password")
