"""Reading and writing rows: DynamoDB's wire format and nothing about stories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from lyspunkt.aws.clients import client
from lyspunkt.aws.layout import Row
from lyspunkt.settings import settings

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def to_wire(row: Row) -> dict[str, Any]:
    return {name: _serialize(value) for name, value in row.items()}


def from_wire(item: dict[str, Any]) -> Row:
    return {name: _deserialize(value) for name, value in item.items()}


def get(partition: str, sort: str, *, consistent: bool = True) -> Row | None:
    answer = client("dynamodb").get_item(
        TableName=settings().table, Key=to_wire({"PK": partition, "SK": sort}), ConsistentRead=consistent
    )
    return from_wire(answer["Item"]) if "Item" in answer else None


def get_many(keys: Iterable[tuple[str, str]], *, consistent: bool = False) -> list[Row]:
    """Rows by key, in no order, 100 a call; keys without a row are left out, none is asked for twice."""
    wanted: list[Any] = [to_wire({"PK": partition, "SK": sort}) for partition, sort in dict.fromkeys(keys)]
    rows: list[Row] = []
    table = settings().table
    while wanted:
        answer = client("dynamodb").batch_get_item(
            RequestItems={table: {"Keys": wanted[:100], "ConsistentRead": consistent}}
        )
        rows += [from_wire(item) for item in answer["Responses"].get(table, [])]
        unprocessed = answer["UnprocessedKeys"].get(table)
        wanted = [*(unprocessed["Keys"] if unprocessed else []), *wanted[100:]]
    return rows


def partition(key: str, *, begins: str = "", newest_first: bool = False, limit: int | None = None) -> Iterator[Row]:
    """The rows of a partition whose sort key begins so, in order, page by page."""
    request: dict[str, Any] = {
        "TableName": settings().table,
        "KeyConditionExpression": "PK = :key" + (" AND begins_with(SK, :begins)" if begins else ""),
        "ExpressionAttributeValues": to_wire({":key": key, **({":begins": begins} if begins else {})}),
        "ScanIndexForward": not newest_first,
        "ConsistentRead": True,
    }
    yield from _pages(request, limit)


def index(
    name: str,
    hash_name: str,
    value: str,
    *,
    range_name: str = "",
    until: str = "",
    newest_first: bool = False,
    limit: int | None = None,
) -> Iterator[Row]:
    """The rows of one partition of an index, up to and with `until` where it is given."""
    request: dict[str, Any] = {
        "TableName": settings().table,
        "IndexName": name,
        "KeyConditionExpression": "#hash = :value" + (" AND #range <= :until" if until else ""),
        "ExpressionAttributeNames": {"#hash": hash_name, **({"#range": range_name} if until else {})},
        "ExpressionAttributeValues": to_wire({":value": value, **({":until": until} if until else {})}),
        "ScanIndexForward": not newest_first,
    }
    yield from _pages(request, limit)


def put_new(row: Row) -> bool:
    """Put a row where none is; False where one is already."""
    try:
        client("dynamodb").put_item(
            TableName=settings().table, Item=to_wire(row), ConditionExpression="attribute_not_exists(PK)"
        )
    except client("dynamodb").exceptions.ConditionalCheckFailedException:
        return False
    return True


def put_over(row: Row, revision: int) -> bool:
    """Put a row with a `revision` in place of that revision, 0 where there was none; False where another is there."""
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(PK)"}
    if revision:
        condition = {
            "ConditionExpression": "revision = :revision",
            "ExpressionAttributeValues": to_wire({":revision": revision}),
        }
    try:
        client("dynamodb").put_item(TableName=settings().table, Item=to_wire(row), **condition)
    except client("dynamodb").exceptions.ConditionalCheckFailedException:
        return False
    return True


def put(row: Row) -> None:
    client("dynamodb").put_item(TableName=settings().table, Item=to_wire(row))


def put_many(rows: Iterable[Row]) -> None:
    """Put rows, 25 a call, whatever was there before; where one fails, others may be put already."""
    name = settings().table
    left: list[Any] = [{"PutRequest": {"Item": to_wire(row)}} for row in rows]
    while left:
        answer = client("dynamodb").batch_write_item(RequestItems={name: left[:25]})
        left = [*answer["UnprocessedItems"].get(name, []), *left[25:]]


def update(
    partition: str,
    sort: str,
    *,
    set_: Row | None = None,
    remove: Iterable[str] = (),
    condition: str = "attribute_exists(PK)",
    values: Row | None = None,
) -> bool:
    """Change attributes of one row; False where `condition` (over `values`) does not hold."""
    names: dict[str, str] = {}
    values = dict(values or {})
    sets: list[str] = []
    removes: list[str] = []
    for number, (name, value) in enumerate((set_ or {}).items()):
        names[f"#s{number}"], values[f":s{number}"] = name, value
        sets.append(f"#s{number} = :s{number}")
    for number, name in enumerate(remove):
        names[f"#r{number}"] = name
        removes.append(f"#r{number}")
    expression = (f"SET {', '.join(sets)} " if sets else "") + (f"REMOVE {', '.join(removes)}" if removes else "")
    request: dict[str, Any] = {
        "TableName": settings().table,
        "Key": to_wire({"PK": partition, "SK": sort}),
        "UpdateExpression": expression.strip(),
        "ExpressionAttributeNames": names,
        "ConditionExpression": condition,
    }
    if values:
        request["ExpressionAttributeValues"] = to_wire(values)
    try:
        client("dynamodb").update_item(**request)
    except client("dynamodb").exceptions.ConditionalCheckFailedException:
        return False
    return True


def _pages(request: dict[str, Any], limit: int | None) -> Iterator[Row]:
    left = limit
    while True:
        if left is not None:
            request["Limit"] = left
        answer = client("dynamodb").query(**request)
        for item in answer["Items"]:
            yield from_wire(item)
        if left is not None:
            left -= len(answer["Items"])
        if "LastEvaluatedKey" not in answer or (left is not None and left <= 0):
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
