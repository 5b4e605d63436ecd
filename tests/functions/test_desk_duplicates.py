"""The desk where two stories may be one: seen side by side, joined once, or said to be two (bars D3, D4, G6, H4)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from infra.local.requests import Response
from infra.local.visitor import Form, forms_in
from lyspunkt.aws import intake, layout, ledger
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.events import AttachmentReceived, PictureReceived
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.submissions import Arrived
from lyspunkt.newsroom.texts import AttachmentText, PictureText, Submission, Text
from lyspunkt.settings import settings
from tests.functions.test_serve_desk import Browser, signed_in
from tests.support.house import House
from tests.support.lyngvig import NOON, classification, out, routed, submitted
from tests.support.markup import Page, active

FORM = Text(headline="Syværkstedet er åbent", body="I lørdags åbnede vi syværkstedet på Hovedbiblioteket.")
MAIL = Text(headline="Til jer", body="Syværkstedet på Hovedbiblioteket åbnede i lørdags. Ring til 010190-1234.")
BY = "chief-of-communications"


@pytest.fixture
def chief(house: House) -> Browser:
    return signed_in(house)


def pair(house: House) -> tuple[Story, Story]:
    """A story and a later one that may be the same, both with a communicator."""
    first = house.keep(routed(confidence=0.3), words=FORM, address="bibliotek@lyngvig.example")
    second = house.keep(routed(confidence=0.3, at=NOON + timedelta(minutes=5)), words=MAIL)
    return first, suspect(second, first)


def suspect(story: Story, other: Story) -> Story:
    return ledger.record(story.id, decide.suspect_duplicate, other=other.id, likeness=0.5, at=NOON)


def form_of(page: Response, action: str) -> Form:
    [form] = [form for form in forms_in(page.text) if form.action.endswith(f"/{action}")]
    return form


def press(browser: Browser, story: Story, action: str) -> Response:
    form = form_of(browser.get(f"/desk/stories/{story.id}"), action)
    return browser.post(form.action, dict(form.filled({})))


def test_the_page_shows_both_side_by_side_and_the_queue_marks_the_later_one_bar_g6(chief: Browser) -> None:
    first, second = pair(chief.house)
    page = chief.get(f"/desk/stories/{second.id}").text
    assert "Er det den samme historie?" in page
    assert f'href="/desk/stories/{first.id}"' in page
    assert FORM.headline in page
    assert "bibliotek@lyngvig.example" in page
    assert "1234" not in page
    assert "Er det den samme" not in chief.get(f"/desk/stories/{first.id}").text
    queue = re.split("<li>", chief.get("/desk").text)
    assert ["Kan være den samme" in one for one in queue if f"/{second.id}" in one] == [True]
    assert ["Kan være den samme" in one for one in queue if f"/{first.id}" in one] == [False]


def test_one_press_joins_them_the_first_has_all_and_the_other_ends_and_points_to_it(chief: Browser) -> None:
    first, second = pair(chief.house)
    answer = press(chief, second, "merge")
    assert (answer.status, answer.headers["location"]) == (303, f"/desk/stories/{second.id}")
    ended = ledger.story(second.id)
    assert (ended.status, ended.merged_into) == ("merged", first.id)
    [added] = ledger.story(first.id).additions
    assert (added.because, added.by) == ("merged", BY)
    addition = ledger.addition(first.id, 1)
    assert addition is not None
    assert (addition.text.headline, addition.text.body) == (MAIL.headline, MAIL.body)
    shown = chief.get(f"/desk/stories/{first.id}").text
    assert "Fra en historie, der var den samme" in shown
    assert "Syværkstedet på Hovedbiblioteket åbnede i lørdags." in shown
    assert "1234" not in shown
    left = chief.get(f"/desk/stories/{second.id}").text
    assert f'href="/desk/stories/{first.id}"' in left
    assert [form.action for form in forms_in(left)] == ["/desk/sign-out"]
    assert f"/{second.id}" not in chief.get("/desk").text


def test_pressing_twice_joins_once(chief: Browser) -> None:
    first, second = pair(chief.house)
    form = form_of(chief.get(f"/desk/stories/{second.id}"), "merge")
    for _ in range(2):
        assert chief.post(form.action, dict(form.filled({}))).status == 303
    assert len(ledger.story(first.id).additions) == 1
    assert chief.house.types(second.id).count("StoryMerged") == 1


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("cut", [1, 2])
def test_a_join_that_is_cut_in_two_ends_the_same_when_pressed_again_bar_d3(chief: Browser, cut: int, side: str) -> None:
    first, second = pair(chief.house)
    form = form_of(chief.get(f"/desk/stories/{second.id}"), "merge")
    left = [cut]

    def fault(call: object, on: str) -> None:
        if getattr(call, "operation", "") == "TransactWriteItems" and on == side:
            left[0] -= 1
            if left[0] == 0:
                raise ConnectionError("out of order")

    chief.house.runtime.recorder.fault = fault
    assert chief.post(form.action, dict(form.filled({}))).status >= 500
    chief.house.runtime.recorder.fault = None
    assert chief.post(form.action, dict(form.filled({}))).status == 303
    assert len(ledger.story(first.id).additions) == 1
    assert ledger.story(second.id).merged_into == first.id


def test_pictures_files_and_what_came_later_go_along_under_new_numbers(house: House) -> None:
    first = house.keep(routed(confidence=0.3), words=FORM)
    picture = PictureReceived(number=1, key="raw/a", digest="a", size=1)
    file = AttachmentReceived(number=1, key="raw/b", digest="b", size=1, media_type="application/pdf")
    arrived = Arrived(
        text=MAIL.model_copy(update={"pictures": (PictureText(number=1, alt="En symaskine"),)}),
        address="bibliotek@lyngvig.example",
        pictures=(picture,),
        attachments=(file,),
        attachment_names=(AttachmentText(number=1, name="program.pdf"),),
        recognisable={1: "Ingen"},
    )
    second = intake.receive(arrived, source="mail", delivery="one", at=NOON, raw_key="raw/mail")
    given = {"source": "mail", "at": NOON, "raw_key": "raw/reply"}
    more = Arrived(text=Text(headline="Re", body="Og et billede mere."), pictures=(picture,))
    intake.add(second.id, more, because="reply", delivery="two", **given)  # type: ignore[arg-type]
    ledger.record(second.id, decide.classify, classification=classification(confidence=0.3), at=NOON)
    suspect(second, first)
    assert press(signed_in(house), second, "merge").status == 303
    whole, later = ledger.addition(first.id, 1), ledger.addition(first.id, 2)
    assert whole is not None
    assert later is not None
    assert [picture.number for picture in whole.text.pictures] == [1]
    assert (whole.recognisable, whole.address, whole.raw_key) == ({1: "Ingen"}, arrived.address, "raw/mail")
    assert [name.name for name in whole.attachments] == ["program.pdf"]
    assert later.text.body == "Og et billede mere."
    now = ledger.story(first.id)
    assert [(one.pictures, one.attachments) for one in now.additions] == [((1,), (1,)), ((2,), ())]
    assert [one.key for one in now.pictures_received] == ["raw/a", "raw/a"]


def test_what_comes_to_a_story_after_it_was_joined_comes_to_the_one_that_goes_on(chief: Browser) -> None:
    first, second = pair(chief.house)
    press(chief, second, "merge")
    more = Arrived(text=Text(headline="", body="Vi fik 85 gæster."))
    intake.add(second.id, more, because="reply", source="mail", delivery="x", at=NOON, raw_key="raw/x")
    assert "Vi fik 85 gæster." in chief.get(f"/desk/stories/{first.id}").text


def test_two_stories_that_are_two_are_not_asked_about_again(chief: Browser) -> None:
    _first, second = pair(chief.house)
    assert press(chief, second, "not-a-duplicate").status == 303
    dismissed = chief.house.facts(second.id)[-1]
    assert (dismissed.type, getattr(dismissed, "by", "")) == ("DuplicateDismissed", BY)
    assert "/merge" not in chief.get(f"/desk/stories/{second.id}").text
    assert "Kan være den samme" not in chief.get("/desk").text


def test_nothing_is_added_to_a_story_that_has_ended_and_the_page_says_so(chief: Browser) -> None:
    first, second = pair(chief.house)
    form = form_of(chief.get(f"/desk/stories/{second.id}"), "merge")
    ledger.record(first.id, decide.withdraw, by="submitter", at=NOON)
    chief.house.begin()
    answer = chief.post(form.action, dict(form.filled({})))
    assert answer.status == 422
    assert 'role="alert"' in answer.text
    assert chief.house.writes() == []
    assert [one.action for one in forms_in(answer.text) if one.action.endswith("/merge")] == []
    assert press(chief, second, "not-a-duplicate").status == 303


@pytest.mark.parametrize("other", ["", "unknown", "another"])
def test_a_story_is_joined_only_with_one_that_it_may_be_the_same_as(chief: Browser, other: str) -> None:
    first, second = pair(chief.house)
    third = chief.house.keep(routed(confidence=0.3))
    form = form_of(chief.get(f"/desk/stories/{second.id}"), "merge")
    chief.house.begin()
    filled = dict(form.filled({})) | {"other": third.id if other == "another" else other}
    assert chief.post(form.action, filled).status == 422
    assert chief.house.writes() == []
    assert ledger.story(first.id).additions == ()


def test_a_story_that_nobody_has_read_yet_is_not_joined(chief: Browser) -> None:
    first = chief.house.keep(routed(confidence=0.3))
    second = suspect(chief.house.keep(submitted(), words=MAIL), first)
    form = form_of(chief.get(f"/desk/stories/{second.id}"), "not-a-duplicate")
    answer = chief.post(form.action.replace("not-a-duplicate", "merge"), dict(form.filled({})))
    assert answer.status == 422
    assert ledger.story(first.id).additions == ()


def test_a_published_story_that_is_joined_comes_down_and_the_other_stays(house: House) -> None:
    first, second = house.keep(out()), house.keep(out(at=NOON + timedelta(minutes=5)))
    suspect(second, first)
    assert press(signed_in(house), second, "merge").status == 303
    assert "RetractionOrdered" in house.types(second.id)
    assert ledger.story(first.id).status == "published"


def test_one_that_was_joined_meanwhile_leads_on_and_one_that_was_erased_can_only_be_put_aside(chief: Browser) -> None:
    first, second = pair(chief.house)
    third = suspect(chief.house.keep(routed(confidence=0.3), words=MAIL), second)
    press(chief, second, "merge")
    assert f'href="/desk/stories/{first.id}"' in chief.get(f"/desk/stories/{third.id}").text
    press(chief, third, "merge")
    assert ledger.story(third.id).merged_into == first.id
    fourth = suspect(chief.house.keep(routed(confidence=0.3)), third.model_copy(update={"id": "gone"}))
    page = chief.get(f"/desk/stories/{fourth.id}")
    assert "findes ikke længere" in page.text
    assert [form.action.rsplit("/", 1)[1] for form in forms_in(page.text) if "dupl" in form.action] == [
        "not-a-duplicate"
    ]
    assert "/merge" not in page.text


def test_words_of_strangers_in_the_other_story_and_in_additions_are_text_bar_h4(chief: Browser) -> None:
    payload = '<script>alert(1)</script><img src=x onerror=alert(1)>"><b id=x>'
    hostile = Text(headline=payload, lead=payload, body=payload)
    first = chief.house.keep(routed(confidence=0.3), words=hostile, address=payload)
    second = suspect(chief.house.keep(routed(confidence=0.3), words=hostile), first)
    name = (AttachmentText(number=1, name=payload),)
    file = AttachmentReceived(number=1, key="raw/b", digest="b", size=1, media_type="application/pdf")
    arrived = Arrived(text=hostile, name=payload, attachments=(file,), attachment_names=name)
    intake.add(second.id, arrived, because="reply", source="mail", delivery="x", at=NOON, raw_key="raw/x")
    page = chief.get(f"/desk/stories/{second.id}").text
    assert page.count("alert(1)") >= 8
    assert active(Page(page)) == []
    assert "<b id" not in page


def test_an_addition_whose_words_are_gone_still_says_that_it_came(chief: Browser) -> None:
    story = chief.house.keep(routed(confidence=0.3))
    arrived = Arrived(text=Text(headline="", body="Ord, der slettes"))
    intake.add(story.id, arrived, because="tracking-page", source="form", delivery="x", at=NOON, raw_key="raw/x")
    assert "Ord, der slettes" in chief.get(f"/desk/stories/{story.id}").text
    key = {"PK": {"S": layout.story_key(story.id)}, "SK": {"S": layout.addition_key(1)}}
    chief.house.runtime.world.client("dynamodb").delete_item(TableName=settings().table, Key=key)
    page = chief.get(f"/desk/stories/{story.id}").text
    assert "Fra afsenderens egen side" in page
    assert "Ordene er ikke gemt længere." in page


def test_a_story_without_a_submission_row_is_joined_all_the_same(chief: Browser) -> None:
    first, second = pair(chief.house)
    key = {"PK": {"S": layout.story_key(second.id)}, "SK": {"S": layout.SUBMISSION}}
    chief.house.runtime.world.client("dynamodb").delete_item(TableName=settings().table, Key=key)
    assert press(chief, second, "merge").status == 303
    addition = ledger.addition(first.id, 1)
    assert isinstance(addition, Submission)
    assert addition.address is None
