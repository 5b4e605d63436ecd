"""infra/edge.yaml as data: who sends too much from one address is turned away before any function runs (bar H7)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from infra.local import template as reading

EDGE = Path(__file__).parents[1] / "infra" / "edge.yaml"
TEMPLATE = EDGE.parents[1] / "template.yaml"


def edge() -> dict[str, Any]:
    return dict(yaml.load(EDGE.read_text(encoding="utf-8"), Loader=reading._Loader))  # noqa: S506 - a SafeLoader


def rules() -> dict[str, Any]:
    return {rule["Name"]: rule for rule in edge()["Resources"]["WebAcl"]["Properties"]["Rules"]}


def limit(rule: str) -> int:
    asked = rules()[rule]["Statement"]["RateBasedStatement"]["Limit"]
    return int(edge()["Parameters"][asked["Ref"]]["Default"])


def test_whoever_sends_is_counted_apart_and_may_do_it_less_often_than_reading() -> None:
    assert limit("sending") * 10 <= limit("rate")
    assert "Block" in rules()["sending"]["Action"]
    priorities = [rule["Priority"] for rule in rules().values()]
    assert len(set(priorities)) == len(priorities)


def test_the_rule_knows_each_way_in_that_the_template_has() -> None:
    narrowed = rules()["sending"]["Statement"]["RateBasedStatement"]["ScopeDownStatement"]["AndStatement"]["Statements"]
    [method, where] = narrowed
    assert method["ByteMatchStatement"]["SearchString"] == "POST"
    paths = [one["ByteMatchStatement"]["SearchString"] for one in where["OrStatement"]["Statements"]]
    routes = TEMPLATE.read_text(encoding="utf-8")
    for path in paths:
        assert f"{path}" in routes
    for way_in in ("/submit", "/submissions/{token}", "/webhooks/{source}"):
        assert any(way_in.startswith(path) for path in paths)
