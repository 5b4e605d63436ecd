"""template.yaml as plain Python: SAM's shorthand spelled out, references resolved."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml

Names = Callable[[str, str], Any]
"""(logical id, attribute) -> value; the attribute of a plain Ref is the empty string."""

REGION = "eu-north-1"
PSEUDO_DEFAULTS = {
    "AWS::Region": REGION,
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "lyspunkt",
    "AWS::StackId": f"arn:aws:cloudformation:{REGION}:123456789012:stack/lyspunkt/local",
}
_NO_VALUE = object()
_IN_SUB = re.compile(r"\$\{(!?)([^}]+)\}")


class TemplateFault(Exception):
    """The template says something that cannot be; the message names the place."""


@dataclass(frozen=True)
class Resource:
    """One resource as CloudFormation would get it; properties are not yet resolved."""

    name: str
    type: str
    properties: dict[str, Any]
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Template:
    """The transformed template. `code` says where each function's folder lies, relative to the template."""

    path: Path
    resources: dict[str, Resource]
    values: dict[str, Any]
    """Parameters and pseudo parameters by name."""
    conditions: dict[str, Any]
    mappings: dict[str, Any]
    code: dict[str, str] = field(default_factory=dict)

    def resolve(self, value: Any, names: Names) -> Any:
        """`value` with each intrinsic function worked out; raises TemplateFault on one that is not known."""
        resolved = _Resolver(self, names).resolve(value)
        return None if resolved is _NO_VALUE else resolved

    def in_order(self) -> Iterator[Resource]:
        """The resources that conditions let exist, each after those that it refers to."""
        wanted = {name: self._needs(resource) for name, resource in self.resources.items()}
        done: set[str] = set()
        while wanted:
            ready = [name for name, needs in wanted.items() if needs <= done]
            if not ready:
                raise TemplateFault(f"these resources refer to each other in a circle: {', '.join(sorted(wanted))}")
            for name in ready:
                del wanted[name]
                done.add(name)
                yield self.resources[name]

    def _needs(self, resource: Resource) -> set[str]:
        found = set(_references(resource.properties)) | set(resource.depends_on)
        return (found & self.resources.keys()) - {resource.name}


def load(path: Path, parameters: Mapping[str, str] | None = None) -> Template:
    """Read a SAM template; `parameters` stand in place of the defaults.

    Raises TemplateFault where SAM refuses it, a parameter is missing or one is given that the template does not have.
    """
    raw = _plain(yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader))  # noqa: S506 - it is a SafeLoader
    values = _parameters(raw, parameters or {})
    code = _take_code(raw)
    spelled_out = _transform(raw, values)
    template = Template(
        path=path,
        resources={},
        values=values,
        conditions=spelled_out.get("Conditions", {}),
        mappings=spelled_out.get("Mappings", {}),
        code=code,
    )
    holds = _Resolver(template, _no_names).condition
    for name, given in spelled_out["Resources"].items():
        if "Condition" in given and not holds(given["Condition"]):
            continue
        depends_on = given.get("DependsOn", [])
        template.resources[name] = Resource(
            name=name,
            type=given["Type"],
            properties=given.get("Properties", {}),
            depends_on=tuple([depends_on] if isinstance(depends_on, str) else depends_on),
        )
    return template


class _Loader(yaml.SafeLoader):
    """Reads the short forms `!Ref`, `!GetAtt a.b`, `!Sub` and their like."""


def _tagged(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in {"Ref", "Condition"} else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _tagged)


def _plain(value: Any) -> Any:
    """A copy without shared parts (YAML aliases), for the translator writes into what it reads; dates as text."""
    return json.loads(json.dumps(value, default=str))


def _parameters(raw: dict[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    known = raw.get("Parameters", {})
    strange = set(given) - set(known)
    if strange:
        raise TemplateFault(f"the template has no parameter {', '.join(sorted(strange))}")
    values: dict[str, Any] = dict(PSEUDO_DEFAULTS)
    if "AWS_DEFAULT_REGION" in os.environ:
        values["AWS::Region"] = os.environ["AWS_DEFAULT_REGION"]
    for name, parameter in known.items():
        if name not in given and "Default" not in parameter:
            raise TemplateFault(f"parameter {name} has no default: give it a value")
        values[name] = given.get(name, parameter.get("Default"))
    return values


def _take_code(raw: dict[str, Any]) -> dict[str, str]:
    """Remember where code lies and put an S3 address there: the translator takes nothing else."""
    code: dict[str, str] = {}
    for name, resource in raw.get("Resources", {}).items():
        properties = resource.get("Properties", {})
        for key in ("CodeUri", "ContentUri"):
            if isinstance(properties.get(key), str):
                code[name] = properties[key]
                properties[key] = "s3://code/lies-in-the-tree"
    return code


def _transform(raw: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    if "Transform" not in raw:
        return raw
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    arns = {"AWSLambdaBasicExecutionRole": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}
    parameters = {name: value for name, value in values.items() if not name.startswith("AWS::")}
    with patch.dict(os.environ, {"AWS_DEFAULT_REGION": values["AWS::Region"]}):
        try:
            spelled_out = Translator(arns, Parser()).translate(raw, parameter_values=parameters)
        except InvalidDocumentException as wrong:
            raise TemplateFault("; ".join(cause.message for cause in wrong.causes)) from None
    return dict(_plain(spelled_out))


def _no_names(name: str, _attribute: str) -> Any:
    raise TemplateFault(f"a condition may not refer to the resource {name}")


def _references(value: Any) -> Iterator[str]:
    """The logical ids and parameters that a value names."""
    if isinstance(value, list):
        for part in value:
            yield from _references(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key == "Ref" and isinstance(part, str):
                yield part
            elif key == "Fn::GetAtt":
                yield part[0] if isinstance(part, list) else part.split(".")[0]
            elif key == "Fn::Sub":
                text, given = (part, {}) if isinstance(part, str) else part
                yield from (
                    name.split(".")[0] for bang, name in _IN_SUB.findall(text) if not bang and name not in given
                )
                yield from _references(given)
            else:
                yield from _references(part)


class _Resolver:
    def __init__(self, template: Template, names: Names) -> None:
        self.template = template
        self.names = names

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            parts = [self.resolve(part) for part in value]
            return [part for part in parts if part is not _NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (key, inner), *_ = value.items()
            if key == "Ref" or key.startswith("Fn::"):
                return self._function(key, inner)
        resolved = {key: self.resolve(part) for key, part in value.items()}
        return {key: part for key, part in resolved.items() if part is not _NO_VALUE}

    def condition(self, condition: Any) -> bool:
        """Whether a condition holds, by name or as an expression."""
        if isinstance(condition, str):
            if condition not in self.template.conditions:
                raise TemplateFault(f"no condition is called {condition}")
            return self.condition(self.template.conditions[condition])
        ((key, inner),) = condition.items()
        match key:
            case "Condition":
                return self.condition(inner)
            case "Fn::Equals":
                left, right = self.resolve(inner)
                return bool(str(left) == str(right))
            case "Fn::Not":
                return not self.condition(inner[0])
            case "Fn::And":
                return all(self.condition(part) for part in inner)
            case "Fn::Or":
                return any(self.condition(part) for part in inner)
        raise TemplateFault(f"{key} is not a condition that is known here")

    def _function(self, key: str, inner: Any) -> Any:
        match key:
            case "Ref":
                return self._ref(inner)
            case "Fn::GetAtt":
                name, attribute = inner if isinstance(inner, list) else inner.split(".", 1)
                return self.names(name, attribute)
            case "Fn::Sub":
                return self._sub(inner)
            case "Fn::Join":
                separator, parts = inner
                return separator.join(str(part) for part in self.resolve(parts))
            case "Fn::Select":
                index, parts = inner
                return self.resolve(parts)[int(self.resolve(index))]
            case "Fn::Split":
                separator, text = inner
                return self.resolve(text).split(separator)
            case "Fn::If":
                name, then, otherwise = inner
                return self.resolve(then if self.condition(name) else otherwise)
            case "Fn::FindInMap":
                place = self.template.mappings
                for step in self.resolve(inner):
                    place = place[step]
                return place
            case "Fn::Base64":
                raise TemplateFault("Fn::Base64 is not known here")
            case "Fn::Equals" | "Fn::Not" | "Fn::And" | "Fn::Or":
                return self.condition({key: inner})
        raise TemplateFault(f"{key} is not known here")

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if name in self.template.values:
            return self.template.values[name]
        return self.names(name, "")

    def _sub(self, inner: Any) -> str:
        text, given = (inner, {}) if isinstance(inner, str) else inner
        own = self.resolve(given)

        def value(found: re.Match[str]) -> str:
            bang, name = found.groups()
            if bang:
                return f"${{{name}}}"
            if name in own:
                return str(own[name])
            if "." in name:
                resource, attribute = name.split(".", 1)
                return str(self.names(resource, attribute))
            return str(self._ref(name))

        return _IN_SUB.sub(value, text)
