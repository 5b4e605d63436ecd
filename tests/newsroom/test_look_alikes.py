"""Numbers that are no identity numbers, in the sentences in which they come to a story desk (bar G6)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from lyspunkt.newsroom.id_numbers import find

LANGUAGES = {"da", "sv", "nb", "nn", "en"}
MOST = 0.02
"""False alarms, of all sentences."""


def sentences() -> list[tuple[str, str]]:
    """Each with its language, which stands above it in brackets."""
    found: list[tuple[str, str]] = []
    language = ""
    for line in Path(__file__).with_name("look-alikes.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            language = line.strip("[]")
        elif line and not line.startswith("#"):
            found.append((language, line))
    return found


def test_at_most_two_of_a_hundred_sentences_give_a_false_alarm_bar_g6() -> None:
    alarms = [line for _, line in sentences() if find(line)]
    assert len(alarms) <= MOST * len(sentences()), alarms


def test_all_of_them_in_one_text_give_no_more() -> None:
    whole = "\n".join(line for _, line in sentences())
    assert len(find(whole)) <= MOST * len(sentences())


def test_there_are_enough_sentences_in_every_language() -> None:
    by_language = Counter(language for language, _ in sentences())
    assert sum(by_language.values()) >= 150
    assert set(by_language) == LANGUAGES
    assert min(by_language.values()) >= 20
