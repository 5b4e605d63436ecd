"""A signed webhook of a form product -> StorySubmitted."""

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import intake, secrets
from lyspunkt.aws.clients import client
from lyspunkt.aws.organisation import organisation
from lyspunkt.newsroom import signatures
from lyspunkt.newsroom.submissions import BadSubmission, from_webhook, story_id
from lyspunkt.settings import settings

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes (bar B10): what Lambda takes, less what base64 adds."""

POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Answer 202 with the story's id, the same for the same delivery; 4xx says what to mend, and nothing is written."""
    name = str((event.get("pathParameters") or {}).get("source", ""))
    known = organisation()
    source = known.source(name)
    if source is None:
        return _refused(404, "unknown-source", "There is no such source; look at `sources` in the organisation file.")
    try:
        body = _body(event)
    except (binascii.Error, ValueError):
        return _refused(400, "not-base64", "The gateway says that the body is base64, and it is not.")
    if len(body) > LARGEST_BODY:
        return _refused(413, "too-large", f"The body has {len(body)} bytes; at most {LARGEST_BODY} are taken.")
    at = datetime.fromtimestamp(event["requestContext"]["timeEpoch"] / 1000, UTC)
    try:
        delivery = signatures.verify(
            event.get("headers") or {}, body, secrets.signing_secrets(settings().webhook_secret, name), at
        )
    except signatures.NotSigned as wrong:
        return _refused(
            401, wrong.reason, "The signature does not hold; see Standard Webhooks, and check the secret and the clock."
        )
    try:
        arrived = from_webhook(_parsed(body), source, known.zone)
    except NotJson as wrong:
        return _refused(400, "not-json", str(wrong))
    except BadSubmission as wrong:
        return _refused(422, "bad-field", f"{wrong.say}.", field=wrong.field)
    from_ = f"webhook:{name}"
    raw_key = f"webhooks/{name}/{story_id(from_, delivery)}.json"
    _keep(raw_key, body)
    story = intake.receive(arrived, source=from_, delivery=delivery, at=at, raw_key=raw_key)
    logger.info("received", extra={"story_id": story.id, "source": from_})
    return _answer(202, {"story": story.id})


class NotJson(ValueError):
    """A body is not JSON; the message says where, and holds nothing of it."""


def _body(event: dict[str, Any]) -> bytes:
    """The bytes as they came over the wire: signatures are made over them and nothing else."""
    body = str(event.get("body") or "")
    return base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode("utf-8")


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as wrong:
        raise NotJson(f"The body is not UTF-8 at byte {wrong.start}; send it in UTF-8.") from None
    except json.JSONDecodeError as wrong:
        say = f"The body is not JSON: {wrong.msg} at line {wrong.lineno}, column {wrong.colno}."
        raise NotJson(say) from None
    except (ValueError, RecursionError):
        raise NotJson("The body is JSON that nobody needs: a number too long or lists too deep.") from None


def _keep(key: str, body: bytes) -> None:
    """Keep the bytes before the story is written. What is there already stays: a delivery comes again (bar B6)."""
    s3 = client("s3")
    try:
        s3.put_object(
            Bucket=settings().raw_bucket, Key=key, Body=body, ContentType="application/octet-stream", IfNoneMatch="*"
        )
    except s3.exceptions.ClientError as wrong:
        if wrong.response["Error"]["Code"] not in {"PreconditionFailed", "ConditionalRequestConflict"}:
            raise


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
