"""Identity numbers in the ways that people write them (bar G6). All numbers are made up."""

import pytest

from lyspunkt.newsroom.id_numbers import find, mask

GAPS = ("-", " ", "", " - ", "–", ".", "\u00a0", "-\n", "\u2011")


@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize("day", ["010190", "311299", "290200", "610190"])
def test_a_danish_number_is_found_in_every_written_form_and_no_checksum_clears_it_bar_g6(day: str, gap: str) -> None:
    (span,) = find(f"cpr {day}{gap}1234.")
    assert "DK" in span.countries


@pytest.mark.parametrize("number", ["01 01 90-1234", "01.01.90-1234", "01-01-90 1234", "01 01 90 1234"])
def test_a_danish_number_may_be_divided_further(number: str) -> None:
    assert find(number)


@pytest.mark.parametrize("day", ["900101", "19900101", "20050228", "900161", "19900161"])
@pytest.mark.parametrize("gap", [*GAPS, "+"])
def test_a_swedish_number_is_found_with_ten_and_twelve_digits_and_as_coordination_number_bar_g6(
    day: str, gap: str
) -> None:
    (span,) = find(f"personnummer: {day}{gap}1234")
    assert "SE" in span.countries


@pytest.mark.parametrize("day", ["010190", "410190", "014190", "018190", "311299"])
@pytest.mark.parametrize("end", ["12345", " 12345", " 123 45", "-12345", ".123.45"])
def test_a_norwegian_number_is_found_also_as_d_and_h_number_bar_g6(day: str, end: str) -> None:
    (span,) = find(f"fødselsnummer {day}{end}, takk")
    assert span.countries == ("NO",)


@pytest.mark.parametrize(
    "text",
    [
        "Ring på 12 34 56 78 eller +45 12 34 56 78",
        "Journalnummer 2024-998877",
        "Den 10.10.2024 kl. 19.30",
        "12.000.000 kroner",
        "Konto 9999 9999999999",
        "ordre 9999999999",
        "tlf. 0101901234",
        "1234567890123456",
        "",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert find(text) == ()


def test_a_number_that_is_written_apart_is_found_though_its_date_does_not_exist() -> None:
    assert find("Mit cpr er 310299-1234")


def test_masking_hides_every_digit_and_leaves_the_rest_as_it_was() -> None:
    text = "Han har 010190-1234 og hun 19900101-1234. Ring 12 34 56 78."
    hidden = mask(text)
    assert hidden == "Han har ••••••-•••• og hun ••••••••-••••. Ring 12 34 56 78."
    assert len(hidden) == len(text)
    assert mask(hidden) == hidden
