"""serve_form as a submitter's browser meets it (bars A8, B10, C11, H3, H4, H7)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from infra.local.visitor import forms_in
from lyspunkt.aws import clock, drafts, ledger
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.submissions import story_id
from lyspunkt.settings import settings
from lyspunkt.words.wording import words
from tests.support import phone as phone_support
from tests.support.house import House
from tests.support.lyngvig import NOON
from tests.support.phone import Phone, photo

FILLED = phone_support.FILLED | {"wished": "2026-12-01"}


@pytest.fixture
def phone(house: House) -> Phone:
    house.set_clock(NOON)
    return Phone(house.runtime)


def later(**by: float) -> None:
    clock.set_offset(clock.offset() + timedelta(**by))


def stories(house: House) -> list[Story]:
    found = {row["PK"]["S"].removeprefix("STORY#") for row in house.rows() if row["PK"]["S"].startswith("STORY#")}
    return [ledger.story(id_) for id_ in sorted(found)]


def only(house: House) -> Story:
    [story] = stories(house)
    return story


# In five languages


@pytest.mark.parametrize("language", ["da", "sv", "nb", "nn", "en"])
def test_the_form_is_there_in_each_language_and_says_so(phone: Phone, language: str) -> None:
    page = phone.get(f"/submit/{language}")
    assert page.status == 200
    assert f'<html lang="{language}">' in page.text


def test_without_a_language_in_the_address_the_browser_chooses(phone: Phone) -> None:
    assert '<html lang="sv">' in phone.get("/submit", **{"accept-language": "sv-SE,sv;q=0.9,en;q=0.5"}).text
    assert '<html lang="da">' in phone.get("/submit", **{"accept-language": "fi"}).text


@pytest.mark.parametrize("path", ["/submit/de", "/submit/da/x", "/submit/da/pictures/nothing", "/submit/da/a/b/c"])
def test_what_is_not_there_is_a_plain_page(phone: Phone, path: str) -> None:
    assert phone.get(path).status == 404


def test_a_number_that_was_typed_does_not_come_back_and_the_page_says_so_bar_g6(phone: Phone, house: House) -> None:
    typed = FILLED | {"what": "Ida har 010190-1234.", "phone": "0701234567", "name": "Ib 0101901234", "address": "nej"}
    page = phone.send(**typed)
    assert page.status == 422
    assert "Ida har ••••••-••••." in page.text
    assert "1234." not in page.text
    assert "0101901234" not in page.text
    assert 'value="0701234567"' in page.text, "in this field it is a telephone"
    assert words("da").say("tracking.hidden") in page.text
    assert words("da").say("tracking.hidden") not in phone.send(**FILLED | {"address": "nej"}).text
    assert stories(house) == []


# Sent without pictures


def test_a_filled_in_form_becomes_a_story_with_all_that_was_said(phone: Phone, house: House) -> None:
    answer = phone.send(**FILLED)
    assert answer.status == 303
    story = only(house)
    submission = ledger.submission(story.id)
    assert submission is not None
    assert ledger.text(story.id, 1).body == f"{FILLED['what']}\n\n{FILLED['why']}"
    assert (submission.address, submission.contacts, submission.wished_channels) == (
        FILLED["address"],
        FILLED["contacts"],
        ("site",),
    )
    assert submission.plan.purpose == FILLED["purpose"]
    assert not submission.verified
    assert story.name_kept_out
    assert str(story.wished_at) == "2026-11-30 23:00:00+00:00"
    raw = house.runtime.world.client("s3").get_object(Bucket=settings().raw_bucket, Key=submission.raw_key)
    assert json.loads(raw["Body"].read())["form"]["what"] == FILLED["what"]


def test_thanks_lead_to_the_senders_own_page(phone: Phone) -> None:
    thanks = phone.get(phone.send(**FILLED).headers["location"])
    assert thanks.status == 200
    [link] = [part for part in thanks.text.split('"') if "/submissions/" in part]
    own = phone.get(urlsplit(link).path)
    assert own.status == 200
    assert FILLED["what"] in own.text


def test_thanks_hint_at_what_could_be_plainer_and_show_it_to_nobody_else(phone: Phone) -> None:
    path = phone.send(**FILLED | {"what": "Klienterne gik en tur i skoven, og børnene var med."}).headers["location"]
    assert words("da").say("form.hint-word", write="borger", found="Klienterne") in phone.get(path).text
    unknown = phone.get("/submit/da/thanks/not-a-token")
    assert unknown.status == 200
    assert words("da").say("form.hints") not in unknown.text


def test_a_form_sent_twice_is_one_story_bar_b4(phone: Phone, house: House) -> None:
    filled = phone.fill_in(**FILLED)
    first, second = phone.post("/submit/da", filled), phone.post("/submit/da", filled)
    assert first.headers["location"] == second.headers["location"]
    assert len(stories(house)) == 1


@pytest.mark.parametrize("first", ["send", "pictures"])
def test_who_goes_back_after_sending_and_writes_on_adds_to_the_story(phone: Phone, house: House, first: str) -> None:
    filled = phone.fill_in(**FILLED, next=first)
    answer = phone.post("/submit/da", filled)
    if first == "pictures":
        phone.describe(answer.headers["location"])
    more = {"what": f"{FILLED['what']} Tolv egetræer."}
    for _ in range(2):
        assert "/thanks/" in phone.post("/submit/da", filled | more).headers["location"]
    story = only(house)
    assert [addition.because for addition in story.additions] == ["same-delivery"]
    added = ledger.addition(story.id, 1)
    assert added is not None
    assert added.text.body.startswith(more["what"])


@pytest.mark.parametrize("then", ["send", "pictures"])
def test_who_goes_back_before_sending_and_writes_on_has_sent_the_last_words_only(
    phone: Phone, house: House, then: str
) -> None:
    filled = phone.fill_in(**FILLED, next="pictures")
    path = phone.post("/submit/da", filled).headers["location"]
    phone.upload(phone.get(path), photo())
    again = phone.post("/submit/da", filled | {"what": "Elever har plantet tolv egetræer.", "next": then})
    if then == "pictures":
        assert again.headers["location"] == path
        phone.describe(path)
    later(minutes=90)
    house.invoke("SweepDesk", {})
    story = only(house)
    assert ledger.text(story.id, 1).body.startswith("Elever har plantet tolv egetræer.")
    assert (len(story.pictures_received), story.additions) == (1, ())


# What is wrong is said, and nothing that was typed is lost


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("what", ""),
        ("what", "x" * 30_001),
        ("address", "laerer at lyngvig"),
        ("wished", "2026-11-01"),
        ("wished", "i morgen"),
        ("purpose", "x" * 501),
    ],
)
def test_what_must_be_mended_is_said_at_its_field_and_what_was_typed_stays(
    phone: Phone, house: House, field: str, value: str
) -> None:
    answer = phone.send(**FILLED | {field: value})
    assert answer.status == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text
    kept = FILLED["contacts"]
    assert kept in answer.text
    assert stories(house) == []


@pytest.mark.parametrize(
    ("wait", "fields"), [(1, {}), (60 * 60 * 25, {}), (60, {"website": "http://x.example"}), (60, {"stamp": "1.a.b"})]
)
def test_what_may_be_a_machine_is_asked_to_press_once_more_and_then_gets_through(
    phone: Phone, house: House, wait: int, fields: dict[str, str]
) -> None:
    answer = phone.post("/submit/da", phone.fill_in(wait=wait, **FILLED) | fields)
    assert answer.status == 422
    [form] = forms_in(answer.text)
    later(seconds=10)
    assert phone.post("/submit/da", dict(form.filled({})) | {"website": ""}).status == 303
    assert ledger.text(only(house).id, 1).body.startswith(FILLED["what"])


def test_who_sends_very_much_is_told_how_else_and_loses_nothing_bar_h7(phone: Phone) -> None:
    answers = [phone.send(**FILLED | {"what": f"Historie {number}"}) for number in range(11)]
    assert [answer.status for answer in answers] == [303] * 10 + [429]
    assert "Historie 10" in answers[-1].text
    assert "kommunikation@lyngvig.example" in answers[-1].text
    assert "+45 70 00 00 00" in answers[-1].text


def test_a_form_of_another_site_counts_for_nothing_bar_a8(phone: Phone, house: House) -> None:
    filled = phone.fill_in(**FILLED)
    assert phone.post("/submit/da", filled, **{"sec-fetch-site": "cross-site"}).status == 403
    assert stories(house) == []


def test_opening_the_form_writes_nothing_bar_a1(phone: Phone, house: House) -> None:
    house.begin()
    phone.get("/submit/da")
    assert house.writes() == []


def test_hostile_words_are_text_on_the_form_and_after_it_bar_h4(phone: Phone) -> None:
    payload = '"><script>alert(1)</script>'
    answer = phone.send(**FILLED | {"name": payload, "what": "</textarea>" + payload, "address": "none"})
    assert "<script>alert" not in answer.text


# Pictures


def test_pictures_go_straight_to_the_bucket_and_travel_with_what_is_said_of_them(phone: Phone, house: House) -> None:
    path, page = phone.begin()
    assert stories(house) == []
    sent = phone.upload(page, photo())
    assert sent.status == 303
    assert urlsplit(sent.headers["location"]).path == path
    answer = phone.describe(path, alt="Elever med spader", who="Pigen til venstre")
    assert answer.status == 303
    story = only(house)
    assert [picture.size for picture in story.pictures_received] == [len(photo())]
    assert [picture.alt for picture in ledger.text(story.id, 1).pictures] == ["Elever med spader"]
    submission = ledger.submission(story.id)
    assert submission is not None
    assert submission.recognisable == {1: "Pigen til venstre"}
    house.runtime.settle()
    assert [picture.number for picture in ledger.story(story.id).pictures] == [1]


def test_a_picture_can_be_left_out(phone: Phone, house: House) -> None:
    path, page = phone.begin()
    phone.upload(page, photo())
    form = next(form for form in forms_in(phone.get(path).text) if form.action == path)
    [name] = [
        name.removeprefix("alt-") for name, _ in form.filled({}) if name.startswith("alt-") and "NAME" not in name
    ]
    phone.post(path, {f"out-{name}": "yes"})
    assert only(house).pictures_received == ()


def test_one_signed_form_takes_several_pictures_each_under_a_name_of_its_own(phone: Phone) -> None:
    path, page = phone.begin()
    form = next(form for form in forms_in(page.text) if form.action.startswith("https://"))
    folder = dict(form.filled({}))["key"].rpartition("/")[0]
    for number in (1, 2):
        assert phone.upload(page, photo(), key=f"{folder}/{number:032}").status == 303
    assert phone.pictures(path) == [f"{number:032}" for number in (1, 2)]


def test_sending_the_pictures_page_twice_is_one_story_and_leads_to_the_same_thanks_bar_b4(
    phone: Phone, house: House
) -> None:
    path, _ = phone.begin()
    first, second = phone.describe(path), phone.post(path, {})
    assert first.headers["location"] == second.headers["location"] == phone.get(path).headers["location"]
    assert len(stories(house)) == 1


def test_a_draft_that_nobody_comes_back_to_is_sent_by_itself_with_its_pictures(phone: Phone, house: House) -> None:
    _path, page = phone.begin()
    phone.upload(page, photo())
    later(minutes=59)
    house.invoke("SweepDesk", {})
    assert stories(house) == []
    later(minutes=2)
    for _ in range(2):
        house.invoke("SweepDesk", {})
    story = only(house)
    assert ledger.text(story.id, 1).body.startswith(FILLED["what"])
    assert len(story.pictures_received) == 1


@pytest.mark.parametrize(
    ("data", "changed", "code"),
    [
        (b"", {}, "EntityTooSmall"),
        (b"x" * (25 * 1024 * 1024 + 1), {}, "EntityTooLarge"),
        (b"x", {"Content-Type": "text/html"}, "AccessDenied"),
        (b"x", {"key": "mail/1"}, "AccessDenied"),
        (b"x", {"x-amz-signature": "0" * 64}, "SignatureDoesNotMatch"),
        (b"x", {"success_action_redirect": "https://elsewhere.example"}, "AccessDenied"),
    ],
)
def test_an_upload_keeps_to_size_type_and_place_or_is_refused_bar_c11(
    phone: Phone, data: bytes, changed: dict[str, Any], code: str
) -> None:
    _path, page = phone.begin()
    answer = phone.upload(page, data, **changed)
    assert answer.status in {400, 403}
    assert f"<Code>{code}</Code>" in answer.text


def test_an_upload_form_is_good_for_an_hour(phone: Phone) -> None:
    _path, page = phone.begin()
    assert "Policy expired" in phone.upload(page, photo(), timedelta(minutes=61)).text


def test_only_the_pages_that_a_script_helps_allow_one_and_only_ours_bar_h3(phone: Phone) -> None:
    path, page = phone.begin()
    for answer in (phone.get("/submit/da"), page):
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
    bucket = f"https://{settings().raw_bucket}.s3."
    assert bucket in page.headers["content-security-policy"]
    assert bucket not in phone.get("/submit/da").headers["content-security-policy"]
    assert "script-src" not in phone.get("/submit/da/nothing").headers["content-security-policy"]
    phone.describe(path)


def test_the_token_of_a_draft_stands_nowhere_in_the_table_bar_a4(phone: Phone, house: House) -> None:
    path, _ = phone.begin()
    token = path.rsplit("/", 1)[1]
    assert token not in json.dumps(house.rows(), default=str)


def test_the_same_draft_always_makes_the_same_story(phone: Phone, house: House) -> None:
    path, _ = phone.begin()
    id_ = drafts.id_of(path.rsplit("/", 1)[1])
    phone.describe(path)
    assert only(house).id == story_id("form", id_)


def test_where_nothing_can_be_written_nobody_is_thanked_bar_b8(phone: Phone, house: House) -> None:
    filled = phone.fill_in(**FILLED)
    house.fail("PutObject", "before", OSError("down"))
    assert phone.post("/submit/da", filled).status == 500
    assert stories(house) == []
    assert phone.post("/submit/da", filled).status == 303
