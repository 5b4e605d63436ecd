"""`lyspunkt benchmark`: what a story costs in AWS calls, what a cold start imports, what the flow's own code takes,
and what the largest mail needs.

Counts are exact and tested; times are this machine's, at this moment, and never a test.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from infra import largest_mail
from infra.commands import webhook
from infra.commands.play import ASKED, approve, prepare
from infra.commands.samples import another, samples
from infra.commands.trail import table
from infra.largest_mail import LargestMail
from infra.local.recorder import Call
from infra.local.runtime import TEMPLATE, Runtime, started
from infra.local.template import load
from lyspunkt.aws import clock, ledger
from lyspunkt.aws import organisation as kept

ROOT = Path(__file__).resolve().parents[1]
STORY = "open-school"
"""A form's story with one approver, one channel and no picture; sent in without its wished day, to go out at once."""
STORIES = 5
"""How often the story is sent in for the steps' times."""
PROCESSES = 5
"""Fresh processes for each import, each with one of the bare SDK right after it, so that a busy moment meets both."""
BARE = "import boto3; boto3.client('dynamodb'); from aws_lambda_powertools import Logger; Logger(); import pydantic"
_TIMED = "import time; began = time.perf_counter(); {code}; print(time.perf_counter() - began)"
_HANDLER = (
    "import importlib.util; spec = importlib.util.spec_from_file_location('handler', {path!r}); "
    "module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module); "
    "import boto3; boto3.client('dynamodb')"
)


class Imports(BaseModel):
    """Milliseconds until a function could take its first event, and how many times the bare SDK's that is."""

    model_config = ConfigDict(frozen=True)

    function: str
    milliseconds: float
    ratio: float


class Step(BaseModel):
    """One function's own time, in milliseconds, median over its runs: what it took less what it waited for AWS."""

    model_config = ConfigDict(frozen=True)

    function: str
    runs: int
    own: float
    waiting: float


class Report(BaseModel):
    """Everything that the benchmark measures."""

    model_config = ConfigDict(frozen=True)

    calls: dict[str, dict[str, int]]
    """AWS calls of one story, by function and `service.Operation`."""
    total: int
    bare: float
    """Milliseconds that the bare SDK takes: boto3, a first client, Powertools' Logger, pydantic."""
    imports: tuple[Imports, ...] = ()
    steps: tuple[Step, ...] = ()
    mail: LargestMail | None = None


def calls_of_a_story() -> dict[str, Counter[str]]:
    """The AWS calls of one ordinary story from its webhook to its page, by function, each function warm.

    The sweep's ticks are left out: they come by the clock and not by the story.
    """
    with started() as runtime:
        _warm(runtime)
        before = len(runtime.calls)
        _travel(runtime)
        return _by_function(runtime.calls[before:], without=_ticking(runtime))


def own_times() -> tuple[Step, ...]:
    """Each function's own time over STORIES stories."""
    with started() as runtime:
        _warm(runtime)
        watch = _Watch(runtime)
        for _ in range(STORIES):
            _travel(runtime)
        return tuple(
            Step(
                function=function,
                runs=len(times),
                own=_ms(statistics.median(whole - waited for whole, waited in times)),
                waiting=_ms(statistics.median(waited for _, waited in times)),
            )
            for function, times in watch.runs.items()
        )


def import_times() -> tuple[float, tuple[Imports, ...]]:
    """Milliseconds of the bare SDK, and each function beside it: medians of PROCESSES fresh processes."""
    functions = {
        name: ROOT / folder / "handler.py"
        for name, folder in load(TEMPLATE).code.items()
        if folder.startswith("functions/")
    }
    bare: list[float] = []
    taken: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for turn in range(PROCESSES + 1):
        for name, path in functions.items():
            pair = (_seconds(_HANDLER.format(path=str(path))), _seconds(BARE))
            if turn:  # the first turn only fills the disk's cache
                taken[name].append(pair)
                bare.append(pair[1])
    found = [
        Imports(
            function=name,
            milliseconds=_ms(statistics.median(own for own, _ in pairs)),
            ratio=round(statistics.median(own / beside for own, beside in pairs), 2),
        )
        for name, pairs in taken.items()
    ]
    return _ms(statistics.median(bare)), tuple(found)


def measure() -> Report:
    """All four; takes about two minutes on two cores."""
    with _quiet():
        calls = calls_of_a_story()
        steps = own_times()
    bare, imports = import_times()
    return Report(
        calls={function: dict(sorted(counted.items())) for function, counted in calls.items()},
        total=sum(counted.total() for counted in calls.values()),
        bare=bare,
        imports=imports,
        steps=steps,
        mail=largest_mail.measure(),
    )


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="lyspunkt benchmark", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(argv)
    report = measure()
    print(report.model_dump_json(indent=2) if given.json else as_text(report))
    return 0


def as_text(report: Report) -> str:
    calls = [["function", "calls", "of which"]]
    for function, counted in report.calls.items():
        named = ", ".join(f"{count} {operation}" for operation, count in counted.items())
        calls.append([function, str(sum(counted.values())), named])
    calls.append(["together", str(report.total), ""])
    imports = [["function", "ms", "times the bare SDK"], ["(bare SDK)", f"{report.bare:.0f}", "1.00"]]
    imports += [[one.function, f"{one.milliseconds:.0f}", f"{one.ratio:.2f}"] for one in report.imports]
    steps = [["function", "own ms", "waiting ms", "runs"]]
    steps += [[one.function, f"{one.own:.1f}", f"{one.waiting:.1f}", str(one.runs)] for one in report.steps]
    mail = report.mail
    largest = [["mail", "seconds", "of", "peak MB", "of", "idle MB"]]
    if mail:
        row = [f"{mail.megabytes:.1f} MB", f"{mail.seconds:.1f}", f"{mail.timeout}", f"{mail.peak:.0f}"]
        largest.append([*row, f"{mail.memory}", f"{mail.idle:.0f}"])
    return "\n".join(
        [
            "AWS calls of one story: by form, one approver, one channel; functions warm, the sweep left out",
            table(calls),
            f"\nImport time, median of {PROCESSES} fresh processes each",
            table(imports),
            f"\nOwn time of a run, median over {STORIES} stories; waiting is for AWS, here moto in the same process",
            table(steps),
            "\nThe largest mail that SES takes, read in a process of its own; beside it what ReceiveMail has",
            table(largest),
        ]
    )


class _Watch:
    """Times each run of a function, and within it each AWS call."""

    def __init__(self, runtime: Runtime) -> None:
        self.runs: dict[str, list[tuple[float, float]]] = {}
        self._waited = 0.0
        self._call_began = 0.0
        self._ticking = _ticking(runtime)
        self._invoke = runtime.functions.invoke
        runtime.functions.invoke = self.invoke  # type: ignore[method-assign]
        runtime.recorder.fault = self._call

    def invoke(self, name: str, event: object) -> object:
        self._waited = 0.0
        began = time.perf_counter()
        try:
            return self._invoke(name, event)
        finally:
            if name not in self._ticking:
                self.runs.setdefault(name, []).append((time.perf_counter() - began, self._waited))

    def _call(self, _call: Call, when: Literal["before", "after"]) -> None:
        if when == "before":
            self._call_began = time.perf_counter()
        else:
            self._waited += time.perf_counter() - self._call_began


def _travel(runtime: Runtime) -> None:
    """One story from its webhook to its page; raises where it does not arrive."""
    sent = len(runtime.letters())
    sample = next(sample for sample in samples() if sample.id == STORY)
    form = json.loads(sample.path.read_text(encoding="utf-8"))
    form["story"] += f"\n\n{another(sent)}"
    body = json.dumps({name: value for name, value in form.items() if name != "wished"}).encode()
    answer = runtime.request("POST", f"/webhooks/{sample.source}", webhook.headers(sample.source, body), body)
    runtime.settle()
    for letter in runtime.letters()[sent:]:
        if letter.kind in ASKED:
            approve(runtime, letter)
    runtime.settle()
    story = ledger.story(json.loads(answer.text)["story"])
    if story.status != "published":
        raise RuntimeError(f"{sample.id} ended {story.status}")


def _warm(runtime: Runtime) -> None:
    """Ten o'clock there, so that the channel is open, one story for the caches, and the organisation read afresh."""
    now = clock.now().astimezone(prepare().zone)
    ten = now.replace(hour=10, minute=0, second=0, microsecond=0)
    clock.set_offset(clock.offset() + (ten - now))
    _travel(runtime)
    kept.forget()
    kept.organisation()


def _by_function(calls: Sequence[Call], *, without: set[str]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for call in calls:
        if call.function and call.function not in without:
            found.setdefault(call.function, Counter())[f"{call.service}.{call.operation}"] += 1
    return found


def _ticking(runtime: Runtime) -> set[str]:
    """The functions that a schedule calls."""
    world = runtime.world
    found = {tick.function for tick in world.ticks}
    for resource in world.template.resources.values():
        if resource.type == "AWS::Scheduler::Schedule":
            found.add(world.function_at(world.value(resource.properties["Target"]["Arn"])))
    return found


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The functions' logs go nowhere: what is printed is the report."""
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
        warnings.catch_warnings(action="ignore", category=UserWarning),
    ):
        yield


def _seconds(code: str) -> float:
    environment = {
        "AWS_DEFAULT_REGION": "eu-north-1",
        "PATH": os.environ.get("PATH", ""),
        "POWERTOOLS_SERVICE_NAME": "x",
    }
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(code=code)], capture_output=True, text=True, check=True, env=environment
    )
    return float(done.stdout.strip().splitlines()[-1])


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


if __name__ == "__main__":
    sys.exit(main())
