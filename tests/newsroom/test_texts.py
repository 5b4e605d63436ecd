"""What is said in a text, and what of it is shown: no id number, in whole or in half (bar G6)."""

from __future__ import annotations

from typing import Any

import pytest

from lyspunkt.newsroom.id_numbers import begin, mask
from lyspunkt.newsroom.submissions import headline_from
from lyspunkt.newsroom.texts import LEAD_LENGTH, PictureText, Text, lead_of

NUMBER = "010190 1234"
PLACES: dict[str, dict[str, Any]] = {
    "headline": {"headline": f"Ida {NUMBER}"},
    "lead": {"lead": f"Ida {NUMBER}"},
    "body": {"body": f"Ida {NUMBER}"},
    "alt": {"pictures": (PictureText(number=1), PictureText(number=2, alt=f"Ida {NUMBER}"))},
}


def text(**more: Any) -> Text:
    return Text(**{"headline": "En sti", "lead": "Den er ny.", "body": "Alle er glade."} | more)


@pytest.mark.parametrize("place", PLACES)
def test_a_number_is_found_wherever_it_stands_and_shown_nowhere_bar_g6(place: str) -> None:
    of = text(**PLACES[place])
    assert of.has_id_number
    assert not of.masked().has_id_number
    assert "1234" not in str(of.masked())
    assert "Ida •••••• ••••" in of.masked().said


def test_a_text_without_one_is_shown_as_it_is() -> None:
    of = text(pictures=(PictureText(number=1, alt="En sti", name="sti.jpg"),))
    assert not of.has_id_number
    assert of.masked() == of


def test_a_number_in_the_name_of_a_picture_is_hidden_and_holds_nothing_back_for_it_is_not_published() -> None:
    of = text(pictures=(PictureText(number=1, name=f"{NUMBER}.jpg"),))
    assert not of.has_id_number
    assert "1234" not in str(of.masked())


@pytest.mark.parametrize("before", range(60, 100))
def test_a_headline_of_the_first_sentence_holds_no_half_of_a_number(before: int) -> None:
    body = f"{'a' * 20} {'b' * (before - 21)} {NUMBER} og mange flere ord, som gør den første sætning for lang"
    assert "010190" not in mask(headline_from(body))


@pytest.mark.parametrize("before", range(LEAD_LENGTH - 40, LEAD_LENGTH + 10))
def test_a_lead_holds_no_half_of_a_number(before: int) -> None:
    body = f"{'a' * 20} {'b' * (before - 21)} {NUMBER} {'c ' * 100}"
    assert "010190" not in mask(lead_of(body))


@pytest.mark.parametrize(
    ("length", "begins"),
    [(3, "Ida"), (4, "Ida "), (5, "Ida "), (14, "Ida "), (15, f"Ida {NUMBER}"), (99, f"Ida {NUMBER} kom")],
)
def test_what_is_cut_is_cut_before_a_number_or_after_it(length: int, begins: str) -> None:
    assert begin(f"Ida {NUMBER} kom", length) == begins


def test_the_name_of_a_field_says_what_the_number_in_it_is() -> None:
    assert mask("0701234567") == "••••••••••"
    assert mask("0701234567", after="Telefon") == "0701234567"
    assert mask("0701 234567") == "0701 234567"
    assert mask("0701 234567", after="CPR-nummer") == "•••• ••••••"
    assert mask("010190-1234", after="Telefon") == "••••••-••••"
