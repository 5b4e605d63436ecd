"""shared/README.md says of the table what the code says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import yaml

from infra.local import template as reading
from tests.support.layout import README, rows, section, strangers

ROOT = README.parents[1]
CODE = [*(ROOT / "shared/lyspunkt/aws").glob("*.py"), ROOT / "shared/lyspunkt/newsroom/listing.py"]


def strings(paths: list[Path]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_every_key_prefix_of_the_code_stands_in_the_readme_and_the_other_way_round() -> None:
    in_code = {prefix for text in strings(CODE) for prefix in re.findall(r"^([A-Z]+)#", text)}
    in_code |= {"OUT", "CHANGED"} & strings(CODE)
    text = README.read_text(encoding="utf-8")
    in_readme = set(re.findall(r"(?<![A-Z])([A-Z]+)#", text))
    assert in_readme == in_code


def test_every_whole_key_of_the_readme_is_one_of_the_code() -> None:
    whole = {key for row in rows() for key in (row.partition, row.sort) if "#" not in key and "{" not in key}
    assert whole
    assert whole <= strings(CODE)


def test_the_attributes_of_the_rows_are_named_in_the_code() -> None:
    names = {attribute for row in rows() for attribute in row.attributes}
    code = " ".join(path.read_text(encoding="utf-8") for path in CODE)
    assert {name for name in names if not re.search(rf"\b{name}\b", code)} == set()
    for cells in section("Each question and its query"):
        for function in re.findall(r"`(\w+\.\w+)`", cells[1]):
            module, name = function.split(".")
            assert f"def {name}(" in (ROOT / f"shared/lyspunkt/aws/{module}.py").read_text(encoding="utf-8"), function


def test_the_indexes_are_those_of_the_template() -> None:
    given = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), Loader=reading._Loader)  # noqa: S506
    made = [
        (
            index["IndexName"],
            *(f"`{key['AttributeName']}`" for key in index["KeySchema"]),
            " ".join(f"`{name}`" for name in index["Projection"].get("NonKeyAttributes", [])),
        )
        for index in given["Resources"]["Table"]["Properties"]["GlobalSecondaryIndexes"]
    ]
    assert made == [(cells[0], cells[1], cells[2], cells[4]) for cells in section("Indexes")]


def test_a_row_that_the_readme_does_not_know_is_found() -> None:
    known = {"PK": "STORY#s1", "SK": "EVENT#000001", "body": "{}"}
    assert strangers(known) is None
    assert strangers(known | {"colour": "red"}) == "one event has colour"
    assert strangers({"PK": "STORY#s1", "SK": "COLOUR"}) is not None
