"""What SES says of a mail: its notification, as documented (bar C5)."""

from __future__ import annotations

import json

import pytest

from lyspunkt.aws.mail_notification import NotAMail, notification_in
from tests.support.rooms import sample


def sqs_body() -> str:
    event = json.loads(sample("21-sqs-received-mail.json").read_text(encoding="utf-8"))
    return str(event["Records"][0]["body"])


# SES's notification


def test_the_documented_notification_is_understood() -> None:
    found = notification_in(sqs_body())
    assert found.mail.source == "biblioteket@kulturhuset.example"
    assert (found.receipt.action.bucket, found.receipt.action.key[:5]) == ("lyspunkt-raw", "mail/")
    assert found.verdicts.aside() is None


@pytest.mark.parametrize(
    "body_",
    ["", "hello", "[]", "{}", '{"Message": "Successfully validated SNS topic"}', '{"Message": 3}', '{"Message": "{}"}'],
)
def test_a_message_that_is_none_of_ses_s_is_named_so_and_not_quoted(body_: str) -> None:
    with pytest.raises(NotAMail) as wrong:
        notification_in(body_)
    assert wrong.value.__cause__ is None
    assert "hello" not in str(wrong.value)


def test_a_notification_of_something_else_is_no_mail() -> None:
    envelope = json.loads(sqs_body())
    for old, new in (('"Received"', '"Bounce"'), ('"S3"', '"SNS"')):
        with pytest.raises(NotAMail):
            notification_in(json.dumps(envelope | {"Message": envelope["Message"].replace(old, new)}))


def test_a_verdict_that_is_missing_is_no_pass_bar_c5() -> None:
    envelope = json.loads(sqs_body())
    message = json.loads(envelope["Message"])
    for name in ("virusVerdict", "dmarcVerdict"):
        message["receipt"].pop(name)
    found = notification_in(json.dumps(envelope | {"Message": json.dumps(message)}))
    assert found.verdicts.aside() == "virus"
    assert found.receipt.dmarc.status != "PASS"
