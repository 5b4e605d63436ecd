"""`lyspunkt webhook sign`: a delivery as a form product would send it (Standard Webhooks)."""

from __future__ import annotations

import base64
import json
import secrets as random
import shlex
from pathlib import Path
from uuid import uuid4

from lyspunkt.aws import clock, secrets
from lyspunkt.aws.clients import client
from lyspunkt.newsroom import signatures
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.settings import settings


class NoSecret(Exception):
    """The source has no signing secret."""


def make_secrets(organisation: Organisation) -> None:
    """Give every source that has none a secret of its own (local runs alone: on AWS a person puts them there)."""
    known = json.loads(secrets.secret(settings().webhook_secret) or "{}")
    missing = [source.id for source in organisation.sources if not known.get(source.id)]
    if not missing:
        return
    known |= {source: [f"whsec_{base64.b64encode(random.token_bytes(32)).decode()}"] for source in missing}
    client("secretsmanager").put_secret_value(SecretId=settings().webhook_secret, SecretString=json.dumps(known))
    secrets.forget()


def headers(source: str, body: bytes, *, delivery: str | None = None) -> dict[str, str]:
    """The headers of a signed delivery made now; raises NoSecret."""
    found = secrets.signing_secrets(settings().webhook_secret, source)
    if not found:
        raise NoSecret(f"the source {source} has no secret in {settings().webhook_secret}")
    signed = signatures.sign(found[0], delivery or f"msg_{uuid4().hex}", body, clock.now())
    return {"content-type": "application/json", **signed}


def curl(source: str, path: Path, *, read_from: Path = Path()) -> str:
    """A line for the shell that posts the file, signed; good for five minutes. Raises NoSecret and OSError.

    `path` stands in the line as it is given; it is read from the folder `read_from`.
    """
    signed = headers(source, (read_from / path).read_bytes())
    given = [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in signed.items()]
    address = f"{settings().address}/webhooks/{source}"
    return f"curl -sS {' '.join(given)} --data-binary @{shlex.quote(str(path))} {shlex.quote(address)}"


def sign(source: str, path: Path) -> int:
    try:
        print(curl(source, path))
    except (NoSecret, OSError) as wrong:
        print(wrong)
        return 1
    return 0
