"""The SMTP door: any mail program on this machine can send a story in."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller

from infra.local.mail_door import NoSuchMailbox, rule_for
from infra.local.runtime import Runtime
from infra.local.web import PortTaken

LARGEST = 40 * 1024 * 1024
"""Bytes: what SES takes."""


@contextmanager
def mail_door(runtime: Runtime, port: int, carried: Callable[[], None]) -> Iterator[int]:
    """Take mail on 127.0.0.1 within the block; `carried` is called after each. Raises PortTaken."""
    door = _Door(runtime, carried)
    controller = Controller(door, hostname="127.0.0.1", port=port, data_size_limit=LARGEST, ident="Lyspunkt")
    try:
        controller.start()
    except OSError as wrong:
        if wrong.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(
            f"port {port} is taken: stop what listens there, or choose another with --smtp-port N"
        ) from None
    try:
        yield port
    finally:
        controller.stop(no_assert=True)


class _Door:
    def __init__(self, runtime: Runtime, carried: Callable[[], None]) -> None:
        self._runtime = runtime
        self._carried = carried

    async def handle_RCPT(  # noqa: N802
        self,
        _server: Any,
        _session: Any,
        envelope: Any,
        address: str,
        _options: list[str],
    ) -> str:
        try:
            rule_for(self._runtime.world, address)
        except NoSuchMailbox:
            return "550 5.1.1 No stories are taken at this address"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        raw: bytes = envelope.content
        message_id = await asyncio.to_thread(
            self._runtime.mail, raw, envelope.mail_from or "", tuple(envelope.rcpt_tos)
        )
        self._carried()
        return f"250 Taken as {message_id}"
