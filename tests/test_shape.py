"""The shape of the tree: imports point inward; template, functions/ and events/ agree."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from infra import schemas
from infra.local.template import Resource, Template, load

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "shared" / "lyspunkt"

INWARD: dict[str, tuple[set[str], set[str]]] = {
    "newsroom": ({"newsroom"}, {"pydantic", "python_multipart", "holidays", "stdnum"}),
    "words": ({"words"}, {"pydantic"}),
    "mailroom": ({"mailroom", "newsroom"}, {"pydantic", "nh3"}),
    "aws": (
        {"aws", "mailroom", "newsroom", "settings"},
        {"pydantic", "boto3", "botocore", "aws_lambda_powertools", "PIL", "pillow_heif", "mypy_boto3"},
    ),
    "pages": (
        {"pages", "aws", "newsroom", "words", "settings"},
        {"pydantic", "jinja2", "markupsafe", "nh3", "feedgenerator", "aws_lambda_powertools"},
    ),
    "channels": ({"channels", "pages", "aws", "newsroom", "settings"}, {"pydantic", "botocore.exceptions"}),
    "settings": (set(), {"pydantic"}),
    "functions": (
        {"channels", "pages", "aws", "newsroom", "words", "settings"},
        {"pydantic", "aws_lambda_powertools"},
    ),
}
"""For each layer: which layers it may import, and which packages beside the standard library.

`newsroom` may take pure packages without input and output; each stands here, or it may not.
"""

IMPURE = {
    "os",
    "socket",
    "subprocess",
    "urllib.request",
    "http",
    "time",
    "random",
    "secrets",
    "uuid",
    "threading",
    "tempfile",
}
"""Parts of the standard library that the rules of the newsroom do without: the world, chance and the clock."""


def code(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> list[str]:
    """Every module that a file names, anywhere in it: `a.b` for `import a.b`, `from a.b import c`."""
    found: list[str] = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            module = node.module or ""
            found += [f"lyspunkt.{alias.name}" for alias in node.names] if module == "lyspunkt" else [module]
    return found


def layer(path: Path) -> str:
    if ROOT / "functions" in path.parents:
        return "functions"
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def within(module: str, allowed: set[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") or module.startswith(f"{name}_") for name in allowed)


def strangers(path: Path) -> Iterator[str]:
    """What a file imports and may not."""
    layers, packages = INWARD[layer(path)]
    for module in imports(path):
        first, *rest = module.split(".")
        if first == "lyspunkt":
            if not rest or rest[0] not in layers:
                yield module
        elif first not in sys.stdlib_module_names and not within(module, packages):
            yield module


def said(path: Path) -> set[str]:
    """The strings of a file, without its docstrings."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return {
        node.value
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    }


@cache
def template() -> Template:
    return load(ROOT / "template.yaml")


def of_type(kind: str) -> dict[str, Resource]:
    return {name: resource for name, resource in template().resources.items() if resource.type == kind}


@pytest.mark.parametrize("path", code(PACKAGE, ROOT / "functions"), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_inward(path: Path) -> None:
    if path == PACKAGE / "__init__.py":
        return
    assert list(strangers(path)) == []


def test_the_rules_touch_neither_the_world_nor_chance_nor_the_clock() -> None:
    touched = {
        (path.name, module) for path in code(PACKAGE / "newsroom") for module in imports(path) if within(module, IMPURE)
    }
    assert touched == set()
    asked = {
        (path.name, node.attr)
        for path in code(PACKAGE / "newsroom")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
    }
    assert asked == set()


def test_every_init_is_empty_so_that_a_function_starts_with_what_it_names_and_no_more() -> None:
    full = [path for path in code(ROOT / "shared", ROOT / "infra", ROOT / "functions") if path.name == "__init__.py"]
    assert [path for path in full if path.stat().st_size] == []


def test_functions_are_one_handler_each_and_know_nothing_of_each_other() -> None:
    for path in code(ROOT / "functions"):
        assert path.name == "handler.py", f"{path} belongs in shared/"
        assert not any(module.startswith("functions") for module in imports(path))
        assert any(isinstance(node, ast.FunctionDef) and node.name == "handler" for node in tree(path).body)


def test_no_row_is_found_by_a_scan_or_by_a_query_language() -> None:
    """Deployed code alone; by attribute and by name, so that a client's method is found however it is reached."""
    forbidden = {"scan", "execute_statement", "batch_execute_statement", "execute_transaction"}
    for path in code(PACKAGE, ROOT / "functions"):
        named = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
        assert not (named | said(path)) & forbidden, path


def test_template_and_folders_of_functions_agree() -> None:
    folders = {f"functions/{path.name}/" for path in (ROOT / "functions").iterdir() if (path / "handler.py").is_file()}
    in_template = {name: folder for name, folder in template().code.items() if folder.startswith("functions/")}
    assert set(in_template.values()) == folders
    assert set(in_template) == set(of_type("AWS::Lambda::Function"))
    for name, folder in in_template.items():
        assert folder.split("/")[1] == re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower(), "the folder's name in CamelCase"


def test_every_fact_that_a_rule_listens_to_has_a_sample() -> None:
    listened = {
        name
        for rule in of_type("AWS::Events::Rule").values()
        for name in rule.properties.get("EventPattern", {}).get("detail-type", ())
    }
    samples = {path.stem for path in (schemas.EVENTS / "facts").glob("*.json")}
    assert listened <= samples
    assert samples == set(schemas.models())


def test_the_local_runtime_names_no_function_queue_or_route_of_the_template() -> None:
    """`infra.local` holds no list of its own: a new step needs no change there."""
    ids = set(template().code) | {folder.split("/")[1] for folder in template().code.values()}
    for kind in ("AWS::SQS::Queue", "AWS::Events::Rule", "AWS::Events::EventBus", "AWS::SNS::Topic", "AWS::S3::Bucket"):
        ids |= set(of_type(kind))
    routes = {
        path.rstrip("/")
        for api in of_type("AWS::ApiGatewayV2::Api").values()
        for path in api.properties["Body"]["paths"]
        if path not in {"$default", "/$default"}
    }
    assert len(ids) > 40
    assert routes
    roots = {f"/{route.split('/')[1]}" for route in routes}
    for path in code(ROOT / "infra" / "local"):
        texts = said(path)
        assert not {word for text in texts for word in re.findall(r"\w+", text)} & ids, path
        assert not {text for text in texts if text in roots or text.startswith(tuple(f"{root}/" for root in roots))}, (
            path
        )
