"""What pages say of how easy a text is to read, and to whom."""

from __future__ import annotations

import pytest

from lyspunkt.aws.desk import WholeStory
from lyspunkt.newsroom.organisation import Organisation, Person
from lyspunkt.newsroom.texts import Text, lead_of
from lyspunkt.pages import approval, desk, form
from lyspunkt.pages.plain_language import FEW, GENTLE, advice, figure, gentle
from lyspunkt.words.wording import words
from tests.support.lyngvig import NOON, changed, in_review, lyngvig, routed
from tests.support.markup import Page, active

LANGUAGES = ("da", "sv", "nb", "nn", "en")
LONG = f"Vi {'gik og ' * 13}stod."
EASY = "Vi gik en tur. " * 20
BODY = f"{LONG} {EASY}Klienterne kom i henhold til planen."
PATH = "/desk/stories/s1"


def text(body: str, **more: str) -> Text:
    return Text(**({"headline": "En tur", "body": body, "language": "da"} | more))


def whole(given: Text) -> WholeStory:
    return WholeStory(story=routed(sensitive=("health",)).now, text=given, events=())


def story_page(given: Text, language: str = "da", organisation: Organisation | None = None) -> Page:
    return Page(desk.story_page(whole(given), me(language), organisation or lyngvig(), form="form", at=NOON))


def edit_page(given: Text, typed: dict[str, str] | None = None, error: str = "") -> Page:
    return Page(desk.edit_page(whole(given), me("da"), lyngvig(), form="form", error=error, typed=typed or {}))


def me(language: str) -> Person:
    return lyngvig().people[0].model_copy(update={"language": language})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_storys_page_says_the_figure_the_long_sentences_and_the_words_in_its_readers_language(
    language: str,
) -> None:
    page, say = story_page(text(BODY), language), words(language).say
    assert say("plain-language.figure", lix=7, band=say("lix.very-easy")) in page.read
    assert "Vi gik og gik og gik og gik og gik og gik\N{NO-BREAK SPACE}…" in page.read
    assert say("plain-language.words", number=28) in page.read
    assert say("plain-language.write", write="borger", found="Klienterne") in page.read
    assert say("plain-language.write", write="efter", found="i henhold til") in page.read
    assert {"lang": "da"} in page.all("q")
    assert page.all("details") == []
    assert active(page) == []


def test_the_reason_of_the_glossary_is_said_in_the_readers_language() -> None:
    assert "The person comes before" in story_page(text("De handicappede børn."), "en").read
    assert "Mennesket kommer før" in story_page(text("De handicappede børn."), "nb").read


def test_a_short_text_gets_no_figure_and_a_plain_one_is_told_so() -> None:
    page, say = story_page(text("Vi gik en tur.")), words("da").say
    assert say("plain-language.short") in page.read
    assert say("plain-language.nothing") in page.read
    assert "Lixtal " not in page.read
    assert "Lixtal 4: meget let at læse." in story_page(text(EASY)).read


def test_many_hints_are_folded_away_and_open_where_the_text_is_mended() -> None:
    given = text(f"{LONG} " * (FEW + 1))
    assert story_page(given).all("details") == [{}]
    assert edit_page(given).all("details") == [{"open": None}]
    assert words("da").say("plain-language.summary", sentences=FEW + 1, words=0) in story_page(given).read


def test_the_edit_page_looks_at_what_was_typed_and_keeps_the_version_it_began_with() -> None:
    typed = {"headline": "", "lead": "", "body": "En plejeklient.", "version": "7"}
    page = edit_page(text(BODY), typed)
    assert "“plejeklient”" in page.read
    assert "Klienterne" not in page.read
    assert {"type": "hidden", "name": "version", "value": "7"} in page.all("input")
    refused = edit_page(text(BODY), typed, error="edited-since")
    assert {"type": "hidden", "name": "version", "value": "1"} in refused.all("input")


def test_pressing_return_on_the_edit_page_saves_and_looking_again_does_not_ask_for_a_headline() -> None:
    page = edit_page(text(BODY))
    _sign_out, save, look_again = page.all("button")
    assert "formaction" not in save
    assert look_again["formaction"] == f"{PATH}/look-again#plain-language"
    assert "formnovalidate" in look_again
    assert page.all("script") == [{"src": "/assets/plain-language.js", "defer": None}]


def test_a_lead_that_was_taken_from_the_body_is_not_counted_twice() -> None:
    assert len(advice(text(LONG, lead=lead_of(LONG)), lyngvig(), "da").long_sentences) == 1
    body = f"Vi {'gik meget langt og ' * 20}stod."
    assert lead_of(body).endswith("…")
    assert len(advice(text(body, lead=lead_of(body)), lyngvig(), "da").long_sentences) == 1
    assert len(advice(text(LONG, lead=f"Ja, {LONG}"), lyngvig(), "da").long_sentences) == 2


def test_a_text_that_does_not_say_its_language_is_read_in_the_storys_and_else_in_the_likeliest() -> None:
    swedish = text("Det är klart i enlighet med planen för barnen och skolan.", language="")
    assert advice(swedish, lyngvig(), "da").language == "sv"
    assert advice(swedish, lyngvig(), "da", "en").language == "en"


def test_an_id_number_is_repeated_by_no_hint() -> None:
    given = text(f"Vi så 010190-1234 {'og gik ' * 13}.")
    assert advice(given, lyngvig(), "da").long_sentences[0].begins.startswith("Vi så ••••••-•••• og")
    assert "010190-1234" not in " ".join(gentle(given, lyngvig(), "da"))


def test_an_organisation_without_a_glossary_hints_at_no_word() -> None:
    assert advice(text(BODY), changed(lyngvig(), glossary=[]), "da").reworded == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_approver_reads_the_figure_in_one_quiet_line_and_no_hint(language: str) -> None:
    story, say = in_review().now, words(language).say
    assert story.round is not None
    html = approval.approval_page(
        story, text(BODY), story.round.approvals[0], lyngvig(), language=language, base="/approvals/t", at=NOON
    )
    assert f'<p class="meta">{figure(text(BODY), language)}</p>' in html
    assert say("lix.very-easy") in figure(text(BODY), language)
    assert "borger" not in html
    assert figure(text("Vi gik."), language) == ""


def thanks(sent: Text | None, language: str = "da") -> Page:
    url = "https://lyspunkt.lyngvig.example/submissions/token"
    return Page(form.thanks_page(lyngvig(), language=language, url=url, mailed=False, sent=sent))


@pytest.mark.parametrize("language", LANGUAGES)
def test_thanks_come_with_three_hints_at_most_no_figure_and_the_way_to_mend(language: str) -> None:
    say = words(language).say
    page = thanks(text(f"{LONG} {LONG} {BODY} De handicappede børn, vedrørende turen."), language)
    hints = [tag for tag, attributes in page.tags if tag == "li"]
    assert len(hints) == GENTLE
    assert say("form.hints-text") in page.read
    assert {"href": "https://lyspunkt.lyngvig.example/submissions/token#add"} in page.all("a")
    assert say("form.hint-sentence", begins="Vi gik og gik og gik og gik og gik og gik") in page.read
    assert not [band for band in words(language).sections["lix"].values() if band in page.read]
    assert "lix" not in page.read.lower()
    assert page.all("form") == []


@pytest.mark.parametrize("sent", [None, text("Vi gik en tur.")])
def test_who_wrote_plainly_is_thanked_and_nothing_more(sent: Text | None) -> None:
    page = thanks(sent)
    assert page.all("li") == []
    assert words("da").say("form.hints") not in page.read
