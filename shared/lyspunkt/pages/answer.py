"""Answers to a browser and what it sent: HTTP API payload format 2.0, with the same strict headers on all of them.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

ASSETS = Path(__file__).parent / "assets"
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
LANGUAGES = ("da", "sv", "nb", "nn", "en")

Answer = dict[str, Any]

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


def page(
    html: str, *, status: int = 200, headers: Mapping[str, str] | None = None, cookies: Sequence[str] = ()
) -> Answer:
    """An HTML page that no cache keeps (bar A7)."""
    return {
        "statusCode": status,
        "headers": {
            **HEADERS,
            "content-type": "text/html; charset=utf-8",
            "cache-control": "no-store",
            **(headers or {}),
        },
        "cookies": list(cookies),
        "body": html,
    }


def with_script(*, sends_to: str = "") -> dict[str, str]:
    """The header of the few pages that a script helps, which is our own; `sends_to` is an origin that takes files."""
    elsewhere = f" {sends_to}" if sends_to else ""
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        f"connect-src 'self'{elsewhere}; form-action 'self'{elsewhere}; frame-ancestors 'none'; base-uri 'none'"
    )
    return {"content-security-policy": policy}


def redirect(location: str, *, cookies: Sequence[str] = ()) -> Answer:
    """See Other: the browser gets `location` next, whatever it did before."""
    return {
        "statusCode": 303,
        "headers": {**HEADERS, "location": location, "cache-control": "no-store"},
        "cookies": list(cookies),
        "body": "",
    }


def picture(data: bytes, content_type: str = "image/jpeg") -> Answer:
    return {
        "statusCode": 200,
        "headers": {**HEADERS, "content-type": content_type, "cache-control": "private, no-store"},
        "body": base64.b64encode(data).decode(),
        "isBase64Encoded": True,
    }


def download(data: bytes, disposition: str) -> Answer:
    """A stranger's file, to be saved and not shown: opaque, and in a sandbox where a browser shows it all the same."""
    return {
        "statusCode": 200,
        "headers": {
            **HEADERS,
            "content-security-policy": "sandbox; default-src 'none'",
            "content-disposition": disposition,
            "content-type": "application/octet-stream",
            "cache-control": "private, no-store",
        },
        "body": base64.b64encode(data).decode(),
        "isBase64Encoded": True,
    }


def asset(name: str) -> Answer | None:
    """A style sheet, script or mark from `assets/`; None where there is none of that name."""
    path = ASSETS / name
    if path.parent != ASSETS or path.suffix not in TYPES or not path.is_file():
        return None
    headers = {**HEADERS, "content-type": TYPES[path.suffix], "cache-control": "public, max-age=3600"}
    return {"statusCode": 200, "headers": headers, "body": path.read_text(encoding="utf-8")}


def without_body(answer: Answer) -> Answer:
    """What HEAD gets: the same, less the body."""
    return {**answer, "body": "", "isBase64Encoded": False}


def method(event: Mapping[str, Any]) -> str:
    return str(event["requestContext"]["http"]["method"]).upper()


def fields(event: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a posted form; the first value where one comes twice."""
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body).decode("utf-8", "replace")
    given: dict[str, str] = {}
    for name, value in parse_qsl(body, keep_blank_values=True, max_num_fields=200):
        given.setdefault(name, value.replace("\r\n", "\n").replace("\x00", ""))
    return given


def cookie(event: Mapping[str, Any], name: str) -> str:
    """The value of a cookie, empty where the browser sent none."""
    for pair in event.get("cookies") or []:
        key, _, value = str(pair).partition("=")
        if key.strip() == name:
            return value.strip()
    return ""


def from_elsewhere(event: Mapping[str, Any], own_address: str) -> bool:
    """Whether another site's page sent this form. `Origin: null` is what our own no-referrer pages send (bar A8)."""
    headers = event.get("headers") or {}
    if headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
        return True
    origin = headers.get("origin", "null")
    return bool(origin != "null" and urlsplit(origin).netloc != urlsplit(own_address).netloc)


def language_of(event: Mapping[str, Any], first: str) -> str:
    """The language that the browser likes best among ours, else `first`."""
    wanted = (event.get("headers") or {}).get("accept-language", "")
    choices: list[tuple[float, int, str]] = []
    for place, part in enumerate(wanted.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        code = tag.split("-")[0].lower()
        code = "nb" if code == "no" else code
        try:
            liking = float(weight) if weight else 1.0
        except ValueError:
            continue
        if code in LANGUAGES and liking > 0:
            choices.append((-liking, place, code))
    return min(choices)[2] if choices else first
