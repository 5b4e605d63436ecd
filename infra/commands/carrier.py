"""What goes on in the background of `lyspunkt run`: carrying, and keeping the state."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from infra.commands import connection
from infra.local import snapshot
from infra.local.requests import Request, Response
from infra.local.runtime import DoesNotSettle, Runtime
from infra.local.template import TemplateFault
from lyspunkt.aws import clock

PAUSE = 0.5
"""Seconds between two looks at queues, streams and the clock."""
KEPT_EVERY = 10.0
"""Seconds between two savings of a state that changed."""
logger = logging.getLogger(__name__)


class Carrier:
    """Carries messages as AWS does, as long as it is entered. Keeps the state in `folder`, where one is given."""

    def __init__(self, runtime: Runtime, folder: Path | None = None) -> None:
        self._runtime = runtime
        self._folder = folder
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="carrier", daemon=True)
        self._kept_at = time.monotonic()
        self._changed = False

    def __enter__(self) -> Carrier:
        connection.announce(self._runtime)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._woken.set()
        self._thread.join(timeout=60)
        connection.withdraw()
        self._keep()

    def wake(self) -> None:
        """Something has come in: do not wait for the next look."""
        self._woken.set()

    def answer(self, request: Request) -> Response:
        """The runtime's answer; what it set going is carried at once."""
        response = self._runtime.answer(request)
        if request.method not in {"GET", "HEAD"}:
            self._changed = True
            self.wake()
        return response

    def _work(self) -> None:
        offset = clock.offset()
        while not self._stopped.is_set():
            self._woken.wait(PAUSE)
            self._woken.clear()
            try:
                ran = self._runtime.settle()
            except (DoesNotSettle, TemplateFault):
                logger.exception("carrying stopped for now")
                continue
            self._changed = self._changed or bool(ran) or clock.offset() != offset
            if clock.offset() != offset:
                offset = clock.offset()
                connection.announce(self._runtime)
            if self._changed and time.monotonic() - self._kept_at > KEPT_EVERY:
                self._keep()

    def _keep(self) -> None:
        if self._folder:
            snapshot.save(self._runtime, self._folder)
        self._kept_at = time.monotonic()
        self._changed = False
