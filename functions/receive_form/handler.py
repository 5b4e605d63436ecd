"""A webhook of a form product -> StorySubmitted; the same delivery with other words -> MaterialAdded."""

import base64
import binascii
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import intake, ledger, rates, secrets
from lyspunkt.aws.clients import client
from lyspunkt.aws.organisation import organisation
from lyspunkt.newsroom import form_answers, form_bodies, signatures
from lyspunkt.newsroom.form_mapping import from_webhook
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.sources import WebhookSource
from lyspunkt.newsroom.submissions import Arrived, BadSubmission, story_id
from lyspunkt.settings import settings

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes (bar B10): what Lambda takes, less what base64 adds."""

HOUR = timedelta(hours=1)

POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Answer 202 with the story's id, the same for the same delivery; 4xx says what to mend, and makes no story."""
    given = event.get("pathParameters") or {}
    known = organisation()
    source = known.source(str(given.get("source", "")))
    if source is None:
        return _refused(404, "unknown-source", "There is no such source; look at `sources` in the organisation file.")
    try:
        body = _body(event)
    except (binascii.Error, ValueError):
        return _refused(400, "not-base64", "The gateway says that the body is base64, and it is not.")
    if len(body) > LARGEST_BODY:
        return _too_large(len(body), known)
    headers = {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    at = datetime.fromtimestamp(event["requestContext"]["timeEpoch"] / 1000, UTC)
    ours = secrets.signing_secrets(settings().webhook_secret, source.id)
    try:
        signed_id = signatures.check(source.signed, headers, body, ours, at, str(given.get("secret", "")))
    except signatures.NotSigned as wrong:
        return _refused(401, wrong.reason, f"Not believed ({source.signed.scheme}); check the secret and the clock.")
    return _taken(source, body, headers.get("content-type", ""), signed_id, at, known)


def _taken(
    source: WebhookSource, body: bytes, content_type: str, signed_id: str, at: datetime, known: Organisation
) -> dict[str, Any]:
    """What a believed delivery becomes. Its bytes are kept first, also where they cannot become a story."""
    try:
        payload, unreadable = form_bodies.parsed(body, content_type), ""
    except form_bodies.Unreadable as wrong:
        payload, unreadable = None, str(wrong)
    if form_answers.event_of(payload, source.preset):
        return _answer(200, {"ignored": f"only {' and '.join(source.preset.events)} makes a story"})
    from_ = f"webhook:{source.id}"
    delivery = form_answers.delivery_of(payload, source.preset, body, signed_id)
    id_ = story_id(from_, delivery)
    kind = "json" if form_bodies.kind_of(body, content_type) == "json" else "form"
    raw_key = _keep(f"webhooks/{source.id}/{id_}", kind, body)
    if unreadable:
        return _refused(400, "not-json" if kind == "json" else "not-a-form", unreadable)
    try:
        arrived = from_webhook(payload, source, known.zone)
    except BadSubmission as wrong:
        return _refused(422, "bad-field", f"{wrong.say}.", field=wrong.field)
    most = known.intake.rates.per_source_per_hour
    if not rates.allow("webhook", source.id, limit=most, window=HOUR, at=at, delivery=delivery):
        return _too_often(known, most)
    story = intake.receive(arrived, source=from_, delivery=delivery, at=at, raw_key=raw_key)
    if story.submitted_at != at or not raw_key.startswith(f"webhooks/{source.id}/{id_}."):
        _add_other_words(story.id, arrived, source=from_, delivery=delivery, at=at, raw_key=raw_key)
    logger.info("received", extra={"story_id": story.id, "source": from_})
    return _answer(202, {"story": id_})


def _add_other_words(story: str, arrived: Arrived, *, source: str, delivery: str, at: datetime, raw_key: str) -> None:
    """The delivery has its story already: what it says now, where that is something else, comes to it, flagged."""
    made_from = ledger.submission(story)
    if made_from is None or made_from.raw_key != raw_key:
        delivery = f"{delivery}\n{raw_key}"
        intake.add(story, arrived, because="same-delivery", source=source, delivery=delivery, at=at, raw_key=raw_key)


def _body(event: dict[str, Any]) -> bytes:
    """The bytes as they came over the wire: signatures are made over them and nothing else."""
    body = str(event.get("body") or "")
    return base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode("utf-8")


def _keep(name: str, kind: str, body: bytes) -> str:
    """Keep the bytes before the story is written; the key under which they lie.

    What is there already stays: a delivery comes again, and with other bytes these lie beside it (bar B6).
    """
    first = f"{name}.{kind}"
    if _put(first, body) or client("s3").get_object(Bucket=settings().raw_bucket, Key=first)["Body"].read() == body:
        return first
    other = f"{name}-{hashlib.sha256(body).hexdigest()[:16]}.{kind}"
    _put(other, body)
    return other


def _put(key: str, body: bytes) -> bool:
    """Whether the bytes were put; not where something lies there."""
    s3 = client("s3")
    try:
        s3.put_object(
            Bucket=settings().raw_bucket, Key=key, Body=body, ContentType="application/octet-stream", IfNoneMatch="*"
        )
    except s3.exceptions.ClientError as wrong:
        if wrong.response["Error"]["Code"] not in {"PreconditionFailed", "ConditionalRequestConflict"}:
            raise
        return False
    return True


def _too_often(known: Organisation, most: int) -> dict[str, Any]:
    """The delivery's bytes are kept; products send it again by themselves, and by then there is room."""
    way = _other_way(known)
    say = f"More than {most} deliveries came within an hour. Send it again later, or write to {way['contact']}."
    refused = _refused(429, "too-often", say, **way)
    return refused | {"headers": refused["headers"] | {"retry-after": str(int(HOUR.total_seconds()))}}


def _other_way(known: Organisation) -> dict[str, str]:
    return {"contact": known.municipality.contact} | ({"phone": known.intake.phone} if known.intake.phone else {})


def _too_large(size: int, known: Organisation) -> dict[str, Any]:
    """Say how else it can be sent: the person who filled in the form cannot make it smaller by trying again."""
    way = _other_way(known)
    say = f"The body has {size} bytes; at most {LARGEST_BODY} are taken. Link to files, or write to {way['contact']}."
    return _refused(413, "too-large", say, **way)


def _refused(status: int, code: str, message: str, **more: str) -> dict[str, Any]:
    logger.info("refused", extra={"status": status, "code": code})
    return _answer(status, {"error": {"code": code, "message": message, **more}})


def _answer(status: int, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {
            "content-type": "application/json; charset=utf-8",
            "cache-control": "no-store",
            "content-security-policy": POLICY,
            "referrer-policy": "no-referrer",
            "strict-transport-security": "max-age=31536000; includeSubDomains",
            "x-content-type-options": "nosniff",
        },
        "body": json.dumps(content, ensure_ascii=False),
    }
