"""Every page that approvers and communicators see, in five languages and with hostile words in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, get_args

import pytest

from lyspunkt.aws.desk import Waiting, WholeStory
from lyspunkt.newsroom.events import PictureDerived
from lyspunkt.newsroom.organisation import Person
from lyspunkt.newsroom.refusals import REASONS
from lyspunkt.newsroom.refusals import Reason as Refusal
from lyspunkt.newsroom.story import Approval, Story
from lyspunkt.newsroom.subjects import Area, Kind
from lyspunkt.newsroom.subjects import Reason as Counted
from lyspunkt.newsroom.texts import Note, PictureText, Submission, Text
from lyspunkt.pages import approval, desk
from lyspunkt.words.wording import words
from tests.support.lyngvig import NOON, Desk, approved, classification, in_review, lyngvig, out, routed, submitted
from tests.support.markup import HOSTILE, Page, active

LANGUAGES = ("da", "sv", "nb", "nn", "en")
PLAIN = "Stien er åben"
PICTURE = PictureDerived(number=1, key="s1/1", widths=(480, 960, 1600), width=1600, height=1200)


def text(said: str = HOSTILE) -> Text:
    return Text(
        headline=said, lead=f"lead {said}", body=f"{said}\n\n{said}", pictures=(PictureText(number=1, alt=said),)
    )


def shown(story: Story) -> Story:
    return story.model_copy(update={"pictures": (PICTURE,)})


def me(language: str, person_id: str = "roads-communicator") -> Person:
    person = lyngvig().person(person_id)
    assert person is not None
    return person.model_copy(update={"language": language})


def asked(story: Story) -> Approval:
    assert story.round is not None
    return story.round.approvals[0]


def approval_page(language: str, said: str, error: str = "") -> str:
    story = in_review().now
    return approval.approval_page(
        shown(story),
        text(said),
        asked(story),
        lyngvig(),
        language=language,
        base="/approvals/token",
        at=NOON,
        comment=said,
        error=error,
    )


def whole(of: Desk, said: str) -> WholeStory:
    """All that a story's page can show, with `said` wherever a person wrote something."""
    found = classification(sensitive=("health", "id-number"))
    return WholeStory(
        story=shown(of.now),
        text=text(said),
        submission=Submission(source="mail", received_at=NOON, name=said, address=said, fields={said: said}),
        classification=found.model_copy(update={"reasons": (Counted(word=said, speaks_for="event", weight=1.0),)}),
        events=tuple(of.events),
        notes={event.number: Note(by="roads-head", comment=said) for event in of.events},
    )


def sensitive_and_out() -> Desk:
    return out(kind="experience", strategic=True, sensitive=("health", "child"))


def story_page(language: str, said: str, of: Callable[[], Desk] = sensitive_and_out, **more: Any) -> str:
    return desk.story_page(whole(of(), said), me(language), lyngvig(), form="form", at=NOON, **more)


def queue_page(language: str, said: str) -> str:
    waiting = [
        Waiting(story=submitted().now, headline=said, since=NOON),
        Waiting(story=routed(confidence=0.2).now, headline=said, since=NOON),
        Waiting(story=in_review().now, headline=said, since=NOON, approval_id="r1a1"),
    ]
    return desk.queue_page(me(language), waiting, lyngvig(), form="form")


def edit_page(language: str, said: str) -> str:
    typed = {"headline": said, "lead": said, "body": said}
    return desk.edit_page(whole(routed(), said), me(language), lyngvig(), form="form", error="empty-text", typed=typed)


def enter_page(language: str, said: str) -> str:
    return desk.enter_page(me(language).model_copy(update={"title": said}), lyngvig())


SPEAKING: dict[str, Callable[[str, str], str]] = {
    "approval": approval_page,
    "queue": queue_page,
    "story": story_page,
    "edit": edit_page,
    "enter": enter_page,
}
"""Pages that show what people wrote."""

SILENT: dict[str, Callable[[str], str]] = {
    "sign-in": lambda language: desk.sign_in_page(lyngvig(), language),
    "empty queue": lambda language: desk.queue_page(me(language), [], lyngvig(), form="form"),
    "not found": lambda language: approval.message_page("not-found", lyngvig(), language=language),
    "from elsewhere": lambda language: approval.message_page("elsewhere", lyngvig(), language=language),
    "link sent": lambda language: desk.message_page("desk.link-sent", "desk.link-sent-text", lyngvig(), language),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SPEAKING)
def test_what_people_wrote_is_shown_as_they_wrote_it_and_does_nothing_bar_h4(name: str, language: str) -> None:
    plain, hostile = Page(SPEAKING[name](language, PLAIN)), Page(SPEAKING[name](language, HOSTILE))
    assert active(hostile) == []
    assert hostile.shape == plain.shape
    shown_words = hostile.read + "".join(str(attributes.get("value")) for attributes in hostile.all("input"))
    assert HOSTILE in shown_words
    assert "49" not in shown_words.replace(str(NOON.year), "")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*SPEAKING, *SILENT])
def test_every_page_says_its_language_and_has_a_title_one_heading_and_somewhere_to_ask(
    name: str, language: str
) -> None:
    html = SPEAKING[name](language, PLAIN) if name in SPEAKING else SILENT[name](language)
    page = Page(html)
    assert page.all("html") == [{"lang": language}]
    assert len(page.all("h1")) == 1
    assert len(page.all("title")) == 1
    assert {"href": "mailto:kommunikation@lyngvig.example"} in page.all("a")
    assert active(page) == []
    assert "{" not in page.read


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_approval_page_makes_no_choice_beforehand_bars_a2_t3(language: str) -> None:
    for error in ("", "approval.choose", "refused.unknown-person"):
        page = Page(approval_page(language, PLAIN, error))
        radios = [given for given in page.all("input") if given["type"] == "radio"]
        assert {given["value"] for given in radios} == {"approve", "request-changes", "reject", "hand-over"}
        for _tag, attributes in page.tags:
            assert not {"checked", "selected", "autofocus"} & set(attributes)
        assert page.all("option")[0]["value"] == ""
        assert not [given for given in page.all("button") if "value" in given or "name" in given]
        assert [form.get("method") for form in page.all("form")] == ["post"]


def test_the_approval_page_offers_everyone_but_the_approver_and_the_submitter_to_hand_over_to() -> None:
    story = in_review(submitter="roads-communicator").now
    html = approval.approval_page(
        story, text(), asked(story), lyngvig(), language="da", base="/approvals/token", at=NOON
    )
    offered = {given["value"] for given in Page(html).all("option")}
    assert offered == {"", *(person.id for person in lyngvig().people)} - {"roads-head", "roads-communicator"}


def test_the_approval_page_does_not_offer_who_decides_on_the_story_already() -> None:
    story = in_review(strategic=True).now
    html = approval.approval_page(story, text(), asked(story), lyngvig(), language="da", base="/a", at=NOON)
    assert not {"chief-of-communications", "municipal-director"} & {
        option["value"] for option in Page(html).all("option")
    }


def test_the_approval_page_says_where_and_by_when_and_keeps_what_was_typed() -> None:
    page = Page(approval_page("da", PLAIN, error="approval.say-what"))
    assert "Kommunens historier" in page.read
    assert "torsdag den 26. november 2026 kl. 12.00" in page.read
    assert words("da").say("approval.say-what") in page.read
    picture = {"src": "/approvals/token/pictures/1-960.jpg", "alt": PLAIN, "width": "960", "height": "720"}
    assert picture in page.all("img")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", REASONS)
def test_every_refusal_has_its_own_page_in_every_language_bar_a4(reason: Refusal, language: str) -> None:
    page = Page(approval.refused_page(reason, lyngvig(), language=language))
    assert words(language).say(f"refused.{reason}") in page.read
    assert page.all("form") == []
    assert active(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_refusals_read_alike_bar_a4(language: str) -> None:
    said = [words(language).say(f"refused.{reason}") for reason in REASONS]
    assert len(set(said)) == len(REASONS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("decision", ["approved", "changes", "rejected", "handed-over"])
def test_a_decided_page_says_what_was_decided_and_when_and_decides_nothing_bar_a5(decision: str, language: str) -> None:
    given = asked(in_review().now).model_copy(
        update={"decision": decision, "decided_at": NOON + timedelta(minutes=7)},
    )
    for thanks in (True, False):
        page = Page(approval.decided_page(given, lyngvig(), language=language, thanks=thanks))
        assert words(language).say(f"approval.decided-{decision}") in page.read
        assert ("12.07" in page.read) or ("12:07" in page.read)
        assert page.all("form") == []
        assert (words(language).say("approval.thanks") in page.read) == thanks


STATES: dict[str, tuple[Callable[[], Desk], set[str]]] = {
    "received": (submitted, set()),
    "routed": (
        routed_by_hand := lambda: routed(sensitive=("health",)),
        {"edit", "place", "recall", "send", "hand-over", "not-mine"},
    ),
    "unsure": (lambda: routed(confidence=0.2), {"edit", "place", "recall", "hand-over"}),
    "criticism": (lambda: routed(kind="criticism"), {"edit", "place", "recall", "hand-over", "readiness", "answered"}),
    "forwarded": (lambda: routed(kind="not-a-story"), {"place"}),
    "in review": (in_review, {"edit", "recall"}),
    "approved": (approved, {"edit", "recall"}),
    "published": (sensitive_and_out, {"edit", "recall"}),
}


@pytest.mark.parametrize("state", STATES)
def test_the_desk_offers_only_what_may_be_done_now(state: str) -> None:
    of, expected = STATES[state]
    page = Page(story_page("da", PLAIN, of))
    offered = {str(form["action"]).rsplit("/", 1)[1] for form in page.all("form")} - {"sign-out"}
    if "/desk/stories/s1/edit" in {link["href"] for link in page.all("a")}:
        offered.add("edit")
    assert offered == expected
    for _tag, attributes in page.tags:
        assert not {"checked", "selected"} & set(attributes)


def test_each_form_of_the_desk_carries_its_session_and_the_version_it_was_shown_for() -> None:
    html = story_page("da", PLAIN, routed_by_hand)
    forms = [part for part in html.split("<form")[1:] if 'action="/desk/sign-out"' not in part]
    assert len(forms) == 5
    for part in forms:
        assert '<input type="hidden" name="form" value="form"><input type="hidden" name="version" value="1">' in part


def test_a_story_to_be_placed_can_be_placed_on_every_area_and_kind() -> None:
    page = Page(story_page("da", PLAIN, lambda: routed(confidence=0.2)))
    people = {person.id for person in lyngvig().people}
    assert {option["value"] for option in page.all("option")} - people == {"", *Area, *Kind}


def test_id_numbers_are_hidden_from_approvers_and_the_page_says_why_it_cannot_be_approved_bar_g6() -> None:
    html = approval_page("da", "Ida, 010190-1234")
    assert "1234" not in html
    assert words("da").say("refused.id-number-in-text") in html
    assert words("da").say("refused.id-number-in-text") not in approval_page("da", PLAIN)


def test_id_numbers_are_hidden_on_the_desk_but_not_where_they_are_mended() -> None:
    number = "010190-1234"
    assert number not in story_page("da", f"nr. {number}")
    assert number not in queue_page("da", f"nr. {number}")
    assert number in edit_page("da", f"nr. {number}")


def test_the_desk_says_why_a_refused_step_was_refused() -> None:
    for reason in get_args(Refusal):
        assert words("sv").say(f"refused.{reason}") in Page(story_page("sv", PLAIN, routed, error=reason)).read


def test_the_trail_tells_every_step_with_its_comment() -> None:
    desk_ = sensitive_and_out()
    html = story_page("en", PLAIN, lambda: desk_)
    page = Page(html)
    for event in desk_.events:
        assert words("en").say(f"event.{event.type}") in page.read
    assert html.count('<div class="comment">') == len(desk_.events)
