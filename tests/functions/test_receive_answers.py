"""A mail that answers: it adds to its story by proof alone, and never by its subject (bars C5, C7)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lyspunkt.aws import ledger, links
from lyspunkt.settings import settings
from tests.functions.test_receive_mail import PLAIN, Desk
from tests.support.rooms import handler_of, keys, rooms

ANSWER = b"""From: Nattevagten <vagt@post.example>
To: %s
Subject: SV: En god nat
Message-ID: <2@post.example>
Content-Type: multipart/mixed; boundary=xx

--xx
Content-Type: text/plain

Der kom to til.

> Vi havde en god nat
--xx
Content-Type: application/pdf; name=plan.pdf

%%PDF-1.4 et
--xx--
"""


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with rooms():
        module = handler_of("receive_mail")
        desk = Desk(module)
        monkeypatch.setattr(module.mail, "send", lambda **letter: desk.sent.append(letter))
        yield desk


def story_of(desk: Desk) -> str:
    desk.take(desk.message(PLAIN))
    (id_,) = desk.stories()
    return id_


def answer_to(address: str) -> bytes:
    return ANSWER % address.encode()


def test_an_answer_to_our_letter_adds_its_words_and_files_to_the_story_once(desk: Desk) -> None:
    id_ = story_of(desk)
    message = desk.message(answer_to(links.reply_address(id_).upper()))
    desk.take(message, message)
    assert desk.stories() == [id_]
    (added,) = ledger.story(id_).additions
    assert added.because == "reply"
    addition = ledger.addition(id_, 1)
    assert addition is not None
    assert addition.text.body == "Der kom to til."
    assert [file.name for file in addition.attachments] == ["plan.pdf"]
    assert [key for key in keys(settings().raw_bucket) if key.startswith(f"attachments/{id_}/")]


def test_an_answer_to_one_s_own_mail_adds_to_its_story(desk: Desk) -> None:
    id_ = story_of(desk)
    again = answer_to("historier@lyspunkt.lyngvig.example").replace(
        b"Subject", b"In-Reply-To: <1@post.example>\nSubject"
    )
    desk.take(desk.message(again))
    assert desk.stories() == [id_]
    assert len(ledger.story(id_).additions) == 1


@pytest.mark.parametrize(
    ("what", "dmarc"),
    [
        ("the subject alone", "PASS"),
        ("a stranger", "PASS"),
        ("a proof that is not ours", "PASS"),
        ("not proven", "GRAY"),
        ("forged", "FAIL"),
    ],
)
def test_without_proof_an_answer_is_a_story_of_its_own_bar_c5(desk: Desk, what: str, dmarc: str) -> None:
    id_ = story_of(desk)
    raw = answer_to(links.reply_address(id_))
    if what == "the subject alone":
        raw = answer_to("historier@lyspunkt.lyngvig.example")
    elif what == "a stranger":
        raw = raw.replace(b"vagt@post", b"anden@post").replace(b"Subject", b"References: <1@post.example>\nSubject")
    elif what == "a proof that is not ours":
        raw = answer_to(f"story+{id_}-{'a' * 24}@lyspunkt.lyngvig.example")
    assert desk.take(desk.message(raw, source="anden@post.example", dmarc=dmarc)) == []
    assert len(desk.stories()) == 2
    assert ledger.story(id_).additions == ()


def test_an_encrypted_mail_is_asked_for_again_in_plain(desk: Desk) -> None:
    sealed = PLAIN.replace(b"Subject", b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\nSubject")
    desk.take(desk.message(sealed))
    assert desk.stories() == []
    assert "krypteret" in desk.sent[0]["text"]
