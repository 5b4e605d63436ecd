"""The project's own raw mails, each with what a person would want of it (bars C1, C3, C6, C9)."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lyspunkt.mailroom.read import Read, read

CORPUS = Path(__file__).parent / "corpus"
MAILS = sorted(CORPUS.glob("*.eml"))
OUR_DOMAIN = "lyspunkt.lyngvig.example"


def expected_of(mail: Path) -> dict[str, Any]:
    return tomllib.loads(mail.with_suffix(".toml").read_text(encoding="utf-8"))


def read_file(mail: Path) -> Read:
    return read(mail.read_bytes(), our_domain=OUR_DOMAIN)


def paragraphs(text: str) -> list[str]:
    """What stands between empty lines; where a program broke a line is its own affair."""
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip()]


def became(mail: Read) -> dict[str, Any]:
    reason = mail.aside or mail.problem
    found: dict[str, Any] = {"outcome": "set-aside" if reason else "story", "subject": mail.subject}
    found |= {"reason": reason} if reason else {"language": mail.language, "text": paragraphs(mail.text)}
    if mail.sender:
        found["sender"] = mail.sender.address
    if mail.author:
        found["original_author"] = mail.author.address
    return found


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.stem)
def test_a_mail_becomes_what_a_person_would_want_of_it_bars_c1_c3_c6_c9(mail: Path) -> None:
    expected = expected_of(mail)
    files = [(file["name"], file["done"]) for file in expected.pop("attachments", [])]
    del expected["shows"]
    if "text" in expected:
        expected["text"] = paragraphs(expected["text"])
    found = read_file(mail)
    assert became(found) == expected
    if expected["outcome"] == "story":
        assert sorted((file.name, file.done.partition(":")[0]) for file in found.files) == sorted(files)


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


def test_html_comes_out_line_by_line() -> None:
    found = read_file(next(CORPUS.glob("*-html-with-script-and-pixel.eml")))
    assert found.text.split("\n")[4:10] == [
        "She wants to:",
        "",
        "- sleep until eight,",
        "- learn to swim & to skate,",
        "- come back for the summer fête.",
        "",
    ]
