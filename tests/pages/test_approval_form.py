"""The approval page as its reader needs it: who asks, when it would be out, what went wrong and where."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from lyspunkt.aws.desk import Waiting, WholeStory
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.subjects import Guess, Reason
from lyspunkt.pages import approval, desk
from lyspunkt.pages.frame import broken_page
from lyspunkt.words.wording import words
from tests.support.lyngvig import NOON, changed, classification, in_review, lyngvig, routed, text
from tests.support.markup import Page

LANGUAGES = ("da", "sv", "nb", "nn", "en")
EVENING = NOON + timedelta(hours=9)
"""Nine in the evening in Lyngvig, an hour after the site has closed."""


def shown(story: Story, language: str = "da", at: datetime = NOON, **more: str) -> str:
    assert story.round is not None
    asked = story.round.approvals[0]
    return approval.approval_page(
        story, text(), asked, lyngvig(), language=language, base="/approvals/x", at=at, **more
    )


def test_the_page_says_who_asks_whom_and_by_when() -> None:
    read = Page(shown(in_review().now)).read
    for said in ("Lyngvig Kommune", "Kommunikatør i Vej og Ejendom", "Vej- og ejendomschef", "26. november 2026"):
        assert said in read


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_when_the_story_would_be_out_bar_f6(language: str) -> None:
    say = words(language).say
    story = in_review().now
    assert say("approval.at-once") in Page(shown(story, language)).read
    assert say("slot.hours") in Page(shown(story, language, EVENING)).read
    wished = story.model_copy(update={"wished_at": NOON + timedelta(days=1)})
    assert say("slot.wished") in Page(shown(wished, language)).read
    held = wished.model_copy(update={"embargo_until": NOON + timedelta(days=2)})
    assert say("slot.embargo") in Page(shown(held, language)).read


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_story_that_no_channel_takes_says_so(language: str) -> None:
    nowhere = in_review().now.model_copy(update={"channels": ("press",)})
    read = Page(shown(nowhere, language)).read
    assert words(language).say("approval.no-channel") in read


@pytest.mark.parametrize(
    ("error", "field"),
    [
        ("approval.choose", "decision"),
        ("approval.say-what", "comment"),
        ("refused.unknown-person", "to"),
        ("refused.absent-person", "to"),
    ],
)
def test_what_is_wrong_is_said_at_the_top_and_beside_its_field(error: str, field: str) -> None:
    page = Page(shown(in_review().now, error=error))
    assert page.read.count(words("da").say(error)) == 2
    assert {"href": f"#{field}"} in page.all("a")
    described = [attributes for _tag, attributes in page.tags if attributes.get("aria-describedby") == f"{field}-error"]
    assert [attributes["id"] for attributes in described] == [field]
    assert [tag for tag, attributes in page.tags if attributes.get("id") == f"{field}-error"] == ["p"]


def test_nobody_is_offered_whom_the_rules_would_refuse() -> None:
    away = {"first": NOON.date(), "last": NOON.date()}
    people = [
        person.model_dump() | ({"absences": [away]} if person.id == "planning-head" else {})
        for person in lyngvig().people
    ]
    organisation = changed(lyngvig(), people=people)
    story = in_review(sensitive=("child",), submitter="care-head").now
    assert story.round is not None
    asked = story.round.approvals
    html = approval.approval_page(story, text(), asked[0], organisation, language="da", base="/approvals/x", at=NOON)
    offered = {option["value"] for option in Page(html).all("option")} - {""}
    for person in organisation.people:
        may = {"approval_id": asked[0].id, "version": 1, "approver": asked[0].approver, "at": NOON}
        try:
            decide.hand_over(story, to=person.id, organisation=organisation, **may)  # type: ignore[arg-type]
        except Refused:
            assert person.id not in offered
        else:
            assert person.id in offered


def test_a_page_without_an_error_marks_no_field() -> None:
    html = shown(in_review().now)
    assert "aria-invalid" not in html
    assert 'class="error"' not in html


def test_the_queue_says_by_when_an_approval_is_wanted_and_nothing_of_the_kind_for_other_work() -> None:
    me = lyngvig().people[0]
    asked = Waiting(story=in_review().now, headline="A", since=NOON, approval_id="r1a1")
    other = Waiting(story=routed().now, headline="B", since=NOON)
    due = words("da").say("desk.due", moment="").strip()
    assert Page(desk.queue_page(me, [asked, other], lyngvig(), form="f")).read.count(due) == 1


def test_the_words_for_and_against_stand_by_what_they_speak_of_with_the_runner_up() -> None:
    of = {"cykelsti": "roads-property", "asfalt": "roads-property", "åbne": "good-story", "barn": "child"}
    counted = tuple(Reason(word=word, speaks_for=code, weight=1) for word, code in of.items())
    counted += (
        Reason(word="kommunen", speaks_for="strategic", weight=1),
        Reason(word="bibliotek", speaks_for="roads-property", weight=-1),
    )
    areas = (Guess(code="roads-property", confidence=0.7), Guess(code="culture-leisure", confidence=0.2))
    found = classification().model_copy(update={"areas": areas, "reasons": counted})
    whole = WholeStory(story=routed().now, text=text(), classification=found)
    read = Page(desk.story_page(whole, lyngvig().people[0], lyngvig(), form="f", at=NOON)).read
    say = words("da").say
    for subject, named in (
        ("area.roads-property", "cykelsti, asfalt (imod: bibliotek)"),
        ("area.culture-leisure", "intet enkelt ord"),
        ("kind.good-story", "åbne"),
        ("sensitive.child", "barn"),
        ("desk.strategic", "kommunen"),
    ):
        assert re.search(rf"{say(subject)}(, \d+ % sikker)?: {re.escape(named)}", read)
    assert read.index(say("area.roads-property") + ", 70 % sikker") < read.index(say("area.culture-leisure") + ", 20 %")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_for_when_all_else_fails_needs_no_organisation(language: str) -> None:
    page = Page(broken_page(language))
    assert words(language).say("page.broken-text") in page.read
    assert page.all("form") == []
    assert "mailto:" not in broken_page(language)
