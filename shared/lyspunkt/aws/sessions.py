"""Who is signed in at the desk: rows that end after twelve hours, known by the fingerprint of a cookie."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lyspunkt.aws import layout, table
from lyspunkt.aws.links import fingerprint

LASTS = timedelta(hours=12)


class Session(BaseModel):
    model_config = ConfigDict(frozen=True)

    person: str
    expires_at: AwareDatetime


def open_for(person: str, at: datetime) -> str:
    """A new session's token, for the cookie; only its fingerprint is kept."""
    token = secrets.token_urlsafe(32)
    session = Session(person=person, expires_at=at + LASTS)
    table.put(
        {
            "PK": layout.session_key(fingerprint(token)),
            "SK": "SESSION",
            "body": session.model_dump_json(),
            "expires": int(session.expires_at.timestamp()),
        }
    )
    return token


def find(token: str, at: datetime) -> Session | None:
    """The session of a cookie, None where there is none or it has ended."""
    row = table.get(layout.session_key(fingerprint(token)), "SESSION") if token else None
    session = Session.model_validate_json(row["body"]) if row and "ended_at" not in row else None
    return session if session and session.expires_at > at else None


def close(token: str, at: datetime) -> None:
    table.update(layout.session_key(fingerprint(token)), "SESSION", set_={"ended_at": at.isoformat()})


def form_token(token: str) -> str:
    """What each form of this session carries, so that no other page can post in its name."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


def is_form_token(token: str, given: str) -> bool:
    return hmac.compare_digest(form_token(token).encode(), given.encode("utf-8", "replace"))
