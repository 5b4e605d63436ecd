"""template.yaml as data: valid, with what reliability asks of each part; code and template name the same things."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra import schemas
from infra.local import template as reading
from infra.local.template import Resource, Template, load
from lyspunkt.settings import Settings

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "template.yaml"
DEPLOYED = [ROOT / "shared" / "lyspunkt", ROOT / "functions"]
DAY = 24 * 3600


@cache
def raw() -> dict[str, Any]:
    return dict(yaml.load(TEMPLATE.read_text(encoding="utf-8"), Loader=reading._Loader))  # noqa: S506 - a SafeLoader


@cache
def template() -> Template:
    return load(TEMPLATE)


def of_type(kind: str) -> dict[str, Resource]:
    return {name: resource for name, resource in template().resources.items() if resource.type == kind}


def named(value: Any) -> str:
    """The logical id that a Ref, a GetAtt or an ARN built of one leads to."""
    found = list(reading._references(value))
    assert len(found) == 1, value
    return found[0]


def seconds(name: str) -> int:
    return int(of_type("AWS::Lambda::Function")[name].properties["Timeout"])


def queues() -> dict[str, Resource]:
    return of_type("AWS::SQS::Queue")


def mappings(source_type: str) -> dict[str, dict[str, Any]]:
    return {
        name: mapping.properties
        for name, mapping in of_type("AWS::Lambda::EventSourceMapping").items()
        if template().resources[named(mapping.properties["EventSourceArn"])].type == source_type
    }


def dead_letter_queues() -> set[str]:
    """Every queue that something gives its failures to."""
    return {
        named(part[key])
        for resource in template().resources.values()
        for part in parts(resource.properties)
        for key in ("deadLetterTargetArn", "Destination")
        if isinstance(part.get(key), dict)
    } | {
        named(part["DeadLetterConfig"]["Arn"])
        for resource in template().resources.values()
        for part in parts(resource.properties)
        if "DeadLetterConfig" in part
    }


def parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from parts(inner)


def lint(path: Path) -> str:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("cfn-lint")), str(path)], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_the_template_has_no_findings() -> None:
    assert lint(TEMPLATE) == ""


def test_the_template_has_no_findings_as_cloudformation_gets_it(tmp_path: Path) -> None:
    """cfn-lint does not apply SAM's transform: much is seen only behind it."""
    given = reading._plain(raw())
    reading._take_code(given)
    spelled_out = reading._transform(given, template().values)
    path = tmp_path / "template.json"
    path.write_text(json.dumps(spelled_out), encoding="utf-8")
    assert lint(path) == ""


# Reliability as data (bar T5)


def test_every_queue_has_a_dead_letter_queue_or_is_one() -> None:
    """Bar D8."""
    without = {name for name, queue in queues().items() if "RedrivePolicy" not in queue.properties}
    assert without == dead_letter_queues()


def test_a_message_is_tried_five_times_and_not_while_it_is_worked_on() -> None:
    """Bar D9: visibility at least six times the reader's time-out, plus what it waits to fill a batch."""
    readers = {named(given["EventSourceArn"]): given for given in mappings("AWS::SQS::Queue").values()}
    live = {name: queue.properties for name, queue in queues().items() if "RedrivePolicy" in queue.properties}
    assert set(readers) == set(live), "each queue is read, and by one function"
    for name, queue in live.items():
        given = readers[name]
        wait = given.get("MaximumBatchingWindowInSeconds", 0)
        assert queue["VisibilityTimeout"] >= 6 * seconds(named(given["FunctionName"])) + wait, name
        assert queue["RedrivePolicy"]["maxReceiveCount"] >= 5, name
        dead = queues()[named(queue["RedrivePolicy"]["deadLetterTargetArn"])].properties
        assert bool(dead.get("FifoQueue")) == bool(queue.get("FifoQueue")), "a FIFO queue's dead letters stay in order"


def test_dead_letters_lie_fourteen_days_and_the_first_one_rings() -> None:
    """Bar D10."""
    alarmed: set[str] = set()
    for name, alarm in of_type("AWS::CloudWatch::Alarm").items():
        given = alarm.properties
        [dimension] = given["Dimensions"]
        queue = named(dimension["Value"])
        assert name == f"{queue}Alarm"
        assert (given["Namespace"], given["MetricName"]) == ("AWS/SQS", "ApproximateNumberOfMessagesVisible")
        assert (given["Threshold"], given["ComparisonOperator"]) == (1, "GreaterThanOrEqualToThreshold")
        assert [named(action) for action in given["AlarmActions"]] == ["OperationsTopic"]
        alarmed.add(queue)
    assert alarmed == dead_letter_queues()
    assert {queues()[name].properties.get("MessageRetentionPeriod") for name in alarmed} == {14 * DAY}


def test_every_queue_is_encrypted() -> None:
    assert [name for name, queue in queues().items() if not queue.properties.get("SqsManagedSseEnabled")] == []


def test_every_reader_answers_for_each_message_by_itself() -> None:
    """Bar D9."""
    every = of_type("AWS::Lambda::EventSourceMapping")
    assert every
    for name, mapping in every.items():
        assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name


def test_a_poison_record_does_not_stop_the_relay() -> None:
    """Bar D5."""
    [stream] = mappings("AWS::DynamoDB::Table").values()
    assert stream["BisectBatchOnFunctionError"] is True
    assert 0 <= stream["MaximumRetryAttempts"] <= 10
    assert 0 < stream["MaximumRecordAgeInSeconds"] <= 6 * 3600
    assert named(stream["DestinationConfig"]["OnFailure"]["Destination"]) in queues()


def test_every_rule_schedule_and_asynchronous_function_says_what_becomes_of_failures() -> None:
    """Bar D8."""
    rules = of_type("AWS::Events::Rule")
    targets = [target for rule in rules.values() for target in rule.properties["Targets"]]
    schedules = of_type("AWS::Scheduler::Schedule")
    targets += [schedule.properties["Target"] for schedule in schedules.values()]
    assert len(targets) >= len(rules) + len(schedules)
    for target in targets:
        assert {"MaximumRetryAttempts", "MaximumEventAgeInSeconds"} <= set(target["RetryPolicy"])
        dead = queues()[named(target["DeadLetterConfig"]["Arn"])].properties
        assert not dead.get("FifoQueue"), "the bus and the scheduler give dead letters to standard queues alone"
    asynchronous = {named(schedule.properties["Target"]["Arn"]) for schedule in schedules.values()}
    configured = {
        named(config.properties["FunctionName"])
        for config in of_type("AWS::Lambda::EventInvokeConfig").values()
        if config.properties["DestinationConfig"]["OnFailure"]["Destination"]
    }
    assert asynchronous == configured


def test_every_rule_may_fill_its_queue_and_its_dead_letter_queue_and_nobody_else_may() -> None:
    policies = {name: policy.properties for name, policy in of_type("AWS::SQS::QueuePolicy").items()}
    filled = {
        named(target[key])
        for rule in of_type("AWS::Events::Rule").values()
        for target in rule.properties["Targets"]
        for key in ["Arn"]
    }
    filled |= {
        named(t["DeadLetterConfig"]["Arn"])
        for rule in of_type("AWS::Events::Rule").values()
        for t in rule.properties["Targets"]
    }
    by_rules = policies["RulesMayFill"]
    assert {named(queue) for queue in by_rules["Queues"]} == filled
    [statement] = by_rules["PolicyDocument"]["Statement"]
    sources = {named(arn) for arn in statement["Condition"]["ArnEquals"]["aws:SourceArn"]}
    assert sources == set(of_type("AWS::Events::Rule"))
    for policy in policies.values():
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Condition"], "a queue that the world may fill"


# What code and template both name


def texts(*endings: str) -> Iterator[tuple[Path, str]]:
    for folder in DEPLOYED:
        for path in sorted(folder.rglob("*")):
            if path.suffix in endings:
                yield path, path.read_text(encoding="utf-8")


def calls_of(name: str) -> Iterator[ast.Call]:
    for _, text in texts(".py"):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
                yield node


def test_the_environment_is_what_settings_reads_and_code_uses() -> None:
    variables = raw()["Globals"]["Function"]["Environment"]["Variables"]
    ours = {name for name in variables if name.startswith("LYSPUNKT_")}
    assert ours == {f"LYSPUNKT_{field.upper()}" for field in Settings.model_fields}
    used = {field for _, text in texts(".py") for field in re.findall(r"settings\(\)\.(\w+)", text)}
    assert used == set(Settings.model_fields)
    for path, text in texts(".py"):
        if path.name != "settings.py":
            assert not re.search(r"\benviron\b|\bgetenv\b", text), f"{path} reads the environment beside settings.py"


def test_the_indexes_are_asked_as_they_are_made_and_none_is_made_for_nobody() -> None:
    [table] = of_type("AWS::DynamoDB::Table").values()
    made: dict[str, list[str]] = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in table.properties["GlobalSecondaryIndexes"]
    }
    asked: set[str] = set()
    for call in calls_of("index"):
        if len(call.args) < 3 or not all(isinstance(argument, ast.Constant) for argument in call.args[:2]):
            continue
        name, hash_name = (str(argument.value) for argument in call.args[:2] if isinstance(argument, ast.Constant))
        ranges = [
            str(word.value.value)
            for word in call.keywords
            if word.arg == "range_name" and isinstance(word.value, ast.Constant)
        ]
        assert made[name][0] == hash_name
        assert set(ranges) <= {made[name][1]}
        asked.add(name)
    assert asked == set(made)
    attributes = {given["AttributeName"] for given in table.properties["AttributeDefinitions"]}
    assert attributes == {"PK", "SK"} | {name for keys in made.values() for name in keys}
    assert table.properties["TimeToLiveSpecification"]["AttributeName"] == "expires"
    layout = (ROOT / "shared/lyspunkt/aws/layout.py").read_text(encoding="utf-8")
    assert all(f'{name}"' in layout or f"{name}=" in layout for keys in made.values() for name in keys)


def handler(function: str) -> ast.Module:
    return ast.parse((ROOT / template().code[function] / "handler.py").read_text(encoding="utf-8"))


def rules_of(function: str) -> set[str]:
    """The detail-types that reach a function by its queue."""
    sources = {
        named(given["EventSourceArn"])
        for given in mappings("AWS::SQS::Queue").values()
        if named(given["FunctionName"]) == function
    }
    return {
        fact
        for rule in of_type("AWS::Events::Rule").values()
        if {named(target["Arn"]) for target in rule.properties["Targets"]} & sources
        for fact in rule.properties["EventPattern"]["detail-type"]
    }


def told_in_letters() -> set[str]:
    """The facts that `letters_for` has an arm for."""
    module = ast.parse((ROOT / "shared/lyspunkt/newsroom/letters.py").read_text(encoding="utf-8"))
    return {
        node.cls.id for node in ast.walk(module) if isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Name)
    }


@pytest.mark.parametrize("function", sorted(reading.load(TEMPLATE).code))
def test_a_function_hears_of_the_facts_that_it_says_it_listens_to(function: str) -> None:
    heard = rules_of(function)
    assert heard <= set(schemas.models())
    if function == "NotifyPeople":
        assert heard == told_in_letters()
        return
    if not function[0].isupper() or function.endswith("Layer"):
        return
    module = handler(function)
    said = ast.get_docstring(module) or ""
    before_arrows = " ".join(re.findall(r"([^;.]*?)->", said))
    listens = {word for word in re.findall(r"\w+", before_arrows) if word in schemas.models()}
    assert heard == listens, "the handler's first line, and its rule"
    step = next((node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == "step"), None)
    if step and step.args.args[0].annotation and heard:
        taken = set(re.findall(r"\w+", ast.unparse(step.args.args[0].annotation)))
        assert taken in ({"Fact"}, {"Event"}, heard)


def routes() -> dict[str, set[str]]:
    """Paths of the HTTP API by the function that answers them."""
    found: dict[str, set[str]] = {}
    for name, given in raw()["Resources"].items():
        for event in given.get("Properties", {}).get("Events", {}).values():
            if event["Type"] == "HttpApi":
                found.setdefault(name, set()).add(event["Properties"]["Path"])
    return found


def test_each_route_is_one_that_pages_and_letters_lead_to_and_each_link_has_a_route() -> None:
    rooms = {path.split("/")[1] for paths in routes().values() for path in paths if path.startswith("/")}
    own = [
        (path, text)
        for path, text in texts(".py", ".html")
        if not {"site", "newsroom"} & set(path.parts) and path.name not in {"site.py", "feeds.py"}
    ]
    linked = {
        room
        for _, text in own
        for room in re.findall(r"""(?:settings\(\)\.address\}|["'])/([a-z]+)(?:/|["'{])""", text)
    }
    from_outside = {"webhooks"}  # form products are told its address by a person
    assert linked | from_outside == rooms


def test_what_a_route_names_in_braces_is_read_by_its_function() -> None:
    for function, paths in routes().items():
        text = ast.unparse(handler(function))
        names = {name.rstrip("+") for path in paths for name in re.findall(r"\{(\w+\+?)}", path)}
        if "rawPath" in text and not re.search("pathParameters", text):
            continue
        assert {name for name in names if f"'{name}'" not in text} == set(), function


def test_every_resource_is_used() -> None:
    """A queue, bucket, topic or secret that nothing refers to is a leftover."""
    used = {name for resource in template().resources.values() for name in reading._references(resource.properties)}
    used |= set(reading._references(raw()["Outputs"]))
    kinds = {
        "AWS::SQS::Queue",
        "AWS::S3::Bucket",
        "AWS::SNS::Topic",
        "AWS::SecretsManager::Secret",
        "AWS::Events::EventBus",
    }
    assert {name for kind in kinds for name in of_type(kind)} <= used
    parameters = set(raw()["Parameters"])
    assert parameters <= set(re.findall(r"\w+", " ".join(_mentions())))


def _mentions() -> Iterator[str]:
    for part in (raw()["Globals"], raw()["Resources"], raw()["Outputs"]):
        yield from reading._references(part)
