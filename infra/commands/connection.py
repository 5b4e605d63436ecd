"""Which Lyspunkt a command talks to: the one that runs here, one that is deployed, or what the environment says."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import boto3

RUNNING = Path(".lyspunkt") / "running.json"
"""Written by `lyspunkt run`: the environment that its functions have, and where its AWS is."""


class NotConnected(SystemExit):
    """There is nothing to talk to; ends the command with the message."""


@contextmanager
def connected(stack: str | None = None) -> Iterator[None]:
    """Within: settings and AWS clients reach that Lyspunkt. Raises NotConnected."""
    with patch.dict(os.environ, _environment(stack)):
        yield


def _environment(stack: str | None) -> dict[str, str]:
    if stack:
        return _deployed(stack)
    if os.environ.get("LYSPUNKT_TABLE"):
        return {}
    if RUNNING.is_file():
        return dict(json.loads(RUNNING.read_text(encoding="utf-8")))
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
