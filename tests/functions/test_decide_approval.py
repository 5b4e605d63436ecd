"""decide_approval through the route that a mailed link leads to (bars A1 to A5, A7, A8, H3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from infra.local.requests import Response
from infra.local.visitor import forms_in
from lyspunkt.aws import clock, layout, ledger, links, table
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.events import Event, PictureDerived, PicturesDerived
from lyspunkt.newsroom.story import Approval, Story
from lyspunkt.newsroom.texts import PictureText
from lyspunkt.settings import settings
from lyspunkt.words.wording import words
from tests.support.house import House
from tests.support.lyngvig import NOON, Desk, in_review, lyngvig, text

SCANNERS = ("Mozilla/5.0 (compatible; LinkScanner/2.0)", "SafeLinks", "python-requests/2.32", "")
CHOICES = ("approve", "request-changes", "reject", "hand-over")
OWN = "https://lyspunkt.lyngvig.example"


@dataclass
class Asked:
    """A story in review and the link that its first approver got by mail."""

    house: House
    desk: Desk
    path: str

    @property
    def story(self) -> Story:
        return ledger.story(self.desk.id)

    def phase(self) -> str:
        return self.story.phase

    @property
    def token(self) -> str:
        return self.path.rsplit("/", 1)[1]

    def open(self, method: str = "GET", **headers: str) -> Response:
        given: dict[str, Any] = {"accept-language": "en"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return self.house.request(method, self.path, given)

    def answer(self, decision: str | None = "approve", path: str | None = None, **fields: str) -> Response:
        given = fields | ({"decision": decision} if decision else {})
        headers = {"origin": OWN, "sec-fetch-site": "same-origin"}
        return self.house.request("POST", path or self.path, headers, urlencode(given))

    def take(self, *events: Event) -> None:
        """Something happens to the story meanwhile."""
        ledger.record(self.desk.id, lambda _story: list(events))


def asked(house: House, **about: object) -> Asked:
    desk = in_review(**about)  # type: ignore[arg-type]
    house.keep(desk)
    fact = next(event for event in desk.events if event.type == "ApprovalsRequested")
    house.tell("NotifyPeople", fact)
    asked = Asked(house, desk, path_in(house, 0))
    house.begin()
    return asked


def path_in(house: House, number: int) -> str:
    """The approval link in one of the letters."""
    letter = [letter for letter in house.letters() if letter.kind == "approval-asked"][number]
    [link] = [url for url in letter.links if "/approvals/" in url]
    return urlsplit(link).path


def approval(asked: Asked) -> Approval:
    round_ = asked.story.round
    assert round_ is not None
    return round_.approvals[0]


@pytest.fixture
def story(house: House) -> Asked:
    return asked(house)


# Opening decides nothing


def test_a_hundred_heads_and_gets_at_once_write_nothing_and_the_link_still_works_bar_a1(story: Asked) -> None:
    before = story.house.rows()

    def scan(number: int) -> int:
        return story.open(("HEAD", "GET")[number % 2], user_agent=SCANNERS[number % 4]).status

    with ThreadPoolExecutor(8) as scanners:
        assert set(scanners.map(scan, range(200))) == {200}
    assert story.house.writes() == []
    assert story.house.rows() == before
    assert story.answer("approve").status == 200
    assert story.phase() == "approved"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_a_post_decides_whatever_the_address_or_a_header_says_bars_a3_a8(story: Asked, method: str) -> None:
    path = f"{story.path}?decision=approve&_method=POST"
    headers = {"x-http-method-override": "POST", "x-method-override": "POST"}
    answer = story.house.request(method, path, headers, "decision=approve&_method=POST")
    assert answer.status == (200 if method in {"GET", "HEAD"} else 405)
    assert story.house.writes() == []


def test_the_page_has_no_choice_made_beforehand_no_script_and_no_refresh_bar_a2(story: Asked) -> None:
    page = story.open()
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    [form] = forms_in(page.text)
    assert form.values("decision") == list(CHOICES)
    assert form.filled({}) == [("comment", "")]
    assert not re.search(r"<script|http-equiv|\son[a-z]+=|checked|selected|autofocus", page.text, re.IGNORECASE)
    assert "Ny cykelsti til skolen" in page.text
    assert "Vejfolkene åbnede stien i dag." in page.text


def test_a_robot_that_sends_the_form_as_it_stands_decides_nothing_bar_a2(story: Asked) -> None:
    [form] = forms_in(story.open().text)
    for fields in ({}, dict(form.filled({})), {"comment": "", "to": ""}, {"decision": ""}, {"decision": "on"}):
        answer = story.house.request("POST", story.path, {"accept-language": "en"}, urlencode(fields))
        assert answer.status == 422
        assert forms_in(answer.text), "the form is there again"
    assert story.house.writes() == []
    assert approval(story).decision is None


# Each decision


@pytest.mark.parametrize(
    ("choice", "facts", "phase"),
    [
        ("approve", ["ApprovalGiven", "StoryApproved"], "approved"),
        ("request-changes", ["ChangesRequested"], "changes-requested"),
        ("reject", ["StoryRejected"], "rejected"),
        ("hand-over", ["ApprovalHandedOver"], "in-review"),
    ],
)
def test_each_answer_is_one_decision_and_the_same_link_then_shows_it_bar_a4(
    story: Asked, choice: str, facts: list[str], phase: str
) -> None:
    known = len(story.desk.events)
    fields = {"comment": "Husk belysningen", "to": "planning-head"}
    thanks = story.answer(choice, **fields)
    assert thanks.status == 200
    assert story.house.types(story.desk.id)[known:] == facts
    assert story.phase() == phase
    again = story.answer("approve")  # a second click, or another mind: what was decided is shown
    assert again.status == 200
    assert story.open().text == again.text
    assert forms_in(again.text) == []
    assert story.house.types(story.desk.id)[known:] == facts


def test_a_round_of_two_is_approved_by_the_second_and_the_first_may_look_on(house: House) -> None:
    story = asked(house, strategic=True)
    assert story.answer("approve").status == 200
    assert story.phase() == "in-review"
    second = path_in(house, 1)
    assert second != story.path
    assert story.answer("approve", path=second).status == 200
    assert story.phase() == "approved"
    assert forms_in(story.open().text) == []


def test_fifty_clicks_at_once_are_one_decision_and_each_page_shows_it_bar_a5(story: Asked) -> None:
    with ThreadPoolExecutor(8) as people:
        pages = list(people.map(lambda _: story.answer("approve"), range(50)))
    assert {page.status for page in pages} == {200}
    assert all("godkjent" in page.text for page in pages), "the approver's language is Norwegian"
    assert story.house.types(story.desk.id).count("ApprovalGiven") == 1


def test_asking_for_changes_without_saying_which_is_asked_back(story: Asked) -> None:
    answer = story.answer("request-changes", comment="  ")
    assert answer.status == 422
    assert 'role="alert"' in answer.text
    assert approval(story).decision is None


@pytest.mark.parametrize("to", ["", "nobody", "roads-head"])
def test_handing_over_to_nobody_oneself_or_a_stranger_is_asked_back(story: Asked, to: str) -> None:
    answer = story.answer("hand-over", to=to, comment="Kender det bedre")
    assert answer.status == 422
    assert "Kender det bedre" in answer.text
    assert approval(story).decision is None


def test_handing_over_mails_the_other_person_a_link_of_their_own_that_decides_bar_a4(story: Asked) -> None:
    story.answer("hand-over", to="planning-head")
    story.house.tell("NotifyPeople", story.house.facts(story.desk.id)[-1])
    new = path_in(story.house, 1)
    assert new != story.path
    [letter] = [letter for letter in story.house.letters() if new in letter.text]
    assert letter.to == ("planchef@lyngvig.example",)
    assert story.answer("approve").status == 200
    assert story.phase() == "in-review", "the old link decides nothing any more"
    assert story.answer("approve", path=new).status == 200
    assert story.phase() == "approved"


@pytest.mark.parametrize("where", ["headline", "lead", "body", "alt"])
def test_a_version_in_whose_words_a_number_is_found_now_cannot_be_approved_bar_g6(story: Asked, where: str) -> None:
    """It may have come there before the rules knew it; its flag says that there is none."""
    said = "Ida, 010190-1234"
    more: dict[str, Any] = {"pictures": (PictureText(number=1, alt=said),)} if where == "alt" else {where: said}
    table.put(layout.story_row(story.desk.id, layout.text_key(1), text().model_copy(update=more)))
    for method in ("GET", "POST"):
        page = story.open() if method == "GET" else story.answer("approve")
        assert "1234" not in page.text
        assert words("nb").say("refused.id-number-in-text") in page.text
    assert (page.status, story.phase()) == (410, "in-review")
    assert story.answer("request-changes", comment="Tag nummeret ud.").status == 200
    assert story.phase() == "changes-requested"


def test_a_number_in_a_comment_does_not_come_back_with_the_page_bar_g6(story: Asked) -> None:
    page = story.answer(None, comment="Ring til 010190-1234")
    assert page.status == 422
    assert "Ring til ••••••-••••" in page.text
    assert "1234" not in page.text


def test_the_comment_lies_in_a_note_and_neither_in_a_fact_nor_in_the_log_bar_h2(
    story: Asked, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    canary = "Bænken hedder Zebrafink"
    story.answer("request-changes", comment=canary)
    number = story.story.revision
    note = ledger.note(story.desk.id, number)
    assert note is not None
    assert (note.by, note.comment) == ("roads-head", canary)
    holding = [row["SK"]["S"] for row in story.house.rows() if canary in str(row)]
    assert holding == [layout.note_key(number)]
    told = str([vars(record) for record in caplog.records])
    assert story.desk.id in told
    assert "Zebrafink" not in told
    assert story.token not in told


# A link that has nothing to decide any more


def edited(story: Asked) -> None:
    given: dict[str, Any] = {"from_version": 1, "text_digest": "other", "id_number": False, "by": "roads-communicator"}
    ledger.record(story.desk.id, decide.edit, at=clock.now(), **given)


def edited_and_asked_again(story: Asked) -> None:
    edited(story)
    by: dict[str, Any] = {"version": 2, "by": "roads-communicator", "flags_reviewed": True}
    ledger.record(story.desk.id, decide.send_for_approval, at=clock.now(), **by)
    ledger.record(story.desk.id, decide.request_approvals, organisation=lyngvig(), at=clock.now())


def recalled(story: Asked) -> None:
    ledger.record(story.desk.id, decide.recall, by="press-officer", at=clock.now())


def withdrawn(story: Asked) -> None:
    ledger.record(story.desk.id, decide.withdraw, by="citizen", at=clock.now())


def decided(story: Asked) -> None:
    given: dict[str, Any] = {"approval_id": "r1a1", "version": 1, "approver": "roads-head", "at": clock.now()}
    ledger.record(story.desk.id, decide.request_changes, **given)


def handed_over(story: Asked) -> None:
    given: dict[str, Any] = {"approval_id": "r1a1", "version": 1, "approver": "roads-head", "at": clock.now()}
    ledger.record(story.desk.id, decide.hand_over, to="planning-head", organisation=lyngvig(), **given)


def expired(story: Asked) -> None:
    story.house.set_clock(NOON + links.LIFE + timedelta(seconds=1))


MEANWHILE: dict[Callable[[Asked], None], str] = {
    edited: "refused.edited-since",
    recalled: "refused.story-recalled",
    withdrawn: "refused.story-withdrawn",
    decided: "approval.decided-changes",
    handed_over: "approval.decided-handed-over",
    expired: "refused.link-expired",
}
"""What may happen to a story, and what its link then says."""


@pytest.mark.parametrize("happens", [*MEANWHILE, edited_and_asked_again])
def test_a_link_whose_time_has_passed_decides_nothing_bar_a4(story: Asked, happens: Callable[[Asked], None]) -> None:
    happens(story)
    before = story.house.rows()
    for choice in CHOICES:
        answer = story.answer(choice, comment="Jo", to="planning-head")
        assert answer.status == (200 if happens in {decided, handed_over} else 410)
        assert forms_in(answer.text) == []
    assert story.house.rows() == before


def test_each_reason_that_a_link_is_spent_has_a_plain_page_of_its_own_bar_a4(house: House) -> None:
    pages = {}
    for happens, say in MEANWHILE.items():
        house.set_clock(NOON)
        story = Asked(house, in_review(), "")
        house.keep(story.desk)
        link = links.Link(
            kind="approval",
            person="roads-head",
            expires_at=approval(story).asked_at + links.LIFE,
            story_id=story.desk.id,
            approval_id="r1a1",
            version=1,
        )
        story.path = f"/approvals/{links.mint(link)}"
        assert story.open().status == 200
        happens(story)
        pages[happens] = story.open().text
        assert "Ny cykelsti" not in pages[happens]
        assert escape(words("nb").say(say), quote=False) in pages[happens], "in the approver's language"
    assert len(set(pages.values())) == len(MEANWHILE)


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (1, 410)])
def test_a_link_lives_for_seven_days_to_the_second_bar_a6(story: Asked, seconds: int, status: int) -> None:
    story.house.set_clock(NOON + links.LIFE + timedelta(seconds=seconds))
    assert story.open().status == status


def test_a_copy_of_the_table_opens_nothing_bar_a4(story: Asked) -> None:
    rows = story.house.rows()
    assert story.token not in str(rows)
    found = set(re.findall(r"[A-Za-z0-9_-]{16,}", str(rows)))
    assert len(found) > 5
    for word in found:
        assert story.house.request("GET", f"/approvals/{word}").status == 404


@pytest.mark.parametrize("token", ["nonsense", "a" * 52, "..", "%00", "æøå"])
def test_an_unknown_link_is_404_to_read_and_to_post(house: House, token: str) -> None:
    path = f"/approvals/{token}"
    assert house.request("GET", path).status == 404
    assert house.request("POST", path, {}, "decision=approve").status == 404
    assert house.writes() == []


def test_a_link_for_signing_in_approves_nothing(story: Asked) -> None:
    about = links.find(story.token)
    assert about is not None
    link = about.model_copy(update={"kind": "sign-in"})
    assert story.answer("approve", path=f"/approvals/{links.mint(link)}").status == 404
    assert approval(story).decision is None


# Where the form comes from, and what the browser is told


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "https://lyspunkt.lyngvig.example.evil.example"},
        {"sec-fetch-site": "cross-site", "origin": "null"},
        {"sec-fetch-site": "same-site", "origin": "null"},
    ],
)
def test_a_form_on_another_site_decides_nothing_bar_a8(story: Asked, headers: dict[str, str]) -> None:
    answer = story.house.request("POST", story.path, headers, "decision=approve")
    assert answer.status == 403
    assert story.house.writes() == []


def test_a_browser_that_hides_where_the_form_is_from_is_let_in_bar_a8(story: Asked) -> None:
    headers = {"origin": "null", "sec-fetch-site": "same-origin"}
    assert story.house.request("POST", story.path, headers, "decision=approve").status == 200
    assert story.phase() == "approved"


def test_every_answer_carries_the_strict_headers_bars_h3_a7(story: Asked) -> None:
    with_picture(story)
    answers = {
        "page": story.open(),
        "head": story.open("HEAD"),
        "picture": story.house.request("GET", f"{story.path}/pictures/1-480.jpg"),
        "no picture": story.house.request("GET", f"{story.path}/pictures/2-480.jpg"),
        "unknown": story.house.request("GET", "/approvals/unknown"),
        "default": story.answer(None),
        "method": story.house.request("DELETE", story.path),
        "elsewhere": story.house.request("POST", story.path, {"origin": "https://evil.example"}, "decision=approve"),
        "thanks": story.answer("approve"),
        "again": story.open(),
    }
    recalled(story)
    answers["gone"] = story.house.request("GET", path_in(story.house, 0))
    statuses = [200, 200, 200, 404, 404, 422, 405, 403, 200, 200, 200]
    assert [answer.status for answer in answers.values()] == statuses
    for what, answer in answers.items():
        policy = answer.headers["content-security-policy"].split("; ")
        assert {"default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy)
        assert "unsafe" not in str(policy), what
        assert answer.headers["x-content-type-options"] == "nosniff", what
        assert answer.headers["referrer-policy"] == "no-referrer", what
        assert "no-store" in answer.headers["cache-control"], what
        assert int(answer.headers["strict-transport-security"].split("=")[1].split(";")[0]) >= 31_536_000, what
    for answer in answers.values():
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', answer.text), "nothing comes from elsewhere"
    assert answers["head"].body == b""


# Its pictures


def with_picture(story: Asked) -> bytes:
    words = text().model_copy(update={"pictures": (PictureText(number=1, alt="Stien"),)})
    table.put(layout.story_row(story.desk.id, layout.text_key(1), words))
    key = f"pictures/{story.desk.id}/1"
    derived = PictureDerived(number=1, key=key, widths=(480,), width=480, height=320)
    story.take(PicturesDerived(story_id=story.desk.id, at=NOON, pictures=(derived,)))
    data = b"\xff\xd8\xff the picture \xff\xd9"
    s3 = story.house.runtime.world.client("s3")
    s3.put_object(Bucket=settings().pictures_bucket, Key=f"{key}-480.jpg", Body=data)
    story.house.begin()
    return data


def test_the_page_shows_the_pictures_by_its_own_link(story: Asked) -> None:
    data = with_picture(story)
    page = story.open()
    assert f'src="{story.path}/pictures/1-480.jpg"' in page.text
    picture = story.house.request("GET", f"{story.path}/pictures/1-480.jpg")
    assert (picture.status, picture.headers["content-type"], picture.body) == (200, "image/jpeg", data)
    assert story.house.writes() == []


@pytest.mark.parametrize("name", ["1-960.jpg", "2-480.jpg", "1-480.png", "..%2f1-480.jpg", "%2e%2e", "1"])
def test_no_other_object_of_the_bucket_is_served(story: Asked, name: str) -> None:
    with_picture(story)
    assert story.house.request("GET", f"{story.path}/pictures/{name}").status == 404


def test_a_recalled_story_shows_its_pictures_no_more(story: Asked) -> None:
    with_picture(story)
    recalled(story)
    answer = story.house.request("GET", f"{story.path}/pictures/1-480.jpg")
    assert (answer.status, answer.headers["content-type"]) == (410, "text/html; charset=utf-8")
