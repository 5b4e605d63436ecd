"""Event patterns: which records a reader lets through to its function (FilterCriteria)."""

from __future__ import annotations

import fnmatch
import operator
from typing import Any

_COMPARE = {"<": operator.lt, "<=": operator.le, "=": operator.eq, ">": operator.gt, ">=": operator.ge}
_MISSING = object()


def matches(pattern: dict[str, Any], value: Any) -> bool:
    """Whether `value` has everything that the pattern asks for; raises ValueError on an operator that is not known."""
    for key, wanted in pattern.items():
        if key == "$or":
            if not any(matches(part, value) for part in wanted):
                return False
            continue
        found = value.get(key, _MISSING) if isinstance(value, dict) else _MISSING
        if isinstance(wanted, dict):
            if not _nested(wanted, found):
                return False
        elif not any(_one(rule, found) for rule in wanted):
            return False
    return True


def _nested(wanted: dict[str, Any], found: Any) -> bool:
    if isinstance(found, list):
        return any(matches(wanted, part) for part in found)
    return matches(wanted, found if isinstance(found, dict) else {})


def _one(rule: Any, found: Any) -> bool:
    if isinstance(rule, dict) and "exists" in rule:
        there = found is not _MISSING and not isinstance(found, dict)
        return there is bool(rule["exists"])
    if found is _MISSING:
        return False
    if isinstance(found, list):
        return any(_value(rule, part) for part in found)
    return _value(rule, found)


def _value(rule: Any, found: Any) -> bool:
    if not isinstance(rule, dict):
        return type(rule) is type(found) and bool(rule == found)
    ((kind, wanted),) = rule.items()
    match kind:
        case "prefix" | "suffix" if isinstance(wanted, dict):
            text = wanted["equals-ignore-case"].lower()
            return isinstance(found, str) and _ends(kind, found.lower(), text)
        case "prefix" | "suffix":
            return isinstance(found, str) and _ends(kind, found, wanted)
        case "equals-ignore-case":
            return isinstance(found, str) and found.lower() == wanted.lower()
        case "wildcard":
            return isinstance(found, str) and fnmatch.fnmatchcase(found, wanted.replace("[", "[[]").replace("?", "[?]"))
        case "anything-but":
            if isinstance(wanted, dict):
                return not _value(wanted, found)
            return found not in (wanted if isinstance(wanted, list) else [wanted])
        case "numeric":
            if not isinstance(found, int | float) or isinstance(found, bool):
                return False
            pairs = zip(wanted[::2], wanted[1::2], strict=True)
            return all(_COMPARE[sign](found, number) for sign, number in pairs)
    raise ValueError(f"the pattern operator {kind!r} is not known here")


def _ends(kind: str, text: str, wanted: str) -> bool:
    return text.startswith(wanted) if kind == "prefix" else text.endswith(wanted)
