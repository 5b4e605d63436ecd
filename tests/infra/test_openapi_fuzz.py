"""Past the doors: each operation with a link, a session, a stamp or a signature that holds (bars B1, H3).

test_openapi.py sends what nobody would send, and is turned away before much is read. Here the keys are right, the story
is there; the fields and the rest of the path are mostly what a person would send, and now and then anything at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from requests.auth import AuthBase
from schemathesis import Case

from infra import openapi
from infra.commands import webhook
from infra.local.runtime import Runtime
from infra.local.web import door
from lyspunkt.aws import clock, drafts, ledger, links, sessions, tracking
from lyspunkt.aws.desk_actions import ACTIONS
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.form import Form
from lyspunkt.newsroom.language import LANGUAGES
from lyspunkt.newsroom.story import Story
from tests.infra.test_openapi import CHECKS, STRICT
from tests.support.house import House, running
from tests.support.lyngvig import NOON, in_review, lyngvig, out, routed, scheduled

__all__ = ["running"]  # a fixture

CHIEF = lyngvig().people[0]
WORDS = st.text(max_size=40)
PIECE = WORDS.map(lambda said: quote(said, safe=""))
"""A piece of a path, as a browser writes it."""
NUMBER = st.sampled_from(["1", "2", "0", "-1", "9999", "99999", "²", "١"])
JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda more: st.lists(more, max_size=3) | st.dictionaries(WORDS, more, max_size=3),
    max_leaves=5,
)
STORIES = (routed, in_review, scheduled, out)

schema = schemathesis.openapi.from_dict(openapi.describe()).exclude(path="/assets/{name}")  # open to everyone
schema.config.phases.update(phases=["fuzzing"])
schema.config.generation.update(modes=[schemathesis.GenerationMode.POSITIVE])
schema.config.max_redirects = 0


@dataclass
class Way(AuthBase):
    """One request on its way in: where to, with which headers, and with which fields beside the drawn ones."""

    path: str
    shut: frozenset[int]
    """What the door answers whoever has no key: it must not be heard here."""
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """As `requests` asks of whoever signs: the body stands, byte for byte."""
        host = "/".join(str(request.url).split("/")[:3])
        request.prepare_url(f"{host}{self.path}", None)
        request.headers.update(self.headers)
        if self.source:
            body = request.body or b""
            assert isinstance(body, bytes | str)
            request.headers.update(webhook.headers(self.source, body.encode() if isinstance(body, str) else body))
        return request


class Insider:
    """Has a key to each door, and a story of its own behind each."""

    def __init__(self, house: House, data: st.DataObject) -> None:
        self.house, self.data = house, data
        house.set_clock(NOON)

    def way(self, path: str, method: str) -> Way:
        match path.split("/")[1]:
            case "submit":
                return self._form(path)
            case "submissions":
                return self._tracking(path)
            case "approvals":
                return self._approval(path)
            case "desk":
                return self._desk(path, method)
            case "webhooks":
                return self._webhook(path)
        raise AssertionError(f"nobody has a key to {path}")

    def pick(self, *right: str, wrong: st.SearchStrategy[str] = WORDS) -> str:
        known = st.sampled_from(right)
        return self.data.draw(st.one_of(known, known, known, wrong))

    def _story(self) -> Story:
        return self.house.keep(self.data.draw(st.sampled_from(STORIES))())

    def _form(self, path: str) -> Way:
        language = self.data.draw(st.sampled_from(sorted(LANGUAGES)))
        stamp = drafts.stamp(clock.now() - timedelta(minutes=5))
        token = drafts.token_of(stamp)
        drafts.keep(token, Form(what="En skov"), language, clock.now())
        tracked = tracking.address_of(self._story()).rsplit("/", 1)[1]
        pages = ["", f"/pictures/{token}", f"/thanks/{tracked}"]
        page = self.data.draw(st.sampled_from(pages)) if "{" in path else ""
        fields = {
            "stamp": stamp,
            "what": self.pick("Skolens elever har plantet en skov."),
            "address": self.pick(f"{token[:8]}@lyngvig.example", ""),  # nobody sends too often
            "wished": self.pick("2026-12-01", "0000-00-00", ""),
            "next": self.pick("send", "pictures"),
            "website": "",
        }
        where = f"/submit/{language}{page}" if "{" in path else "/submit"
        return Way(where, frozenset({403, 404, 429}), fields=fields)

    def _tracking(self, path: str) -> Way:
        where = tracking.address_of(self._story())
        where = where[where.index("/submissions/") :]
        if "{proxy}" in path:
            where += "/" + self.data.draw(st.sampled_from(["additions", "withdrawal"]))
        else:
            where += "?said=" + self.pick("added", "withdrawn", wrong=PIECE)
        fields = {
            "text": self.pick("Der kom også suppe."),
            "about": self.pick("new", "correction"),
            "sure": self.pick("yes"),
            "form": self.pick("0" * 24),
        }
        return Way(where, frozenset({403, 404}), fields=fields)

    def _approval(self, path: str) -> Way:
        story = self.house.keep(in_review())
        assert story.round is not None
        asked = story.round.approvals[0]
        link = links.Link(
            kind="approval",
            person=asked.approver,
            expires_at=clock.now() + links.LIFE,
            story_id=story.id,
            approval_id=asked.id,
            version=1,
        )
        where = f"/approvals/{links.mint(link)}"
        if "pictures" in path:
            return Way(f"{where}/pictures/{self.pick('1-640.jpg', wrong=PIECE)}", frozenset({403, 410}))
        fields = {
            "decision": self.pick("approve", "request-changes", "reject", "hand-over"),
            "comment": self.pick("Ret datoen", ""),
            "to": self.pick("roads-head", "nobody"),
        }
        return Way(where, frozenset({403, 404, 410}), fields=fields)

    def _desk(self, path: str, method: str) -> Way:
        story, other = self._story(), self.house.keep(routed())
        ledger.record(story.id, decide.suspect_duplicate, other=other.id, likeness=0.5, at=clock.now())
        cookie = sessions.open_for(CHIEF.id, clock.now())
        shown = ["", "/edit", "/pictures/1-640.jpg", f"/attachments/{self.data.draw(NUMBER)}"]
        of_story = sorted(f"/{action}" for action in ACTIONS) if method == "POST" else shown
        elsewhere = ["/incoming", "/sign-in", f"/stories/{self.data.draw(PIECE)}", f"/enter/{self.data.draw(PIECE)}"]
        pages = [*(f"/stories/{story.id}{page}" for page in of_story), *elsewhere]
        page = self.data.draw(st.sampled_from(pages)) if "{" in path else ""
        publication = story.publications[0].id if story.publications else "p1"
        fields = {
            "form": self.pick(sessions.form_token(cookie)),
            "version": self.pick("1", wrong=NUMBER),
            "area": self.pick("roads-property"),
            "kind": self.pick("good-story"),
            "headline": self.pick("Ny cykelsti"),
            "body": self.pick("Vejfolkene åbnede stien."),
            "reviewed": "yes",
            "sure": "yes",
            "pictures": "yes",
            "publication": self.pick(publication),
            "local": self.pick("2026-11-25T10:00", "0001-01-01T00:00", "9999-12-31T23:59"),
            "other": self.pick(other.id, story.id),
            "mail": self.pick("mail/1"),
            "address": self.pick(CHIEF.address),
        }
        return Way(f"/desk{page}", frozenset(), {"cookie": f"__Host-lyspunkt={cookie}"}, fields)

    def _webhook(self, path: str) -> Way:
        known = [s for s in lyngvig().sources if (s.signed.scheme == "path-secret") == ("{secret}" in path)]
        source = self.data.draw(st.sampled_from(known))
        fields = {name: self.data.draw(JSON) for ours in source.fields for name in source.theirs(ours)}
        fields[source.theirs("body")[0]] = self.pick("Vi har plantet en hæk.")
        return Way(webhook.path(source.id), frozenset({401, 404}), fields=fields, source=source.id)


@pytest.fixture(scope="module")
def address(running: Runtime) -> Iterator[str]:
    with door(0, running.answer, "--pages-port") as port:
        yield f"http://localhost:{port}"


@schema.parametrize()
@schema.given(data=st.data())
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_operation_falls_over_for_who_has_its_key(
    case: Case[Any], data: st.DataObject, running: Runtime, address: str
) -> None:
    way = Insider(House(running), data).way(case.path, case.method)
    if isinstance(case.body, dict):
        case.body = {**case.body, **way.fields}
    answer = case.call(base_url=address, auth=way)
    case.validate_response(answer, checks=CHECKS)
    assert [name for name in STRICT if name not in answer.headers] == []
    assert answer.status_code not in way.shut
    assert answer.headers.get("location") != ["/desk/sign-in"]
