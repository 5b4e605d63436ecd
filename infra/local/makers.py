"""How each type of resource is made, or why it is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from infra.local.makers_messages import MESSAGE_MAKERS
from infra.local.makers_stores import STORE_MAKERS
from infra.local.template import Resource
from infra.local.world import (
    FunctionSetup,
    Made,
    MailRule,
    Maker,
    ReaderSetup,
    RouteSetup,
    UnknownResource,
    World,
)

Properties = dict[str, Any]
_IDENTITY = re.compile(r":identity/([^*\s]+)$")
_INTEGRATED = re.compile(r"functions/(arn:[^/]+)/invocations$")


def _function(world: World, resource: Resource, given: Properties) -> Made:
    name = given.get("FunctionName", world.name(resource.name))
    setup = FunctionSetup(
        name=resource.name,
        arn=world.arn("lambda", f"function:{name}"),
        folder=world.template.code.get(resource.name, ""),
        handler=given["Handler"],
        environment={key: str(value) for key, value in given.get("Environment", {}).get("Variables", {}).items()},
        timeout=int(given.get("Timeout", 3)),
        memory=int(given.get("MemorySize", 128)),
        role=str(given["Role"]),
    )
    if not setup.folder:
        raise UnknownResource(f"{resource.name}: its code does not lie in the tree")
    world.functions[resource.name] = setup
    return Made(name, {"Arn": setup.arn})


def _reader(world: World, resource: Resource, given: Properties) -> Made:
    source = str(given["EventSourceArn"])
    if ":sqs:" not in source and ":dynamodb:" not in source:
        raise UnknownResource(f"{resource.name} reads {source}: only queues and streams of tables are known")
    if given.get("Enabled", True):
        world.readers.append(
            ReaderSetup(
                name=resource.name,
                function=_by_name(world, str(given["FunctionName"])),
                source=source,
                batch_size=int(given.get("BatchSize", 10 if ":sqs:" in source else 100)),
                patterns=tuple(part["Pattern"] for part in given.get("FilterCriteria", {}).get("Filters", [])),
                partial="ReportBatchItemFailures" in given.get("FunctionResponseTypes", []),
                bisect=bool(given.get("BisectBatchOnFunctionError", False)),
                retries=int(given.get("MaximumRetryAttempts", -1)),
                on_failure=given.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"),
            )
        )
    return Made(resource.name)


def _by_name(world: World, name: str) -> str:
    for logical, made in world.made.items():
        if logical in world.functions and name in {made.ref, made.attributes["Arn"]}:
            return logical
    raise UnknownResource(f"no function is called {name}")


def _api(world: World, resource: Resource, given: Properties) -> Made:
    for path, methods in given["Body"]["paths"].items():
        for method, operation in methods.items():
            if method == "options":
                continue
            found = _INTEGRATED.search(operation["x-amazon-apigateway-integration"]["uri"])
            if found is None:
                raise UnknownResource(f"{resource.name}: the route {path} leads to something that is not a function")
            verb = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
            world.routes.append(RouteSetup(verb, path, world.function_at(found.group(1))))
    return Made(
        resource.name.lower(),
        {"ApiEndpoint": f"https://{resource.name.lower()}.execute-api.local", "ApiId": resource.name.lower()},
    )


def _role(world: World, resource: Resource, given: Properties) -> Made:
    """The role with its inline policies. AWS's managed policies are not attached: moto does not have them."""
    iam = world.client("iam")
    name = given.get("RoleName", world.name(resource.name))
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(given["AssumeRolePolicyDocument"]))[
        "Role"
    ]
    for policy in given.get("Policies", []):
        document = {"Version": "2012-10-17", **policy["PolicyDocument"]}  # SAM's own lack it, moto insists
        iam.put_role_policy(RoleName=name, PolicyName=policy["PolicyName"], PolicyDocument=json.dumps(document))
        _verify_identities(world, document)
    return Made(name, {"Arn": role["Arn"], "RoleId": role["RoleId"]})


def _verify_identities(world: World, policy: Properties) -> None:
    """A person verifies the domain in SES once; here the roles that may send from it say which it is."""
    known = set(world.client("ses").list_identities()["Identities"])
    for statement in policy["Statement"]:
        resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        for resource in resources:
            found = _IDENTITY.search(resource) if isinstance(resource, str) else None
            if found and found.group(1) not in known:
                known.add(found.group(1))
                _verify(world, found.group(1))


def _verify(world: World, identity: str) -> None:
    if "@" in identity:
        world.client("ses").verify_email_identity(EmailAddress=identity)
    else:
        world.client("ses").verify_domain_identity(Domain=identity)


def _identity(world: World, _resource: Resource, given: Properties) -> Made:
    _verify(world, given["EmailIdentity"])
    return Made(given["EmailIdentity"])


def _mail_rule(world: World, resource: Resource, given: Properties) -> Made:
    rule = given["Rule"]
    name = rule.get("Name", world.name(resource.name))
    kept = [action["S3Action"] for action in rule["Actions"] if "S3Action" in action]
    strange = {kind for action in rule["Actions"] for kind in action} - {"S3Action", "StopAction"}
    if strange or len(kept) != 1:
        raise UnknownResource(
            f"{resource.name}: the mail door knows one S3Action and no {', '.join(strange) or 'other'}"
        )
    if rule.get("Enabled", False):
        world.mail_rules.append(
            MailRule(
                name=name,
                recipients=tuple(recipient.lower() for recipient in rule.get("Recipients", [])),
                bucket=kept[0]["BucketName"],
                prefix=kept[0].get("ObjectKeyPrefix", ""),
                topic=kept[0].get("TopicArn"),
            )
        )
    return Made(name)


def _left_out(arn_of: str | None = None) -> Maker:
    """A type that is known and has no part here; `arn_of` makes its ARN, where others refer to it."""

    def leave_out(world: World, resource: Resource, _given: Properties) -> Made:
        world.left_out.append(f"{resource.type} {resource.name}")
        name = world.name(resource.name)
        service, rest = arn_of.split(" ") if arn_of else ("local", "{name}")
        arn = world.arn(service, rest.format(name=name))
        ref = f"{arn}:1" if service == "lambda" else name
        return Made(ref, {"Arn": arn})

    return leave_out


_MADE: dict[str, Callable[[World, Resource, Properties], Made]] = {
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::EventSourceMapping": _reader,
    "AWS::ApiGatewayV2::Api": _api,
    "AWS::IAM::Role": _role,
    "AWS::SES::EmailIdentity": _identity,
    "AWS::SES::ReceiptRule": _mail_rule,
}

_LEFT_OUT: dict[str, Maker] = {
    "AWS::Lambda::Permission": _left_out(),
    "AWS::Lambda::EventInvokeConfig": _left_out(),
    "AWS::Lambda::LayerVersion": _left_out("lambda layer:{name}"),
    "AWS::ApiGatewayV2::Stage": _left_out(),
    "AWS::Logs::LogGroup": _left_out("logs log-group:{name}:*"),
    "AWS::Logs::MetricFilter": _left_out(),
    "AWS::CloudWatch::Alarm": _left_out("cloudwatch alarm:{name}"),
    "AWS::CloudWatch::CompositeAlarm": _left_out("cloudwatch alarm:{name}"),
    "AWS::CloudWatch::Dashboard": _left_out(),
    "AWS::SQS::QueuePolicy": _left_out(),
    "AWS::SNS::TopicPolicy": _left_out(),
    "AWS::S3::BucketPolicy": _left_out(),
    "AWS::SES::ReceiptRuleSet": _left_out(),
    "AWS::SES::ConfigurationSet": _left_out(),
    "AWS::IAM::ManagedPolicy": _left_out("iam policy/{name}"),
}
"""Permissions given by resources' policies are not enforced here, nothing rings and nobody looks at dashboards."""

MAKERS: dict[str, Maker] = {**STORE_MAKERS, **MESSAGE_MAKERS, **_MADE, **_LEFT_OUT}
