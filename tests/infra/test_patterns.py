"""Which records a reader lets through."""

from typing import Any

import pytest

from infra.local.patterns import matches

RECORD: dict[str, Any] = {
    "eventName": "INSERT",
    "dynamodb": {"NewImage": {"unrelayed": {"S": "2026-11-23T20:15"}, "size": {"N": "3"}}},
    "body": {"count": 7, "kind": "event", "tags": ["a", "b"], "parts": [{"number": 1}]},
}


@pytest.mark.parametrize(
    "pattern",
    [
        {"eventName": ["MODIFY", "INSERT"]},
        {"dynamodb": {"NewImage": {"unrelayed": {"S": [{"exists": True}]}}}},
        {"dynamodb": {"NewImage": {"gone": {"S": [{"exists": False}]}}}},
        {"dynamodb": {"OldImage": {"unrelayed": {"S": [{"exists": False}]}}}},
        {"body": {"kind": [{"prefix": "ev"}]}},
        {"body": {"kind": [{"suffix": "nt"}]}},
        {"body": {"kind": [{"prefix": {"equals-ignore-case": "EV"}}]}},
        {"body": {"kind": [{"equals-ignore-case": "EVENT"}]}},
        {"body": {"kind": [{"wildcard": "e*t"}]}},
        {"body": {"kind": [{"anything-but": ["press"]}]}},
        {"body": {"kind": [{"anything-but": {"prefix": "press"}}]}},
        {"body": {"count": [{"numeric": [">", 5, "<=", 7]}]}},
        {"body": {"tags": ["b"]}},
        {"body": {"parts": {"number": [{"exists": True}]}}},
        {"$or": [{"eventName": ["REMOVE"]}, {"body": {"count": [7]}}]},
    ],
)
def test_a_record_that_has_what_is_asked_for_is_let_through(pattern: dict[str, Any]) -> None:
    assert matches(pattern, RECORD)


@pytest.mark.parametrize(
    "pattern",
    [
        {"eventName": ["REMOVE"]},
        {"eventName": ["INSERT"], "body": {"kind": ["press"]}},
        {"dynamodb": {"NewImage": {"unrelayed": {"S": [{"exists": False}]}}}},
        {"dynamodb": {"NewImage": {"gone": {"S": [{"exists": True}]}}}},
        {"body": {"kind": [{"prefix": "x"}]}},
        {"body": {"count": ["7"]}},
        {"body": {"count": [{"numeric": [">", 7]}]}},
        {"body": {"kind": [{"anything-but": ["event"]}]}},
        {"body": {"missing": [{"anything-but": ["event"]}]}},
        {"body": {"kind": [{"wildcard": "e?"}]}},
        {"body": {"parts": {"number": [2]}}},
    ],
)
def test_a_record_that_lacks_it_is_not(pattern: dict[str, Any]) -> None:
    assert not matches(pattern, RECORD)


def test_an_operator_that_is_not_known_is_an_error_and_not_a_miss() -> None:
    with pytest.raises(ValueError, match="cidr"):
        matches({"body": {"kind": [{"cidr": "10.0.0.0/8"}]}}, RECORD)
