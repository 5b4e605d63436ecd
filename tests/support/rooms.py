"""The rooms that a function finds in AWS, made in moto: table, buckets, secrets, Lyngvig in place."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

from moto import mock_aws

from lyspunkt.aws import clients, clock, organisation, secrets
from lyspunkt.aws.clients import client
from lyspunkt.settings import Settings, settings
from tests.support.lyngvig import ROOT, lyngvig

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
_NAMES = {name: f"test-{name.replace('_', '-')}" for name in Settings.model_fields}
ENVIRONMENT = {
    **{f"LYSPUNKT_{name.upper()}": value for name, value in _NAMES.items()},
    "LYSPUNKT_MAIL_DOMAIN": "lyspunkt.lyngvig.example",
    "LYSPUNKT_ADDRESS": "https://lyspunkt.lyngvig.example",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "POWERTOOLS_SERVICE_NAME": "lyspunkt",
}


@contextmanager
def rooms() -> Iterator[None]:
    """Within it, functions run as in AWS; nothing of it is left after it."""
    with patch.dict("os.environ", ENVIRONMENT), mock_aws():
        _forget()
        _make()
        try:
            yield
        finally:
            _forget()


def handler_of(function: str) -> ModuleType:
    """A function's module, loaded anew from its folder."""
    path = ROOT / "functions" / function / "handler.py"
    spec = importlib.util.spec_from_file_location(f"function_{function}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def context() -> Any:
    return SimpleNamespace(
        function_name="f",
        memory_limit_in_mb=512,
        invoked_function_arn="arn:aws:lambda:eu-west-1:123456789012:function:f",
        aws_request_id="r",
        get_remaining_time_in_millis=lambda: 30_000,
    )


def rows() -> list[dict[str, Any]]:
    """Every row but those of the organisation."""
    found = client("dynamodb").scan(TableName=settings().table)["Items"]
    return [row for row in found if row["PK"]["S"] != "ORGANISATION"]


def keys(bucket: str) -> list[str]:
    listed = client("s3").list_objects_v2(Bucket=bucket)
    return [item["Key"] for item in listed.get("Contents", [])]


def sample(name: str) -> Path:
    return ROOT / "events" / name


def _make() -> None:
    client("dynamodb").create_table(
        TableName=settings().table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "PK", "AttributeType": "S"},
            {"AttributeName": "SK", "AttributeType": "S"},
        ],
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
    )
    for bucket in (settings().raw_bucket, settings().pictures_bucket):
        client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    signing = {"staff-form": [SECRET, OLD_SECRET], "citizen-form": [SECRET]}
    client("secretsmanager").create_secret(Name=settings().webhook_secret, SecretString=json.dumps(signing))
    client("secretsmanager").create_secret(Name=settings().link_key_secret, SecretString="a key of the tests")
    client("sesv2").create_email_identity(EmailIdentity=settings().mail_domain)
    organisation.apply(lyngvig(), by="test", on_revision=0)


def _forget() -> None:
    clients._client.cache_clear()
    settings.cache_clear()
    secrets.forget()
    organisation.forget()
    clock.set_offset(timedelta())
