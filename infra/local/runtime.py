"""The whole of Lyspunkt in one process: carries requests, mails, rows, messages and ticks to the handlers.

with started() as runtime:
    runtime.request("POST", "/webhooks/SOURCE", headers, body)
    runtime.settle()
    runtime.letters()
"""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from urllib.parse import urlsplit

from infra.local import mail_door, requests
from infra.local.endpoint import endpoint as endpoint_at
from infra.local.functions import Functions
from infra.local.queues import QueueReader
from infra.local.recorder import Call, Recorder, SentLetter
from infra.local.requests import Request, Response, Router
from infra.local.schedules import Alarms
from infra.local.streams import StreamReader
from infra.local.template import Template, TemplateFault, load
from infra.local.world import World, make
from lyspunkt.aws import clock

TEMPLATE = Path(__file__).resolve().parents[2] / "template.yaml"
ENDPOINT = "LYSPUNKT_ENDPOINT"
MOST_ROUNDS = 2000
MOST_TICKS = 12
"""How often a rate rings at most while the clock is moved: a week has 10,080 minutes and nobody waits for them all."""

Headers = Mapping[str, str] | Sequence[tuple[str, str]]


class DoesNotSettle(Exception):
    """Messages go round and round (bar D12)."""


class Runtime:
    """Carries everything to everyone; made by `started`."""

    def __init__(
        self,
        world: World,
        recorder: Recorder,
        *,
        environment: Mapping[str, str] | None = None,
        seed: int | None = None,
        twice: bool = False,
    ) -> None:
        self.world = world
        self.recorder = recorder
        self.outside: str | None = None
        """Where other processes reach this runtime's AWS; None: they cannot."""
        self.functions = Functions(world, recorder, environment)
        self.alarms = Alarms(world, self.functions, started_at=clock.now(), twice=twice)
        self._router = Router(world.routes)
        self._carrying = threading.RLock()
        shuffle = random.Random(seed) if seed is not None else None  # noqa: S311
        self._readers = [
            (QueueReader if ":sqs:" in setup.source else StreamReader)(
                world,
                self.functions,
                setup,
                written=partial(self._written, ":sqs:" in setup.source),
                shuffle=shuffle,
                twice=twice,
            )
            for setup in world.readers
        ]

    @property
    def calls(self) -> list[Call]:
        """Every AWS call of a function since the start."""
        return self.recorder.calls

    def letters(self) -> list[SentLetter]:
        """Every mail that went out since the start, oldest first."""
        return list(self.recorder.letters)

    def request(
        self, method: str, path: str, headers: Headers = (), body: bytes | str = b"", query: str = ""
    ) -> Response:
        """What the HTTP API answers. `path` may carry a query; a whole address is cut down to its path."""
        own_path, own_query = requests.split_target(path)
        given = tuple(headers.items()) if isinstance(headers, Mapping) else tuple(headers)
        raw = body.encode() if isinstance(body, str) else body
        request = Request(method.upper(), own_path, query or own_query, given, raw)
        return self.answer(request)

    def answer(self, request: Request) -> Response:
        """As `request`, for one that is put together already."""
        found = self._router.find(request.method, request.path)
        refusal = requests.too_large(request)
        if refusal:
            return refusal
        if found is None:
            return requests.refused(404, "Not Found")
        route, values = found
        event = requests.event_for(
            request, route, values, at=clock.now(), domain=self._domain(request), account=self.world.account
        )
        try:
            answer = self.functions.invoke(route.function, event)
            response = requests.response_from(answer)
        except TemplateFault:
            raise
        except Exception:
            return requests.refused(500, "Internal Server Error")
        return (
            Response(response.status, response.headers, b"", response.cookies) if request.method == "HEAD" else response
        )

    def mail(
        self,
        raw: bytes,
        envelope_from: str,
        envelope_to: str | Sequence[str],
        verdicts: Mapping[str, str] = mail_door.PASS,
    ) -> str:
        """A mail arrives from the world; the id that SES gives it. Raises mail_door.NoSuchMailbox."""
        recipients = [envelope_to] if isinstance(envelope_to, str) else list(envelope_to)
        return mail_door.deliver(
            self.world, raw, sender=envelope_from, recipients=recipients, verdicts=verdicts, at=clock.now()
        )

    def settle(self) -> Counter[str]:
        """Carry everything, and ring what is due, until nothing moves; how often each function ran.

        Raises DoesNotSettle where it never ends.
        """
        with self._carrying:
            before = len(self.functions.runs)
            for reader in self._readers:
                reader.start()
            for _ in range(MOST_ROUNDS):
                moved = self.alarms.fire(clock.now())
                moved += sum(reader.carry() for reader in self._readers)
                if not moved:
                    return Counter(run.function for run in self.functions.runs[before:])
        raise DoesNotSettle(f"messages still move after {MOST_ROUNDS} rounds")

    def advance(self, by: timedelta) -> Counter[str]:
        """Move the clock forward; what falls due on the way happens in order. How often each function ran."""
        with self._carrying:
            ran = self.settle()
            until = clock.now() + by
            least = by / MOST_TICKS
            while (due := self._next(until, least)) is not None:
                self._set_clock(due)
                ran += self.settle()
            self._set_clock(until)
            return ran + self.settle()

    def _written(self, to_queues: bool) -> int:
        """Grows with what may have put something in a queue, or else in a table's stream."""
        written = self.recorder.written
        return written.total() - written["dynamodb"] + self.alarms.rung if to_queues else written["dynamodb"]

    def _next(self, until: datetime, least: timedelta) -> datetime | None:
        """The next stop of a clock on its way: an alarm's time, or a rate's, but these no closer than `least`."""
        now = clock.now()
        stops = [self.alarms.next_time(rates=False)]
        rate = self.alarms.next_time()
        stops.append(max(rate, now + least) if rate else None)
        coming = [stop for stop in stops if stop and now < stop <= until]
        return min(coming, default=None)

    def _set_clock(self, to: datetime) -> None:
        offset = clock.offset() + (to - clock.now())
        clock.set_offset(max(offset, clock.offset()))

    def _domain(self, request: Request) -> str:
        return request.header("host") or urlsplit(os.environ.get("LYSPUNKT_ADDRESS", "")).netloc or "localhost"


@contextmanager
def started(
    template: Path = TEMPLATE,
    *,
    endpoint: str | None = None,
    parameters: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    seed: int | None = None,
    twice: bool = False,
) -> Iterator[Runtime]:
    """Make the template's world and run it.

    `endpoint` is None (what LYSPUNKT_ENDPOINT says, else moto in this process), `server` (moto in this process, and on
    loopback for others) or an address. `environment` stands over the template's. `seed` mixes what need not be in
    order; `twice` delivers each message, row and alarm a second time.

    Raises template.TemplateFault where the template cannot be run.
    """
    wanted = endpoint or os.environ.get(ENDPOINT) or None
    with ExitStack() as stack:
        where = stack.enter_context(endpoint_at(wanted))
        recorder = Recorder(disable_schedules=where.foreign)
        stack.callback(clock.set_offset, clock.offset())
        spelled_out = _loaded(template, template.stat().st_mtime_ns, tuple((parameters or {}).items()))
        world = make(spelled_out, endpoint=where.own, foreign=where.foreign)
        stack.enter_context(recorder.listening())
        runtime = Runtime(world, recorder, environment=environment, seed=seed, twice=twice)
        runtime.outside = where.outside
        stack.enter_context(runtime.functions.environment())
        yield runtime


@lru_cache(maxsize=4)
def _loaded(path: Path, _changed_at: int, parameters: tuple[tuple[str, str], ...]) -> Template:
    """Spelling out SAM takes a second the first time; tests start many runtimes."""
    return load(path, dict(parameters))
