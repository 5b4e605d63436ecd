"""The same story sent twice, or told by two colleagues, is alike; two stories from one house are not."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyspunkt.newsroom.language import Language
from lyspunkt.newsroom.likeness import ALIKE, BANDS, VALUES, bands, likeness, signature
from lyspunkt.newsroom.texts import Text

LANGUAGES: tuple[Language, ...] = ("da", "sv", "nb", "nn", "en")
MAIL: dict[Language, tuple[str, str]] = {
    "da": ("Hej kommunikation", "Med venlig hilsen\nPersonalet på biblioteket\nTlf. 12 34 56 78"),
    "sv": ("Hej på er", "Med vänlig hälsning\nEnhetschefen"),
    "nb": ("Hei dere", "Med vennlig hilsen\nAvdelingslederen"),
    "nn": ("Hei de", "Med venleg helsing\nAvdelingsleiaren"),
    "en": ("Dear all", "Kind regards\nThe ward manager"),
}
TWICE: dict[str, tuple[Language, Text, Text]] = {
    "symaskiner": (
        "da",
        Text(
            headline="Syværkstedet er åbent",
            body="I lørdags åbnede vi syværkstedet på Hovedbiblioteket. Der kom 85 mennesker forbi, og de seks "
            "symaskiner kørte hele dagen. Ni par bukser blev reddet fra skraldespanden.",
        ),
        Text(
            headline="Stor tilstrømning til bibliotekets syværksted",
            body="Vores nye symaskiner blev taget i brug lørdag. 85 kom og kiggede, og mange havde tøj med, som skulle "
            "lappes, blandt andet ni par bukser, der var på vej i skraldespanden. Det var på Hovedbiblioteket.",
        ),
    ),
    "gångbro": (
        "sv",
        Text(
            headline="Ny gångbro över Lillån",
            body="Gångbron över Lillån vid Kvarnparken öppnar på torsdag. Den gamla stängdes på grund av röta. Bron är "
            "byggd av återbrukat stål från hamnen och är 34 meter lång.",
        ),
        Text(
            headline="Bron invigs",
            body="På torsdag öppnar vi äntligen den nya bron vid Kvarnparken. Det blir fika och musik. Stålet kommer "
            "från hamnen, alltså återbruk, och bron över Lillån är 34 meter.",
        ),
    ),
    "terapihund": (
        "nb",
        Text(
            headline="Bestevenn på fire bein",
            body="Terapihunden Pelle er på Furuhaugen sykehjem hver onsdag. Etter et halvt år er bruken av beroligende "
            "medisin gått ned med 18 prosent på avdeling 2.",
        ),
        Text(
            headline="Hund gir mindre medisin",
            body="På avdeling 2 på Furuhaugen bruker vi nå 18 % mindre beroligende enn i fjor. Vi tror det er Pelle "
            "sin fortjeneste, terapihunden som kommer på besøk onsdager.",
        ),
    ),
    "open dag": (
        "nn",
        Text(
            headline="Brannstasjonen hadde open dag",
            body="Over 400 menneske var innom då brannstasjonen i Vikane hadde open dag søndag. Borna fekk sprøyte med "
            "slange, og mannskapa synte korleis ein klypper opp ein bil.",
        ),
        Text(
            headline="Open dag i Vikane",
            body="Brannvesenet her. Søndag hadde me open stasjon i Vikane, og meir enn 400 kom. Klypping av bil var "
            "det mest populære, i tillegg til slangen for borna.",
        ),
    ),
    "kettles": (
        "en",
        Text(
            headline="Repair cafe saves 200 kettles",
            body="The repair cafe at Millbrook library has mended its 200th appliance, a kettle brought in by a "
            "retired teacher. It runs on the first Saturday of each month with 14 volunteers.",
        ),
        Text(
            headline="200 repairs at Millbrook",
            body="Volunteers at our monthly repair cafe have now fixed 200 things, the last one a kettle. We meet on "
            "first Saturdays in Millbrook library.",
        ),
    ),
}
"""One event, told by two colleagues in their own words."""
HOUSE = (
    Text(
        headline="Heste på besøg på Åglimt",
        body="I tirsdags fik plejehjemmet Åglimt besøg af to islandske heste fra rideklubben. Beboerne fik lov at "
        "strigle dem i gården, og en beboer på 94 år fortalte om sin barndoms hest.",
    ),
    Text(
        headline="Fællessang på Åglimt",
        body="Torsdag sang 30 beboere og 12 børnehavebørn sammen på plejehjemmet Åglimt. En beboer på 91 spillede "
        "klaver. Børnene vil gerne komme igen hver måned.",
    ),
    Text(
        headline="Ny leder på Åglimt",
        body="Plejehjemmet Åglimt har fået en ny leder, som begynder 1. marts. Hun kommer fra hjemmeplejen og vil gøre "
        "noget ved maden og måltiderne sammen med køkkenet.",
    ),
)
"""Three stories from one nursing home."""

texts = st.builds(Text, headline=st.text(max_size=40), body=st.text(max_size=400))


def alike(one: Text, other: Text) -> float:
    return likeness(signature(one), signature(other))


@given(texts, texts)
def test_likeness_lies_between_none_and_all_and_is_mutual(one: Text, other: Text) -> None:
    there, back = alike(one, other), alike(other, one)
    assert there == back
    assert 0.0 <= there <= 1.0


@given(texts)
def test_a_text_is_wholly_like_itself_unless_it_says_nothing(text: Text) -> None:
    own = signature(text)
    assert len(own) in {0, VALUES}
    assert likeness(own, own) == (1.0 if own else 0.0)
    assert len(bands(own)) == (BANDS if own else 0)
    assert all(0 <= value < 1 << 16 for value in own), "too short to give a word away"


@given(st.lists(st.text("abcdefghijklmnopqrstuvwxyzæøå", min_size=4, max_size=12), min_size=1), st.randoms())
def test_the_order_of_words_capitals_and_repetition_do_not_count(words: list[str], chance: object) -> None:
    again = [*words, *words]
    chance.shuffle(again)  # type: ignore[attr-defined]
    one = Text(headline=words[0], body=" ".join(words))
    assert alike(one, Text(headline=words[0].upper(), body=", ".join(again).upper())) == 1.0


@given(st.text("0123456789 .,!?", max_size=60).filter(lambda said: not any(part.isalnum() for part in said)))
def test_a_text_without_words_is_like_none(said: str) -> None:
    assert signature(Text(headline="", body=said)) == ()


@pytest.mark.parametrize("story", TWICE)
def test_two_colleagues_own_words_about_one_event_are_found(story: str) -> None:
    _, one, other = TWICE[story]
    first, second = signature(one), signature(other)
    assert likeness(first, second) >= ALIKE
    assert set(bands(first)) & set(bands(second)), "else nobody would look"


@pytest.mark.parametrize("story", TWICE)
def test_a_mail_with_greeting_farewell_and_another_headline_is_the_form_it_repeats(story: str) -> None:
    language, one, _other = TWICE[story]
    greeting, farewell = MAIL[language]
    words = one.body.split(" ")
    words[2], words[-4] = "endelig", "äntligen"
    mail = Text(headline="Tip", body=f"{greeting}\n\n{' '.join(words)}\n\n{farewell}")
    assert alike(one, mail) > 0.5


def test_stories_from_one_house_and_stories_of_different_events_are_not_alike() -> None:
    everything = [*HOUSE, *(text for _, one, other in TWICE.values() for text in (one, other))]
    together = [{one.headline, other.headline} for _, one, other in TWICE.values()]
    for one, other in combinations(everything, 2):
        if {one.headline, other.headline} not in together:
            assert alike(one, other) < ALIKE, (one.headline, other.headline)


def test_two_short_questions_with_a_word_in_common_are_not_alike_and_the_same_one_is() -> None:
    hole = Text(headline="Hul i vejen", body="Hvornår bliver hullet lavet?")
    lamp = Text(headline="Lygte i vejen", body="Hvornår bliver lygten lavet?")
    assert alike(hole, lamp) < ALIKE
    assert alike(hole, Text(headline="hul i vejen", body="Hej\n\nHvornår bliver hullet lavet?")) == 1.0


def test_letters_written_in_two_ways_are_the_same_letters() -> None:
    composed, apart = Text(headline="", body="\u00e5ben gr\u00f8d"), Text(headline="", body="a\u030aben gr\u00f8d")
    assert alike(composed, apart) == 1.0
