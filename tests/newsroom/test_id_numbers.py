"""Identity numbers in the ways that people write them (bar G6).

All are invented: Danish ones without a checksum or with a raised day, Swedish ones of the series that is kept for tests
(98xx) or with a wrong check digit, Norwegian ones synthetic (month + 80, + 65) or with wrong check digits.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lyspunkt.newsroom.birth_numbers import Country
from lyspunkt.newsroom.id_numbers import find, mask


class Number(NamedTuple):
    country: Country
    day: str
    rest: str
    between: str = "-"

    @property
    def parts(self) -> list[str]:
        """The day's own parts."""
        first = 4 if len(self.day) == 8 else 2
        return [self.day[:first], self.day[first : first + 2], self.day[first + 2 :]]


NUMBERS = [
    Number("DK", "010190", "1234"),
    Number("DK", "311299", "9876"),
    Number("DK", "290200", "1234"),  # of 1900, if the seventh digit were right
    Number("DK", "050512", "4321"),
    Number("DK", "610190", "1234"),  # a replacement number
    Number("SE", "900101", "9802"),
    Number("SE", "050228", "1234"),
    Number("SE", "900161", "9809"),  # a coordination number
    Number("SE", "19900101", "9802"),
    Number("SE", "20050228", "1234"),
    Number("SE", "19900161", "9809"),
    Number("NO", "010190", "12345"),
    Number("NO", "311299", "56700"),
    Number("NO", "410190", "12345"),  # a D-number
    Number("NO", "014190", "12345"),  # an H-number
    Number("NO", "018190", "12446"),  # synthetic, of Skatteetaten
    Number("NO", "016690", "12329"),  # synthetic, of Norsk helsenett
    Number("NO", "418190", "12359"),  # a synthetic D-number
]
BETWEEN = {
    "hyphen": "-",
    "space": " ",
    "nothing": "",
    "en dash": "–",
    "em dash": "—",
    "minus": "−",
    "hyphen that does not break": "\u2011",
    "figure dash": "\u2012",
    "full-width hyphen": "－",
    "two hyphens": "--",
    "hyphen in spaces": " - ",
    "dash in spaces": " – ",
    "hyphen and space": "- ",
    "dot": ".",
    "middle dot": "·",
    "slash": "/",
    "backslash": "\\",
    "slash in spaces": " / ",
    "underscore": "_",
    "tilde": "~",
    "colon": ":",
    "bar": "|",
    "bar of a table": " | ",
    "no-break space": "\u00a0",
    "narrow no-break space": "\u202f",
    "thin space": "\u2009",
    "figure space": "\u2007",
    "ideographic space": "\u3000",
    "three spaces": "   ",
    "tab": "\t",
    "line break": "\n",
    "line break of Windows": "\r\n",
    "hyphen and line break": "-\n",
    "line break and hyphen": "\n- ",
    "line separator": "\u2028",
    "quoted line": "\n> ",
    "line quoted twice": "-\r\n>> ",
    "soft break of a mail": "=\n",
    "soft hyphen": "\u00ad",
    "zero-width space": "\u200b",
    "zero-width space and hyphen": "\u200b-\u200b",
    "word joiner": "\u2060-\u2060",
    "byte order mark": "\ufeff",
    "&nbsp;": "&nbsp;",
    "&amp;nbsp;": "&amp;nbsp;",
    "&ndash;": "&ndash;",
    "&#45;": "&#45;",
    "&#x2011;": "&#x2011;",
    "&shy;": "-&shy;",
    "<br>": "<br>",
    "<br />": "-<br />",
    "cells of a table": "</td><td>",
    "end of bold": "</b>-",
    "stars of bold": "**-**",
    "=2D": "=2D",
    "=20": "=20",
    "=C2=A0": "=C2=A0",
    "%20": "%20",
    "%2D": "%2D",
    "\\n": "\\n",
    "\\u00a0": "\\u00a0",
    "brackets": ") (",
    "bracket": " (",
}
WITHIN = {"spaces": " ", "dots": ".", "hyphens": "-", "slashes": "/", "dots and spaces": ". ", "no-break": "\u00a0"}
THEN = {"hyphen": "-", "space": " ", "dash in spaces": " – ", "slash": "/", "dot": "."}
AROUND = {
    "label before": "CPR{}",
    "label and colon": "personnummer:{}",
    "name after": "{}Hansen",
    "name of a file": "cpr_{}.pdf",
    "name of a scan": "Sag_fnr_{}_2026.docx",
    "path": "C:\\sager\\{}\\brev.txt",
    "address": "https://lyngvig.example/?id={}&side=2",
    "mail address": "{}@posthus.example",
    "round brackets": "({})",
    "square brackets": "[{}]",
    "quotes": "„{}“",
    "bold": "<b>{}</b>",
    "stars": "**{}**",
    "cell": "<td>{}</td>",
    "comma": "Jens,{},Åvej 2",
    "semicolon": "1;{};Jens",
    "list": "1. {}",
    "bullet": "• {}",
    "hash": "#{}",
    "full stop": "Det er {}.",
    "another number": "{0} og {0}",
    "two in a row": "{0} {0}",
    "two with a slash": "{0}/{0}",
    "telephone before": "Ring 12 34 56 78. Hun har {}",
    "year before": "I 2024 {} kom",
    "age after": "{} er 36 år",
}


def in_other_digits(text: str, zero: int) -> str:
    return "".join(chr(zero + int(letter)) if letter in "0123456789" else letter for letter in text)


WHOLE: dict[str, Callable[[Number], str]] = {
    "digit by digit": lambda n: " ".join(n.day + n.rest),
    "digit by digit, hyphen": lambda n: f"{' '.join(n.day)} - {' '.join(n.rest)}",
    "in boxes": lambda n: "|".join(n.day + n.rest),
    "in pairs": lambda n: " ".join((n.day + n.rest)[at : at + 2] for at in range(0, len(n.day + n.rest), 2)),
    "parted by what nobody sees": lambda n: "\u200b".join(n.day + n.rest),
    "with the signs of keys": lambda n: "".join(f"{digit}\ufe0f\u20e3" for digit in n.day + n.rest),
    "line broken in the day": lambda n: f"{n.day[:4]}\n{n.day[4:]}-{n.rest}",
    "line broken in the rest": lambda n: f"{n.day}-{n.rest[:2]}\n{n.rest[2:]}",
    "space in the day": lambda n: f"{n.day[:4]} {n.day[4:]}-{n.rest}",
    "space in the rest": lambda n: f"{n.day}-{n.rest[:2]} {n.rest[2:]}",
    "full-width digits": lambda n: in_other_digits(f"{n.day}-{n.rest}", 0xFF10),
    "Arabic digits": lambda n: in_other_digits(f"{n.day}-{n.rest}", 0x0660),
    "Devanagari digits": lambda n: in_other_digits(f"{n.day}{n.rest}", 0x0966),
    "bold digits": lambda n: in_other_digits(f"{n.day} {n.rest}", 0x1D7CE),
    "words between": lambda n: f"{n.day}, personnr. {n.rest}",
    "words between, dots": lambda n: f"f. {'.'.join(n.parts)}, løbenummer: {n.rest}",
    "the last digits": lambda n: (
        f"{n.day} – de sidste fire cifre er {n.rest}" if len(n.rest) == 4 else f"{n.day}, siste fem siffer {n.rest}"
    ),
    "on two lines of a form": lambda n: f"Fødselsdato: {'.'.join(n.parts)}\nPersonnummer: {n.rest}",
    "any groups after a label": lambda n: f"CPR-nr.: {n.day[:4]} {n.day[4:]} {n.rest}",
}


def written() -> Iterator[tuple[str, Number, str]]:
    """Each way of writing by its name, the number, and the number so written."""
    for number in NUMBERS:
        for name, between in BETWEEN.items():
            yield name, number, f"{number.day}{between}{number.rest}"
        for name, within in WITHIN.items():
            for then, between in THEN.items():
                yield f"{name}, {then}", number, f"{within.join(number.parts)}{between}{number.rest}"
        for name, around in AROUND.items():
            yield name, number, around.format(f"{number.day}-{number.rest}")
            yield f"{name}, digits alone", number, around.format(f"{number.day}{number.rest}")
        for name, way in WHOLE.items():
            yield name, number, way(number)


FORMS = [*written()]
ODD: list[tuple[Country, str]] = [
    ("SE", "900101+9802"),
    ("SE", "18900101+9805"),
    ("SE", "900101 + 9802"),
    ("SE", "19 900101-9802"),
    ("SE", "1990 0101 9802"),
    ("SE", "1990-0101-9802"),
    ("SE", "p-nr 9001019802"),
    ("NO", "010190 123 45"),
    ("NO", "01 01 90 123 45"),
    ("NO", "010190.123.45"),
    ("NO", "010190-123-45"),
    ("NO", "01.01.1990-12345"),
    ("NO", "01011990-12345"),
    ("NO", "fnr 01 01 1990 12345"),
    ("NO", "fødselsnr. 01019 012345"),
    ("NO", "hjelpenummer 81234567890"),
    ("NO", "Et felles hjelpenummer er 80000000179"),
    ("NO", "DUF-nr. 201012345609"),
    ("NO", "DUF-nummer: 2010 123456 09"),
    ("NO", "d-nummer 41019012345"),
    ("DK", "01.01.1990-1234"),
    ("DK", "01-01-1990 - 1234"),
    ("DK", "01/01/1990 1234"),
    ("DK", "01011990-1234"),
    ("DK", "010190 12 34"),
    ("DK", "cpr 310299-1234"),
    ("DK", "CPR: 999999-1234"),
    ("DK", "cpr.nr.3102991234"),
    ("DK", "010190-0AB1"),
    ("DK", "erstatnings-cpr 610190-1234"),
    ("DK", "Mit personnummer (det er jo hemmeligt) er 010190 1234"),
    ("DK", "Sagsnr. 010190-1234"),
    ("DK", "Faktura 010107-0018"),
    ("DK", "tlf 010190-1234"),
    ("DK", "Konto 3300 010190-1234"),
    ("DK", "[[010190]]-[[1234]]"),
    ("DK", "<span>010190</span><span>-1234</span>"),
    ("DK", "010190-1234\n010190-1234"),
    ("DK", "01 01 90 1234 010190-1234 01 01 90 1234"),
    ("DK", "\u202d010190-1234\u202c"),
]


def hides(text: str, number: Number) -> bool:
    """Whether no run of the number's digits is left: neither the day nor the rest."""
    left = mask(text)
    return number.day not in left and number.rest not in left and f"{number.day}{number.rest}" not in left


@pytest.mark.parametrize("name", dict.fromkeys(name for name, _, _ in FORMS))
def test_a_number_is_found_and_hidden_in_every_written_form_bar_g6(name: str) -> None:
    missed = [
        (number.country, text)
        for way, number, text in FORMS
        if way == name and not (any(number.country in span.countries for span in find(text)) and hides(text, number))
    ]
    assert missed == []


def test_more_forms_are_tried_than_bar_g6_asks_for() -> None:
    for country in ("DK", "SE", "NO"):
        assert len({text for _, number, text in FORMS if number.country == country}) >= 200


@pytest.mark.parametrize(("country", "text"), ODD)
def test_odd_forms_are_found_too_bar_g6(country: Country, text: str) -> None:
    assert country in {of for span in find(text) for of in span.countries}
    assert find(mask(text)) == ()


def test_each_of_several_numbers_is_found_by_itself() -> None:
    text = "Han har 010190-1234, hun 19900101-9802, og barnet 018190 12446. Ring 12 34 56 78."
    assert [(text[span.start : span.end], span.countries) for span in find(text)] == [
        ("010190-1234", ("DK", "SE")),
        ("19900101-9802", ("SE",)),
        ("018190 12446", ("NO",)),
    ]


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
        "<202611050912d153e7c2a@posthus.example>",
        "Date: Thu, 19 Nov 2026 12:11:29 +0100",
        "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa",
        "Torvedag 07.03.2026 8763 Lyngvig",
        "Mødet 01-02-2027 0915-1045",
        "Kontakta Anna, 0701234567",
        "Ordrenr. 260112-0045",
        "https://film.example/1012345678",
        "",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert find(text) == ()


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("010107-0018", True),
        ("010190-1234", False),
        ("900101-9802", True),
        ("900101-9803", False),
        ("900161-9809", True),
        ("018190 12446", True),
        ("018190 12447", False),
        ("010190-0AB1", False),
    ],
)
def test_check_digits_raise_certainty_and_clear_nothing_bar_g6(text: str, certain: bool) -> None:
    [span] = find(f"Hun har {text} her.")
    assert span.certain is certain


@pytest.mark.parametrize(
    "doubtful",
    ["Faktura {}", "Ordrenummer {}", "varenr. {}"],
)
def test_what_may_as_well_be_an_order_is_a_number_where_its_check_digits_hold(doubtful: str) -> None:
    assert find(doubtful.format("900101-9802"))
    assert not find(doubtful.format("900101-9803"))


@pytest.mark.parametrize("text", ["Mødet 12.10.26 1930", "den 121026 1930", "20261012 1930", "Zoom 12.10.2026 1930"])
def test_a_day_with_a_time_is_no_number(text: str) -> None:
    assert find(text) == ()


def test_masking_hides_every_digit_and_leaves_the_rest_as_it_was() -> None:
    text = "Han har 010190-1234 og hun 19900101-1234. Ring 12 34 56 78."
    hidden = mask(text)
    assert hidden == "Han har ••••••-•••• og hun ••••••••-••••. Ring 12 34 56 78."
    assert mask(hidden) == hidden


def test_masking_leaves_what_stands_between_the_digits() -> None:
    assert mask("010190&#8209;1234") == "••••••&#8209;••••"
    assert mask("f. 01.01.90, personnr. 12345") == "f. ••.••.••, personnr. •••••"
    assert mask("010190-0AB1") == "••••••-••••"


SIGNS = st.sampled_from(
    [
        *"0123456789 .-/_+()\n:,•",
        *("010190", "1234", "12345", "-1234", "19900101", "01 01 90 1234 ", "010190-1234 ", "010190-0AB1 ", "٠١"),
        *("cpr ", "tlf. ", "personnr. ", "&nbsp;", "=20", "<b>", "> ", "\u00ad", "\u200b", "\u00a0"),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(SIGNS, max_size=40).map("".join), st.text(alphabet=st.characters()))


@given(TEXTS)
@example("01 01 90 1234 010190-1234 01 01 90 1234")
@example("CPR 010190-1234 0101901234 01 01 90 12 34 1 2")
@example("\ud800" + "010190-1234")
def test_masking_any_text_leaves_nothing_to_find_and_its_length_bar_g6(text: str) -> None:
    hidden = mask(text)
    assert find(hidden) == ()
    assert mask(hidden) == hidden
    assert len(hidden) == len(text)
    assert (hidden == text) is (find(text) == ())
    for before, after in zip(text, hidden, strict=True):
        assert after in {before, "•"}


@given(TEXTS)
def test_spans_lie_in_the_text_in_order_and_apart(text: str) -> None:
    end = 0
    for span in find(text):
        assert end <= span.start < span.end <= len(text)
        assert text[span.start].isdecimal()
        end = span.end


HOSTILE = {
    "ones": "1 ",
    "digits": "7",
    "numbers": "010190-1234 ",
    "numbers that part each other": "01 01 90 1234 ",
    "one taken number behind many": "01 01 90 1234 01 01 90 1234 ",
    "pairs": "12 ",
    "lines": "1\n",
    "tags": "1<bbbbbbbbbbbbbbbbbbbbbbbb>",
    "open tags": "1<a",
    "entities": "1&nbsp;",
    "what nobody sees": "1" + "\u200b" * 15,
    "days and words": "01.01.90 løbenr ",
    "labels": "cpr personnummer tlf ",
    "days": "010190 ",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_the_time_grows_with_the_text_and_no_faster(what: str) -> None:
    def took(length: int) -> float:
        text = (HOSTILE[what] * length)[:length] + " 010190-1234"
        best = float("inf")
        for _ in range(3):
            begun = time.process_time()
            mask(text)
            best = min(best, time.process_time() - begun)
        return best

    assert took(16_000) < 10 * took(4_000) + 0.01, "four times the text; by the square it would be sixteen times"


@pytest.mark.parametrize(("text", "loaded"), [("Ring 12 34 56 78 den 12. maj 2026.", False), ("cpr 010190-1234", True)])
def test_stdnum_is_loaded_only_where_there_is_something_to_check(text: str, loaded: bool) -> None:
    program = (
        f"import sys; from lyspunkt.newsroom.id_numbers import find; find({text!r}); print('stdnum' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.strip() == str(loaded)
