"""Messages in from a queue, one by one, with partial batch answers (bar D9)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    SqsFifoPartialProcessor,
    process_partial_response,
)
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.newsroom.events import EVENT, Event
from lyspunkt.newsroom.refusals import Refused

logger = Logger()


def each_message(event: dict[str, Any], context: LambdaContext, step: Callable[[str], object]) -> dict[str, Any]:
    """Give each message's body to `step`; those that raise are named in the answer and come again.

    A `Refused` is an answer, not a failure: it is logged and the message is done.
    """
    return _answer(BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False), event, context, step)


def each_in_order(event: dict[str, Any], context: LambdaContext, step: Callable[[str], object]) -> dict[str, Any]:
    """As `each_message`, for a FIFO queue: after a failure the rest of the batch is left for later."""
    processor = SqsFifoPartialProcessor()
    processor.raise_on_entire_batch_failure = False
    return _answer(processor, event, context, step)


def each_fact(event: dict[str, Any], context: LambdaContext, step: Callable[[Any], object]) -> dict[str, Any]:
    """As `each_message`, for facts from the bus."""
    return each_message(event, context, lambda body: step(fact_in(body)))


def fact_in(body: str) -> Event:
    """The fact in an EventBridge event."""
    return EVENT.validate_python(json.loads(body)["detail"])


def _answer(
    processor: BatchProcessor, event: dict[str, Any], context: LambdaContext, step: Callable[[str], object]
) -> dict[str, Any]:
    def one(record: Any) -> None:
        message = str(record["messageId"])
        try:
            step(str(record["body"]))
        except Refused as refused:
            logger.info("refused", extra={"message_id": message, "reason": refused.reason})
        except Exception as wrong:
            # Not swallowed: the message comes back and at last lies in the dead-letter queue. The type alone is
            # logged, for an error's text may quote what a person wrote.
            logger.error("failed", extra={"message_id": message, "error": type(wrong).__name__})
            raise

    return dict(process_partial_response(event=event, record_handler=one, processor=processor, context=context))
