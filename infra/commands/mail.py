"""`lyspunkt mail try`: what raw mails would become, read by the same code; nothing is stored, nobody written to."""

from __future__ import annotations

import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from infra.commands import organisation as organisations
from infra.commands.trail import table
from lyspunkt.mailroom.automatic import Verdicts
from lyspunkt.mailroom.read import Read, read
from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.newsroom.intake import Limits

OUR_DOMAIN = "lyspunkt.lyngvig.example"
"""As in template.yaml."""
UNVERIFIED = Verdicts()
"""A file brings no receipt of SES: nothing is proven, and that loses no mail."""

_NEXT_IN_MBOX = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]{0,200}\d{4}\b[^\r\n]{0,60}\r?\n(?=[!-9;-~]+:)")


class Attachment(BaseModel):
    """A file that came with a mail; `done` is `picture`, `attachment`, `logo`, or `refused: ` and why."""

    model_config = ConfigDict(frozen=True)

    name: str
    type: str
    bytes: int
    done: str


class Tried(BaseModel):
    """One message: what it would become, and what a person wrote, less the digits of id numbers (bar G6)."""

    model_config = ConfigDict(frozen=True)

    file: str
    outcome: Literal["story", "addition", "set-aside", "lost"]
    reason: str | None = None
    subject: str = ""
    sender: str | None = None
    author: str | None = None
    """Whom a mail that was sent on is from."""
    language: str | None = None
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    milliseconds: float = 0
    ids: tuple[str, ...] = Field(default=(), exclude=True)
    """Its own id, and those of the messages that it answers."""


def attempt(paths: Sequence[Path], *, as_json: bool, organisation: Path, domain: str = OUR_DOMAIN) -> int:
    """Read every message and print what it would become; 0 where none was lost."""
    try:
        limits = organisations.read(organisation).intake.limits
    except organisations.BadOrganisation as wrong:
        print(wrong)
        return 1
    tried: list[Tried] = []
    senders: dict[str, str | None] = {}
    for name, raw in _messages(paths):
        one = _one(name, raw, limits, domain)
        if one.outcome == "story" and any(one.sender and senders.get(id_) == one.sender for id_ in one.ids[1:]):
            one = one.model_copy(update={"outcome": "addition"})
        if one.ids and one.ids[0]:
            senders.setdefault(one.ids[0], one.sender)
        tried.append(one.model_copy(update={"text": "" if not as_json else one.text}))
        if as_json:
            print(one.model_dump_json(), flush=True)
    totals: Counter[str] = Counter(one.outcome for one in tried)
    if as_json:
        print(json.dumps({"totals": {"messages": len(tried), **_all_outcomes(totals)}}))
    else:
        _show(tried, totals)
    return 1 if totals["lost"] else 0


def _one(name: str, raw: bytes | OSError, limits: Limits, domain: str) -> Tried:
    if isinstance(raw, OSError):
        return Tried(file=name, outcome="lost", reason=raw.strerror or "unreadable")
    began = time.perf_counter()
    try:
        mail = read(raw, UNVERIFIED, our_domain=domain, limits=limits)
    except Exception as wrong:
        # The one thing that must not happen; said rather than raised, so that the other messages are tried too
        return Tried(file=name, outcome="lost", reason=mask(f"raised {type(wrong).__name__}: {wrong}"))
    took = round((time.perf_counter() - began) * 1000, 1)
    return Tried(
        file=name,
        outcome=_outcome(mail),
        reason=mail.aside or mail.problem,
        subject=mask(mail.subject),
        sender=mask(mail.sender.address) if mail.sender and mail.sender.address else None,
        author=mask(str(mail.author)) if mail.author else None,
        language=mail.language,
        text=mask(mail.text),
        attachments=tuple(
            Attachment(name=mask(file.name), type=file.type, bytes=file.size, done=file.done) for file in mail.files
        ),
        milliseconds=took,
        ids=(mail.message_id.strip("<> "), *mail.references),
    )


def _outcome(mail: Read) -> Literal["story", "addition", "set-aside"]:
    if mail.aside or mail.problem:
        return "set-aside"
    return "addition" if mail.reply_tokens else "story"


def _messages(paths: Sequence[Path]) -> Iterator[tuple[str, bytes | OSError]]:
    """Every message of every file, whatever its name ends in; folders with all that is in them."""
    for path in paths:
        files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
        for file in files:
            try:
                raw = file.read_bytes()
            except OSError as wrong:
                yield str(file), wrong
                continue
            messages = _of_mbox(raw)
            for number, message in enumerate(messages, start=1):
                yield f"{file}#{number}" if len(messages) > 1 else str(file), message


def _of_mbox(raw: bytes) -> list[bytes]:
    """The messages of a mailbox file; of any other file, all of it."""
    starts = [found.start() for found in _NEXT_IN_MBOX.finditer(raw)] if raw.startswith(b"From ") else []
    if len(starts) < 2:
        return [raw]
    return [raw[start:end] for start, end in zip(starts, [*starts[1:], len(raw)], strict=True)]


def _all_outcomes(totals: Counter[str]) -> dict[str, int]:
    return {outcome: totals[outcome] for outcome in ("story", "addition", "set-aside", "lost")}


def _show(tried: Sequence[Tried], totals: Counter[str]) -> None:
    parent = os.path.commonpath([one.file for one in tried]) if len(tried) > 1 else ""
    rows = [["outcome", "reason", "sender", "lang", "files", "ms", "subject", "file"]]
    rows += [
        [
            one.outcome,
            (one.reason or "")[:40],
            (one.sender or "")[:40],
            one.language or "",
            ", ".join(f"{number} {done}" for done, number in _done(one)),
            f"{one.milliseconds:.0f}",
            one.subject[:50],
            one.file.removeprefix(parent).lstrip("/"),
        ]
        for one in tried
    ]
    print(table(rows))
    print(
        f"{len(tried)} messages: " + ", ".join(f"{count} {outcome}" for outcome, count in _all_outcomes(totals).items())
    )


def _done(one: Tried) -> list[tuple[str, int]]:
    return sorted(Counter(file.done.partition(":")[0] for file in one.attachments).items())
