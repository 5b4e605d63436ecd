"""receive_mail on the message that SES, SNS and SQS make of a mail (bars C1, C5, C6, C7, D9)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from types import ModuleType
from typing import Any

import pytest

from lyspunkt.aws import clock, incoming_mail, ledger, rates
from lyspunkt.aws.clients import client
from lyspunkt.aws.set_aside import SetAside
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.settings import settings
from tests.support.rooms import context, handler_of, keys, rooms, rows, sample

PLAIN = b"""Return-Path: <vagt@post.example>
From: Nattevagten <vagt@post.example>
To: historier@lyspunkt.lyngvig.example
Subject: SV: En god nat
Message-ID: <1@post.example>

Vi havde en god nat paa plejehjemmet.
"""


STATUS = ("PASS", "FAIL", "GRAY")


class Desk:
    """The function, the mails that it was given and the letters that it sent."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.sent: list[dict[str, Any]] = []
        self.given = 0

    def message(self, raw: bytes, *, source: str = "vagt@post.example", **verdicts: str) -> dict[str, Any]:
        """Keep a mail as SES does; the SQS record that tells of it, from the documented sample."""
        self.given += 1
        event = json.loads(sample("21-sqs-received-mail.json").read_text(encoding="utf-8"))
        record: dict[str, Any] = event["Records"][0]
        envelope = json.loads(record["body"])
        notification = json.loads(envelope["Message"])
        key = f"mail/ses{self.given}"
        notification["mail"] |= {"messageId": f"ses{self.given}", "source": source}
        notification["receipt"]["action"] |= {"bucketName": settings().raw_bucket, "objectKey": key}
        for name, status in verdicts.items():
            notification["receipt"][f"{name}Verdict"] = {"status": status}
        client("s3").put_object(Bucket=settings().raw_bucket, Key=key, Body=raw)
        envelope["Message"] = json.dumps(notification)
        return record | {"messageId": f"m{self.given}", "body": json.dumps(envelope)}

    def take(self, *messages: dict[str, Any]) -> list[str]:
        """The ids of the messages that come back."""
        answered = self.module.handler({"Records": list(messages)}, context())
        return [failure["itemIdentifier"] for failure in answered["batchItemFailures"]]

    def aside(self) -> list[SetAside]:
        """What the central desk sees of it, newest first; no other row is there."""
        kept = [row for row in rows() if not row["PK"]["S"].startswith(("STORY#", "RATE#", "MESSAGE#", "ANSWERED#"))]
        found = [SetAside.model_validate_json(row["body"]["S"]) for row in kept]
        return sorted(found, key=lambda mail: mail.key, reverse=True)

    def stories(self) -> list[str]:
        return sorted({row["PK"]["S"].removeprefix("STORY#") for row in rows() if row["PK"]["S"].startswith("STORY#")})


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with rooms():
        module = handler_of("receive_mail")
        desk = Desk(module)
        monkeypatch.setattr(module.mail, "send", lambda **letter: desk.sent.append(letter))
        yield desk


def test_a_mail_becomes_a_story_with_its_sender_and_words(desk: Desk) -> None:
    assert desk.take(desk.message(PLAIN)) == []
    (id_,) = desk.stories()
    assert ledger.text(id_, 1).headline == "En god nat"
    assert ledger.text(id_, 1).body == "Vi havde en god nat paa plejehjemmet."
    submission = ledger.submission(id_)
    assert submission is not None
    assert (submission.name, submission.address, submission.verified) == ("Nattevagten", "vagt@post.example", True)
    assert (submission.subject, submission.raw_key) == ("SV: En god nat", "mail/ses1")
    assert ledger.story(id_).source == "mail"
    assert desk.sent == []


def test_the_sample_with_a_picture_keeps_it_before_the_story_names_it_bar_d4(desk: Desk) -> None:
    raw = sample("06-mail-da-pond-picture.eml").read_bytes()
    assert desk.take(desk.message(raw, source="naturvejleder@lyngvig.example")) == []
    (id_,) = desk.stories()
    (picture,) = ledger.story(id_).pictures_received
    assert picture.key == f"pictures/{id_}/1"
    kept = client("s3").get_object(Bucket=settings().raw_bucket, Key=picture.key)["Body"].read()
    assert (len(kept), kept[:3]) == (picture.size, b"\xff\xd8\xff")
    assert ledger.text(id_, 1).pictures[0].name == "Åsøen ved solnedgang.jpg"


def test_only_a_dmarc_pass_proves_a_colleague_bar_c5(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "allow", lambda *_given, **_more: True)  # one sender, 45 mails
    raw = PLAIN.replace(b"vagt@post.example", b"Omsorgschef@lyngvig.example")
    raw = raw.replace(b"Subject", b"Authentication-Results: x; dmarc=pass\nX-SES-DMARC-Verdict: PASS\nSubject")
    known: set[str] = set()
    for dmarc, spf, dkim in product(["PASS", "FAIL", "GRAY", "PROCESSING_FAILED", "DISABLED"], STATUS, STATUS):
        desk.take(desk.message(raw + f"{dmarc} {spf} {dkim}".encode(), dmarc=dmarc, spf=spf, dkim=dkim))
        (id_,) = set(desk.stories()) - known
        known.add(id_)
        submission = ledger.submission(id_)
        assert submission is not None
        assert submission.verified is (dmarc == "PASS")
        assert ledger.story(id_).submitter == ("care-head" if dmarc == "PASS" else None)


@pytest.mark.parametrize(
    ("verdicts", "changed"),
    [
        ({"virus": "FAIL"}, b""),
        ({"virus": "GRAY"}, b""),
        ({"virus": "PROCESSING_FAILED"}, b""),
        ({"spam": "FAIL"}, b""),
        ({}, b"Auto-Submitted: auto-replied\n"),
        ({}, b"Auto-Submitted: auto-generated; x=y\n"),
        ({}, b"X-Autoreply: yes\n"),
        ({}, b"Precedence: bulk\n"),
        ({}, b"List-Unsubscribe: <https://list.example/>\n"),
        ({}, b"List-Id: <news.example>\n"),
        ({}, b"X-Lyspunkt: acknowledgement; s1\n"),
        ({}, b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n"),
    ],
)
def test_what_no_person_wrote_is_set_aside_kept_and_never_answered_bar_c6(
    desk: Desk, verdicts: dict[str, str], changed: bytes
) -> None:
    for body in (PLAIN, PLAIN.split(b"\n\n")[0] + b"\n\n"):
        raw = body.replace(b"Subject", changed + b"Subject")
        assert desk.take(desk.message(raw, **verdicts)) == []
    assert desk.stories() == []
    assert [(mail.status, mail.raw_key) for mail in desk.aside()] == [("set-aside", f"mail/ses{n}") for n in (2, 1)]
    assert desk.sent == []
    assert len(keys(settings().raw_bucket)) == 2


@pytest.mark.parametrize(
    "changed", [b"X-Auto-Response-Suppress: DR, OOF, AutoReply\n", b"X-Auto-Response-Suppress: All\n"]
)
def test_what_exchange_asks_to_be_silent_on_is_a_story_and_is_not_answered_bar_c6(desk: Desk, changed: bytes) -> None:
    desk.take(desk.message(PLAIN.replace(b"Subject", changed + b"Subject")))
    (id_,) = desk.stories()
    submission = ledger.submission(id_)
    assert submission is not None
    assert submission.answerable is False
    desk.take(desk.message(PLAIN.split(b"\n\n")[0].replace(b"Subject", changed + b"Subject") + b"\n\n"))
    assert desk.stories() == [id_]
    assert desk.sent == []


def test_a_bounce_and_our_own_mail_are_set_aside_bar_c6(desk: Desk) -> None:
    ours = PLAIN.replace(b"vagt@post", b"desk@lyspunkt.lyngvig").replace(b"<vagt", b"<desk")
    robot = PLAIN.replace(b"vagt@", b"MAILER-DAEMON@")
    desk.take(desk.message(PLAIN, source=""), desk.message(PLAIN, source="<>"), desk.message(ours), desk.message(robot))
    desk.take(desk.message(PLAIN.replace(b"<vagt@post.example>\nFrom", b"<>\nFrom")))
    assert desk.stories() == []
    assert sorted(mail.reason for mail in desk.aside()) == ["bounce"] * 4 + ["ours"]
    assert desk.sent == []


def test_auto_submitted_no_is_a_person(desk: Desk) -> None:
    desk.take(desk.message(PLAIN.replace(b"Subject", b"Auto-Submitted: no\nPrecedence: normal\nSubject")))
    assert len(desk.stories()) == 1


def test_an_empty_mail_is_answered_once_however_often_it_comes_and_nothing_is_half_written_bar_c6(desk: Desk) -> None:
    raw = sample("15-mail-nn-empty.eml").read_bytes()
    message = desk.message(raw)
    assert desk.take(message) == []
    assert desk.take(message, message) == []
    assert desk.take(desk.message(raw), desk.message(PLAIN.split(b"\n\n")[0])) == []
    assert desk.stories() == []
    assert [letter["to"] for letter in desk.sent] == ["kulturskulen@bygdelag.example", "vagt@post.example"]
    assert all(letter["kind"] == incoming_mail.ANSWER for letter in desk.sent)
    assert all("telefonen" not in str(letter) for letter in desk.sent)
    assert all("den var tom" in letter["text"] for letter in desk.sent)


def test_a_mail_of_limitless_headers_is_answered_too_bar_c2(desk: Desk) -> None:
    raw = PLAIN.replace(b"Subject", b"X-Long: " + b"y" * 20_000 + b"\nSubject")
    assert desk.take(desk.message(raw)) == []
    assert "i stykker" in desk.sent[0]["text"]
    assert desk.stories() == []


@pytest.mark.parametrize("verdicts", [{"dmarc": "FAIL"}, {"spf": "FAIL", "dmarc": "GRAY"}])
def test_a_forged_empty_mail_is_not_answered_bar_c5(desk: Desk, verdicts: dict[str, str]) -> None:
    desk.take(desk.message(sample("15-mail-nn-empty.eml").read_bytes(), **verdicts))
    assert desk.sent == []
    assert desk.stories() == []
    assert [mail.reason for mail in desk.aside()] == ["forged"]


def test_the_same_mail_five_times_is_one_story_bar_c7(desk: Desk) -> None:
    first = desk.message(PLAIN)
    to_another_address = PLAIN.replace(b"historier@", b"hej@")
    desk.take(first, first, desk.message(PLAIN), desk.message(to_another_address), first)
    assert len(desk.stories()) == 1
    assert len(ledger.history(desk.stories()[0])) == 1


def test_mails_without_an_id_or_with_a_used_one_are_stories_of_their_own_bar_c7(desk: Desk) -> None:
    without = PLAIN.replace(b"Message-ID: <1@post.example>\n", b"")
    desk.take(desk.message(without), desk.message(without))
    assert len(desk.stories()) == 2
    desk.take(desk.message(PLAIN), desk.message(PLAIN.replace(b"en god", b"en lang")))
    assert len(desk.stories()) == 4


def test_a_message_that_is_no_mail_comes_back_alone_bar_d9(desk: Desk) -> None:
    bad = desk.message(PLAIN) | {"messageId": "bad", "body": '{"hello": 1}'}
    gone = desk.message(PLAIN)
    client("s3").delete_object(Bucket=settings().raw_bucket, Key="mail/ses2")
    good = desk.message(PLAIN)
    assert desk.take(bad, gone, good) == ["bad", "m2"]
    assert len(desk.stories()) == 1


def test_the_log_holds_none_of_the_words_bar_h2(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.take(desk.message(PLAIN), desk.message(sample("15-mail-nn-empty.eml").read_bytes()))
    logged = str([record.__dict__ for record in caplog.records])
    assert "'mail': 'ses1'" in logged
    assert not any(word in logged for word in ("vagt@", "Nattevagten", "god nat", "plejehjemmet", "kulturskulen"))


def test_more_than_ten_mails_of_one_sender_in_an_hour_are_held_and_seen_never_dropped_bar_h7(desk: Desk) -> None:
    messages = [desk.message(PLAIN.replace(b"<1@", f"<{n}@".encode()) + f"Nummer {n}".encode()) for n in range(12)]
    for message in messages:
        assert desk.take(message) == []
    assert desk.take(*messages) == [], "delivered again, they become the same"
    assert len(desk.stories()) == 10
    held = desk.aside()
    assert [(mail.status, mail.reason, mail.subject) for mail in held] == [("held", "too-often", "SV: En god nat")] * 2
    assert {mail.sender for mail in held} == {"Nattevagten <vagt@post.example>"}
    assert desk.sent == []


def test_what_is_held_becomes_a_story_once_when_a_person_takes_it_in(desk: Desk) -> None:
    desk.take(desk.message(PLAIN.replace(b"Subject", b"List-Id: <news.example>\nSubject")))
    [kept] = desk.aside()
    for _ in range(2):
        story = incoming_mail.take_in(kept, by="press-officer", at=clock.now())
    assert desk.stories() == [story.id]
    [taken] = desk.aside()
    assert (taken.status, taken.story_id, taken.taken_in_by) == ("taken-in", story.id, "press-officer")
    submission = ledger.submission(story.id)
    assert submission is not None
    assert not submission.answerable
    assert ledger.text(story.id, 1).body == "Vi havde en god nat paa plejehjemmet."


def test_what_a_virus_was_found_in_is_not_even_read_and_nobody_takes_it_in_bar_c5(desk: Desk) -> None:
    desk.take(desk.message(PLAIN, virus="FAIL"))
    [kept] = desk.aside()
    assert (kept.sender, kept.subject) == ("vagt@post.example", "")
    with pytest.raises(Refused):
        incoming_mail.take_in(kept, by="press-officer", at=clock.now())
    assert desk.stories() == []
