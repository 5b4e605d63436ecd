"""A small template with functions of its own: what the runtime carries, without Lyspunkt in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from infra.local.runtime import Runtime, started
from tests.support.house import house, running

__all__ = ["house", "running"]

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: { Runtime: python3.13, Handler: handler.handler, Timeout: 10 }
Resources:
  Rows:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      StreamSpecification: { StreamViewType: NEW_IMAGE }
  Work:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 360
      RedrivePolicy: { deadLetterTargetArn: !GetAtt WorkDead.Arn, maxReceiveCount: 5 }
  WorkDead: { Type: AWS::SQS::Queue }
  InOrder: { Type: AWS::SQS::Queue, Properties: { FifoQueue: true, ContentBasedDeduplication: true } }
  StreamDead: { Type: AWS::SQS::Queue }
  Group: { Type: AWS::Scheduler::ScheduleGroup, Properties: { Name: group } }
  Api: { Type: AWS::Serverless::HttpApi }
  ReadRows:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: read_rows/
      Events:
        Rows:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt Rows.StreamArn
            StartingPosition: TRIM_HORIZON
            BatchSize: 100
            BisectBatchOnFunctionError: true
            MaximumRetryAttempts: 2
            FunctionResponseTypes: [ReportBatchItemFailures]
            DestinationConfig: { OnFailure: { Type: SQS, Destination: !GetAtt StreamDead.Arn } }
            FilterCriteria:
              Filters: [{ Pattern: '{"dynamodb": {"NewImage": {"quiet": {"S": [{"exists": false}]}}}}' }]
  DoWork:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: do_work/
      Events:
        Work:
          Type: SQS
          Properties: { Queue: !GetAtt Work.Arn, BatchSize: 10, FunctionResponseTypes: [ReportBatchItemFailures] }
        InOrder:
          Type: SQS
          Properties: { Queue: !GetAtt InOrder.Arn, BatchSize: 10, FunctionResponseTypes: [ReportBatchItemFailures] }
        Hourly: { Type: ScheduleV2, Properties: { ScheduleExpression: rate(1 hour) } }
  Answer:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: answer/
      Events:
        One: { Type: HttpApi, Properties: { ApiId: !Ref Api, Method: ANY, Path: '/pages/{name}' } }
        Exact: { Type: HttpApi, Properties: { ApiId: !Ref Api, Method: ANY, Path: /pages/about } }
        Post: { Type: HttpApi, Properties: { ApiId: !Ref Api, Method: POST, Path: '/in/{source}' } }
        Rest: { Type: HttpApi, Properties: { ApiId: !Ref Api, Method: ANY, Path: '/pages/{proxy+}' } }
        Else: { Type: HttpApi, Properties: { ApiId: !Ref Api, Method: ANY, Path: $default } }
"""

HANDLER = """
seen = []
behave = None

def handler(event, context):
    seen.append(event)
    return behave(event) if behave else {"batchItemFailures": []}
"""

Behave = Callable[[dict[str, Any]], Any]


class Small:
    """The small world, with its handlers in reach."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        runtime.functions.check()

    def module(self, function: str) -> Any:
        import sys

        return sys.modules[f"lyspunkt_function_{function}"]

    def behave(self, function: str, how: Behave) -> None:
        self.module(function).behave = how

    def seen(self, function: str) -> list[dict[str, Any]]:
        return list(self.module(function).seen)

    def ref(self, name: str) -> str:
        return self.runtime.world.made[name].ref

    def arn(self, name: str) -> str:
        return self.runtime.world.made[name].attributes["Arn"]

    def send(self, queue: str, *bodies: str, group: str | None = None) -> None:
        more = {"MessageGroupId": group} if group else {}
        for body in bodies:
            self.runtime.world.client("sqs").send_message(QueueUrl=self.ref(queue), MessageBody=body, **more)

    def lies_in(self, queue: str) -> list[str]:
        sqs = self.runtime.world.client("sqs")
        found = sqs.receive_message(QueueUrl=self.ref(queue), MaxNumberOfMessages=10, VisibilityTimeout=0)
        return [message["Body"] for message in found.get("Messages", [])]

    def put(self, *ids: str, **attributes: str) -> None:
        for id_ in ids:
            more = {name: {"S": value} for name, value in attributes.items()}
            item = {"id": {"S": id_}, **more}
            self.runtime.world.client("dynamodb").put_item(TableName=self.ref("Rows"), Item=item)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Small]]:
    """Starts the small world with the options given."""
    (tmp_path / "template.yaml").write_text(TEMPLATE, encoding="utf-8")
    for folder in ("read_rows", "do_work", "answer"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "handler.py").write_text(HANDLER, encoding="utf-8")
    with ExitStack() as stack:

        def start(**options: Any) -> Small:
            stack.close()  # the one before it, for moto holds one world at a time
            return Small(stack.enter_context(started(tmp_path / "template.yaml", **options)))

        yield start


@pytest.fixture
def small(start: Callable[..., Small]) -> Small:
    return start()


def bodies(event: dict[str, Any]) -> list[str]:
    return [record["body"] for record in event["Records"]]


def rows(event: dict[str, Any]) -> list[str]:
    return [record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]]


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value))
