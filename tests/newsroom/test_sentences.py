"""Where sentences end, in the five languages and in what people really write."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyspunkt.newsroom.language import LANGUAGES, Language
from lyspunkt.newsroom.sentences import sentences

HOSTILE = (
    '"' * 40_000,
    "a." * 20_000,
    ". " * 20_000,
    "1." * 20_000,
    "\n" * 40_000,
    "(" * 40_000,
    "- " * 20_000,
    "A" * 40_000,
)


def told(text: str, language: Language = "da") -> list[str]:
    return [sentence.text for sentence in sentences(text, language)]


@pytest.mark.parametrize(
    ("language", "one"),
    [
        ("da", "Bl.a. kom H.C. Andersen den 3. maj kl. 14.30 med ca. 300 børn, f.eks. fra 1.-3. klasse."),
        ("da", "Den 24. December holder vi lukket."),
        ("da", "Det koster 1.000,50 kr. om året pr. barn, jf. aftalen."),
        ("da", "Skriv til j. k. hansen på www.lyngvig.example eller hus.et@lyngvig.example i dag."),
        ("sv", "Bl.a. kom s.k. experter, t.ex. Åsa Berg, fr.o.m. kl. 9.15 den 3 maj."),
        ("nb", "Den 17. mai kl. 10 kom f.eks. ordføreren m.fl. til ca. 20 skoler."),
        ("nn", "Den 17. mai kl. 10 kom m.a. ordføraren til ca. 20 skular."),
        ("en", "Mr. Smith paid 3.5 million, i.e. a lot, e.g. to J. K. Rowling, see No. 5."),
        ("da", "»Hvad nu?« spurgte hun."),
        ("da", '"Det var dejligt!" siger en beboer (og smiler).'),
        ("da", "Vi ventede ... og ventede … på bussen."),
    ],
)
def test_a_full_stop_that_ends_nothing_is_passed_over(language: Language, one: str) -> None:
    assert told(one, language) == [one]


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("da", ["Vi bagte boller m.m.", "Så gik vi hjem."]),
        ("da", ["Det var i 2026.", "Nu er den åben."]),
        ("da", ["Vi mødes kl. 14.", "Alle er velkomne."]),
        ("da", ["»Det er godt.«", "Hun gik."]),
        ("da", ["Kommer du?", "Ja!", "Vi ses …", "Måske."]),
        ("da", ["Spis C-vitamin og vitamin D.", "Det er sundt."]),
        ("sv", ["Det kostar 300 kr.", "Hon är glad."]),
        ("en", ["We left at 7 p.m.", "Nobody said no.", "The bus was late."]),
        ("en", ["We ask: 1. Who pays?", "2. Who knew?", "3. Since 2024."]),
        ("da", ["det var i går.", "vi gik i skoven nu.", "alle fik mad."]),
    ],
)
def test_a_sentence_ends_where_the_next_one_begins(language: Language, parts: list[str]) -> None:
    assert told(" ".join(parts), language) == parts


def test_a_space_that_was_forgotten_after_a_full_stop_parts_two_sentences() -> None:
    assert told("Den er færdig.Nu cykler vi.") == ["Den er færdig.", "Nu cykler vi."]


def test_a_heading_and_the_lines_of_a_list_end_without_a_full_stop() -> None:
    text = "Ny sti ved skolen\nDen er åben nu. Tag med:\n- æbler\n- pærer\n1. Mød op\n2) Cykl hjem\n\nVi ses"
    assert told(text) == [
        *("Ny sti ved skolen", "Den er åben nu.", "Tag med:"),
        *("æbler", "pærer", "Mød op", "Cykl hjem", "Vi ses"),
    ]


def test_a_line_that_a_mail_program_broke_goes_on() -> None:
    assert told("Vi åbnede stien bag skolen, og alle de voksne var kommet den\n3. maj for at se\npå.") == [
        "Vi åbnede stien bag skolen, og alle de voksne var kommet den 3. maj for at se på."
    ]


def test_numbers_count_as_words_and_a_compound_with_a_hyphen_or_an_address_is_one() -> None:
    [one] = sentences("De 25 cpr-numre – og/eller navne – stod på https://a.example/b-c i 1.000 år.", "da")
    assert one.words == (
        *("De", "25", "cpr-numre", "og", "eller", "navne", "stod", "på"),
        *("https://a.example/b-c", "i", "1.000", "år"),
    )


PIECES = (
    "ord",
    "Ord",
    "kl",
    "f.eks",
    "m.m",
    "3",
    "J",
    "maj",
    ".",
    "!",
    "?",
    "…",
    '"',
    "»",
    "«",
    "(",
    ")",
    "-",
    ":",
    " ",
    "\n",
)


@given(st.lists(st.sampled_from(PIECES)).map("".join), st.sampled_from(LANGUAGES))
def test_no_word_is_lost_or_counted_twice(text: str, language: Language) -> None:
    letters = re.findall(r"[^\W\d_]", text)
    assert re.findall(r"[^\W\d_]", " ".join(told(text, language))) == letters
    found = list(sentences(text, language))
    assert re.findall(r"[^\W\d_]", " ".join(word for one in found for word in one.words)) == letters
    assert all(one.words for one in found)


@given(st.text(), st.sampled_from(LANGUAGES))
def test_any_text_has_sentences_or_none(text: str, language: Language) -> None:
    for one in sentences(text, language):
        assert one.text == " ".join(one.text.split())
        assert any(character.isalnum() for character in one.text)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:4]))
def test_a_hostile_text_takes_no_longer_than_its_length(text: str) -> None:
    assert len(list(sentences(text, "da"))) <= len(text)
