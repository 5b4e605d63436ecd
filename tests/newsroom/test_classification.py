"""From words to area, kind and flags. The sentences are our own; those for measuring lie outside the project."""

import pytest

from lyspunkt.newsroom.classification import classify
from lyspunkt.newsroom.compounds import ENOUGH, LONGEST, TOKEN, Lexicon
from lyspunkt.newsroom.language import LANGUAGES, Language, everyday
from lyspunkt.newsroom.lexicons import lexicon
from lyspunkt.newsroom.subjects import Area, Kind, Sensitivity


@pytest.mark.parametrize(
    ("language", "word", "area"),
    [
        ("da", "plejehjemskøkkenet", Area.HEALTH_CARE),
        ("nb", "sykkelveien", Area.ROADS_PROPERTY),
        ("sv", "grundskolelärare", Area.SCHOOLS_DAYCARE),
        ("da", "cykelstien", Area.ROADS_PROPERTY),
        ("nb", "barnehagelærer", Area.SCHOOLS_DAYCARE),
        ("da", "hjemmeplejens", Area.HEALTH_CARE),
        ("nn", "sjukeheimskjøkenet", Area.HEALTH_CARE),
        ("sv", "äldreboendets", Area.HEALTH_CARE),
        ("en", "libraries", Area.CULTURE_LEISURE),
    ],
)
def test_a_compound_or_an_inflected_word_speaks_for_its_area(language: Language, word: str, area: Area) -> None:
    found: dict[str, float] = {}
    for hit in lexicon(language).find(word):
        for meaning in hit.meanings:
            if meaning.group == "area":
                found[meaning.code] = found.get(meaning.code, 0.0) + meaning.weight * hit.share
    assert max(found, key=lambda code: found[code]) == area


@pytest.mark.parametrize(
    ("subject", "body", "language", "area"),
    [
        (
            "Ny asfalt på cykelstien",
            "I sidste uge lagde vejfolk ny asfalt på cykelstien ved krydset, så cyklisterne er trygge i trafikken.",
            "da",
            Area.ROADS_PROPERTY,
        ),
        (
            "Biblioteket firar sagostunden",
            "Hej! Bibliotekarierna på biblioteket har lånat ut många böcker efter författarens besök och utställning.",
            "sv",
            Area.CULTURE_LEISURE,
        ),
        (
            "Hage ved sykehjemmet",
            "Beboerne på sykehjemmet og sykepleierne har fått en ny hage. Pårørende sier at demens er lettere ute.",
            "nb",
            Area.HEALTH_CARE,
        ),
        (
            "Ny barnehage på skulen",
            "Elevane og lærarane ved skulen hjelper no barnehagen. Rektor fortel at borna lærer å lese saman.",
            "nn",
            Area.SCHOOLS_DAYCARE,
        ),
        (
            "Recycling centre",
            "The recycling centre now takes food waste and plastic, and residents sort far more waste.",
            "en",
            Area.PLANNING_ENVIRONMENT,
        ),
    ],
)
def test_an_ordinary_story_with_plain_words_finds_its_desk_without_a_hand(
    subject: str, body: str, language: str, area: Area
) -> None:
    found = classify(subject, body)
    assert (found.language, found.area) == (language, area)
    assert found.area_confidence >= 0.5


@pytest.mark.parametrize(
    ("subject", "body", "kind"),
    [
        (
            "Spørsmål fra lokalavisa",
            "Jeg er journalist og ber om en kommentar. Min deadline er i dag.",
            Kind.PRESS_ENQUIRY,
        ),
        (
            "Velkommen til åbent hus",
            "Alle er velkomne lørdag kl. 10. Gratis adgang, tilmelding ikke nødvendig.",
            Kind.EVENT,
        ),
        ("Klagomål", "Det är oacceptabelt. Vi föräldrar är upprörda och har inte fått svar.", Kind.CRITICISM),
        ("Ledig stilling", "Vi søkjer ny kollega. Søknadsfrist er 1. mai, og stillinga er fast.", Kind.RECRUITMENT),
        (
            "Lessons learned",
            "What we learned: our evaluation shows pitfalls that other municipalities can avoid.",
            Kind.EXPERIENCE,
        ),
        ("Autosvar", "Automatisk svar: jeg er på ferie. Haster det, så kontakt kontoret.", Kind.NOT_A_STORY),
        ("En god historie", "Beboerne er stolte og glade, og det gik godt. Måske en historie?", Kind.GOOD_STORY),
    ],
)
def test_what_the_sender_wants_done_is_the_kind(subject: str, body: str, kind: Kind) -> None:
    assert classify(subject, body).kind == kind


def test_words_that_say_nothing_leave_the_story_to_be_placed_by_hand() -> None:
    for subject, body in (("", ""), ("Hej", "Ring lige, tak"), ("?", "😀 123"), ("x" * 300, "\x00")):
        found = classify(subject, body)
        assert found.area_confidence < 0.5
        assert found.areas
        assert found.kinds


def test_every_area_and_kind_has_its_certainty_and_they_add_up_to_no_more_than_one() -> None:
    found = classify("Ny rundkørsel", "Vejen er lukket, mens rundkørslen bygges.")
    assert {guess.code for guess in found.areas} == set(Area)
    assert {guess.code for guess in found.kinds} == set(Kind)
    for guesses in (found.areas, found.kinds):
        assert [g.confidence for g in guesses] == sorted((g.confidence for g in guesses), reverse=True)
        assert sum(guess.confidence for guess in guesses) <= 1.001


def test_the_reasons_are_words_of_the_text_and_come_out_alike_every_time() -> None:
    body = "Jobcentret hjælper ledige, og virksomheder finder arbejdskraft."
    found = classify("Jobmesse", body)
    assert {"jobmesse", "jobcentret"} <= {reason.word for reason in found.reasons if reason.speaks_for == found.area}
    assert all(reason.word in f"jobmesse {body}".lower() for reason in found.reasons)
    assert classify("Jobmesse", body) == found


def test_quoted_mail_does_not_speak_where_the_sender_wrote_something() -> None:
    body = "Biblioteket har fået nye bøger og en udstilling.\n> asfalt vej kryds rundkørsel cykelsti\n> snerydning"
    assert classify("", body).area == Area.CULTURE_LEISURE


def test_the_subject_line_counts_more_than_the_same_word_in_the_body() -> None:
    assert classify("Noget nyt fra biblioteket", "Det blev også til noget med snerydning.").area == Area.CULTURE_LEISURE
    assert classify("Noget nyt om snerydning", "Det blev også til noget med biblioteket.").area == Area.ROADS_PROPERTY


@pytest.mark.parametrize(
    ("body", "flag"),
    [
        ("Her er billeder af børnene fra turen.", Sensitivity.CHILD),
        ("Vår son är 9 år gammal och hette förr något annat; han fick diagnos i våras.", Sensitivity.HEALTH),
        ("Han var hjemløs og har været på krisecenter.", Sensitivity.SOCIAL_CASE),
        ("Mit nummer er 010190-1234.", Sensitivity.ID_NUMBER),
        ("Vår vaktmester Kari fortjener ros.", Sensitivity.NAMED_THIRD_PARTY),
        ("This is under embargo until Monday.", Sensitivity.CONFIDENTIAL),
    ],
)
def test_what_a_person_must_look_at_is_flagged(body: str, flag: Sensitivity) -> None:
    assert flag in classify("", body).sensitive


def test_neither_the_addressee_nor_the_sender_nor_a_mayor_in_office_is_a_third_party() -> None:
    body = "Hej Karen\nBorgmester Peter åbnede den nye vej.\nVenlig hilsen\nMette"
    assert Sensitivity.NAMED_THIRD_PARTY not in classify("Vejen er åben", body).sensitive


def test_what_concerns_the_whole_municipality_is_strategic_and_a_small_matter_is_not() -> None:
    assert classify("Budget", "Borgmesteren: hele kommunens strategi koster 40 millioner.").strategic
    assert not classify("Ny gynge", "Børnehaven har fået en ny gynge på legepladsen.").strategic


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("da", "dem som dig sig tage tager kommer kom kommunens kl it"),
        ("sv", "dem som kommer kom varje varit vara bara hälsningar fem tre sin"),
        ("nb", "dem som takk kommer sin sine lar gode inne"),
        ("nn", "som takk skulle helsing kor sin viss inn lar"),
        ("en", "it its want days part-time"),
    ],
)
def test_a_small_word_speaks_for_nothing_though_it_shares_the_stem_of_a_word_that_does(
    language: Language, words: str
) -> None:
    small = [word for word in words.split() if word in everyday(language)]
    assert [hit.known for word in small for hit in lexicon(language).find(word)] == []


def test_no_everyday_word_speaks_for_an_area_unless_it_is_listed_as_it_is_written() -> None:
    assert not lexicon("da").parts("dem")
    assert lexicon("da").parts("demens")
    assert lexicon("nb").parts("kor")
    assert not lexicon("nn").parts("kor")  # a choir in Bokmål's list, in Nynorsk first of all `where` and `how`
    assert lexicon("sv").parts("skola")


@pytest.mark.parametrize(
    ("subject", "body", "kind"),
    [
        (
            "Sag på vej",
            "Journalister har ringet til afdelingen hele formiddagen. Pårørende er vrede, vi har fået alvorlig kritik, "
            "og det bliver delt på Facebook.",
            Kind.CRITICISM,
        ),
        (
            "Kritisk rapport i morgen",
            "Avisa har fått rapporten. Det er alvorlig kritikk av oss, og innbyggere er sinte. Dere bør vite det nå.",
            Kind.CRITICISM,
        ),
        (
            "Fråga inför i morgon",
            "Jag skriver för Lokalbladet. Kan ni bekräfta uppgifterna, och vad är kommunens kommentar? Svara före fem.",
            Kind.PRESS_ENQUIRY,
        ),
    ],
)
def test_who_tells_of_the_press_complains_or_warns_and_who_is_the_press_asks(
    subject: str, body: str, kind: Kind
) -> None:
    assert classify(subject, body).kind == kind


def test_every_language_has_words_for_every_area_and_every_kind() -> None:
    for language in LANGUAGES:
        known = lexicon(language).codes()
        assert {code for group, code in known if group == "area"} == set(Area)
        assert {code for group, code in known if group == "kind"} == set(Kind)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("QUJD" * 1_000, id="an attachment that became text"),
        pytest.param("plejehjemskøkken" * 250, id="a word without end"),
        pytest.param("a-" * 100_000, id="hyphens"),
        pytest.param("Anna Hansen gik en tur. " * 10_000, id="names"),
        pytest.param(" ".join(f"ord{number}" for number in range(40_000)), id="as long as a novel"),
        pytest.param("01 01 90 " * 20_000, id="digits"),
        pytest.param("\n>" * 100_000, id="empty quotes"),
    ],
)
def test_no_text_however_odd_holds_the_desk_up(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for language in LANGUAGES:
        lexicon(language)  # read before counting, so that the words of the vocabulary do not count
    looked_at: list[str] = []
    cut = Lexicon._cut

    def counted(known: Lexicon, word: str) -> str:
        looked_at.append(word)
        return cut(known, word)

    monkeypatch.setattr(Lexicon, "_cut", counted)
    classify("Hej", body)
    letters = sum(min(len(word), LONGEST) for word in TOKEN.findall(body)[:ENOUGH])
    assert len(looked_at) <= 2 * letters + 10  # by the square of a word's length it would be minutes


def test_a_long_tail_does_not_hide_what_the_text_begins_with() -> None:
    story = "Biblioteket har fået nye bøger, og bibliotekarerne viser udstillingen frem. "
    assert classify("Bogbussen", story + "QUJD" * 20_000).area == Area.CULTURE_LEISURE
    assert Sensitivity.ID_NUMBER in classify("Bogbussen", story * 2_000 + "010190-1234").sensitive
