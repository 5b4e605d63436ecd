"""How often is enough: counters that run out by themselves, so that nobody floods the desk and we flood nobody.

Who is counted stands in no row, only a keyed digest of it. What is over a limit is never dropped: a form says how to
get through otherwise, a mail is held and shown, a letter that is not sent stands in the story's trail (bars C6, H7).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timedelta

from lyspunkt.aws import secrets, table
from lyspunkt.settings import settings

ATTEMPTS = 8
"""Tries of one count when others count at the same time. After that it is let through: better once too often."""


def allow(what: str, who: str, *, limit: int, window: timedelta, at: datetime, delivery: str) -> bool:
    """Count one `delivery` of `who`; False where `limit` of them were counted within the `window` before `at` already.

    The window slides, so that no border lets twice as many through. The same delivery within it is counted once and
    gets the same answer: pass the time at which it came, not that of a repeated try. Raises what botocore raises.
    """
    moment = at.timestamp()
    digest = hmac.new(_key(), f"{what}\n{who.strip().casefold()}".encode(), hashlib.sha256).hexdigest()[:32]
    seen = hashlib.sha256(delivery.encode("utf-8", "replace")).hexdigest()[:16]
    key = (f"RATE#{what}#{digest}", "RATE")
    for _ in range(ATTEMPTS):
        row = table.get(*key) or {}
        known: dict[str, float] = json.loads(row.get("counted", "{}"))
        recent = {one: when for one, when in known.items() if when > moment - window.total_seconds()}
        if seen in recent:
            return True
        if len(recent) >= limit:
            return False
        counted = table.update(
            *key,
            set_={
                "counted": json.dumps(recent | {seen: moment}),
                "revision": int(row.get("revision", 0)) + 1,
                "expires": int(moment + window.total_seconds()),
            },
            condition="revision = :known" if "revision" in row else "attribute_not_exists(revision)",
            values={":known": row["revision"]} if "revision" in row else None,
        )
        if counted:
            return True
    return True


def _key() -> bytes:
    return secrets.secret(settings().link_key_secret).encode()
