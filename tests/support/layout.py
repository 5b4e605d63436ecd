"""The table of shared/README.md, read as data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

README = Path(__file__).parents[2] / "shared" / "README.md"


@dataclass(frozen=True)
class Documented:
    """One kind of row: its keys with `{values}`, and the attributes that it may have."""

    name: str
    partition: str
    sort: str
    attributes: frozenset[str]

    def fits(self, row: Mapping[str, Any]) -> bool:
        return bool(_pattern(self.partition).fullmatch(row["PK"]) and _pattern(self.sort).fullmatch(row["SK"]))


def section(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    text = README.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@cache
def rows() -> tuple[Documented, ...]:
    return tuple(
        Documented(cells[0], cells[1].strip("`"), cells[2].strip("`"), frozenset(re.findall(r"`(\w+)`", cells[3])))
        for cells in section("The table")
    )


def strangers(found: Mapping[str, Any]) -> str | None:
    """What the README does not say of a row in the table; None where it says all."""
    kinds = [kind for kind in rows() if kind.fits(found)]
    if len(kinds) != 1:
        return f"{found['PK']} {found['SK']} is {len(kinds)} kinds of row"
    more = set(found) - {"PK", "SK"} - kinds[0].attributes
    return f"{kinds[0].name} has {', '.join(sorted(more))}" if more else None


def _pattern(key: str) -> re.Pattern[str]:
    return re.compile(
        "".join("[^#]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+})", key))
    )
