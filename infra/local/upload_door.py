"""Where browsers post pictures to in a local run: S3's POST object, whose policy moto does not look at.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from werkzeug.formparser import parse_form_data

from infra.local.requests import Request, Response
from infra.local.world import World

LARGEST = 110 * 1024 * 1024
"""Bytes of a request: the largest picture that an organisation file may allow, and its form."""
_UNSIGNED = frozenset({"x-amz-signature", "policy", "file"})


class Refused(Exception):
    """S3's answer to a form that does not keep to its policy."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def serve(world: World, request: Request, at: datetime, allowed_origin: str) -> Response:
    """Put the form's file where its signed policy lets it, and answer as S3 does: 303, or 204, or XML.

    `at` is the real time, as S3's is, for a policy is signed by the real clock and not by the runtime's.
    """
    cors = {"access-control-allow-origin": allowed_origin} if request.header("origin") == allowed_origin else {}
    if request.method == "OPTIONS":
        return Response(200 if cors else 403, {**cors, "access-control-allow-methods": "POST"})
    if request.method != "POST":
        return _error(Refused(405, "MethodNotAllowed", "The specified method is not allowed against this resource."))
    try:
        return _put(world, request, at, cors)
    except Refused as refused:
        return _error(refused, cors)


def _put(world: World, request: Request, at: datetime, cors: Mapping[str, str]) -> Response:
    bucket = request.path.strip("/").split("/")[-1]
    fields, file = _form(request)
    _check(fields, bucket, len(file), at)
    key = fields["key"]
    stored = world.client("s3").put_object(
        Bucket=bucket, Key=key, Body=file, ContentType=fields.get("content-type", "binary/octet-stream")
    )
    back = fields.get("success_action_redirect")
    if not back:
        return Response(204, cors)
    query = urlencode({"bucket": bucket, "key": key, "etag": stored["ETag"]})
    return Response(303, {**cors, "location": f"{back}{'&' if '?' in back else '?'}{query}"})


def _form(request: Request) -> tuple[dict[str, str], bytes]:
    """The form's fields by lower-case name, and its file, which comes last."""
    environ = {
        "wsgi.input": BytesIO(request.body),
        "CONTENT_TYPE": request.header("content-type"),
        "CONTENT_LENGTH": str(len(request.body)),
        "REQUEST_METHOD": "POST",
    }
    _stream, form, files = parse_form_data(environ, max_form_memory_size=1024 * 1024)
    if "file" not in files:
        raise Refused(400, "InvalidArgument", "POST requires exactly one file upload per request.")
    return {name.lower(): value for name, value in form.items()}, files["file"].read()


def _check(fields: Mapping[str, str], bucket: str, size: int, at: datetime) -> None:
    policy = _policy(fields)
    if datetime.fromisoformat(policy["expiration"]) <= at:
        raise Refused(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
    given = {**fields, "bucket": bucket}
    named = {"bucket"}
    for condition in policy["conditions"]:
        kind, name, value = _condition(condition)
        if kind == "content-length-range":
            _in_range(size, int(name), int(value))
            continue
        named.add(name)
        found = given.get(name, "")
        if not (found == value if kind == "eq" else found.startswith(value)):
            raise Refused(403, "AccessDenied", f"Invalid according to Policy: Policy Condition failed: {name}")
    extra = set(fields) - named - _UNSIGNED
    if extra:
        message = f"Invalid according to Policy: Extra input fields: {', '.join(sorted(extra))}"
        raise Refused(403, "AccessDenied", message)


def _policy(fields: Mapping[str, str]) -> dict[str, Any]:
    """The form's policy, where it is signed with our key; raises Refused."""
    missing = {"key", "policy", "x-amz-credential", "x-amz-signature"} - set(fields)
    if missing:
        raise Refused(400, "InvalidArgument", f"Bucket POST must contain a field named '{min(missing)}'.")
    key = f"AWS4{os.environ['AWS_SECRET_ACCESS_KEY']}".encode()
    for part in fields["x-amz-credential"].split("/")[1:]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, fields["policy"].encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature, fields["x-amz-signature"]):
        raise Refused(403, "SignatureDoesNotMatch", "The request signature we calculated does not match.")
    try:
        policy: dict[str, Any] = json.loads(base64.b64decode(fields["policy"]))
    except (binascii.Error, ValueError):
        raise Refused(400, "InvalidPolicyDocument", "Invalid Policy: Invalid JSON.") from None
    return policy


def _condition(condition: Any) -> tuple[str, str, str]:
    """(kind, name, value); `{"acl": "x"}` is short for `["eq", "$acl", "x"]`."""
    if isinstance(condition, dict):
        [(name, value)] = condition.items()
        return "eq", name.lower(), str(value)
    kind, name, value = condition
    return str(kind).lower(), str(name).removeprefix("$").lower(), str(value)


def _in_range(size: int, least: int, most: int) -> None:
    if size < least:
        raise Refused(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
    if size > most:
        raise Refused(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")


def _error(refused: Refused, headers: Mapping[str, str] | None = None) -> Response:
    body = f"<Error><Code>{refused.code}</Code><Message>{escape(refused.message)}</Message></Error>"
    return Response(refused.status, {**(headers or {}), "content-type": "application/xml"}, body.encode())
