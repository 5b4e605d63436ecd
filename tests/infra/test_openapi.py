"""Lyspunkt's description of itself: true to the template; no operation falls over, whatever it is sent (B1, H3)."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from infra import openapi
from infra.commands.play import prepare
from infra.local.runtime import Runtime, started
from infra.local.web import door

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
STRICT = ("content-security-policy", "strict-transport-security", "x-content-type-options", "referrer-policy")

schema = schemathesis.openapi.from_dict(openapi.describe())
schema.config.phases.update(phases=["examples", "fuzzing"])  # methods that no route has are the gateway's own affair
schema.config.max_redirects = 0


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    running: list[Runtime] = []
    with door(0, lambda request: running[0].answer(request), "--pages-port") as port, started() as runtime:
        prepare()
        running.append(runtime)
        yield f"http://localhost:{port}"


def test_the_description_is_current_and_valid() -> None:
    assert openapi.FILE.read_text(encoding="utf-8") == openapi.as_text(), "run python -m infra.openapi"
    schema.validate()


@schema.parametrize()
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_operation_falls_over_whatever_it_is_sent(case: Case[Any], address: str) -> None:
    answer = case.call(base_url=address)
    assume(answer.status_code != HTTPStatus.LENGTH_REQUIRED)  # the local door's own word, for a body sent in chunks
    case.validate_response(answer, checks=CHECKS)
    assert [name for name in STRICT if name not in answer.headers] == []
