"""The language of short and messy texts. The sentences are our own."""

import pytest

from lyspunkt.newsroom.language import LANGUAGES, identify


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "Hej, vi har fået en ny legeplads, og børnene er meget glade for den."),
        ("da", "hvornår bliver hullet i vejen lavet? det er efterhånden farligt"),
        ("da", "Tak for hjælpen til medarbejderne på plejehjemmet"),
        ("sv", "Hej, vi har fått en ny lekplats och barnen är mycket glada för den."),
        ("sv", "när lagas hålet i vägen? det är farligt nu"),
        ("sv", "Tack för hjälpen till medarbetarna på äldreboendet"),
        ("nb", "Hei, vi har fått en ny lekeplass, og barna er veldig glade for den."),
        ("nb", "når blir hullet i veien fikset? det er farlig nå"),
        ("nb", "Takk for hjelpen til de ansatte på sykehjemmet"),
        ("nn", "Hei, vi har fått ein ny leikeplass, og borna er veldig glade for han."),
        ("nn", "når vert holet i vegen retta? det er farleg no"),
        ("nn", "Takk for hjelpa til dei tilsette på sjukeheimen"),
        ("nn", "Eg veit ikkje kva som skjer, men det kjem frå kommunen"),
        ("en", "Hello, we have a new playground and the children love it."),
        ("en", "when will you repair the hole in the road? it is dangerous"),
    ],
)
def test_a_line_or_two_is_enough_to_tell_the_language(language: str, text: str) -> None:
    assert identify(text)[0] == language


def test_capitals_links_and_signs_do_not_hide_the_language() -> None:
    assert identify("!!! VI HAR IKKE FÅET SVAR FRA KOMMUNEN ENDNU, HVORFOR??? 12 34 https://lyngvig.example")[0] == "da"


def test_more_words_make_it_surer_and_no_words_leave_it_open() -> None:
    short = identify("og det er en")[1]
    longer = identify("og det er ikke sådan, vi ville have gjort, hvis borgerne havde spurgt os efter mødet")[1]
    assert short < longer <= 1.0
    assert identify("12345 ???") == ("da", round(1 / len(LANGUAGES), 4))
