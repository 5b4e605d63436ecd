"""HTTP requests as API Gateway's HTTP API hands them to a function (payload format 2.0), and answers back."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import uuid4

from infra.local.world import RouteSetup

LARGEST_BODY = 10 * 1024 * 1024
LARGEST_HEAD = 10_240
_TEXT = re.compile(r"^(text/|application/(json|xml|javascript)|application/[^;]*\+(json|xml))", re.IGNORECASE)


@dataclass(frozen=True)
class Response:
    """What a browser would get. Header names are lower-case; each cookie is a whole Set-Cookie value."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    cookies: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Request:
    """`headers` in the order and number in which they came; `path` as it came, still percent-encoded."""

    method: str
    path: str
    query: str = ""
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    source_ip: str = "127.0.0.1"

    def header(self, name: str) -> str:
        return ",".join(value for key, value in self.headers if key.lower() == name)


class Router:
    """The routes of the template, tried as API Gateway tries them: the most exact one wins, `$default` last."""

    def __init__(self, routes: Sequence[RouteSetup]) -> None:
        self._default = next((route for route in routes if route.path == "$default"), None)
        own = [route for route in routes if route.path != "$default"]
        self._routes = sorted(own, key=_exactness)

    def find(self, method: str, path: str) -> tuple[RouteSetup, dict[str, str]] | None:
        """The route and the values of its path's parameters, decoded."""
        for route in self._routes:
            values = _match(route.path, path)
            if values is not None and route.method in {"ANY", method}:
                return route, values
        return (self._default, {}) if self._default else None


def _exactness(route: RouteSetup) -> tuple[object, ...]:
    """Sorts first: exact parts before {name} before {name+}, part by part; a method before ANY."""
    parts = route.path.strip("/").split("/")
    return (
        [2 if part.endswith("+}") else 1 if part.startswith("{") else 0 for part in parts],
        route.method == "ANY",
    )


def _match(pattern: str, path: str) -> dict[str, str] | None:
    wanted, given = (text.strip("/").split("/") for text in (pattern, path))
    values: dict[str, str] = {}
    for index, part in enumerate(wanted):
        if part.endswith("+}"):
            rest = "/".join(given[index:])
            return {**values, part[1:-2]: unquote(rest)} if rest else None
        if index >= len(given):
            return None
        if part.startswith("{"):
            if not given[index]:
                return None
            values[part[1:-1]] = unquote(given[index])
        elif part != unquote(given[index]):
            return None
    return values if len(given) == len(wanted) else None


def event_for(
    request: Request, route: RouteSetup, values: Mapping[str, str], *, at: datetime, domain: str, account: str
) -> dict[str, Any]:
    """The event that the function gets."""
    headers: dict[str, str] = {}
    cookies: list[str] = []
    for name, value in request.headers:
        key = name.lower()
        if key == "cookie":
            cookies += [part.strip() for part in value.split(";") if part.strip()]
        else:
            headers[key] = f"{headers[key]},{value}" if key in headers else value
    headers.setdefault("host", domain)
    key = "$default" if route.path == "$default" else f"{route.method} {route.path}"
    path = unquote(request.path)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": key,
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": {
            "accountId": account,
            "apiId": "local",
            "domainName": domain,
            "domainPrefix": domain.split(".")[0],
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": uuid4().hex,
            "routeKey": key,
            "stage": "$default",
            "time": at.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(at.timestamp() * 1000),
        },
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = cookies
    if request.query:
        event["queryStringParameters"] = _joined(request.query)
    if values:
        event["pathParameters"] = dict(values)
    if request.body:
        event |= _body(request)
    return event


def _joined(query: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        given[name] = f"{given[name]},{value}" if name in given else value
    return given


def _body(request: Request) -> dict[str, Any]:
    """Text as text; everything else, forms too, in base64."""
    if _TEXT.match(request.header("content-type")):
        try:
            return {"body": request.body.decode("utf-8"), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}


def response_from(answer: Any) -> Response:
    """A function's answer as API Gateway reads it; one without a status is a 200 with the answer as its body."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return Response(200, {"content-type": "application/json"}, json.dumps(answer).encode())
    body = answer.get("body") or ""
    return Response(
        status=int(answer["statusCode"]),
        headers={str(name).lower(): str(value) for name, value in (answer.get("headers") or {}).items()},
        body=base64.b64decode(body) if answer.get("isBase64Encoded") else str(body).encode(),
        cookies=tuple(answer.get("cookies") or ()),
    )


def refused(status: int, message: str) -> Response:
    """What API Gateway itself says."""
    return Response(status, {"content-type": "application/json"}, json.dumps({"message": message}).encode())


def too_large(request: Request) -> Response | None:
    if len(request.body) > LARGEST_BODY:
        return refused(413, "Request Entity Too Large")
    if len(request.path) + len(request.query) + sum(len(n) + len(v) + 4 for n, v in request.headers) > LARGEST_HEAD:
        return refused(431, "Request Header Fields Too Large")
    return None


def split_target(target: str) -> tuple[str, str]:
    """(path, query) of a request line's target or of a whole address."""
    parts = urlsplit(target)
    return parts.path or "/", parts.query
