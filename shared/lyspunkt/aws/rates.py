"""How often is enough: counters that run out by themselves, so that nobody floods the desk and we flood nobody.

Who is counted stands in no row, only a keyed digest of it. What is over a limit is never dropped: a form says how to
get through otherwise, a mail is held and shown, a letter that is not sent stands in the story's trail (bars C6, H7).
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

from lyspunkt.aws import secrets, table
from lyspunkt.aws.clients import client
from lyspunkt.settings import settings

KEPT = timedelta(days=2)
"""How long a counter's row is kept after its window, for DynamoDB deletes late anyhow."""


def allow(what: str, who: str, *, limit: int, window: timedelta, at: datetime, delivery: str) -> bool:
    """Count one `delivery` of `who` towards `limit` in this `window`; False where the limit is reached already.

    The same delivery again is not counted again and gets the same answer. Windows lie end to end from midnight UTC, so
    that a burst over a border may reach twice the limit. One conditional write; raises what botocore raises.
    """
    seconds = int(window.total_seconds())
    began = int(at.timestamp()) // seconds * seconds
    digest = hmac.new(_key(), f"{what}\n{who.strip().casefold()}".encode(), hashlib.sha256).hexdigest()[:32]
    seen = hashlib.sha256(delivery.encode("utf-8", "replace")).hexdigest()[:16]
    request: dict[str, Any] = {
        "TableName": settings().table,
        "Key": table.to_wire({"PK": f"RATE#{what}#{digest}", "SK": f"RATE#{began}"}),
        "UpdateExpression": "ADD seen :one SET expires = :expires",
        "ConditionExpression": "attribute_not_exists(seen) OR size(seen) < :limit OR contains(seen, :seen)",
        "ExpressionAttributeValues": table.to_wire(
            {
                ":one": {seen},
                ":seen": seen,
                ":limit": limit,
                ":expires": began + seconds + int(KEPT.total_seconds()),
            }
        ),
    }
    try:
        client("dynamodb").update_item(**request)
    except client("dynamodb").exceptions.ConditionalCheckFailedException:
        return False
    return True


def _key() -> bytes:
    return secrets.secret(settings().link_key_secret).encode()
