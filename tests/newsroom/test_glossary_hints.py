"""Which words the glossary hints at, and which it leaves in peace."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lyspunkt.newsroom.glossary import GlossaryEntry
from lyspunkt.newsroom.glossary_hints import hints
from lyspunkt.newsroom.language import LANGUAGES, Language


def entry(write: str, *avoid: str, **more: Any) -> GlossaryEntry:
    return GlossaryEntry.model_validate({"write": write, "not": avoid, **more})


def found(text: str, *avoid: str, language: Language = "da", write: str = "noget andet") -> tuple[str, ...]:
    return tuple(word for hint in hints([entry(write, *avoid)], text, language) for word in hint.found)


@pytest.mark.parametrize(
    ("language", "term", "written"),
    [
        ("da", "klient", "klient klienten klienternes klientsag plejeklienter Klienterne"),
        ("da", "bruger", "brugeren brugere brugerne"),
        ("da", "anvende", "anvender anvendes anvendt anvendte"),
        ("da", "butik", "butikken butikkerne gårdbutikker"),
        ("sv", "brukare", "brukaren brukarna"),
        ("sv", "klient", "klienten klienterna klientmöte"),
        ("nb", "bruker", "brukeren brukerne brukere"),
        ("nn", "klient", "klientar klientane"),
        ("en", "utilise", "utilises utilised utilising"),
        ("en", "client", "clients"),
    ],
)
def test_inflected_forms_and_compounds_are_found(language: Language, term: str, written: str) -> None:
    for word in written.split():
        assert found(f"Se. {word} er her", term, language=language) == (word,)


@pytest.mark.parametrize(
    ("language", "term", "others"),
    [
        ("da", "bruger", "brug bruges forbruger misbruger medbruger"),
        ("da", "ældre", "forældre forældrene"),
        ("da", "kunde", "sekunder"),
        ("da", "borger", "borgmester borgerlig borgerskabet medborger"),
        ("da", "tiltag", "tiltagende"),
        ("da", "klient", "klientel"),
        ("sv", "kund", "kunde"),
        ("sv", "brukare", "brukar"),
        ("da", "sag", "besagt sagde usagt fagsag"),
        ("en", "patient", "impatient"),
        ("en", "client", "clientele"),
    ],
)
def test_words_that_only_look_alike_are_left_in_peace(language: Language, term: str, others: str) -> None:
    assert found(others, term, language=language) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Foreningen »Klienterne« holder fest",
        'Bogen "Klient i eget liv" er her',
        "Filmen “klient” og ”klient” og „klient“",
        "»Vores klienter\ner glade,« siger hun",
        "Vi besøgte Klienternes Hus",
        "Skriv til klient@lyngvig.example eller https://lyngvig.example/klient",
    ],
)
def test_quotations_names_and_addresses_are_left_in_peace(text: str) -> None:
    assert found(text, "klient") == ()


def test_a_quotation_mark_that_nobody_closed_hides_nothing() -> None:
    assert found('Bordet er 24" bredt.\n\nHer er en klient', "klient") == ("klient",)


def test_a_capital_letter_at_the_start_of_a_sentence_or_in_a_shout_makes_no_name() -> None:
    text = "Klienten kom. Klienter kom: Klient\nKlients. »Ja.« Klientens KLIENT"
    assert found(text, "klient") == ("Klienten", "Klienter", "Klient", "Klients", "Klientens")


def test_a_term_that_is_a_name_itself_is_found_as_one() -> None:
    assert found("Vi tog til Den Blå Skole og den blå skole", "Den Blå Skole") == ("Den Blå Skole",)


def test_a_term_of_several_words_is_found_together_alone() -> None:
    assert found("I henhold\ntil loven. I henhold. Til os", "i henhold til") == ("I henhold til",)
    assert found("Send en e-mail og e mailen", "e-mail") == ("e-mail", "e mailen")


def test_a_term_marked_so_is_not_looked_for_in_compounds() -> None:
    assert found("klienternes klientsag", "=klient") == ("klienternes",)


def test_each_way_of_writing_is_said_once_and_entries_keep_their_order() -> None:
    said = hints([entry("a b", "klient"), entry("efter", "i medfør af")], "i medfør af klient, Klient klient", "da")
    assert [(hint.entry.write, hint.found) for hint in said] == [("a b", ("klient",)), ("efter", ("i medfør af",))]


def test_an_entry_holds_in_its_languages_and_in_all_where_it_names_none() -> None:
    danish, everywhere = entry("borger", "klient", languages=["da"]), entry("Lyngvig", "lyngvik")
    assert [hint.entry for hint in hints([danish, everywhere], "klient i lyngvik", "da")] == [danish, everywhere]
    assert [hint.entry for hint in hints([danish, everywhere], "klient i lyngvik", "sv")] == [everywhere]
    assert hints([], "klient", "da") == ()


@pytest.mark.parametrize("given", [{"write": "borger", "not": []}, {"write": "3", "not": ["klient"]}, {"write": "a b"}])
def test_an_entry_without_words_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        GlossaryEntry.model_validate(given)


ENTRIES = (entry("borger", "klient"), entry("efter", "i henhold til"), entry("post", "E-mail"))
PIECES = (
    "klient",
    "Klient",
    "sag",
    "i ",
    "henhold ",
    "til",
    "e-mail",
    '"',
    "»",
    "«",
    "“",
    "”",
    " ",
    "\n",
    ".",
    "@",
    "-",
    "İ",
)


@given(st.lists(st.sampled_from(PIECES)).map("".join), st.sampled_from(LANGUAGES))
def test_what_is_found_stands_in_the_text(text: str, language: Language) -> None:
    running = " ".join(text.split())
    for hint in hints(ENTRIES, text, language):
        assert hint.found
        assert all(word in running for word in hint.found)


@pytest.mark.parametrize("piece", ['"', "“„", "»«", "”", "a.", "klient", "klient ", "i henhold ", '"\n', "- ", "x@"])
def test_a_hostile_text_takes_no_longer_than_its_length(piece: str) -> None:
    text = piece * (40_000 // len(piece))
    assert len(hints(ENTRIES, text, "da")) <= len(ENTRIES)
