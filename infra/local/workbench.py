"""The workbench: where a person sees what happens inside a local run. Not part of what is deployed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from infra.commands import trail, webhook
from infra.commands.samples import EVENTS, hand_in, samples
from infra.local.recorder import SentLetter
from infra.local.requests import Request, Response
from infra.local.runtime import Runtime
from lyspunkt import pages
from lyspunkt.aws import clock, ledger

PAGES = Path(__file__).parent / "workbench_pages"
PRODUCT_CSS = Path(pages.__file__).parent / "assets" / "lyspunkt.css"
"""The workbench wears what Lyspunkt's own pages wear, and adds its tables and its clock."""
_URL = re.compile(r"https?://[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]")
_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'"
)
_MAIL_CSP = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: http: https:; frame-ancestors 'self'"
)
STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}


@dataclass(frozen=True)
class Places:
    """Where the doors are. Addresses have no slash at the end."""

    workbench: str
    pages: str
    site: str
    smtp_port: int
    mail_domain: str
    zone: str


class Workbench:
    """Answers the workbench's requests; `carry` wakes whoever carries messages."""

    def __init__(self, runtime: Runtime, places: Places, carry: Callable[[], None]) -> None:
        self._runtime = runtime
        self._places = places
        self._carry = carry

    def answer(self, request: Request) -> Response:
        if request.method == "POST":
            return self._post(request) if self._is_own(request) else _plain(403, "This came from another site.")
        if request.method not in {"GET", "HEAD"}:
            return _plain(405, "The workbench takes GET and POST.")
        return self._get([unquote(part) for part in request.path.strip("/").split("/")])

    def _get(self, path: list[str]) -> Response:
        match path:
            case [""]:
                return self._page("start.html", samples=samples(), curl=self._curl(), lines=trail.lines(2)[:8])
            case ["mailbox"]:
                return self._page("mailbox.html", letters=list(reversed(self._runtime.letters())))
            case ["mailbox", number]:
                letter = self._letter(number)
                return self._page("mail.html", letter=letter, text=linked(letter.text)) if letter else self._nothing()
            case ["mailbox", number, "html"]:
                letter = self._letter(number)
                return self._mail_html(letter) if letter else self._nothing()
            case ["mailbox", number, "raw"]:
                letter = self._letter(number)
                return _file(letter.raw, "message/rfc822", f"{number}.eml") if letter else self._nothing()
            case ["stories"]:
                return self._page("stories.html", lines=trail.lines(30))
            case ["stories", story_id]:
                return self._story(story_id)
            case ["style.css"]:
                css = PRODUCT_CSS.read_bytes() + (PAGES / "style.css").read_bytes()
                return Response(200, {"content-type": "text/css; charset=utf-8"}, css)
        return self._nothing()

    def _post(self, request: Request) -> Response:
        match request.path.strip("/").split("/"):
            case ["clock", "next"]:
                due = self._runtime.alarms.next_time(rates=False)
                if due is not None:
                    self._runtime.advance(max(due - clock.now(), timedelta()) + timedelta(seconds=1))
            case ["clock", step] if step in STEPS:
                self._runtime.advance(STEPS[step])
            case ["samples", sample_id] if any(sample.id == sample_id for sample in samples()):
                hand_in(self._runtime, next(sample for sample in samples() if sample.id == sample_id))
                self._runtime.settle()
            case _:
                return self._nothing()
        self._carry()
        return Response(303, {"location": urlsplit(request.header("referer")).path or "/"})

    def _story(self, story_id: str) -> Response:
        story = ledger.read(story_id)
        if story is None:
            return self._nothing()
        return self._page(
            "story.html",
            line=trail.line(story),
            story=story,
            steps=trail.steps(story_id),
            letters=[letter for letter in self._runtime.letters() if story_id in str(letter.message["X-Lyspunkt"])],
        )

    def _mail_html(self, letter: SentLetter) -> Response:
        """The letter's own page: in a sandbox, without scripts, its links opening in a tab of their own."""
        html = f'<base target="_blank">{letter.html}'
        headers = {
            "content-type": "text/html; charset=utf-8",
            "content-security-policy": _MAIL_CSP,
            "referrer-policy": "no-referrer",
        }
        return Response(200, headers, html.encode())

    def _letter(self, number: str) -> SentLetter | None:
        return next((letter for letter in self._runtime.letters() if str(letter.number) == number), None)

    def _curl(self) -> str:
        first = next(sample for sample in samples() if sample.door == "webhook")
        try:
            return webhook.curl(first.source, first.path.relative_to(EVENTS.parent), read_from=EVENTS.parent)
        except webhook.NoSecret as wrong:
            return f"({wrong})"

    def _page(self, name: str, **given: Any) -> Response:
        alarms = self._runtime.alarms.pending()
        html = self._pages.get_template(name).render(
            places=self._places,
            now=clock.now(),
            moved=clock.offset(),
            next_alarm=alarms[0].at if alarms else None,
            alarms=len(alarms),
            letter_count=len(self._runtime.letters()),
            **given,
        )
        return _html(200, html)

    def _nothing(self) -> Response:
        response = self._page("nothing.html")
        return _html(404, response.text)

    @cached_property
    def _pages(self) -> Environment:
        found = Environment(
            loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        zone = ZoneInfo(self._places.zone)
        found.filters["when"] = lambda at: _when(at, zone)
        found.filters["local"] = lambda at: f"{at.astimezone(zone):%A %-d %B %Y, %H:%M}"
        return found

    def _is_own(self, request: Request) -> bool:
        origin = request.header("origin")
        return request.header("sec-fetch-site") in {"", "same-origin"} and origin in {"", self._places.workbench}


def linked(text: str) -> Markup:
    """Plain text with its addresses made into links."""
    parts: list[Markup] = []
    last = 0
    for found in _URL.finditer(text):
        parts.append(escape(text[last : found.start()]))
        url = escape(found.group())
        parts.append(Markup('<a href="{}" target="_blank" rel="noreferrer">{}</a>').format(url, url))
        last = found.end()
    return Markup("").join([*parts, escape(text[last:])])


def _when(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d.%m. %H:%M:%S}"


def _html(status: int, html: str) -> Response:
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": _CSP,
        "cache-control": "no-store",
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
    }
    return Response(status, headers, html.encode())


def _plain(status: int, text: str) -> Response:
    return Response(status, {"content-type": "text/plain; charset=utf-8"}, text.encode())


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"content-type": kind, "content-disposition": f'attachment; filename="{name}"'}
    return Response(200, headers, content)
