"""serve_desk as a communicator's browser meets it (bars A1, A4, A8, H3, H4)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, get_args
from urllib.parse import urlencode, urlsplit

import pytest

from infra.local.requests import Response
from infra.local.visitor import forms_in
from lyspunkt.aws import intake, ledger, lessons, links, organisation, sessions, set_aside
from lyspunkt.aws.set_aside import SetAside
from lyspunkt.newsroom import decide, placing
from lyspunkt.newsroom.events import PictureDerived, PictureReceived, PicturesDerived
from lyspunkt.newsroom.submissions import Arrived, text_of
from lyspunkt.newsroom.texts import PictureText, Plan, Text
from lyspunkt.settings import settings
from lyspunkt.words.wording import words
from tests.support.house import House
from tests.support.lyngvig import NOON, changed, in_review, lyngvig, out, routed, scheduled, submitted, text

OWN = "https://lyspunkt.lyngvig.example"
CHIEF = "kommunikationschef@lyngvig.example"
ROADS = "vejejendom@lyngvig.example"


class Browser:
    """One colleague's browser; `cookie` is what they are signed in with."""

    def __init__(self, house: House, cookie: str = "") -> None:
        self.house = house
        self.cookie = cookie

    def get(self, path: str, method: str = "GET") -> Response:
        return self.house.request(method, path, {"cookie": self.cookie, "accept-language": "en"})

    def post(
        self, path: str, filled: dict[str, str] | None = None, *, headers: dict[str, str] | None = None, **fields: str
    ) -> Response:
        given = {"cookie": self.cookie, "origin": OWN, "sec-fetch-site": "same-origin", "accept-language": "en"}
        return self.house.request(
            "POST", path, given | (headers or {}), urlencode((filled or {}) | fields) or "nothing="
        )

    def act(self, story_id: str, action: str, **fields: str) -> Response:
        """Send a form of the story's page as the page has it, with these fields filled in."""
        path = f"/desk/stories/{story_id}"
        page = self.get(f"{path}/edit" if action == "edit" else path)
        [form] = [form for form in forms_in(page.text) if form.action == f"{path}/{action}"]
        return self.post(form.action, dict(form.filled({})) | fields)


def mailed_path(house: House) -> str:
    letter = house.letters()[-1]
    assert letter.kind == "sign-in"
    [url] = letter.links
    return urlsplit(url).path


def signed_in(house: House, address: str = CHIEF) -> Browser:
    browser = Browser(house)
    browser.post("/desk/sign-in", address=address)
    entered = browser.post(mailed_path(house))
    assert (entered.status, entered.headers["location"]) == (303, "/desk")
    browser.cookie = entered.cookies[0].split(";")[0]
    house.begin()
    return browser


@pytest.fixture
def chief(house: House) -> Browser:
    return signed_in(house)


# The door

ROUTES = [
    ("GET", ""),
    ("GET", "/stories/{id}"),
    ("GET", "/stories/{id}/edit"),
    ("GET", "/stories/{id}/pictures/1-480.jpg"),
    ("GET", "/nothing"),
    *[
        ("POST", f"/stories/{{id}}/{action}")
        for action in ("place", "edit", "look-again", "send", "recall", "reschedule", "x")
    ],
    ("POST", "/sign-out"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_page_of_the_desk_is_shown_and_no_form_counts_without_a_session(
    house: House, method: str, path: str
) -> None:
    story = house.keep(routed(confidence=0.3))
    target = f"/desk{path.format(id=story.id)}"
    stranger_s = sessions.form_token("")
    for cookie in ("", "__Host-lyspunkt=", "__Host-lyspunkt=guess", f"other={'x' * 40}"):
        browser = Browser(house, cookie)
        house.begin()
        answer = browser.get(target) if method == "GET" else browser.post(target, form=stranger_s, sure="yes")
        assert (answer.status, answer.headers["location"]) == (303, "/desk/sign-in")
        assert answer.body == b""
        assert house.writes() == []


def test_a_colleague_gets_a_link_and_others_get_the_same_page_and_no_mail(house: House) -> None:
    browser = Browser(house)
    known = browser.post("/desk/sign-in", address=f" {CHIEF.upper()} ")
    [letter] = house.letters()
    assert letter.to == (CHIEF,)
    assert len(letter.links) == 1
    for address in ("stranger@elsewhere.example", "", f"{CHIEF}\nbcc: x@y.example"):
        unknown = browser.post("/desk/sign-in", address=address)
        assert (unknown.status, unknown.text) == (known.status, known.text)
    assert len(house.letters()) == 1


def test_opening_the_mailed_link_spends_nothing_bar_a1(house: House) -> None:
    browser = Browser(house)
    browser.post("/desk/sign-in", address=CHIEF)
    path = mailed_path(house)
    house.begin()
    for method in ("HEAD", "GET") * 10:
        opened = browser.get(path, method)
        assert (opened.status, opened.cookies) == (200, ())
    assert house.writes() == []
    assert browser.post(path).status == 303


def test_the_mailed_link_works_once(house: House) -> None:
    browser = Browser(house)
    browser.post("/desk/sign-in", address=CHIEF)
    path = mailed_path(house)
    first, second = browser.post(path), browser.post(path)
    assert (first.status, len(first.cookies)) == (303, 1)
    assert (second.status, second.cookies) == (404, ())
    assert browser.get(path).status == 404


@pytest.mark.parametrize(("minutes", "status"), [(14, 303), (16, 410)])
def test_the_mailed_link_works_for_fifteen_minutes(house: House, minutes: int, status: int) -> None:
    browser = Browser(house)
    browser.post("/desk/sign-in", address=CHIEF)
    house.set_clock(NOON + timedelta(minutes=minutes))
    assert browser.post(mailed_path(house)).status == status


def test_an_approvals_link_signs_nobody_in_bar_a4(house: House) -> None:
    link = links.Link(kind="approval", person="roads-head", expires_at=NOON + links.LIFE, approval_id="r1a1", version=1)
    answer = Browser(house).post(f"/desk/enter/{links.mint(link)}")
    assert (answer.status, answer.cookies) == (404, ())


def test_the_cookie_stays_with_this_host_and_out_of_scripts_and_of_the_table(house: House) -> None:
    browser = Browser(house)
    browser.post("/desk/sign-in", address=CHIEF)
    [cookie] = browser.post(mailed_path(house)).cookies
    name, value = cookie.split(";")[0].split("=", 1)
    assert name.startswith("__Host-")
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    assert value not in str(house.rows())


def test_a_session_ends_after_twelve_hours_or_by_signing_out(house: House) -> None:
    first, second = signed_in(house), signed_in(house)
    [form] = [form for form in forms_in(first.get("/desk").text) if form.action == "/desk/sign-out"]
    out_ = first.post("/desk/sign-out", dict(form.filled({})))
    assert "Max-Age=0" in out_.cookies[0]
    assert first.get("/desk").status == 303
    assert second.get("/desk").status == 200
    house.set_clock(NOON + sessions.LASTS + timedelta(seconds=1))
    assert second.get("/desk").status == 303


@pytest.mark.parametrize("form", ["", "guess", "another session's"])
def test_a_form_counts_only_with_its_sessions_own_token(chief: Browser, form: str) -> None:
    story = chief.house.keep(routed(confidence=0.3))
    if form == "another session's":
        form = sessions.form_token(signed_in(chief.house, ROADS).cookie.split("=", 1)[1])
    chief.house.begin()
    answer = chief.post(f"/desk/stories/{story.id}/recall", form=form, sure="yes", version="1")
    assert answer.status == 403
    assert chief.house.writes() == []


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}]
)
def test_a_form_on_another_site_does_nothing_bar_a8(chief: Browser, headers: dict[str, str]) -> None:
    story = chief.house.keep(routed(confidence=0.3))
    form = sessions.form_token(chief.cookie.split("=", 1)[1])
    chief.house.begin()
    for path in (f"/desk/stories/{story.id}/recall", "/desk/sign-in", "/desk/sign-out"):
        answer = chief.post(path, headers=headers, form=form, sure="yes", address=CHIEF, version="1")
        assert answer.status == 403
    assert chief.house.writes() == []


# What communicators do


def test_the_queue_shows_what_waits_for_me_and_for_the_central_desk(house: House) -> None:
    unsure = house.keep(routed(confidence=0.3), words=Text(headline="Et spørgsmål", body="b"))
    careful = house.keep(routed(sensitive=("health",)), words=Text(headline="En sygeplejerske", body="b"))
    house.keep(out(), words=Text(headline="Allerede ude", body="b"))
    chief, roads = signed_in(house), signed_in(house, ROADS)
    queue = chief.get("/desk").text
    assert f"/desk/stories/{unsure.id}" in queue
    assert "Et spørgsmål" in queue
    ours = roads.get("/desk").text
    assert f"/desk/stories/{careful.id}" in ours
    assert "Et spørgsmål" not in ours
    assert "Allerede ude" not in queue + ours


def test_an_unsure_story_is_placed_by_hand_and_the_page_shows_who(chief: Browser) -> None:
    story = chief.house.keep(routed(confidence=0.3))
    answer = chief.act(story.id, "place", area="culture-leisure", kind="event")
    assert (answer.status, answer.headers["location"]) == (303, f"/desk/stories/{story.id}")
    placed = ledger.story(story.id).placement
    assert placed is not None
    assert (placed.area, placed.kind, placed.by) == ("culture-leisure", "event", "chief-of-communications")
    assert chief.house.types(story.id)[-1] == "StoryPlaced"


@pytest.mark.parametrize("fields", [{}, {"area": "moon", "kind": "event"}, {"area": "culture-leisure", "kind": "x"}])
def test_a_place_that_does_not_exist_is_asked_back(chief: Browser, fields: dict[str, str]) -> None:
    story = chief.house.keep(routed(confidence=0.3))
    chief.house.begin()
    answer = chief.act(story.id, "place", **fields)
    assert answer.status == 422
    assert 'role="alert"' in answer.text
    assert chief.house.writes() == []


def test_a_story_is_handed_over_with_one_choice_and_the_page_shows_where_it_lies(chief: Browser) -> None:
    story = chief.house.keep(routed(changed(lyngvig(), sending="by-communicator")))
    page = chief.get(f"/desk/stories/{story.id}").text
    assert chief.act(story.id, "hand-over", to="care-communicator").status == 303
    after = ledger.story(story.id)
    assert (after.communicator, after.department) == ("care-communicator", "care")
    assert words("da").say("routed.handed-over") in chief.get(f"/desk/stories/{story.id}").text
    assert words("da").say("routed.area") in page
    refused = chief.act(story.id, "hand-over", to="nobody")
    assert (refused.status, ledger.story(story.id).communicator) == (422, "care-communicator")


def test_not_mine_is_one_click_and_the_central_desk_has_it_to_place(house: House) -> None:
    story = house.keep(routed(changed(lyngvig(), sending="by-communicator")))
    assert signed_in(house, ROADS).act(story.id, "not-mine").status == 303
    assert ledger.story(story.id).needs_placing
    chief = signed_in(house)
    assert story.id in chief.get("/desk").text
    assert chief.act(story.id, "place", area="social", kind="event").status == 303


def test_a_readiness_card_is_filled_in_and_the_answer_closes_the_story(chief: Browser) -> None:
    story = chief.house.keep(routed(kind="criticism", sensitive=("health",)))
    page = chief.get(f"/desk/stories/{story.id}").text
    for said in ("readiness.title", "caution.causes", "caution.health"):
        assert words("da").say(said) in page
    assert "Tal, som økonomiafdelingen ikke har set" in page
    assert f"/desk/stories/{story.id}/send" not in page
    written = {"known": "Det skete i nat. Ring 010190-1234.", "answer": "Vi undersøger det.", "not_yet": "Hvem"}
    assert chief.act(story.id, "readiness", **written).status == 303
    page = chief.get(f"/desk/stories/{story.id}").text
    assert "Vi undersøger det." in page
    assert not any("undersøger" in str(row) for row in chief.house.rows() if row["SK"]["S"].startswith("EVENT#"))
    assert chief.act(story.id, "answered").status == 422, "the tick is not set beforehand"
    assert chief.act(story.id, "answered", sure="yes").status == 303
    closed = chief.get(f"/desk/stories/{story.id}").text
    assert "Vi undersøger det." in closed
    assert "1234" not in closed
    assert ledger.story(story.id).phase == "answered"


def test_what_was_taken_for_no_story_can_still_be_placed(chief: Browser) -> None:
    story = chief.house.keep(routed(kind="not-a-story"))
    assert chief.act(story.id, "place", area="social", kind="good-story").status == 303
    assert ledger.story(story.id).awaits_routing


def test_a_text_is_explained_and_stored_nowhere(chief: Browser) -> None:
    empty = chief.get("/desk/explain")
    [form] = [form for form in forms_in(empty.text) if form.action == "/desk/explain"]
    chief.house.begin()
    asked = {"subject": "Ny cykelsti", "body": "Vejfolkene har lagt asfalt på cykelstien. Ring 010190-1234."}
    page = chief.post(form.action, dict(form.filled({})) | asked)
    assert page.status == 200
    for said in ("area.roads-property", "explain.way", "routed.area", "refused.id-number-in-text"):
        assert words("da").say(said) in page.text
    assert "cykelstien" in page.text
    assert chief.house.writes() == []
    assert chief.post(form.action, dict(form.filled({})) | {"body": " "}).status == 200


def test_what_was_learned_is_shown_to_the_central_desk_tried_and_taken_back(house: House) -> None:
    organisation.apply(changed(lyngvig(), learning="after-rehearsal"), by="t", on_revision=organisation.revision())
    chief = signed_in(house)
    assert words("da").say("learning.empty") in chief.get("/desk/learning").text
    lantern = Text(headline="Kaffe i Lanternen", body="I går holdt de åbent hus i Lanternen for alle nysgerrige.")
    story = house.keep(submitted(), words=lantern)
    house.tell("ClassifyStory", house.facts(story.id)[-1])
    ledger.record(story.id, placing.place, area="youth-guidance", kind="good-story", by="press-officer", at=NOON)
    house.tell("LearnPlacement", house.facts(story.id)[-1])
    page = chief.get("/desk/learning").text
    assert words("da").say("learning.is-waits") in page
    tried = chief.get("/desk/learning?rehearse=yes").text
    assert "Kaffe i Lanternen" in tried
    for choice, standing in (("count", "counts"), ("undo", "undone")):
        forms = forms_in(chief.get("/desk/learning").text)
        [form] = [form for form in forms if form.has("lesson", f"{story.id}#area")]
        assert chief.post(form.action, dict(form.filled({})) | {"choice": choice}).status == 303
        assert {lesson.standing for lesson in lessons.everything() if lesson.group == "area"} == {standing}
    assert chief.post(form.action, dict(form.filled({})) | {"choice": "burn"}).status == 404
    assert signed_in(house, ROADS).get("/desk/learning").status == 404


def test_an_edit_is_a_new_version_with_its_own_words_and_the_old_ones_stay(chief: Browser) -> None:
    story = chief.house.keep(routed(sensitive=("health",)))
    answer = chief.act(story.id, "edit", headline="Ny  overskrift", body="Første linje\r\n\r\nAnden linje")
    assert answer.status == 303
    new = ledger.text(story.id, 2)
    assert (new.headline, new.body) == ("Ny overskrift", "Første linje\n\nAnden linje")
    assert ledger.text(story.id, 1).headline == "Ny cykelsti til skolen"
    now = ledger.story(story.id)
    assert (now.version.number, now.version.text_digest) == (2, new.digest)
    assert "Ny overskrift" not in str(chief.house.facts(story.id))


def test_an_edit_of_what_somebody_edited_meanwhile_is_refused_and_keeps_what_was_typed(chief: Browser) -> None:
    story = chief.house.keep(routed(sensitive=("health",)))
    page = chief.get(f"/desk/stories/{story.id}/edit")
    stale = dict(forms_in(page.text)[-1].filled({}))
    chief.act(story.id, "edit", headline="Den første", body="b")
    answer = chief.post(f"/desk/stories/{story.id}/edit", stale, headline="Den anden")
    assert answer.status == 422
    assert "Den anden" in answer.text
    assert ledger.text(story.id, 2).headline == "Den første"
    assert ledger.story(story.id).version.number == 2


def test_looking_again_shows_what_was_typed_with_its_hints_and_keeps_nothing(chief: Browser) -> None:
    story = chief.house.keep(routed(sensitive=("health",)))
    page = f"/desk/stories/{story.id}"
    [form] = [form for form in forms_in(chief.get(f"{page}/edit").text) if form.action == f"{page}/edit"]
    chief.house.begin()
    answer = chief.post(f"{page}/look-again", dict(form.filled({})), headline="", body="En klient, og intet mere.")
    assert answer.status == 200
    assert "En klient, og intet mere.</textarea>" in answer.text
    assert words("da").say("plain-language.write", write="borger", found="klient") in answer.text
    assert chief.house.writes() == []
    assert "klient" not in str(chief.house.facts(story.id))
    assert chief.get(f"{page}/look-again").status == 200
    assert chief.post(f"{page}/look-again", body="En klient").status == 403


def test_who_looks_again_saves_over_nobody_who_saved_meanwhile(chief: Browser) -> None:
    story = chief.house.keep(routed(sensitive=("health",)))
    page = f"/desk/stories/{story.id}"
    mine = dict(forms_in(chief.get(f"{page}/edit").text)[-1].filled({}))
    chief.act(story.id, "edit", headline="Den første", body="b")
    looked = chief.post(f"{page}/look-again", mine, headline="Den anden")
    again = dict(forms_in(looked.text)[-1].filled({}))
    assert chief.post(f"{page}/edit", again).status == 422
    assert ledger.text(story.id, 2).headline == "Den første"


def test_the_edit_pages_script_is_our_own_and_nothing_else_may_run(chief: Browser) -> None:
    story = chief.house.keep(routed(sensitive=("health",)))
    edit, read = chief.get(f"/desk/stories/{story.id}/edit"), chief.get(f"/desk/stories/{story.id}")
    assert "script-src 'self';" in edit.headers["content-security-policy"]
    assert "script-src" not in read.headers["content-security-policy"]
    script = chief.get("/assets/plain-language.js")
    assert (script.status, script.headers["content-type"]) == (200, "text/javascript; charset=utf-8")


@pytest.mark.parametrize("fields", [{"headline": " "}, {"body": " \r\n"}])
def test_an_edit_that_leaves_nothing_is_refused(chief: Browser, fields: dict[str, str]) -> None:
    story = chief.house.keep(routed(sensitive=("health",)))
    assert chief.act(story.id, "edit", **fields).status == 422
    assert ledger.story(story.id).version.number == 1


def test_an_edit_that_changes_nothing_writes_nothing(chief: Browser) -> None:
    story = chief.house.keep(routed(sensitive=("health",)))
    chief.house.begin()
    assert chief.act(story.id, "edit").status == 303
    assert chief.house.writes() == []


@pytest.mark.parametrize("where", ["headline", "lead", "body", "alt-1"])
def test_an_edit_with_an_id_number_cannot_be_sent_for_approval_and_the_page_masks_it_bar_g6(
    chief: Browser, where: str
) -> None:
    words_ = text().model_copy(update={"pictures": (PictureText(number=1, alt="En sti"),)})
    desk = routed(sensitive=("health",))
    received = (PictureReceived(number=1, key="k", digest="d", size=1),)
    desk.events[0] = desk.events[0].model_copy(update={"pictures": received})
    story = chief.house.keep(desk, words=words_)
    picture = PictureDerived(number=1, key=f"{story.id}/1", widths=(480,), width=480, height=360)
    ledger.record(story.id, lambda _story: [PicturesDerived(story_id=story.id, at=NOON, pictures=(picture,))])
    chief.act(story.id, "edit", **{where: "Hun har nummer 010190-1234."})
    page = chief.get(f"/desk/stories/{story.id}").text
    assert "1234" not in page
    assert words("da").say("tracking.hidden") in page
    assert chief.act(story.id, "send", reviewed="yes").status == 422
    assert ledger.story(story.id).phase == "routed"
    chief.act(story.id, "edit", **{where: "Hun har ikke noget nummer."})
    assert words("da").say("tracking.hidden") not in chief.get(f"/desk/stories/{story.id}").text
    assert chief.act(story.id, "send", reviewed="yes").status == 303


def test_a_flagged_story_is_sent_only_when_its_flags_were_looked_at(chief: Browser) -> None:
    story = chief.house.keep(routed(sensitive=("health",)))
    assert chief.act(story.id, "send").status == 422
    assert chief.act(story.id, "send", reviewed="yes").status == 303
    sent = chief.house.facts(story.id)[-1]
    assert (sent.type, getattr(sent, "by", "")) == ("StorySentForApproval", "chief-of-communications")


def test_a_recall_needs_its_tick_and_stops_what_is_scheduled(chief: Browser) -> None:
    story = chief.house.keep(scheduled())
    assert chief.act(story.id, "recall").status == 422
    assert ledger.story(story.id).phase == "approved"
    assert chief.act(story.id, "recall", sure="yes").status == 303
    assert chief.house.types(story.id)[-2:] == ["StoryRecalled", "PublicationCancelled"]
    assert forms_in(chief.get(f"/desk/stories/{story.id}").text)[1:] == [], "only signing out is left"


def test_a_publication_is_moved_to_another_local_time_bar_f5(chief: Browser) -> None:
    story = chief.house.keep(scheduled())
    assert chief.act(story.id, "reschedule", local="2027-06-01T09:00").status == 303
    [publication] = ledger.story(story.id).publications
    assert publication.local == "2027-06-01T09:00:00"
    assert publication.due_at.isoformat() == "2027-06-01T07:00:00+00:00"
    assert chief.act(story.id, "reschedule", local="tomorrow").status == 422


def test_pressing_twice_does_it_once(chief: Browser) -> None:
    story = chief.house.keep(routed(sensitive=("health",)))
    page = chief.get(f"/desk/stories/{story.id}")
    [form] = [form for form in forms_in(page.text) if form.action.endswith("/send")]
    for _ in range(2):
        assert chief.post(form.action, dict(form.filled({})), reviewed="yes").status == 303
    assert chief.house.types(story.id).count("StorySentForApproval") == 1


def test_words_of_strangers_are_text_and_never_markup_bar_h4(chief: Browser) -> None:
    payload = '<script>alert(1)</script><img src=x onerror=alert(1)>"><svg/onload=alert(1)><b id=x>'
    words = Text(headline=payload, lead=payload, body=payload)
    story = chief.house.keep(routed(confidence=0.3), words=words)
    for path in ("/desk", f"/desk/stories/{story.id}", f"/desk/stories/{story.id}/edit"):
        page = chief.get(path).text
        assert "alert(1)" in page
        assert not re.search(r"<(script(?! src=\"/assets/)|svg|img src=x|b id)", page)


def test_the_story_page_shows_its_pictures_from_the_desk(chief: Browser) -> None:
    words = text().model_copy(update={"pictures": (PictureText(number=1, alt="Stien"),)})
    story = chief.house.keep(in_review(), words=words)
    key = f"pictures/{story.id}/1"
    derived = PictureDerived(number=1, key=key, widths=(480,), width=480, height=320)
    ledger.record(story.id, lambda _s: [PicturesDerived(story_id=story.id, at=NOON, pictures=(derived,))])
    s3 = chief.house.runtime.world.client("s3")
    s3.put_object(Bucket=settings().pictures_bucket, Key=f"{key}-480.jpg", Body=b"\xff\xd8 picture")
    path = f"/desk/stories/{story.id}/pictures/1-480.jpg"
    assert f'src="{path}"' in chief.get(f"/desk/stories/{story.id}").text
    picture = chief.get(path)
    assert (picture.headers["content-type"], picture.body) == ("image/jpeg", b"\xff\xd8 picture")
    assert chief.get(path.replace("1-480", "9-480")).status == 404


# The rest of the address space


@pytest.mark.parametrize("path", ["/", "/nothing", "/desk/stories/unknown", "/desk/x/y/z", "/assets/none.css"])
def test_what_is_not_there_is_a_plain_404(chief: Browser, path: str) -> None:
    answer = chief.get(path)
    assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize("name", ["site.css", "mark.svg"])
def test_assets_are_served_to_anybody(house: House, name: str) -> None:
    answer = house.request("GET", f"/assets/{name}")
    assert answer.status == 200
    assert answer.headers["content-type"].split(";")[0] in {"text/css", "image/svg+xml"}
    assert "max-age" in answer.headers["cache-control"]
    assert answer.body


@pytest.mark.parametrize("name", ["..%2fanswer.py", "%2e%2e%2fanswer.py", "answer.py", "..", "site.css%00"])
def test_no_other_file_is_served_as_an_asset(house: House, name: str) -> None:
    assert house.request("GET", f"/assets/{name}").status == 404


def test_every_answer_carries_the_strict_headers_bar_h3(chief: Browser) -> None:
    story = chief.house.keep(routed(confidence=0.3))
    answers = [
        chief.get("/desk"),
        chief.get("/desk", "HEAD"),
        chief.get(f"/desk/stories/{story.id}"),
        chief.get("/desk/sign-in"),
        chief.get("/nothing"),
        chief.house.request("GET", "/assets/site.css"),
        chief.house.request("GET", "/desk"),
        chief.house.request("DELETE", "/desk"),
        chief.post("/desk/sign-in", headers={"origin": "https://evil.example"}),
        chief.act(story.id, "place"),
        chief.act(story.id, "place", area="culture-leisure", kind="event"),
    ]
    assert [answer.status for answer in answers] == [200, 200, 200, 200, 404, 200, 303, 405, 403, 422, 303]
    for answer in answers:
        policy = set(answer.headers["content-security-policy"].split("; "))
        assert {"default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} <= policy
        assert "unsafe" not in str(policy)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert int(answer.headers["strict-transport-security"].split("=")[1].split(";")[0]) >= 31_536_000
    for answer in (*answers[:4], *answers[6:]):
        assert answer.headers["cache-control"] == "no-store"


# Pictures that came later


def test_a_picture_that_came_later_is_shown_only_when_a_version_holds_it(chief: Browser) -> None:
    desk = routed()
    desk.take(
        decide.add_material(
            desk.now,
            because="reply",
            source="mail",
            delivery_digest="d2",
            by="submitter",
            pictures=[PictureReceived(number=1, key="k", digest="d", size=1)],
            at=NOON,
        )
    )
    story = chief.house.keep(desk)
    chief.act(story.id, "edit", headline="Uden billedet")
    assert ledger.text(story.id, 2).pictures == ()
    chief.act(story.id, "edit", **{"show-1": "yes", "alt-1": "Stien set fra broen"})
    assert ledger.text(story.id, 3).pictures == (PictureText(number=1, alt="Stien set fra broen"),)
    chief.act(story.id, "edit", headline="Billedet bliver")
    assert len(ledger.text(story.id, 4).pictures) == 1


# What the sender said beside the story


def test_all_that_the_form_asked_for_travels_with_the_story_to_its_communicator(chief: Browser) -> None:
    arrived = Arrived(
        text=text_of("", "Stien er åben."),
        phone="12 34 56 78",
        contacts="Vejlederen",
        recognisable={1: "Cyklisten"},
        wished_channels=("site",),
        name_kept_out=True,
        plan=Plan(purpose="Flere på cykel", message="Den er sikker"),
        fields={"Hvor hørte du om os?": "Af 010190-1234", "x": "<b>"},
    )
    story = intake.receive(arrived, source="form", delivery="d", at=NOON, raw_key="forms/1")
    page = chief.get(f"/desk/stories/{story.id}").text
    for said in ("12 34 56 78", "Vejlederen", "Cyklisten", "Flere på cykel", "Den er sikker", "Hvor hørte du om os?"):
        assert said in page
    assert "Kommunens historier" in page or "Stories from the municipality" in page
    assert "010190-1234" not in page
    assert "<b>" not in page


# Mails that became no story


def aside(reason: str = "spam", **more: Any) -> SetAside:
    given = {"mail": "ses1", "status": "set-aside", "reason": reason, "raw_key": "mail/ses1", "received_at": NOON}
    return SetAside.model_validate(given | {"sender": "En nabo <nabo@posthus.example>", "subject": "Stien"} | more)


def test_the_central_desk_sees_what_was_set_aside_and_takes_it_in_once(chief: Browser) -> None:
    chief.house.set_clock(NOON + timedelta(hours=1))
    raw = b"From: nabo@posthus.example\nSubject: Stien\nMessage-ID: <1@posthus.example>\n\nStien er aaben nu.\n"
    chief.house.runtime.world.client("s3").put_object(Bucket=settings().raw_bucket, Key="mail/ses1", Body=raw)
    set_aside.keep(aside())
    page = chief.get("/desk/incoming")
    assert "nabo@posthus.example" in page.text
    assert words("da").say("incoming.because-spam") in page.text
    assert "/desk/incoming" in chief.get("/desk").text
    [form] = [form for form in forms_in(page.text) if form.action == "/desk/incoming"]
    answers = [chief.post(form.action, dict(form.filled({}))) for _ in range(2)]
    assert [answer.status for answer in answers] == [303, 303]
    story_id = answers[0].headers["location"].rsplit("/", 1)[1]
    assert ledger.text(story_id, 1).body == "Stien er aaben nu."
    again = chief.get("/desk/incoming").text
    assert f"/desk/stories/{story_id}" in again
    assert [form for form in forms_in(again) if form.action == "/desk/incoming"] == []


def test_an_empty_page_says_so_and_what_ran_out_is_gone_bar_g5(chief: Browser) -> None:
    chief.house.set_clock(NOON)
    set_aside.keep(aside(received_at=NOON - timedelta(days=31)))
    assert words("da").say("incoming.empty") in chief.get("/desk/incoming").text


def test_a_virus_is_shown_and_never_offered_nor_taken_in(chief: Browser) -> None:
    chief.house.set_clock(NOON + timedelta(hours=1))
    set_aside.keep(aside("virus"))
    page = chief.get("/desk/incoming").text
    assert words("da").say("incoming.because-virus") in page
    assert [form for form in forms_in(page) if form.action == "/desk/incoming"] == []
    [out] = forms_in(page)
    given = dict(out.filled({})) | {"mail": aside("virus").key}
    assert chief.post("/desk/incoming", given).status == 422


def test_only_the_central_desk_sees_the_mails_that_were_set_aside(house: House) -> None:
    roads = signed_in(house, ROADS)
    assert roads.get("/desk/incoming").status == 404
    assert "/desk/incoming" not in roads.get("/desk").text


@pytest.mark.parametrize("language", ["da", "sv", "nb", "nn", "en"])
def test_every_reason_that_a_mail_is_set_aside_for_has_its_words(language: str) -> None:
    reasons = {code for part in get_args(set_aside.Reason) for code in get_args(part) or [part]}
    for reason in reasons:
        assert words(language).say(f"incoming.because-{reason}")
