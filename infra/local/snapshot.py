"""The state of a local run, kept in a folder and put back: read and written through the AWS APIs, of any endpoint."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from infra.local.recorder import SentLetter
from infra.local.runtime import Runtime
from infra.local.world import World
from lyspunkt.aws import clock

STATE = "state.json"
_OBJECT_KEPT = ("ContentType", "CacheControl", "ContentDisposition", "Metadata")
_SCHEDULE_KEPT = (
    *("Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "Target", "State"),
    *("ActionAfterCompletion", "StartDate", "EndDate", "Description"),
)


def save(runtime: Runtime, folder: Path) -> None:
    """Write the whole state; whoever stops in the middle leaves the last whole one behind."""
    world = runtime.world
    (folder / "objects").mkdir(parents=True, exist_ok=True)
    state = {
        "offset": clock.offset().total_seconds(),
        "tables": {table: list(_items(world, table)) for table in world.tables},
        "objects": {bucket: list(_objects(world, bucket, folder / "objects")) for bucket in world.buckets},
        "secrets": {name: _secret(world, name) for name in world.secrets},
        "schedules": list(_schedules(world)),
        "dead_letters": {url.rsplit("/", 1)[1]: _messages(world, url) for url in world.queues if _is_last(world, url)},
        "letters": [_letter(letter) for letter in runtime.letters()],
    }
    fresh = folder / f"{STATE}.new"
    fresh.write_text(json.dumps(state, ensure_ascii=False, default=str), encoding="utf-8")
    fresh.replace(folder / STATE)


def load(runtime: Runtime, folder: Path) -> bool:
    """Put a kept state back into a new world; False where none was kept."""
    if not (folder / STATE).is_file():
        return False
    state = json.loads((folder / STATE).read_text(encoding="utf-8"))
    world = runtime.world
    clock.set_offset(timedelta(seconds=state["offset"]))
    for name, text in state["secrets"].items():
        world.client("secretsmanager").put_secret_value(SecretId=name, SecretString=text)
    for bucket, objects in state["objects"].items():
        _put_objects(world, bucket, objects, folder / "objects")
    for table, items in state["tables"].items():
        for item in items:
            world.client("dynamodb").put_item(TableName=table, Item=item)
    scheduler = world.client("scheduler")
    for schedule in state["schedules"]:
        try:
            scheduler.create_schedule(**schedule)
        except scheduler.exceptions.ConflictException:
            continue  # the template's own
    for name, bodies in state["dead_letters"].items():
        url = world.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
        more = {"MessageGroupId": "kept"} if name.endswith(".fifo") else {}
        for number, body in enumerate(bodies):
            unique = {"MessageDeduplicationId": f"kept-{number}"} if more else {}
            world.client("sqs").send_message(QueueUrl=url, MessageBody=body, **more, **unique)
    runtime.recorder.letters[:] = [_letter_back(kept) for kept in state["letters"]]
    return True


def _items(world: World, table: str) -> Iterator[dict[str, Any]]:
    """Every row as it lies, which no deployed function ever asks for."""
    for page in world.client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]


def _objects(world: World, bucket: str, folder: Path) -> Iterator[dict[str, Any]]:
    s3 = world.client("s3")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", []):
            found = s3.get_object(Bucket=bucket, Key=entry["Key"])
            content = found["Body"].read()
            name = hashlib.sha256(content).hexdigest()
            if not (folder / name).exists():
                (folder / name).write_bytes(content)
            kept = {key: found[key] for key in _OBJECT_KEPT if found.get(key)}
            yield {"key": entry["Key"], "content": name, "kept": kept}


def _put_objects(world: World, bucket: str, objects: list[dict[str, Any]], folder: Path) -> None:
    """Without the bucket's notifications, for these objects have been told of once."""
    s3 = world.client("s3")
    told = s3.get_bucket_notification_configuration(Bucket=bucket)
    told.pop("ResponseMetadata", None)
    if told:
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    for entry in objects:
        s3.put_object(Bucket=bucket, Key=entry["key"], Body=(folder / entry["content"]).read_bytes(), **entry["kept"])
    if told:
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=told)


def _secret(world: World, name: str) -> str:
    return str(world.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"])


def _schedules(world: World) -> Iterator[dict[str, Any]]:
    scheduler = world.client("scheduler")
    for page in scheduler.get_paginator("list_schedules").paginate():
        for entry in page["Schedules"]:
            found = scheduler.get_schedule(Name=entry["Name"], GroupName=entry["GroupName"])
            yield {key: found[key] for key in _SCHEDULE_KEPT if found.get(key)}


def _is_last(world: World, url: str) -> bool:
    """Whether no other queue comes after this one: reading it moves nothing on."""
    answer = world.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return "RedrivePolicy" not in answer["Attributes"]


def _messages(world: World, url: str) -> list[str]:
    """The bodies of what lies in a queue, which is left there."""
    sqs = world.client("sqs")
    found: list[Any] = []
    while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=30).get("Messages"):
        found += batch
    for message in found:
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    return [message["Body"] for message in found]


def _letter(letter: SentLetter) -> dict[str, Any]:
    return {
        "number": letter.number,
        "message_id": letter.message_id,
        "sender": letter.sender,
        "to": letter.to,
        "raw": base64.b64encode(letter.raw).decode(),
        "at": letter.at.isoformat(),
        "function": letter.function,
    }


def _letter_back(kept: dict[str, Any]) -> SentLetter:
    back = {"raw": base64.b64decode(kept["raw"]), "at": datetime.fromisoformat(kept["at"]), "to": tuple(kept["to"])}
    return SentLetter(**{**kept, **back})
