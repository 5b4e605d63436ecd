"""`lyspunkt webhook try|sign`: what a form product's delivery becomes, and a delivery as the product would send it."""

from __future__ import annotations

import base64
import json
import secrets as random
import shlex
from pathlib import Path
from uuid import uuid4

from infra.commands import organisation as files
from infra.commands.trail import table
from lyspunkt.aws import clock, secrets
from lyspunkt.aws import organisation as kept
from lyspunkt.aws.clients import client
from lyspunkt.newsroom import form_answers, form_bodies, signatures
from lyspunkt.newsroom.form_mapping import Mapped
from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.sources import WebhookSource
from lyspunkt.newsroom.submissions import BadSubmission
from lyspunkt.settings import settings

TYPES = {"json": "application/json", "urlencoded": "application/x-www-form-urlencoded"}
USES = {"kept": "kept beside the story"}


class NoSecret(Exception):
    """The source is not there, or has no secret."""


def make_secrets(organisation: Organisation) -> None:
    """Give every source that has none a secret of its own (local runs alone: on AWS a person puts them there)."""
    known = json.loads(secrets.secret(settings().webhook_secret) or "{}")
    missing = [source for source in organisation.sources if not known.get(source.id)]
    if not missing:
        return
    known |= {source.id: [new_secret(source)] for source in missing}
    client("secretsmanager").put_secret_value(SecretId=settings().webhook_secret, SecretString=json.dumps(known))
    secrets.forget()


def new_secret(source: WebhookSource) -> str:
    """32 bytes of chance, as the source's scheme writes them: `whsec_` and base64, or letters that an address takes."""
    if source.signed.scheme == "standard-webhooks":
        return f"whsec_{base64.b64encode(random.token_bytes(32)).decode()}"
    return random.token_urlsafe(32)


def headers(source: str, body: bytes, *, delivery: str | None = None) -> dict[str, str]:
    """The headers of a delivery made now; raises NoSecret."""
    return _shown(source, body, delivery)[0]


def path(source: str) -> str:
    """Where the source posts: its address without the host. Raises NoSecret."""
    last = _shown(source, b"", None)[1]
    return f"/webhooks/{source}" + (f"/{last}" if last else "")


def curl(source: str, path_: Path, *, read_from: Path = Path()) -> str:
    """A line for the shell that posts the file; good for five minutes where the time is signed along.

    Raises NoSecret and OSError.
    `path_` stands in the line as it is given; it is read from the folder `read_from`.
    """
    shown = headers(source, (read_from / path_).read_bytes())
    given = [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in shown.items()]
    address = f"{settings().address}{path(source)}"
    return f"curl -sS {' '.join(given)} --data-binary @{shlex.quote(str(path_))} {shlex.quote(address)}"


def sign(source: str, path_: Path) -> int:
    try:
        print(curl(source, path_))
    except (NoSecret, OSError) as wrong:
        print(wrong)
        return 1
    return 0


def attempt(source_id: str, path_: Path, *, content_type: str | None, organisation: Path) -> int:
    """Print what each field of a delivery would become; nothing is stored. 1 where it would be no story.

    Id numbers are masked, for what is printed is kept and sent on (bar G6).
    """
    try:
        known = files.read(organisation)
        body = path_.read_bytes()
    except files.BadOrganisation as bad:
        print("\n".join(bad.problems))
        return 1
    except OSError as wrong:
        print(wrong)
        return 1
    source = known.source(source_id)
    if source is None:
        print(f"There is no source {source_id} in {organisation}; there are {', '.join(s.id for s in known.sources)}.")
        return 1
    try:
        payload = form_bodies.parsed(body, content_type or "")
        return _told(source, payload, body, known)
    except (form_bodies.Unreadable, BadSubmission) as wrong:
        print(f"No story: {wrong}")
        return 1


def _told(source: WebhookSource, payload: object, body: bytes, known: Organisation) -> int:
    event = form_answers.event_of(payload, source.preset)
    if event:
        print(f"No story: this tells of {event}; a story is made of {' and '.join(source.preset.events)}.")
        return 1
    mapped = Mapped(payload, source)
    try:
        story, wrong = mapped.arrived(known.zone), ""
    except BadSubmission as bad:
        story, wrong = None, bad.say
    print(f"{source.id}: {source.preset.name}; believed by {source.signed.scheme}\n")
    rows = [["FIELD", "BECOMES", "TEXT"]]
    fields = mapped.became()
    rows += [
        [mask(one.label), USES.get(one.use, one.use), mask(one.text, after=one.label)]
        for one in fields
        if one.use != "left-out"
    ]
    print(table([[" ".join(cell.split()) for cell in row] for row in rows]))
    left_out = [mask(one.label) for one in fields if one.use == "left-out"]
    if left_out:
        print(f"\nLeft out, the product's own: {', '.join(left_out)}")
    for ours, theirs in mapped.missing():
        print(f"\nNot there: {theirs}, which fields.{ours} names. If it was asked, look for its name under FIELD.")
    if story is None:
        print(f"\nNo story: {wrong}. Say in fields.body which FIELD holds it.")
        return 1
    delivery = form_answers.delivery_of(payload, source.preset, body, "the header webhook-id")
    print(f"\nA story: {mask(story.text.headline)}\nThe same delivery is known by: {mask(delivery)}")
    return 0


def _shown(source_id: str, body: bytes, delivery: str | None) -> tuple[dict[str, str], str]:
    source = kept.organisation().source(source_id)
    if source is None:
        raise NoSecret(f"there is no source {source_id} in the organisation")
    found = secrets.signing_secrets(settings().webhook_secret, source_id)
    if not found:
        raise NoSecret(f"the source {source_id} has no secret in {settings().webhook_secret}")
    delivery = delivery or f"msg_{uuid4().hex}"
    shown, last = signatures.show(source.signed, found[0], delivery, body, clock.now())
    return {"content-type": _type_of(body), **shown}, last


def _type_of(body: bytes) -> str:
    kind = form_bodies.kind_of(body, "")
    if kind != "multipart":
        return TYPES[kind]
    boundary = body.split(b"\n", 1)[0].strip()[2:].decode("ascii", "replace")
    return f"multipart/form-data; boundary={boundary}"
