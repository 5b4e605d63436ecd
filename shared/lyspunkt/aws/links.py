"""Mailed links: made from a key, kept as a fingerprint, looked up by it.

A token is an HMAC over what it stands for, so the same letter sent again carries the same link, and a copy of the table
opens nothing (bar A4). Links reveal nothing and use only letters that mail software leaves alone (bar A10).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lyspunkt.aws import layout, secrets, table
from lyspunkt.settings import settings

LIFE = timedelta(days=7)
"""How long an approval's link lives (bar A6)."""

TRACKING_LIVES = timedelta(days=365)
"""How long a submitter can look after a story, from when it was sent."""


class Link(BaseModel):
    """What a token opens: for whom, about what, until when."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["approval", "sign-in", "tracking"]
    person: str = ""
    """Of the organisation; empty for a submitter, whom nothing but the link itself knows."""
    expires_at: AwareDatetime
    story_id: str = ""
    approval_id: str = ""
    version: int = 0
    nonce: str = ""
    """Tells two links apart that stand for the same."""


def mint(link: Link) -> str:
    """The token for `link`; looking it up is possible from now on. The same link gives the same token."""
    key = secrets.secret(settings().link_key_secret)
    token = _letters(hmac.new(key.encode(), link.model_dump_json().encode(), hashlib.sha256).digest())
    fingerprint_ = fingerprint(token)
    table.put_new(
        {
            "PK": layout.link_key(fingerprint_),
            "SK": "LINK",
            "body": link.model_dump_json(),
            "expires": int(link.expires_at.timestamp()),
        }
    )
    return token


def find(token: str) -> Link | None:
    """The link of a token, expired or not: DynamoDB deletes late, so the caller looks at `expires_at` (bar G5)."""
    row = table.get(layout.link_key(fingerprint(token)), "LINK")
    return Link.model_validate_json(row["body"]) if row and "used_at" not in row else None


def use(token: str, at: datetime) -> bool:
    """Spend a link that works once; False where it was spent already or is unknown."""
    return table.update(
        layout.link_key(fingerprint(token)),
        "LINK",
        set_={"used_at": at.isoformat()},
        condition="attribute_exists(PK) AND attribute_not_exists(used_at)",
    )


def reply_address(story_id: str) -> str:
    """Where to answer about a story: an address of ours with the story in it, and a proof that we made it."""
    return f"story+{story_id}-{_proof(story_id)}@{settings().mail_domain}"


def story_of_reply(token: str) -> str | None:
    """The story that the token of such an address names; None where it is not ours."""
    story_id, _, proof = token.rpartition("-")
    return story_id if hmac.compare_digest(proof.encode(), _proof(story_id).encode()) else None


def _proof(story_id: str) -> str:
    key = secrets.secret(settings().link_key_secret)
    return _letters(hmac.new(key.encode(), f"reply {story_id}".encode(), hashlib.sha256).digest())[:24]


def fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _letters(digest: bytes) -> str:
    return base64.b32encode(digest).decode().rstrip("=").lower()
