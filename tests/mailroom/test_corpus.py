"""The project's own raw mails, each with what a person would want of it (bars C1, C3, C6, C9)."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from infra.commands.mail import attempt
from tests.support.lyngvig import ROOT

CORPUS = Path(__file__).parent / "corpus"
MAILS = sorted(CORPUS.glob("*.eml"))


def expected_of(mail: Path) -> dict[str, Any]:
    return tomllib.loads(mail.with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def tried() -> dict[str, dict[str, Any]]:
    """What `lyspunkt mail try --json` says of each mail, by file name, and the totals under an empty one."""
    said = StringIO()
    with redirect_stdout(said):
        assert attempt(MAILS, as_json=True, organisation=ROOT / "infra/lyngvig.yaml") == 0
    lines = [json.loads(line) for line in said.getvalue().splitlines()]
    return {Path(line.get("file", "")).name: line for line in lines}


def paragraphs(text: str) -> list[str]:
    """What stands between empty lines; where a program broke a line is its own affair."""
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip()]


def files(listed: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((file["name"], file["done"].partition(":")[0]) for file in listed)


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.stem)
def test_a_mail_becomes_what_a_person_would_want_of_it_bars_c1_c3_c6_c9(mail: Path) -> None:
    expected, found = expected_of(mail), tried()[mail.name]
    for name in ("outcome", "reason", "subject", "sender"):
        assert found[name] == expected.get(name)
    if expected["outcome"] == "set-aside":
        return
    assert paragraphs(found["text"]) == paragraphs(expected["text"])
    assert found["language"] == expected["language"]
    assert files(found["attachments"]) == files(expected.get("attachments", []))
    author = expected.get("original_author")
    assert found["author"] is None if author is None else found["author"].endswith(f"<{author}>")


def test_every_mail_says_what_it_shows_and_the_languages_and_outcomes_are_all_there() -> None:
    all_expected = [expected_of(mail) for mail in MAILS]
    assert len(MAILS) >= 90
    assert {mail.stem for mail in MAILS} == {told.stem for told in CORPUS.glob("*.toml")}
    assert all(expected["shows"] for expected in all_expected)
    languages = Counter(expected.get("language") for expected in all_expected if expected["outcome"] == "story")
    assert min(languages[language] for language in ("da", "sv", "nb", "nn", "en")) >= 10
    reasons = {expected.get("reason") for expected in all_expected}
    assert {"auto-reply", "bounce", "list", "ours", "calendar", "empty", "encrypted", "too-many-parts"} <= reasons


def test_the_mails_are_kept_byte_for_byte() -> None:
    changed = {"bare-line-feeds", "carriage-returns-alone"}
    for mail in MAILS:
        whole = mail.read_bytes()
        assert (b"\r\n" in whole) != (mail.stem.partition("-")[2] in changed), mail.name


def test_the_totals_come_last_and_nothing_is_lost() -> None:
    outcomes = Counter(expected_of(mail)["outcome"] for mail in MAILS)
    assert tried()[""]["totals"] == {"messages": len(MAILS), "lost": 0, **outcomes}


def test_html_comes_out_line_by_line() -> None:
    found = next(found for name, found in tried().items() if "html-with-script" in name)
    assert found["text"].split("\n")[4:10] == [
        "She wants to:",
        "",
        "- sleep until eight,",
        "- learn to swim & to skate,",
        "- come back for the summer fête.",
        "",
    ]
