"""serve_submission: a submitter's own link shows, adds and takes back; opening it does nothing (A1, A2, A7, A8, T3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from infra.local.requests import Response
from infra.local.visitor import forms_in
from lyspunkt.aws import clock, intake, layout, ledger, links, table, tracking
from lyspunkt.aws.desk import whole_story
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.events import AttachmentReceived, PictureReceived
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.submissions import Arrived, text_of
from lyspunkt.newsroom.texts import Addition, Text
from lyspunkt.pages import desk as desk_pages
from lyspunkt.words.wording import words
from tests.support.house import House
from tests.support.lyngvig import NOON, Desk, approved, lyngvig, out, routed, scheduled, submitted

OWN = {"origin": "null", "sec-fetch-site": "same-origin"}
SCANNERS = ("Mozilla/5.0 (compatible; LinkScanner/2.0)", "SafeLinks", "python-requests/2.32", "")
WORDS = Text(headline="Zebrafinken er kommet", body="Den sidder i bøgen.\n\nRing til 010190-1234.", salt="s")
LANGUAGES = ("da", "sv", "nb", "nn", "en")


@dataclass
class Mine:
    """A story and the page that its submitter has a link to."""

    house: House
    desk: Desk
    path: str

    @property
    def story(self) -> Story:
        return ledger.story(self.desk.id)

    @property
    def token(self) -> str:
        return self.path.rsplit("/", 1)[1]

    def open(self, method: str = "GET", more: str = "", **headers: str) -> Response:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.house.request(method, self.path + more, {"accept-language": "en"} | given)

    def post(self, action: str, fields: dict[str, str], headers: dict[str, str] = OWN) -> Response:
        return self.house.request("POST", f"{self.path}/{action}", headers, urlencode(fields))

    def add(self, text: str = "Den har fået unger.", **fields: str) -> Response:
        return self.post("additions", {"about": "new", "text": text, "form": "0" * 24} | fields)

    def withdraw(self) -> Response:
        return self.post("withdrawal", {"sure": "yes"})

    def texts(self) -> list[str]:
        """What was added, in order."""
        rows = table.partition(layout.story_key(self.desk.id), begins="ADDITION#")
        return [Addition.model_validate_json(row["body"]).text.body for row in rows]


def mine(house: House, desk: Desk | None = None, words: Text = WORDS) -> Mine:
    desk = desk or routed()
    story = house.keep(desk, words=words, address="borger@posthus.example")
    address = tracking.address_of(story)
    house.begin()
    return Mine(house, desk, urlsplit(address).path)


@pytest.fixture
def story(house: House) -> Mine:
    return mine(house)


# Opening it


def test_a_hundred_heads_and_gets_at_once_write_nothing_and_the_link_still_works_bar_a1(story: Mine) -> None:
    before = story.house.rows()
    paths = ("", "/additions", "/withdrawal", "?said=withdrawn&sure=yes&_method=POST")

    def scan(number: int) -> int:
        return story.open(("HEAD", "GET")[number % 2], paths[number % 4], user_agent=SCANNERS[number % 3]).status

    with ThreadPoolExecutor(8) as scanners:
        assert set(scanners.map(scan, range(200))) == {200}
    assert story.house.writes() == []
    assert story.house.rows() == before
    assert story.add().status == 303


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "POST"])
@pytest.mark.parametrize("action", ["", "/additions", "/withdrawal"])
def test_only_a_post_to_a_form_does_anything_whatever_a_header_says_bar_a8(
    story: Mine, method: str, action: str
) -> None:
    if (method, bool(action)) == ("POST", True):
        return
    override = {"x-http-method-override": "POST", "x-method-override": "POST"}
    answer = story.house.request(method, story.path + action, override | OWN, "sure=yes&about=new&text=x&_method=POST")
    assert answer.status == 405
    assert story.house.writes() == []


def test_a_robot_that_sends_every_form_as_it_stands_does_nothing_bars_a2_t3(story: Mine) -> None:
    forms = forms_in(story.open().text)
    assert [form.action.rsplit("/", 1)[1] for form in forms] == ["additions", "withdrawal"]
    for form in forms:
        answer = story.house.request("POST", form.action, OWN, urlencode(form.filled({})))
        assert answer.status == 422
        assert 'role="alert"' in answer.text
    for fields in ({"text": "Robotten skriver"}, {"text": "x", "about": ""}, {"text": "x", "about": "on"}):
        assert story.post("additions", fields).status == 422
    for fields in ({}, {"sure": ""}, {"sure": "on"}):
        assert story.post("withdrawal", fields).status == 422
    assert story.house.writes() == []


def test_the_page_says_what_was_sent_and_where_it_is_and_hides_id_numbers_bar_g6(house: House) -> None:
    desk = routed()
    more: dict[str, Any] = {
        "pictures": (PictureReceived(number=1, key="k", digest="d", size=1),),
        "attachments": (AttachmentReceived(number=1, key="k", digest="d", size=1, media_type="application/pdf"),),
        "name_kept_out": True,
    }
    desk.events[0] = desk.events[0].model_copy(update=more)
    page = mine(house, desk).open()
    say = words("da").say
    assert page.status == 200
    for said in ("Zebrafinken er kommet", "Den sidder i bøgen.", "••••••-••••", say("tracking-status.in-review")):
        assert said in page.text
    for said in (say("tracking.hidden"), say("tracking.name-kept-out"), desk.id, say("tracking-step.routed")):
        assert said in page.text
    assert "1234" not in page.text
    assert page.text.count("<dd>1</dd>") == 2, "a picture and a file"


def test_what_the_desk_made_of_it_stays_on_the_desk(story: Mine) -> None:
    edited: dict[str, Any] = {"from_version": 1, "text_digest": "other", "id_number": False, "by": "roads-communicator"}
    row = layout.story_row(story.desk.id, layout.text_key(2), Text(headline="Redaktionens ord", body="Kladde"))
    ledger.record(story.desk.id, decide.edit, also=lambda _after, _events: [row], at=clock.now(), **edited)
    page = story.open().text
    assert "Zebrafinken er kommet" in page
    assert not re.search("Redaktionens|Kladde|vejejendom|roads-", page), "nor who works on it"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_the_language_of_the_story_and_else_the_readers(house: House, language: str) -> None:
    desk = submitted()
    mine_ = mine(house, desk)
    assert f'<html lang="{language}">' in mine_.open(accept_language=language).text, "not known yet"
    given = desk.events[0].model_copy(update={"language": language})
    chosen = Desk()
    chosen.take([given])
    other = "en" if language != "en" else "sv"
    assert f'<html lang="{language}">' in mine(house, chosen).open(accept_language=other).text


def test_the_address_of_a_story_is_the_same_each_time_and_the_table_does_not_hold_it_bars_a4_a10(story: Mine) -> None:
    again = tracking.address_of(story.story)
    assert urlsplit(again).path == story.path
    assert re.fullmatch(r"/submissions/[a-z0-9]{52}", story.path)
    assert len(again) <= 200
    assert story.token not in str(story.house.rows())
    assert tracking.address_of(mine(story.house).story) != again


# Adding to it


def test_what_is_added_lies_beside_the_story_and_shows_on_the_page(story: Mine) -> None:
    answer = story.add("Ungerne er fløjet.\r\n\r\nRing til 010190-1234.", about="correction")
    assert (answer.status, answer.headers["location"]) == (303, f"{story.path}?said=added")
    page = story.open(more="?said=added").text
    assert "Ungerne er fløjet." in page
    assert words("da").say("tracking.said-added") in page
    assert "1234" not in page
    assert story.texts() == ["Ungerne er fløjet.\n\nRing til 010190-1234."]
    addition = ledger.addition(story.desk.id, 1)
    assert addition is not None
    assert (addition.fields, addition.address) == ({"about": "correction"}, "borger@posthus.example")
    assert story.house.types(story.desk.id)[-1] == "MaterialAdded"
    desk = desk_pages.story_page(whole_story(story.desk.id), lyngvig().people[0], lyngvig(), form="f", at=NOON)
    assert words("da").say("tracking.correction") in desk
    assert desk.count("Ungerne er fløjet.") == 1


def test_sending_the_same_form_twice_is_one_addition_and_another_text_is_another_bar_c7(story: Mine) -> None:
    with ThreadPoolExecutor(4) as people:
        assert {page.status for page in people.map(lambda _: story.add("Den samme"), range(8))} == {303}
    assert story.texts() == ["Den samme"]
    story.add("Rettet på vej tilbage")
    story.add("Den samme", form="f" * 24)
    assert story.texts() == ["Den samme", "Rettet på vej tilbage", "Den samme"]


@pytest.mark.parametrize("ended", ["withdrawn", "recalled", "forwarded", "published"])
def test_nothing_that_is_added_is_turned_away_however_far_the_story_is(house: House, ended: str) -> None:
    made: dict[str, Callable[[], Desk]] = {"forwarded": lambda: routed(kind="not-a-story"), "published": out}
    story = mine(house, made.get(ended, routed)())
    if ended in {"withdrawn", "recalled"}:
        rule = decide.withdraw if ended == "withdrawn" else decide.recall
        ledger.record(story.desk.id, rule, by="x", at=clock.now())
    assert story.story.status == ended
    assert story.add("Alligevel").status == 303
    page = story.open().text
    assert words("da").say(f"tracking-status.{ended}").split("{")[0] in page
    assert "Alligevel" in page


def test_a_text_that_is_too_long_or_missing_is_asked_back_with_what_was_written(story: Mine) -> None:
    too_long = story.add("å" * 60_001)
    assert too_long.status == 422
    assert "å" * 60_001 in too_long.text
    assert "60001" in too_long.text
    assert "60000" in too_long.text
    assert story.add(" \r\n ").status == 422
    unchosen = story.add("Det her skrev jeg", about="")
    assert unchosen.status == 422
    assert "Det her skrev jeg</textarea>" in unchosen.text
    assert story.texts() == []


def test_who_adds_more_often_than_ten_times_an_hour_is_asked_to_wait_and_told_how_else_bar_c6(story: Mine) -> None:
    for number in range(10):
        assert story.add(f"Tilføjelse {number}").status == 303
    assert story.add("Tilføjelse 3").status == 303, "the same once more is not counted"
    answer = story.add("Den ellevte")
    assert answer.status == 429
    assert ">\nDen ellevte</textarea>" in answer.text
    phone = lyngvig().intake.phone
    assert phone
    assert phone in answer.text
    assert len(story.texts()) == 10
    story.house.set_clock(NOON + timedelta(hours=1, minutes=1))
    assert story.add("Den ellevte").status == 303


def test_two_submitters_of_one_story_do_not_read_each_others_words(house: House) -> None:
    mine_, other = mine(house), mine(house, words=Text(headline="Min egen", body="Mine ord.", salt="s"))
    given: dict[str, Any] = {"because": "merged", "source": "mail", "delivery": "d", "at": clock.now(), "raw_key": ""}
    arrived = Arrived(text=text_of("", "Mine ord."))
    intake.add(mine_.desk.id, arrived, by="roads-communicator", **given)
    ledger.record(other.desk.id, decide.merge, into=mine_.story, by="roads-communicator", at=clock.now())
    other.add("Til den anden")
    mine_.add("Til den første")
    first, second = mine_.open().text, other.open().text
    assert not re.search("Mine ord|Til den anden", first)
    assert not re.search("Zebrafinken|Til den første", second)
    for said in ("Min egen", "Til den anden", words("da").say("tracking-status.merged")):
        assert said in second
    assert [form.action.rsplit("/", 1)[1] for form in forms_in(second)] == ["additions"]
    assert other.withdraw().status == 410


# Taking it back


def test_taking_it_back_stops_the_story_and_the_page_says_so_ever_after(story: Mine) -> None:
    answer = story.withdraw()
    assert (answer.status, answer.headers["location"]) == (303, f"{story.path}?said=withdrawn")
    assert story.story.phase == "withdrawn"
    page = story.open(more="?said=withdrawn").text
    assert words("da").say("tracking.said-withdrawn") in page
    assert words("da").say("tracking-status.withdrawn") in page
    assert [form.action.rsplit("/", 1)[1] for form in forms_in(page)] == ["additions"]
    known = story.house.types(story.desk.id)
    assert story.withdraw().status == 303, "twice is once"
    assert story.house.types(story.desk.id) == known


def test_what_is_out_comes_down_when_its_submitter_takes_it_back(house: House) -> None:
    story = mine(house, out())
    story.withdraw()
    facts = story.house.facts(story.desk.id)
    assert [fact.type for fact in facts][-2:] == ["StoryWithdrawn", "RetractionOrdered"]
    assert story.house.tell("RetractStory", facts[-1]) == {"batchItemFailures": []}
    assert story.story.status == "retracted"
    assert words("da").say("tracking-status.retracted") in story.open().text


def test_a_story_that_ended_otherwise_cannot_be_taken_back_and_the_page_says_why(house: House) -> None:
    story = mine(house, routed(kind="not-a-story"))
    answer = story.withdraw()
    assert answer.status == 410
    assert words("da").say("tracking.closed") in answer.text
    assert story.house.writes() == []


def test_a_published_story_leads_to_where_it_can_be_read(house: House) -> None:
    desk = out()
    published = desk.events[-1]
    assert published.type == "StoryPublished"
    desk.events[-1] = published.model_copy(update={"where": "https://historier.lyngvig.example/stories/x/"})
    page = mine(house, desk).open().text
    assert 'href="https://historier.lyngvig.example/stories/x/"' in page
    assert "Kommunens historier" in page
    assert "roads" not in page


def test_a_scheduled_story_says_when(house: House) -> None:
    page = mine(house, scheduled()).open().text
    assert "mandag den 23. november 2026" in page


# Links and forms that are none


@pytest.mark.parametrize("token", ["nonsense", "a" * 52, "..", "%00", "æøå"])
def test_an_unknown_link_is_404_in_the_readers_language_and_says_who_can_help(house: House, token: str) -> None:
    for method, body in (("GET", ""), ("POST", "sure=yes")):
        path = f"/submissions/{token}" + ("/withdrawal" if body else "")
        page = house.request(method, path, {"accept-language": "sv"} | OWN, body)
        assert page.status == 404
        assert words("sv").say("tracking.unknown") in page.text
        assert "kommunikation@lyngvig.example" in page.text
    assert house.writes() == []


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (1, 410)])
def test_a_link_lives_for_a_year_to_the_second(story: Mine, seconds: int, status: int) -> None:
    story.house.set_clock(NOON + links.TRACKING_LIVES + timedelta(seconds=seconds))
    page = story.open()
    assert page.status == status
    assert (words("en").say("tracking.expired") in page.text) == (status == 410)
    assert story.add().status == (303 if status == 200 else 410)


def test_a_story_that_was_erased_is_not_found(house: House) -> None:
    link = links.Link(kind="tracking", story_id="gone", expires_at=NOON + timedelta(days=1))
    assert house.request("GET", f"/submissions/{links.mint(link)}").status == 404


def test_a_link_of_another_kind_opens_no_submission_and_this_one_decides_nothing_bar_a4(house: House) -> None:
    story = mine(house, approved())
    link = links.find(story.token)
    assert link is not None
    for kind in ("approval", "sign-in"):
        other = links.mint(link.model_copy(update={"kind": kind}))
        assert house.request("GET", f"/submissions/{other}").status == 404
    assert house.request("GET", f"/approvals/{story.token}").status == 404
    assert house.request("GET", f"/desk/enter/{story.token}").status == 404


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}],
)
def test_a_form_on_another_site_does_nothing_bar_a8(story: Mine, headers: dict[str, str]) -> None:
    assert story.post("withdrawal", {"sure": "yes"}, headers).status == 403
    assert story.post("additions", {"about": "new", "text": "x"}, headers).status == 403
    assert story.house.writes() == []


def test_every_answer_carries_the_strict_headers_and_no_script_bars_h3_a7(story: Mine) -> None:
    answers = {
        "page": story.open(),
        "head": story.open("HEAD"),
        "nothing": story.open(more="/nothing"),
        "unknown": story.house.request("GET", "/submissions/unknown"),
        "elsewhere": story.post("withdrawal", {"sure": "yes"}, {"sec-fetch-site": "cross-site"}),
        "unanswered": story.post("additions", {}),
        "method": story.house.request("PUT", story.path),
        "added": story.add(),
    }
    statuses = {name: answer.status for name, answer in answers.items()}
    assert statuses == dict(zip(answers, (200, 200, 404, 404, 403, 422, 405, 303), strict=True))
    for name, answer in answers.items():
        assert answer.headers["referrer-policy"] == "no-referrer", name
        assert answer.headers["cache-control"] == "no-store", name
        assert "default-src 'none'" in answer.headers["content-security-policy"], name
        assert "script-src" not in answer.headers["content-security-policy"], name
        assert not re.search(r"<script|http-equiv|\son[a-z]+=|checked|selected|autofocus", answer.text), name


def test_neither_token_nor_words_stand_in_the_log_or_a_fact_bars_a7_h2(
    story: Mine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    story.open()
    story.add("Zebrafinken synger")
    story.withdraw()
    logged = str([vars(record) for record in caplog.records])
    assert story.desk.id in logged
    assert story.token not in logged
    assert "Zebrafink" not in logged
    assert "Zebrafink" not in str(story.house.facts(story.desk.id))
    assert story.token not in str(story.house.rows())
