"""Letters in all five languages: what each must be told, and what none of them may carry."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from lyspunkt.newsroom.letters import LetterKind
from lyspunkt.pages.letters import COMMON, FACTS, Composed, compose
from tests.support.markup import HOSTILE, Page

LANGUAGES = ("da", "sv", "nb", "nn", "en")
URL = "https://lyspunkt.lyngvig.example/approvals/abc_DEF-123"
ADDRESS = re.compile(r"(?:https?:)?//[^\s\"'<>]+|www\.\S+")
GIVEN: dict[str, Any] = {
    "municipality": "Lyngvig Kommune",
    "contact": "kommunikation@lyngvig.example",
    "reference": "01HZX",
    "headline": "Ny cykelsti",
    "lead": "Stien er åben.",
    "body": "Første afsnit.\n\nAndet afsnit.",
    "area": "roads-property",
    "story_kind": "good-story",
    "because": "area",
    "deadline": datetime(2026, 11, 26, 11, 5, tzinfo=UTC),
    "due_at": datetime(2026, 11, 26, 11, 5, tzinfo=UTC),
    "zone": ZoneInfo("Europe/Copenhagen"),
    "url": URL,
    "decision": "approved",
    "comment": "Fint arbejde.",
    "by": "Vejchef",
    "channel": "Kommunens historier",
    "advice": ["Skriv til Borgerservice."],
    "reason": "empty",
    "minutes": 15,
    "why": "",
    "reasons": ["Vej: cykelsti"],
    "owner": "Kommunikatør i Vej og Ejendom",
    "who_answers": "Vejchef",
    "not_yet": ["Navne", "Årsager"],
    "mended": {"rung": 2, "stuck": 1, "left": 0},
}
TO_A_SUBMITTER = ("acknowledgement", "your-story-published", "story-merged", "withdrawal-receipt", "where-to-turn")
WORDS_OF_PEOPLE = ("headline", "lead", "body", "comment", "by", "channel", "municipality", "owner", "who_answers")


def letter(kind: str, language: str = "en", **other: Any) -> Composed:
    given = {name: GIVEN[name] for name in FACTS[kind] | COMMON}
    return compose(kind, language, **given | other)


def links(composed: Composed) -> list[str | None]:
    return [attributes["href"] for attributes in Page(composed.html).all("a")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", FACTS)
def test_every_letter_is_whole_in_every_language(kind: str, language: str) -> None:
    composed = letter(kind, language)
    page = Page(composed.html)
    assert ("html", {"lang": language}) in page.tags
    assert composed.subject
    for said in (composed.text, unescape(page.read)):
        assert GIVEN["municipality"] in said
        assert GIVEN["contact"] in said
        assert "{" not in said.replace(_style(composed.html), "")
    for name in FACTS[kind] & {"comment", "lead"}:
        assert GIVEN[name] in composed.text
        assert GIVEN[name] in page.read


@pytest.mark.parametrize("kind", FACTS)
def test_no_letter_carries_an_id_number_whatever_it_is_told_bar_g6(kind: str) -> None:
    said = {name: "Ida, 010190-1234" for name in WORDS_OF_PEOPLE if name in FACTS[kind]}
    composed = letter(kind, **said)
    for part in (composed.subject, composed.text, unescape(composed.html)):
        assert "1234" not in part
    if said:
        assert "••••••-••••" in composed.subject + composed.text
    if "url" in FACTS[kind]:
        assert URL in composed.text, "and each link is whole"


def test_each_letter_that_a_fact_causes_can_be_composed() -> None:
    assert set(get_args(LetterKind)) <= set(FACTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_variant_of_a_letter_has_its_words(language: str) -> None:
    said = [letter("decision-receipt", language, decision=decision).text for decision in _decisions()]
    said += [letter("needs-better-copy", language, reason=r).text for r in ("empty", "undecodable", "too-large")]
    said += [letter("story-routed", language, because=because).text for because in ("deputy", "unsure", "no-owner")]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("kind", FACTS)
def test_a_missing_fact_is_refused_by_its_name(kind: str) -> None:
    for missing in FACTS[kind] | COMMON:
        given = {name: GIVEN[name] for name in (FACTS[kind] | COMMON) - {missing}}
        with pytest.raises(ValueError, match=rf"look at {missing}$"):
            compose(kind, "en", **given)


@pytest.mark.parametrize("kind", FACTS)
def test_an_unknown_fact_is_refused_by_its_name(kind: str) -> None:
    with pytest.raises(ValueError, match=r"look at phone$"):
        letter(kind, phone="1")


@pytest.mark.parametrize("kind", FACTS)
def test_what_people_wrote_is_text_in_html_and_never_markup_bar_h4(kind: str) -> None:
    mine = set(WORDS_OF_PEOPLE) & (FACTS[kind] | COMMON)
    plain, hostile = letter(kind), letter(kind, **dict.fromkeys(mine, HOSTILE))
    assert Page(hostile.html).shape == Page(plain.html).shape
    assert HOSTILE in Page(hostile.html).read
    assert HOSTILE in hostile.text


@pytest.mark.parametrize("kind", FACTS)
def test_a_letter_asks_nothing_of_another_server_bar_a7(kind: str) -> None:
    tags = Page(letter(kind).html).tags
    assert {tag for tag, _ in tags} <= {"html", "head", "meta", "title", "style", "body", "div", "p", "a", "h1"}
    assert "url(" not in letter(kind).html
    assert "@import" not in letter(kind).html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["approval-asked", "approval-reminder"])
def test_an_approval_letter_holds_exactly_one_url_bar_a3(kind: str, language: str) -> None:
    composed = letter(kind, language)
    assert ADDRESS.findall(composed.text) == [URL]
    assert ADDRESS.findall(composed.html) == [URL]
    assert links(composed) == [URL]


@pytest.mark.parametrize("kind", sorted(kind for kind in FACTS if "url" not in FACTS[kind]))
def test_a_letter_without_a_link_to_give_has_none(kind: str) -> None:
    assert ADDRESS.findall(letter(kind).text + letter(kind).html) == []


@pytest.mark.parametrize("kind", TO_A_SUBMITTER)
def test_a_letter_to_a_submitter_has_no_place_for_what_was_submitted_bar_h7(kind: str) -> None:
    assert FACTS[kind] <= {"reference", "url", "advice"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_acknowledgement_leads_to_the_storys_own_page_and_names_its_number(language: str) -> None:
    one, other = letter("acknowledgement", language, reference="ONE"), letter("acknowledgement", language)
    for given, usual in ((one.text, other.text), (one.html, other.html)):
        assert given.replace("ONE", GIVEN["reference"]) == usual
    assert one.subject == other.subject
    assert ADDRESS.findall(one.text) == links(one) == [URL]


@pytest.mark.parametrize("kind", FACTS)
def test_a_subject_is_one_line_whatever_the_headline_bar_c4(kind: str) -> None:
    broken = "One\r\nBcc: all@lyngvig.example\x0b two\u2028three\u2029four\x85five"
    more = {"headline": broken} if "headline" in FACTS[kind] else {}
    subject = letter(kind, **more).subject
    assert len(subject.splitlines()) == 1
    assert subject == subject.strip()


def test_a_moment_is_told_in_local_time_and_the_readers_language() -> None:
    said = {language: letter("approval-asked", language).text for language in LANGUAGES}
    assert "torsdag den 26. november 2026 kl. 12.05" in said["da"]
    assert "Thursday 26 November 2026 at 12:05" in said["en"]
    for language in LANGUAGES:
        assert "12" in said[language]
        assert "26" in said[language]


def test_paragraphs_of_a_story_stay_paragraphs_in_a_mail_to_a_list() -> None:
    composed = letter("story-to-list")
    assert "<p>Første afsnit.</p>\n<p>Andet afsnit.</p>" in composed.html
    assert "Første afsnit.\n\nAndet afsnit." in composed.text


def _decisions() -> tuple[str, ...]:
    return ("approved", "changes", "rejected", "handed-over")


def _style(html: str) -> str:
    return html.split("<style>")[1].split("</style>")[0]
