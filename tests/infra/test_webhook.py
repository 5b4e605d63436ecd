"""lyspunkt webhook try and sign: what becomes of a delivery, and one as each form product would send it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra import cli
from infra.commands import webhook
from infra.local.runtime import Runtime, started
from lyspunkt.aws import ledger
from lyspunkt.aws import organisation as kept
from lyspunkt.settings import settings
from tests.support.lyngvig import ROOT, lyngvig

PAYLOADS = ROOT / "tests" / "newsroom" / "payloads"
FILES = {
    "typeform": "typeform.json",
    "tally": "tally.json",
    "jotform": "jotform.form",
    "microsoft-forms": "microsoft-forms.json",
    "google-forms": "google-forms.json",
    "os2forms": "os2forms.form",
    "drupal-webform": "drupal-webform.json",
    "gravity-forms": "gravity-forms.json",
    "formbricks": "formbricks.json",
    "fillout": "fillout.json",
}
SOURCES = [(source.id, FILES[source.product]) for source in lyngvig().sources if source.product in FILES]


def tried(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    code = cli.main(["webhook", "try", *map(str, arguments)])
    return code, capsys.readouterr().out


@pytest.mark.parametrize(("source", "file"), SOURCES)
def test_try_says_what_becomes_of_each_field_without_a_running_lyspunkt(
    source: str, file: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LYSPUNKT_TABLE", raising=False)
    code, told = tried(capsys, source, PAYLOADS / file)
    assert code == 0
    for said in ("FIELD", "headline", "body", "address", "kept beside the story", "\nA story: ", "known by: "):
        assert said in told
    assert "Not there" not in told


def test_try_tells_what_is_missing_and_how_to_mend_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    renamed = tmp_path / "renamed.json"
    posted = json.loads((PAYLOADS / "tally.json").read_text(encoding="utf-8"))
    for field in posted["data"]["fields"]:
        field["label"] = field["label"].replace("Hvad er der sket?", "Hvad skete der?").replace("Telefon", "Mobil")
    renamed.write_text(json.dumps(posted), encoding="utf-8")
    code, told = tried(capsys, "volunteers", renamed)
    assert code == 1
    assert "Not there: Hvad er der sket?, which fields.body names" in told
    assert "Not there: Telefon, which fields.phone names" in told
    assert "No story: Hvad er der sket? is missing or empty" in told
    assert "Say in fields.body which FIELD holds it" in told
    lines = {line.split("  ")[0]: line for line in told.splitlines()}
    assert "kept beside the story" in lines["Hvad skete der?"]
    assert "empty" in lines["Andet"]


@pytest.mark.parametrize(
    ("source", "content", "said"),
    [
        ("nobody", "{}", "There is no source nobody"),
        ("campaign", "{", "No story: The body is not JSON"),
        ("campaign", "[]", "No story: the body must be a JSON object"),
        (
            "visitors",
            '{"event": "responseCreated"}',
            "this tells of responseCreated; a story is made of responseFinished",
        ),
    ],
)
def test_try_ends_with_1_where_it_would_be_no_story(
    source: str, content: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "posted"
    file.write_text(content, encoding="utf-8")
    code, told = tried(capsys, source, file)
    assert (code, said in told) == (1, True), told


def test_try_takes_another_organisation_and_another_type_and_says_what_it_cannot_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "posted"
    file.write_text("title=T&story=S", encoding="utf-8")
    assert tried(capsys, "staff-form", file)[0] == 0
    assert tried(capsys, "staff-form", file, "--content-type", "application/json")[0] == 1
    other = tmp_path / "other.yaml"
    other.write_text((ROOT / "infra" / "lyngvig.yaml").read_text(encoding="utf-8").replace("body: story", "body: text"))
    assert "Not there: text" in tried(capsys, "staff-form", file, "--organisation", other)[1]
    assert tried(capsys, "staff-form", tmp_path / "none")[0] == 1
    assert tried(capsys, "staff-form", file, "--organisation", tmp_path / "none")[0] == 1


@pytest.fixture(scope="module")
def running() -> Iterator[Runtime]:
    with started() as runtime:
        kept.apply(lyngvig(), by="test", on_revision=0)
        webhook.make_secrets(kept.organisation())
        yield runtime


def sent(runtime: Runtime, line: str) -> Any:
    """Do as the shell and curl would."""
    words = shlex.split(line)
    assert words[:2] == ["curl", "-sS"]
    headers = dict(words[place + 1].split(": ", 1) for place, word in enumerate(words) if word == "-H")
    body = Path(words[words.index("--data-binary") + 1].removeprefix("@")).read_bytes()
    return runtime.request("POST", words[-1].removeprefix(settings().address), headers, body)


@pytest.mark.parametrize(("source", "file"), SOURCES)
def test_the_line_that_sign_prints_is_believed_as_it_stands(
    running: Runtime, source: str, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert webhook.sign(source, PAYLOADS / file) == 0
    answer = sent(running, capsys.readouterr().out.strip())
    assert answer.status == 202
    assert ledger.story(answer.json()["story"]).source == f"webhook:{source}"


def test_sign_says_so_where_there_is_no_source_secret_or_file(
    running: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    assert webhook.sign("nobody", PAYLOADS / "tally.json") == 1
    assert "no source nobody" in capsys.readouterr().out
    assert webhook.sign("volunteers", PAYLOADS / "none.json") == 1
    assert "none.json" in capsys.readouterr().out
