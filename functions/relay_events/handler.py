"""New event rows in the table -> the event bus."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from lyspunkt.aws import bus
from lyspunkt.newsroom.events import EVENT, Event

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """A batch of stream records; the answer names the records whose facts are not on the bus, and no other."""
    facts: dict[str, Event] = {}
    failed: set[str] = set()
    for record in event["Records"]:
        number = record["dynamodb"]["SequenceNumber"]
        try:
            facts[number] = EVENT.validate_json(record["dynamodb"]["NewImage"]["body"]["S"])
        except (KeyError, ValidationError) as wrong:
            logger.error("unreadable event row", extra={"sequence_number": number, "error": type(wrong).__name__})
            failed.add(number)
    refused = bus.put(list(facts.values())) if facts else set()
    for number, fact in facts.items():
        if fact.id in refused:
            logger.error("not taken by the bus", extra={"story_id": fact.story_id, "number": fact.number})
            failed.add(number)
        else:
            bus.note_relayed(fact)
    return {"batchItemFailures": [{"itemIdentifier": number} for number in sorted(failed, key=int)]}
