"""A person with a browser: opens pages, fills in forms. No scripts run, as the pages promise to need none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Protocol
from urllib.parse import urlencode, urljoin, urlsplit

from infra.local.requests import Response

MOST_REDIRECTS = 5


class Door(Protocol):
    """What answers requests: a `Runtime`."""

    def request(
        self, method: str, path: str, headers: Mapping[str, str] = ..., body: bytes | str = ..., query: str = ...
    ) -> Response: ...


class NoSuchForm(Exception):
    """The page does not have the form that was looked for; the message says which page and what it has."""


@dataclass
class Control:
    """One field of a form that has a name."""

    name: str
    kind: str
    value: str
    chosen: bool = False
    """Checked, selected, or sent without a choice, as text and hidden fields are."""
    disabled: bool = False


@dataclass
class Form:
    action: str
    method: str
    controls: list[Control] = field(default_factory=list)

    def has(self, name: str, value: str | None = None) -> bool:
        return any(c.name == name and value in {None, c.value} for c in self.controls if not c.disabled)

    def values(self, name: str) -> list[str]:
        return [control.value for control in self.controls if control.name == name and not control.disabled]

    def filled(self, given: Mapping[str, str]) -> list[tuple[str, str]]:
        """What is sent: the fields as they stand, with the given ones in place of theirs; no button unless given."""
        kept = [
            (control.name, control.value)
            for control in self.controls
            if control.chosen and control.name not in given and not control.disabled
        ]
        return [*kept, *given.items()]


@dataclass
class Page:
    url: str
    status: int
    text: str
    forms: list[Form]
    headers: Mapping[str, str]

    def form(self, name: str, value: str | None = None) -> Form:
        """The first form with a field (or button) of this name, that can take this value; raises NoSuchForm."""
        for form in self.forms:
            if form.has(name, value):
                return form
        known = sorted({f"{c.name}={c.value}" if c.value else c.name for form in self.forms for c in form.controls})
        wanted = name if value is None else f"{name}={value}"
        raise NoSuchForm(f"{self.url} ({self.status}) has no form with {wanted}; it has {', '.join(known) or 'none'}")


class Visitor:
    """One person's browser, with its own cookies."""

    def __init__(self, door: Door, address: str) -> None:
        self._door = door
        self._address = address.rstrip("/")
        self._cookies: dict[str, str] = {}

    def open(self, url: str, method: str = "GET") -> Page:
        """The page at a whole address or a path, after redirects."""
        return self._go(method, url)

    def submit(self, page: Page, form: Form, **given: str) -> Page:
        """Send a form of the page with these values; the page that follows."""
        sent = urlencode(form.filled(given))
        target = urljoin(page.url, form.action or page.url)
        if form.method == "get":
            return self._go("GET", f"{target.split('?')[0]}?{sent}")
        return self._go("POST", target, sent)

    def _go(self, method: str, url: str, sent: str | None = None) -> Page:
        for _ in range(MOST_REDIRECTS):
            url = urljoin(f"{self._address}/", url)
            parts = urlsplit(url)
            headers = {"host": parts.netloc, "user-agent": "Mozilla/5.0 (a person)", "accept": "text/html"}
            if self._cookies:
                headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
            if sent is not None:
                headers |= {
                    "content-type": "application/x-www-form-urlencoded",
                    "origin": self._address,
                    "sec-fetch-site": "same-origin",
                }
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            response = self._door.request(method, target, headers, (sent or "").encode())
            self._keep(response)
            if response.status not in {301, 302, 303, 307, 308}:
                return Page(url, response.status, response.text, forms_in(response.text), response.headers)
            if response.status in {301, 302, 303}:
                method, sent = ("HEAD" if method == "HEAD" else "GET"), None
            url = urljoin(url, response.headers["location"])
        raise RuntimeError(f"{url} leads on and on")

    def _keep(self, response: Response) -> None:
        for cookie in response.cookies:
            pair, *attributes = [part.strip() for part in cookie.split(";")]
            name, _, value = pair.partition("=")
            if not value or "max-age=0" in {attribute.lower() for attribute in attributes}:
                self._cookies.pop(name, None)
            else:
                self._cookies[name] = value


def forms_in(html: str) -> list[Form]:
    reader = _Reader()
    reader.feed(html)
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select: str | None = None
        self._textarea: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append(Form(given.get("action") or "", (given.get("method") or "get").lower()))
            return
        if not self.forms:
            return
        name = given.get("name") or ""
        off = "disabled" in given
        if tag == "input" and name:
            kind = given.get("type") or "text"
            chosen = "checked" in given if kind in {"radio", "checkbox"} else kind not in {"submit", "image", "file"}
            self._add(Control(name, kind, given.get("value") or ("on" if kind == "checkbox" else ""), chosen, off))
        elif tag == "button" and name:
            self._add(Control(name, "submit", given.get("value") or "", False, off))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self._add(Control(self._select, "option", given.get("value") or "", "selected" in given, off))
        elif tag == "textarea" and name:
            self._textarea = Control(name, "textarea", "", True, off)
            self._add(self._textarea)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._textarea.value += data

    def _add(self, control: Control) -> None:
        self.forms[-1].controls.append(control)
