"""What a reader gets whose language lacks a text, and how a moment is told when a clock shows it twice."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from lyspunkt.newsroom.language import LANGUAGES
from lyspunkt.newsroom.translations import NEXT_OF_KIN
from lyspunkt.pages.moments import in_words
from lyspunkt.words.wording import NEIGHBOURS, Wording, words

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def test_words_and_newsroom_mean_the_same_languages_and_the_same_neighbours() -> None:
    assert set(NEIGHBOURS) == set(LANGUAGES)
    assert {language: kin for language, kin in NEIGHBOURS.items() if kin} == NEXT_OF_KIN


@pytest.mark.parametrize(("language", "helper"), [("nn", "nb"), ("nb", "nn"), ("da", "nb"), ("sv", "nb")])
def test_a_text_that_a_language_lacks_comes_from_the_neighbour_that_its_readers_understand_best(
    language: str, helper: str
) -> None:
    assert Wording(language, {}).say("approval.send") == words(helper).say("approval.send")


@pytest.mark.parametrize("language", ["de", "", "../../etc/passwd", "DA"])
def test_an_unknown_language_gets_the_english_words_and_opens_no_other_file(language: str) -> None:
    assert words(language).language == "en"


def test_the_time_is_named_only_in_the_hour_that_comes_twice_bar_f4() -> None:
    said = [in_words(datetime(2026, 10, 25, hour, 30, tzinfo=UTC), COPENHAGEN, words("da")) for hour in (0, 1, 2)]
    assert [text.partition(" kl. ")[2] for text in said] == ["02.30 (CEST)", "02.30 (CET)", "03.30"]


def test_no_hour_is_named_on_the_night_that_lacks_one() -> None:
    said = [in_words(datetime(2026, 3, 29, hour, 30, tzinfo=UTC), COPENHAGEN, words("en")) for hour in (0, 1)]
    assert [text.partition(" at ")[2] for text in said] == ["01:30", "03:30"]
