"""What SES tells of a mail that it kept."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local import mail_door
from infra.local.world import MailRule
from tests.infra.conftest import Small

RAW = b"\r\n".join(
    [
        b"From: A <a@post.example>",
        b"To: stories@lyspunkt.example",
        b"Subject: Hello",
        b"Message-ID: <1@post.example>",
        b"",
        b"Text",
        b"",
    ]
)
AT = datetime(2026, 11, 23, 20, 0, 0, 123000, tzinfo=UTC)


@pytest.fixture
def told(small: Small) -> Any:
    """Delivers a mail and returns what the topic was told."""
    world = small.runtime.world
    s3, sns = world.client("s3"), world.client("sns")
    s3.create_bucket(Bucket="raw", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
    topic = sns.create_topic(Name="mail")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=small.arn("StreamDead"))
    world.mail_rules.append(MailRule("rule", ("lyspunkt.example",), "raw", "mail/", topic))

    def deliver(**verdicts: str) -> Any:
        id_ = mail_door.deliver(
            world, RAW, sender="a@post.example", recipients=["x@lyspunkt.example"], verdicts=verdicts, at=AT
        )
        [body] = small.lies_in("StreamDead")
        envelope = json.loads(body)
        assert envelope["Type"] == "Notification"
        message = json.loads(envelope["Message"])
        assert s3.get_object(Bucket="raw", Key=message["receipt"]["action"]["objectKey"])["Body"].read() == RAW
        assert message["mail"]["messageId"] == id_
        return message

    return deliver


def test_the_notification_has_the_shape_that_aws_documents(told: Any) -> None:
    message = told()
    assert message["notificationType"] == "Received"
    assert message["mail"]["timestamp"] == "2026-11-23T20:00:00.123Z"
    assert message["mail"]["source"] == "a@post.example"
    assert message["mail"]["destination"] == ["x@lyspunkt.example"]
    assert message["mail"]["headersTruncated"] is False
    assert {"name": "Subject", "value": "Hello"} in message["mail"]["headers"]
    assert message["mail"]["commonHeaders"]["messageId"] == "<1@post.example>"
    assert message["receipt"]["action"]["type"] == "S3"
    assert message["receipt"]["dmarcVerdict"] == {"status": "PASS"}
    assert "dmarcPolicy" not in message["receipt"]


def test_verdicts_are_told_as_given_and_the_policy_only_on_failure(told: Any) -> None:
    receipt = told(dmarc="FAIL", spam="GRAY")["receipt"]
    assert receipt["dmarcVerdict"] == {"status": "FAIL"}
    assert receipt["spamVerdict"] == {"status": "GRAY"}
    assert receipt["dmarcPolicy"] == "none"


def test_mail_to_an_address_without_a_rule_is_not_taken(small: Small) -> None:
    with pytest.raises(mail_door.NoSuchMailbox):
        small.runtime.mail(RAW, "a@post.example", "x@elsewhere.example")
