"""Who a mail is from: one plain mailbox, or nobody (bar C3)."""

from __future__ import annotations

import pytest

from lyspunkt.mailroom.headers import Headers, Mailbox


@pytest.mark.parametrize(
    ("header", "sender"),
    [
        (b"From: a@b.example", (None, "a@b.example")),
        (b"From: <a@b.example>", (None, "a@b.example")),
        (b"From: Vagten <a@b.example>", ("Vagten", "a@b.example")),
        (b'From: "Vagt, Nat" <a@b.example>', ("Vagt, Nat", "a@b.example")),
        (b"from : =?utf-8?Q?K=C3=B8kkenet?= <a@b.example>", ("Køkkenet", "a@b.example")),
        (b"From: Vagten\n\t<a@b.example>", ("Vagten", "a@b.example")),
        (b"From: a@b.example (Vagten)", ("Vagten", "a@b.example")),
        (b"From: Vagt, Nat <a@b.example>", ("Vagt, Nat", "a@b.example")),
        (b'From: "boss@lyngvig.example" <a@evil.example>', (None, "a@evil.example")),
        (b"From: =?utf-8?Q?boss=40lyngvig.example?= <a@evil.example>", (None, "a@evil.example")),
    ],
)
def test_one_plain_mailbox_is_the_sender_bar_c3(header: bytes, sender: tuple[str | None, str]) -> None:
    assert Headers(header + b"\n\nx").sender() == Mailbox(name=sender[0], address=sender[1])


@pytest.mark.parametrize(
    "header",
    [
        b"X: no from",
        b"From:",
        b"From: a@b.example\nFrom: c@d.example",
        b"From: a@b.example, c@d.example",
        b"From: boss@lyngvig.example <a@evil.example>",
        b"From: <boss@lyngvig.example> <a@evil.example>",
        b"From: boss@lyngvig.example(<a@evil.example>)",
        b"From: a@evil.example <boss@lyngvig.example",
        b"From: boss@lyngvig.example@evil.example",
        b"From: <boss@lyngvig.example>a@evil.example",
        b'From: "boss" <a@evil.example>, <boss@lyngvig.example>',
        b"From: group: a@b.example, c@d.example;",
        b"From: <@relay.example:boss@lyngvig.example>",
        b"From: boss@lyngvig.example\x00a@evil.example",
        b"From: =?utf-8?Q?boss=40lyngvig=2Eexample?=",
        b"From: boss at lyngvig.example",
        b"From: " + b"x" * 2_000 + b" <a@b.example>",
    ],
)
def test_trick_headers_have_no_sender_bar_c3(header: bytes) -> None:
    assert Headers(header + b"\nSubject: x\n\nx").sender() is None
