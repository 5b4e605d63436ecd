"""A mail arrives: kept in the bucket and told to the topic, as an SES receipt rule does."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from email import message_from_bytes
from typing import Any

from infra.local.world import MailRule, World

VERDICTS = ("spam", "virus", "spf", "dkim", "dmarc")
PASS: Mapping[str, str] = dict.fromkeys(VERDICTS, "PASS")


class NoSuchMailbox(Exception):
    """No receipt rule takes mail for this address."""


def rule_for(world: World, recipient: str) -> MailRule:
    """The first rule for an address, its domain or a domain above it; raises NoSuchMailbox."""
    address = recipient.strip().lower()
    domain = address.rpartition("@")[2]
    for rule in world.mail_rules:
        for taken in rule.recipients or (domain,):
            if taken in {address, domain} or (taken.startswith(".") and domain.endswith(taken)):
                return rule
    raise NoSuchMailbox(f"no receipt rule takes mail for {recipient}")


def deliver(
    world: World,
    raw: bytes,
    *,
    sender: str,
    recipients: Sequence[str],
    verdicts: Mapping[str, str],
    at: datetime,
) -> str:
    """Keep the mail and tell the topic; the id that SES would give it. Raises NoSuchMailbox.

    `verdicts` gives PASS, FAIL, GRAY or PROCESSING_FAILED for each of VERDICTS; what is missing is PASS.
    """
    rule = rule_for(world, recipients[0])
    message_id = secrets.token_hex(20)
    key = f"{rule.prefix}{message_id}"
    world.client("s3").put_object(Bucket=rule.bucket, Key=key, Body=raw)
    if rule.topic:
        told = notification(rule, raw, message_id=message_id, key=key, sender=sender, recipients=recipients, at=at)
        for verdict in VERDICTS:
            told["receipt"][f"{verdict}Verdict"] = {"status": verdicts.get(verdict, "PASS")}
        if verdicts.get("dmarc") == "FAIL":
            told["receipt"]["dmarcPolicy"] = "none"
        text = json.dumps(told)
        world.client("sns").publish(TopicArn=rule.topic, Message=text, Subject="Amazon SES Email Receipt Notification")
    return message_id


def notification(
    rule: MailRule,
    raw: bytes,
    *,
    message_id: str,
    key: str,
    sender: str,
    recipients: Sequence[str],
    at: datetime,
) -> dict[str, Any]:
    """What SES tells a topic of a mail that it kept, without the verdicts."""
    headers = [{"name": name, "value": str(value)} for name, value in message_from_bytes(raw).raw_items()]
    text = [{"name": _ascii(header["name"]), "value": _ascii(header["value"])} for header in headers]
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
    return {
        "notificationType": "Received",
        "mail": {
            "timestamp": stamp,
            "source": sender,
            "messageId": message_id,
            "destination": list(recipients),
            "headersTruncated": False,
            "headers": text,
            "commonHeaders": _common(text, sender, recipients),
        },
        "receipt": {
            "timestamp": stamp,
            "processingTimeMillis": 1,
            "recipients": list(recipients),
            "action": {
                "type": "S3",
                "topicArn": rule.topic,
                "bucketName": rule.bucket,
                "objectKeyPrefix": rule.prefix,
                "objectKey": key,
            },
        },
    }


def _common(headers: list[dict[str, str]], sender: str, recipients: Sequence[str]) -> dict[str, Any]:
    first = {header["name"].lower(): header["value"] for header in reversed(headers)}
    common: dict[str, Any] = {
        "returnPath": sender,
        "from": [first.get("from", sender)],
        "to": [first.get("to", ", ".join(recipients))],
    }
    for ours, theirs in (("date", "date"), ("messageId", "message-id"), ("subject", "subject")):
        if theirs in first:
            common[ours] = first[theirs]
    return common


def _ascii(value: str) -> str:
    """JSON carries no lone surrogates: what the mail did not encode is replaced, as the raw object has it whole."""
    return value.encode("utf-8", "replace").decode("utf-8")
