"""What carries messages: queues, topics, buses with their rules, schedules."""

from __future__ import annotations

import json
from typing import Any

from infra.local.makers_stores import only
from infra.local.template import Resource
from infra.local.world import Made, Maker, TickSetup, UnknownResource, World

Properties = dict[str, Any]
_QUEUE_ATTRIBUTES = (
    "FifoQueue",
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "FifoThroughputLimit",
    "VisibilityTimeout",
    "MessageRetentionPeriod",
    "DelaySeconds",
    "ReceiveMessageWaitTimeSeconds",
    "RedrivePolicy",
)


def _queue(world: World, resource: Resource, given: Properties) -> Made:
    only(resource, given, *_QUEUE_ATTRIBUTES, "QueueName", "SqsManagedSseEnabled", "MaximumMessageSize", "Tags")
    name = given.get("QueueName", world.name(resource.name) + (".fifo" if given.get("FifoQueue") else ""))
    attributes = {key: _text(given[key]) for key in _QUEUE_ATTRIBUTES if key in given}
    url = world.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    world.queues.append(url)
    return Made(url, {"Arn": world.arn("sqs", name), "QueueName": name, "QueueUrl": url})


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _topic(world: World, resource: Resource, given: Properties) -> Made:
    only(resource, given, "TopicName", "DisplayName", "Subscription", "KmsMasterKeyId", "Tags")
    name = given.get("TopicName", world.name(resource.name))
    sns = world.client("sns")
    arn = sns.create_topic(Name=name)["TopicArn"]
    for subscription in given.get("Subscription", []):
        sns.subscribe(TopicArn=arn, Protocol=subscription["Protocol"], Endpoint=subscription["Endpoint"])
    return Made(arn, {"TopicArn": arn, "TopicName": name})


def _subscription(world: World, resource: Resource, given: Properties) -> Made:
    only(
        resource,
        given,
        *(
            "TopicArn",
            "Protocol",
            "Endpoint",
            "RedrivePolicy",
            "RawMessageDelivery",
            "FilterPolicy",
            "FilterPolicyScope",
        ),
    )
    if given["Protocol"] == "lambda":
        raise UnknownResource(f"{resource.name}: a topic that calls a function; let it fill a queue")
    attributes = {
        key: _text(given[key]) for key in ("RawMessageDelivery", "FilterPolicy", "FilterPolicyScope") if key in given
    }
    answer = world.client("sns").subscribe(
        TopicArn=given["TopicArn"],
        Protocol=given["Protocol"],
        Endpoint=given["Endpoint"],
        Attributes=attributes,
    )
    return Made(answer["SubscriptionArn"], {"Arn": answer["SubscriptionArn"]})


def _bus(world: World, resource: Resource, given: Properties) -> Made:
    only(resource, given, "Name", "Description", "Tags", "DeadLetterConfig")
    arn = world.client("events").create_event_bus(Name=given["Name"])["EventBusArn"]
    return Made(given["Name"], {"Arn": arn, "Name": given["Name"]})


def _rule(world: World, resource: Resource, given: Properties) -> Made:
    name = given.get("Name", world.name(resource.name))
    bus = given.get("EventBusName", "default")
    events = world.client("events")
    rule: Properties = {"Name": name, "EventBusName": bus, "State": given.get("State", "ENABLED")}
    if "EventPattern" in given:
        rule["EventPattern"] = json.dumps(given["EventPattern"])
    if "ScheduleExpression" in given:
        rule["ScheduleExpression"] = given["ScheduleExpression"]
        rule["State"] = "DISABLED"  # the runtime's clock fires it, not the endpoint's
    arn = events.put_rule(**rule)["RuleArn"]
    for target in given.get("Targets", []):
        if ":lambda:" not in target["Arn"]:
            continue
        if "EventPattern" in given:
            raise UnknownResource(
                f"{resource.name} calls a function straight from the bus; let it fill a queue (bar D8)"
            )
        if given.get("State", "ENABLED") == "ENABLED":
            function = world.function_at(target["Arn"])
            world.ticks.append(TickSetup(name, given["ScheduleExpression"], function, target.get("Input")))
    if "EventPattern" in given:
        failed = events.put_targets(Rule=name, EventBusName=bus, Targets=given["Targets"])["FailedEntries"]
        if failed:
            raise UnknownResource(f"{resource.name}: the endpoint refuses its targets: {failed}")
    return Made(name, {"Arn": arn})


def _schedule_group(world: World, resource: Resource, given: Properties) -> Made:
    name = given.get("Name", world.name(resource.name))
    arn = world.client("scheduler").create_schedule_group(Name=name)["ScheduleGroupArn"]
    return Made(name, {"Arn": arn})


def _schedule(world: World, resource: Resource, given: Properties) -> Made:
    name = given.get("Name", world.name(resource.name))
    wish = {key: value for key, value in given.items() if key not in {"Name", "State"}}
    state = "DISABLED" if world.foreign else given.get("State", "ENABLED")
    if given.get("State", "ENABLED") == "DISABLED":
        world.left_out.append(f"{resource.type} {resource.name}")
        return Made(name)
    arn = world.client("scheduler").create_schedule(Name=name, State=state, **wish)["ScheduleArn"]
    return Made(name, {"Arn": arn})


MESSAGE_MAKERS: dict[str, Maker] = {
    "AWS::SQS::Queue": _queue,
    "AWS::SNS::Topic": _topic,
    "AWS::SNS::Subscription": _subscription,
    "AWS::Events::EventBus": _bus,
    "AWS::Events::Rule": _rule,
    "AWS::Scheduler::ScheduleGroup": _schedule_group,
    "AWS::Scheduler::Schedule": _schedule,
}
