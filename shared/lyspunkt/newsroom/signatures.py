"""Whether a webhook is from whom it says, by the scheme of its source, over the raw bytes.

Standard Webhooks 1.0.0: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from lyspunkt.newsroom.form_products import Signature

TOLERANCE = timedelta(seconds=300)
"""How far the sender's clock may be from ours, either way (bar B3)."""

ID_LENGTH = 256
SHORTEST_SECRET = 16
"""Bytes. The specification says 24 to 64; some senders keep to fewer, none to so few that they could be guessed."""

Reason = Literal[
    "id-missing",
    "timestamp-missing",
    "signature-missing",
    "timestamp-malformed",
    "too-old",
    "too-new",
    "no-secret",
    "wrong-signature",
    "secret-missing",
    "wrong-secret",
]


class NotSigned(Exception):
    """A delivery is not (or no longer) to be believed; `reason` says why and holds nothing of the delivery."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class BadSecret(ValueError):
    """A secret of ours cannot be one; a fault of the set-up, not of the sender."""


def check(
    signature: Signature,
    headers: Mapping[str, str],
    body: bytes,
    secrets: Sequence[str],
    at: datetime,
    path_secret: str = "",
) -> str:
    """The id that was signed along (Standard Webhooks alone does so; else nothing); raises NotSigned and BadSecret.

    `path_secret` is what stood last in the address. Any of `secrets` will do (bar B9).
    """
    match signature.scheme:
        case "standard-webhooks":
            return verify(headers, body, secrets, at)
        case "hmac":
            _check_hmac(signature, _header(headers, signature.header), body, secrets)
        case "header-secret":
            given = _header(headers, signature.header)
            _check_secret([part.strip().removeprefix(signature.prefix) for part in (given, *given.split(","))], secrets)
        case "path-secret":
            _check_secret([path_secret], secrets)
    return ""


def show(signature: Signature, secret: str, delivery: str, body: bytes, at: datetime) -> tuple[dict[str, str], str]:
    """The headers by which a delivery is believed, and what stands last in its address: a sender's side of `check`."""
    match signature.scheme:
        case "standard-webhooks":
            return sign(secret, delivery, body, at), ""
        case "hmac":
            digest = hmac.new(_text_key(secret), body, hashlib.sha256).digest()
            written = digest.hex() if signature.encoding == "hex" else base64.b64encode(digest).decode()
            return {signature.header.lower(): f"{signature.prefix}{written}"}, ""
        case "header-secret":
            return {signature.header.lower(): f"{signature.prefix}{secret}"}, ""
        case "path-secret":
            return {}, secret


def verify(
    headers: Mapping[str, str],
    body: bytes,
    secrets: Sequence[str],
    at: datetime,
    tolerance: timedelta = TOLERANCE,
) -> str:
    """The delivery's id, where one of the signatures was made with one of `secrets`; else raises NotSigned.

    `body` is what came over the wire, byte for byte: parsed and written again it would be something else (bar B2).
    Header names may be in any case. Raises BadSecret for a secret that is not base64 or too short.
    """
    given = {name.lower(): value.strip() for name, value in headers.items()}
    delivery = given.get("webhook-id", "")
    timestamp = given.get("webhook-timestamp", "")
    signature = given.get("webhook-signature", "")
    if not delivery or len(delivery) > ID_LENGTH:
        raise NotSigned("id-missing")
    if not timestamp:
        raise NotSigned("timestamp-missing")
    if not signature:
        raise NotSigned("signature-missing")
    _in_time(timestamp, at, tolerance)
    if not secrets:
        raise NotSigned("no-secret")
    offered = _offered(signature)
    matched = False
    for secret in secrets:
        expected = _digest(secret, delivery, timestamp, body)
        for one in offered:
            # Every pair is compared, also after a match: how long it takes tells nothing
            matched |= hmac.compare_digest(expected, one)
    if not matched:
        raise NotSigned("wrong-signature")
    return delivery


def sign(secret: str, delivery: str, body: bytes, at: datetime) -> dict[str, str]:
    """The three headers of a delivery made at `at`."""
    timestamp = str(int(at.timestamp()))
    signature = base64.b64encode(_digest(secret, delivery, timestamp, body)).decode()
    return {"webhook-id": delivery, "webhook-timestamp": timestamp, "webhook-signature": f"v1,{signature}"}


def _check_hmac(signature: Signature, given: str, body: bytes, secrets: Sequence[str]) -> None:
    if not given:
        raise NotSigned("signature-missing")
    if not secrets:
        raise NotSigned("no-secret")
    matched = False
    for secret in secrets:
        expected = hmac.new(_text_key(secret), body, hashlib.sha256).digest()
        for one in given.split(","):
            matched |= hmac.compare_digest(expected, _decoded(one.strip(), signature))
    if not matched:
        raise NotSigned("wrong-signature")


def _decoded(written: str, signature: Signature) -> bytes:
    """The digest in a header; nothing where it is none, or lacks the prefix."""
    if not written.startswith(signature.prefix):
        return b""
    bare = written.removeprefix(signature.prefix)
    try:
        return bytes.fromhex(bare) if signature.encoding == "hex" else base64.b64decode(bare, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _check_secret(given: Sequence[str], secrets: Sequence[str]) -> None:
    """Compared by digests of one length: how long it takes tells nothing, not even how long the secret is."""
    if not any(given):
        raise NotSigned("secret-missing")
    if not secrets:
        raise NotSigned("no-secret")
    matched = False
    for secret in secrets:
        expected = hashlib.sha256(_text_key(secret)).digest()
        for one in given:
            matched |= hmac.compare_digest(expected, hashlib.sha256(one.encode("utf-8", "surrogatepass")).digest())
    if not matched:
        raise NotSigned("wrong-secret")


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value.strip() for given, value in headers.items() if given.lower() == name.lower()), "")


def _in_time(timestamp: str, at: datetime, tolerance: timedelta) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise NotSigned("timestamp-malformed")
    age = at.timestamp() - int(timestamp)
    if age > tolerance.total_seconds():
        raise NotSigned("too-old")
    if -age > tolerance.total_seconds():
        raise NotSigned("too-new")


def _offered(header: str) -> list[bytes]:
    """The v1 signatures of a header: `v1,AAA v1,BBB`, or joined by a gateway from two headers as `v1,AAA,v1,BBB`."""
    found: list[bytes] = []
    parts = header.replace(",", " ").split()
    for version, value in pairwise(parts):
        if version == "v1":
            try:
                found.append(base64.b64decode(value, validate=True))
            except (binascii.Error, ValueError):
                continue
    return found


def _digest(secret: str, delivery: str, timestamp: str, body: bytes) -> bytes:
    signed = f"{delivery}.{timestamp}.".encode("utf-8", "surrogateescape") + body
    return hmac.new(_key(secret), signed, hashlib.sha256).digest()


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        raise BadSecret("a webhook secret must be whsec_ and base64") from None
    if len(key) < SHORTEST_SECRET:
        raise BadSecret(f"a webhook secret must have at least {SHORTEST_SECRET} bytes")
    return key


def _text_key(secret: str) -> bytes:
    """A secret that a product takes as it is written."""
    key = secret.encode()
    if len(key) < SHORTEST_SECRET:
        raise BadSecret(f"a webhook secret must have at least {SHORTEST_SECRET} bytes")
    return key
