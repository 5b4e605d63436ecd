"""LIX by hand, its bands, and which sentences are long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyspunkt.newsroom.language import LANGUAGES, Language
from lyspunkt.newsroom.plain_language import FEWEST_SENTENCES, FEWEST_WORDS, LONG_SENTENCE, band, readability

SHORT, LONG = "Vi går nu.", "Kommunalbestyrelsen vedtager budgettet."


def test_lix_is_the_words_per_sentence_and_the_percentage_of_long_words() -> None:
    told = readability(f"{SHORT} " * 20 + f"{LONG} " * 20, "da")
    assert (told.words, told.sentences) == (120, 40)
    assert told.lix == 3 + 50
    assert told.band == "hard"


def test_a_word_of_seven_letters_is_long_and_one_of_six_is_not() -> None:
    assert readability("skolen er her. " * 20, "da").lix == 3
    assert readability("skolens er her. " * 20, "da").lix == round(3 + 100 / 3)


def test_digits_hyphens_and_addresses_make_no_word_long() -> None:
    assert readability("De 12345678 på www.lyngvig-kommune.example. " * 20, "da").lix == 4
    assert readability("et cpr-nr er. " * 20, "da").lix == 3


@pytest.mark.parametrize(
    ("lix", "expected"),
    [
        *((0, "very-easy"), (24, "very-easy"), (25, "easy"), (34, "easy"), (35, "medium"), (44, "medium")),
        *((45, "hard"), (54, "hard"), (55, "very-hard"), (140, "very-hard")),
    ],
)
def test_the_five_bands_begin_at_25_35_45_and_55(lix: int, expected: str) -> None:
    assert band(lix) == expected


def test_a_short_text_gets_no_figure_but_its_long_sentence_is_found() -> None:
    long_one = f"Vi {'går og ' * 13}står."
    told = readability(long_one, "da")
    assert (told.lix, told.band) == (None, None)
    assert [one.text for one in told.long_sentences] == [long_one]
    few = f"{SHORT} " * (FEWEST_WORDS // 3 - 1)
    assert readability(few, "da").lix is None
    assert readability(f"{few} {SHORT}", "da").lix == 3
    assert readability(f"{'og ' * FEWEST_WORDS}. " * (FEWEST_SENTENCES - 1), "da").lix is None


def test_a_sentence_is_long_from_one_word_over_the_bound() -> None:
    at_it = " ".join(["ord"] * LONG_SENTENCE)
    assert readability(f"{at_it}.", "da").long_sentences == ()
    assert len(readability(f"{at_it} til.", "da").long_sentences) == 1


@given(st.text(), st.sampled_from(LANGUAGES))
def test_any_text_can_be_read(text: str, language: Language) -> None:
    told = readability(text, language)
    assert (told.lix is None) == (told.band is None) == (told.words < FEWEST_WORDS or told.sentences < FEWEST_SENTENCES)
    assert told.sentences <= told.words
    assert len(told.long_sentences) * LONG_SENTENCE <= told.words


@given(st.lists(st.sampled_from([SHORT, LONG, "Bl.a. den 3. maj."]), min_size=20), st.sampled_from(LANGUAGES))
def test_a_text_said_twice_is_as_easy_to_read(parts: list[str], language: Language) -> None:
    text = " ".join(parts)
    assert readability(text, language).lix == readability(f"{text} {text}", language).lix
