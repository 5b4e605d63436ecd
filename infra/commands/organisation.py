"""`lyspunkt organisation check|apply`: the municipality's file, read with messages that name the line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from lyspunkt.aws import organisation as kept
from lyspunkt.newsroom.consistency import Inconsistent
from lyspunkt.newsroom.gaps import gaps
from lyspunkt.newsroom.organisation import Organisation


class BadOrganisation(Exception):
    """The file cannot be used; `problems` says each thing to mend, with its line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read(path: Path) -> Organisation:
    """The organisation in a YAML file; raises BadOrganisation with every problem that is found."""
    return _read(path)[0]


def _read(path: Path) -> tuple[Organisation, Any]:
    """The organisation, and the file's YAML nodes, which know their lines."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadOrganisation([f"{path}: cannot be read: {wrong}"]) from None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as wrong:
        raise BadOrganisation([f"{path}:{_line_of(wrong)}: not YAML: {getattr(wrong, 'problem', wrong)}"]) from None
    try:
        return Organisation.model_validate(data), node
    except ValidationError as wrong:
        raise BadOrganisation(list(_problems(path, node, wrong))) from None


def _gaps(path: Path, node: Any, organisation: Organisation) -> list[str]:
    found = [(_place(node, list(gap.place))[0], gap.says) for gap in gaps(organisation)]
    return [f"{path}:{line}: {says}" for line, says in sorted(found)]


def _problems(path: Path, node: Any, wrong: ValidationError) -> Iterator[str]:
    for error in wrong.errors():
        reason = error.get("ctx", {}).get("error")
        if isinstance(reason, Inconsistent):
            said = ((_place(node, list(fault.place))[0], fault.says) for fault in reason.faults)
            yield from (f"{path}:{line}: {says}" for line, says in sorted(said))
            continue
        # Unions name the branch that was tried; that part is in no file
        place = [part for part in error["loc"] if not (isinstance(part, str) and ("[" in part or part == "str"))]
        line, found = _place(node, place)
        name = ".".join(str(part) for part in found) or "the file"
        yield f"{path}:{line}: {name}: {error['msg'].removeprefix('Value error, ')}"


def _place(node: Any, loc: list[Any]) -> tuple[int, list[Any]]:
    """The line of the deepest part of `loc` that the file has, and that part; line 1 where it has none of it."""
    line, found = 1, []
    for part in loc:
        inner = _child(node, part)
        if inner is None:
            found.append(part)
            break
        node, line = inner
        found.append(part)
    return line, found


def _child(node: Any, part: Any) -> tuple[Any, int] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return value, key.start_mark.line + 1
    return None


def _line_of(wrong: yaml.YAMLError) -> int:
    mark = getattr(wrong, "problem_mark", None)
    return mark.line + 1 if mark else 1


def check(path: Path) -> int:
    """Say what is wrong with a file, and where a story would find nobody; 0 where nothing is."""
    try:
        found, node = _read(path)
    except BadOrganisation as bad:
        print("\n".join(bad.problems))
        return 1
    if open_ends := _gaps(path, node, found):
        print("\n".join(open_ends))
        return 1
    print(
        f"{path} is in order: {len(found.people)} people, {len(found.departments)} departments, "
        f"{len(found.policies)} policies, {len(found.channels)} channels, {len(found.sources)} sources."
    )
    return 0


def apply(path: Path, *, replace: bool, by: str) -> int:
    """Put a file in place of the organisation in the table, after showing what changes."""
    try:
        new, node = _read(path)
    except BadOrganisation as bad:
        print("\n".join(bad.problems))
        return 1
    for gap in _gaps(path, node, new):
        print(gap)  # no reason to refuse: the central desk gets such stories, and advice stops nobody
    revision = kept.revision()
    if revision:
        changes = difference(kept.organisation().model_dump(mode="json"), new.model_dump(mode="json"))
        if not changes:
            print(f"Nothing to do: revision {revision} says the same.")
            return 0
        print("\n".join(changes))
        if not replace:
            print(f"Nothing was changed. Say --replace to put this in place of revision {revision}.")
            return 1
    number = kept.apply(new, by=by, on_revision=revision)
    print(f"Revision {number} is in place.")
    return 0


def difference(old: Any, new: Any, place: str = "") -> list[str]:
    """What changes, one line each: `~ people.roads-head.deputy: a -> b`."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            line
            for key in dict.fromkeys([*old, *new])
            for line in difference(old.get(key), new.get(key), f"{place}.{key}".lstrip("."))
        ]
    if isinstance(old, list) and isinstance(new, list) and all(_named(part) for part in [*old, *new]):
        return difference({part["id"]: part for part in old}, {part["id"]: part for part in new}, place)
    if old == new:
        return []
    if old is None:
        return [f"+ {place}"]
    if new is None:
        return [f"- {place}"]
    return [f"~ {place}: {old} -> {new}"]


def _named(part: Any) -> bool:
    return isinstance(part, dict) and "id" in part
