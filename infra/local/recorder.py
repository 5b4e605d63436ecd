"""What the functions ask of AWS, written down as they ask; and each letter that they send."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from functools import cached_property
from typing import Any, Literal

import boto3

from lyspunkt.aws import clock

_URL = re.compile(r"https?://[^\s<>\"')\]]+")
_READS = ("Get", "BatchGet", "Query", "List", "Describe", "Head", "SendEmail")
_running: ContextVar[str] = ContextVar("running", default="")


@dataclass(frozen=True)
class Call:
    """One call of an AWS operation; `function` is the logical id, empty where none was running."""

    function: str
    service: str
    operation: str
    parameters: Mapping[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True)
class SentLetter:
    """A mail as it was handed to SES. `to` are the envelope's addresses; `at` is the moved clock's time."""

    number: int
    message_id: str
    sender: str
    to: tuple[str, ...]
    raw: bytes = field(repr=False)
    at: datetime
    function: str

    @cached_property
    def message(self) -> EmailMessage:
        return BytesParser(policy=default).parsebytes(self.raw)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def kind(self) -> str:
        """What the sender's own marker says it is: `approval-asked`."""
        return str(self.message["X-Lyspunkt"] or "").split(";")[0]

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part else ""

    @property
    def html(self) -> str:
        part = self.message.get_body(("html",))
        return str(part.get_content()) if part else ""

    @property
    def links(self) -> tuple[str, ...]:
        """The addresses in the text, in order, each once."""
        found = (url.rstrip(".,;:!?") for url in _URL.findall(self.text))
        return tuple(dict.fromkeys(found))


Fault = Callable[[Call, Literal["before", "after"]], None]
"""Raises what the caller shall see; called before a call goes out and after its effect."""


class Recorder:
    """Listens to the default boto3 session; what is not made by it is not heard."""

    def __init__(self, *, disable_schedules: bool = False) -> None:
        self.calls: list[Call] = []
        self.letters: list[SentLetter] = []
        self.fault: Fault | None = None
        self.written: Counter[str] = Counter()
        """Calls that changed something, by service: they may have put something in a queue or a stream."""
        self._disable_schedules = disable_schedules

    @contextmanager
    def listening(self) -> Iterator[None]:
        """A fresh default session with our ears in it, and the old one back afterwards."""
        before = boto3.DEFAULT_SESSION
        session = boto3.Session()
        session.events.register("before-parameter-build", self._parameters)
        session.events.register("before-call", self._before)
        session.events.register("after-call", self._after)
        boto3.DEFAULT_SESSION = session
        try:
            yield
        finally:
            boto3.DEFAULT_SESSION = before

    @contextmanager
    def running(self, function: str) -> Iterator[None]:
        """Calls made within are this function's."""
        token = _running.set(function)
        try:
            yield
        finally:
            _running.reset(token)

    def counted(self) -> Counter[tuple[str, str]]:
        """Calls by (function, `service.Operation`)."""
        return Counter((call.function, f"{call.service}.{call.operation}") for call in self.calls)

    def _parameters(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        if self._disable_schedules and model.name == "CreateSchedule":
            params["State"] = "DISABLED"  # a foreign endpoint would fire it by its own clock, beside ours
        context["lyspunkt_call"] = Call(
            function=_running.get(),
            service=model.service_model.service_id.hyphenize(),
            operation=model.name,
            parameters=params,
        )

    def _before(self, context: dict[str, Any], **_: Any) -> None:
        call: Call | None = context.get("lyspunkt_call")
        if call is None:
            return
        self.calls.append(call)
        if self.fault:
            self.fault(call, "before")

    def _after(self, parsed: dict[str, Any], context: dict[str, Any], http_response: Any, **_: Any) -> None:
        call: Call | None = context.get("lyspunkt_call")
        if call is None or http_response is None or http_response.status_code >= 300:
            return
        self.written[call.service] += not call.operation.startswith(_READS)
        if call.operation == "SendEmail":
            self._keep(call, parsed)
        if self.fault:
            self.fault(call, "after")

    def _keep(self, call: Call, answer: dict[str, Any]) -> None:
        content = call.parameters["Content"]
        if "Raw" not in content:
            raise AssertionError("mail goes out raw: SES's simple form loses headers (FACTS)")
        destination = call.parameters.get("Destination", {})
        raw = content["Raw"]["Data"]
        self.letters.append(
            SentLetter(
                number=len(self.letters) + 1,
                message_id=str(answer.get("MessageId", "")),
                sender=str(call.parameters.get("FromEmailAddress", "")),
                to=tuple(
                    address for kind in ("To", "Cc", "Bcc") for address in destination.get(f"{kind}Addresses", ())
                ),
                raw=raw if isinstance(raw, bytes) else str(raw).encode(),
                at=clock.now(),
                function=call.function,
            )
        )
