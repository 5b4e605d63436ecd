"""One cached client per AWS service."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal, overload

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient

CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"total_max_attempts": 3, "mode": "standard"},
    account_id_endpoint_mode="disabled",
)
"""Bar D14: short time-outs, at most three tries; a queue brings the message back, so nothing here waits for long."""

CONFIGS = {
    # What is signed for a browser names the bucket in its own Region; the global name would send the browser on
    "s3": CONFIG.merge(Config(signature_version="s3v4", s3={"addressing_style": "virtual"})),
}


@overload
def client(service: Literal["dynamodb"]) -> DynamoDBClient: ...
@overload
def client(service: Literal["events"]) -> EventBridgeClient: ...
@overload
def client(service: Literal["s3"]) -> S3Client: ...
@overload
def client(service: Literal["scheduler"]) -> EventBridgeSchedulerClient: ...
@overload
def client(service: Literal["secretsmanager"]) -> SecretsManagerClient: ...
@overload
def client(service: Literal["sesv2"]) -> SESV2Client: ...
@overload
def client(service: Literal["sqs"]) -> SQSClient: ...


def client(service: str) -> Any:
    return _client(service)


@cache
def _client(service: str) -> Any:
    return boto3.client(service, config=CONFIGS.get(service, CONFIG))  # type: ignore[call-overload]
