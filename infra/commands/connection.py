"""Which Lyspunkt a command talks to: the one that runs here, one that is deployed, or what the environment says."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import boto3

from lyspunkt.aws import clock

if TYPE_CHECKING:
    from infra.local.runtime import Runtime

RUNNING = Path(".lyspunkt") / "running.json"
"""Written by `lyspunkt run`: the environment that its functions have, where its AWS is, how far its clock was moved."""

_TOLD = ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_ACCOUNT_ID_ENDPOINT_MODE", "AWS_ENDPOINT_URL")


class NotConnected(SystemExit):
    """There is nothing to talk to; ends the command with the message."""


@contextmanager
def connected(stack: str | None = None) -> Iterator[None]:
    """Within: settings and AWS clients reach that Lyspunkt. Raises NotConnected."""
    with patch.dict(os.environ, _environment(stack)):
        yield


def announce(runtime: Runtime) -> None:
    """Let commands in other shells find this runtime, with its clock as it stands."""
    aws = {name: os.environ[name] for name in _TOLD if name in os.environ}
    if not runtime.world.foreign:
        aws |= {
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }  # moto takes any; real keys are not written
    if runtime.outside:
        aws["AWS_ENDPOINT_URL"] = runtime.outside
    told = {"environment": {**aws, **runtime.functions.variables}, "offset": clock.offset().total_seconds()}
    RUNNING.write_text(json.dumps(told), encoding="utf-8")


def withdraw() -> None:
    """Nothing runs here any more."""
    RUNNING.unlink(missing_ok=True)


def _environment(stack: str | None) -> dict[str, str]:
    if stack:
        return _deployed(stack)
    if os.environ.get("LYSPUNKT_TABLE"):
        return {}
    if RUNNING.is_file():
        told = json.loads(RUNNING.read_text(encoding="utf-8"))
        clock.set_offset(timedelta(seconds=told["offset"]))
        return dict(told["environment"])
    print(
        "Nothing runs here. Start `lyspunkt run` in this folder, or name a deployed stack with --stack.",
        file=sys.stderr,
    )
    raise NotConnected(1)


def _deployed(stack: str) -> dict[str, str]:
    """What the stack's functions have in their environment: any one of them will do, it is the same for all."""
    resources = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    for page in resources:
        for resource in page["StackResourceSummaries"]:
            if resource["ResourceType"] == "AWS::Lambda::Function":
                found = boto3.client("lambda").get_function_configuration(FunctionName=resource["PhysicalResourceId"])
                return dict(found["Environment"]["Variables"])
    print(f"The stack {stack} has no functions.", file=sys.stderr)
    raise NotConnected(1)
