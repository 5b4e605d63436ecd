"""Lyspunkt's own HTTP interface as OpenAPI 3.1: `python -m infra.openapi` writes infra/openapi.json.

Paths come from template.yaml, the form's fields from its rules, what a webhook is answered from its function. For
whoever sets up a form product or a firewall, and for the tests, which send every operation what nobody would send.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from infra.local.runtime import TEMPLATE
from infra.local.template import load
from lyspunkt.newsroom.form import LIMITS

FILE = Path(__file__).parent / "openapi.json"
_ANY = "x-amazon-apigateway-any-method"
_PAGE = {"content": {"text/html": {"schema": {"type": "string"}}}}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "field": {"type": "string"},
                "contact": {"type": "string"},
                "phone": {"type": "string"},
            },
            "additionalProperties": False,
        }
    },
}
_STATUSES: dict[int, str] = {
    200: "The page",
    303: "See the address in Location",
    400: "The body cannot be read",
    401: "The signature does not hold",
    403: "The form came from another site, or from a page that was open too long",
    404: "There is nothing at this address",
    405: "Only the methods in Allow",
    410: "The link has done its work, or its time is over",
    413: "The body is too large",
    422: "Something must be mended; the answer says what",
    429: "Too many within the hour; the answer says how else to send it",
}
_PAGES: dict[str, tuple[int, ...]] = {
    "/submit": (200, 303, 403, 405, 422, 429),
    "/submit/{proxy}": (200, 303, 403, 404, 405, 422, 429),
    "/submissions/{token}": (200, 303, 403, 404, 405, 410, 422, 429),
    "/submissions/{token}/{proxy}": (200, 303, 403, 404, 405, 410, 422, 429),
    "/approvals/{token}": (200, 303, 403, 404, 405, 410, 422),
    "/approvals/{token}/pictures/{name}": (200, 403, 404, 405, 410),
    "/desk": (200, 303, 403, 404, 405, 410, 422),
    "/desk/{proxy}": (200, 303, 403, 404, 405, 410, 422),
    "/assets/{name}": (200, 403, 404, 405),
}
"""What each page may answer. A path of the template that is not here is a fault that a test finds."""


def describe() -> dict[str, Any]:
    """The whole description; raises KeyError for a path of the template that nothing is said of."""
    body = load(TEMPLATE).resources["Api"].properties["Body"]
    paths: dict[str, Any] = {}
    for path, methods in sorted(body["paths"].items()):
        if path == "$default":
            continue  # the page for everything else
        open_path = path.replace("+}", "}")
        named = [method for method in methods if not method.startswith("x-")] or (
            ["get", "post"] if _ANY in methods else []
        )
        paths[open_path] = {
            "parameters": [_parameter(name) for name in re.findall(r"{(\w+)}", open_path)],
            **{method: _operation(open_path, method) for method in named},
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lyspunkt",
            "version": "0.1.0",
            "description": "The public form, the submitter's page, webhooks, approval links, the desk.",
        },
        "paths": {path: {k: v for k, v in given.items() if v} for path, given in paths.items()},
    }


def _parameter(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    }


def _operation(path: str, method: str) -> dict[str, Any]:
    if path.startswith("/webhooks/"):
        return _webhook()
    operation: dict[str, Any] = {
        "responses": {
            str(status): {"description": _STATUSES[status], **_body_of(path, status)} for status in _PAGES[path]
        }
    }
    if method == "post":
        fields = _form_fields() if path.startswith("/submit") else {}
        schema = {"type": "object", "properties": fields, "additionalProperties": {"type": "string"}}
        operation["requestBody"] = {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}
    return operation


def _body_of(path: str, status: int) -> dict[str, Any]:
    if status == 303:
        return {"headers": {"location": {"schema": {"type": "string"}}}}
    if status == 200 and path in {"/assets/{name}", "/approvals/{token}/pictures/{name}", "/desk/{proxy}"}:
        return {"content": {"*/*": {}}}
    return _PAGE


def _form_fields() -> dict[str, Any]:
    """The public form's own fields; the pictures page names its fields after the pictures."""
    texts = {name: {"type": "string", "maxLength": limit} for name, limit in LIMITS.items()}
    return {
        **texts,
        "stamp": {"type": "string"},
        "next": {"enum": ["send", "pictures"]},
        "name_kept_out": {"enum": ["yes"]},
        "website": {"type": "string"},
    }


def _webhook() -> dict[str, Any]:
    """`functions/receive_form`: the body is whatever the product posts, signed as its source says."""
    headers = ("webhook-id", "webhook-timestamp", "webhook-signature")
    answers: dict[str, Any] = {
        "200": {
            "description": "Believed, and not an event that makes a story",
            "content": {"application/json": {"schema": _answer("ignored")}},
        },
        "202": {
            "description": "Kept; the same id for the same delivery",
            "content": {"application/json": {"schema": _answer("story")}},
        },
    }
    for status in (400, 401, 404, 413, 422, 429):
        answers[str(status)] = {
            "description": _STATUSES[status],
            "content": {"application/json": {"schema": _ERROR}},
        }
    bodies = ("application/json", "application/x-www-form-urlencoded")
    return {
        "parameters": [{"name": name, "in": "header", "schema": {"type": "string"}} for name in headers],
        "requestBody": {"content": {kind: {"schema": {"type": "object"}} for kind in bodies}},
        "responses": answers,
    }


def _answer(name: str) -> dict[str, Any]:
    properties = {name: {"type": "string"}}
    return {"type": "object", "required": [name], "properties": properties, "additionalProperties": False}


def as_text() -> str:
    return json.dumps(describe(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> int:
    FILE.write_text(as_text(), encoding="utf-8")
    print(f"{len(describe()['paths'])} paths in {FILE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
