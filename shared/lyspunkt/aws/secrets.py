"""Secrets by name, kept for five minutes so that a rotation is seen without a deploy (bar B9)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from lyspunkt.aws import clock
from lyspunkt.aws.clients import client

KEPT = timedelta(minutes=5)
_known: dict[str, tuple[datetime, str]] = {}


def secret(name: str) -> str:
    """The secret's text, as Secrets Manager has it now or had it within KEPT."""
    now = clock.now()
    if name not in _known or abs(now - _known[name][0]) > KEPT:
        _known[name] = (now, client("secretsmanager").get_secret_value(SecretId=name)["SecretString"])
    return _known[name][1]


def signing_secrets(name: str, source: str) -> tuple[str, ...]:
    """The secrets of one webhook source: the new one and, while rotating, the old one; none for an unknown source."""
    given = json.loads(secret(name)).get(source, [])
    return tuple([given] if isinstance(given, str) else given)


def forget() -> None:
    _known.clear()
