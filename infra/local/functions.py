"""The handlers of functions/, loaded by path and called as Lambda calls them."""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from infra.local.recorder import Recorder
from infra.local.template import TemplateFault
from infra.local.world import FunctionSetup, World

logger = logging.getLogger(__name__)
LARGEST_ANSWER = 6 * 1024 * 1024
Handler = Callable[[Any, Any], Any]


@dataclass
class Context:
    """What Lambda hands a handler beside the event."""

    function_name: str
    memory_limit_in_mb: int
    invoked_function_arn: str
    timeout: int = field(repr=False)
    function_version: str = "$LATEST"
    aws_request_id: str = field(default_factory=lambda: str(uuid4()))
    log_group_name: str = ""
    log_stream_name: str = "local"
    identity: None = None
    client_context: None = None
    _started: float = field(default_factory=time.monotonic, repr=False)

    def get_remaining_time_in_millis(self) -> int:
        return max(1, int((self.timeout - (time.monotonic() - self._started)) * 1000))


@dataclass(frozen=True)
class Run:
    """One invocation: how long it took, in seconds, and the name of the error where it failed."""

    function: str
    seconds: float
    error: str | None = None


class Functions:
    """All functions of one world, in one process and therefore with one environment."""

    def __init__(self, world: World, recorder: Recorder, environment: Mapping[str, str] | None = None) -> None:
        self.runs: list[Run] = []
        self._world = world
        self._recorder = recorder
        self._handlers: dict[str, Handler] = {}
        self._loading = threading.Lock()
        self._environment = {**_shared(world.functions.values()), **(environment or {})}

    @property
    def variables(self) -> dict[str, str]:
        """The environment that all functions have."""
        return dict(self._environment)

    @contextmanager
    def environment(self) -> Iterator[None]:
        """Within: the template's environment is the process's, and nothing cached from another one is left."""
        with patch.dict(os.environ, self._environment):
            _forget()
            try:
                yield
            finally:
                _forget()

    def check(self) -> None:
        """Load every handler; raises TemplateFault naming the one that is missing."""
        for name in self._world.functions:
            self._handler(name)

    def invoke(self, name: str, event: Any) -> Any:
        """What the function answers to `event`, by way of JSON as on AWS; raises what the handler raises."""
        handler = self._handler(name)
        setup = self._world.functions[name]
        context = Context(
            function_name=self._world.made[name].ref,
            memory_limit_in_mb=setup.memory,
            invoked_function_arn=setup.arn,
            timeout=setup.timeout,
            log_group_name=f"/aws/lambda/{self._world.made[name].ref}",
        )
        started = time.perf_counter()
        error: str | None = "BaseException"
        try:
            with self._recorder.running(name):
                answer = json.dumps(handler(json.loads(json.dumps(event)), context))
            if len(answer) > LARGEST_ANSWER:
                raise ValueError(f"{name} answered {len(answer)} bytes; Lambda takes {LARGEST_ANSWER}")
            error = None
            return json.loads(answer)
        except Exception as wrong:
            error = type(wrong).__name__
            logger.warning("%s failed", name, exc_info=True)
            raise
        finally:
            self.runs.append(Run(name, time.perf_counter() - started, error))

    def _handler(self, name: str) -> Handler:
        with self._loading:
            if name not in self._handlers:
                self._handlers[name] = _load(self._world, self._world.functions[name])
            return self._handlers[name]


def _load(world: World, setup: FunctionSetup) -> Handler:
    module_name, _, attribute = setup.handler.rpartition(".")
    path = world.template.path.parent / setup.folder / f"{module_name.replace('.', '/')}.py"
    if not path.is_file():
        raise TemplateFault(
            f"{setup.name}: the template says {setup.folder}{setup.handler}, and {path.name} is not there"
        )
    unique = f"lyspunkt_function_{setup.name}"
    spec = importlib.util.spec_from_file_location(unique, path)
    if spec is None or spec.loader is None:
        raise TemplateFault(f"{setup.name}: {path} is no module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[unique] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[unique]
        raise
    handler: Handler = getattr(module, attribute)
    return handler


def _shared(functions: Any) -> dict[str, str]:
    together: dict[str, str] = {}
    for function in functions:
        for key, value in function.environment.items():
            if together.setdefault(key, value) != value:
                raise TemplateFault(
                    f"{function.name} has another {key} than the rest: put it in Globals, or name it apart"
                )
    return together


def _forget() -> None:
    """What modules of the package keep for the life of a process (clients, settings, secrets) goes."""
    for name, module in list(sys.modules.items()):
        if name != "lyspunkt" and not name.startswith("lyspunkt."):
            continue
        if callable(getattr(module, "forget", None)):
            module.forget()
        for value in list(vars(module).values()):
            if getattr(value, "__module__", "").startswith("lyspunkt") and callable(
                getattr(value, "cache_clear", None)
            ):
                value.cache_clear()
