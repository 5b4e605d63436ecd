"""Broken mails and bombs: read or put to its sender, never an exception, never slow (bars C1, C2)."""

from __future__ import annotations

import base64
import time
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyspunkt.mailroom.arrival import arrived_by
from lyspunkt.mailroom.charsets import header_text
from lyspunkt.mailroom.limits import LARGEST_MAIL
from lyspunkt.mailroom.read import read
from lyspunkt.newsroom.submissions import clean
from tests.support.mails import arrived, body, mail, multipart, part

WORDS = b"Vi fik blomster af beboerne i dag."
BROKEN_YET_READ = {
    "no headers": b"\n\n" + WORDS,
    "made-up charset": mail(WORDS, kind="text/plain; charset=klingon-8"),
    "charset of nul": mail(WORDS, kind="text/plain; charset=\x00"),
    "charset twice": mail(WORDS, kind="text/plain; charset=utf-8; charset=latin-1"),
    "charset continued": mail(WORDS, kind="text/plain; charset*0=utf; charset*1=-8"),
    "charset RFC 2231 broken": mail(WORDS, kind="text/plain; charset*=bogus'%%%"),
    "rot13": mail(WORDS, kind="text/plain; charset=rot13"),
    "idna": mail(WORDS, kind="text/plain; charset=idna"),
    "undefined": mail(WORDS, kind="text/plain; charset=undefined"),
    "unicode_escape": mail(WORDS, kind="text/plain; charset=unicode_escape"),
    "unknown encoding": mail(WORDS, "Content-Transfer-Encoding: x-rot47"),
    "encoding twice": mail(WORDS, "Content-Transfer-Encoding: 7bit", "Content-Transfer-Encoding: base64"),
    "empty type": mail(WORDS, kind=""),
    "nonsense type": mail(WORDS, kind="/;;=;"),
    "semicolons": mail(WORDS, kind="text/plain" + ";" * 8_000),
    "quotes": mail(WORDS, kind='text/plain; name="' + '\\"' * 2_000),
    "exchange id": mail(WORDS).replace(b"<1@b.example>", b"<[abc]@[]>"),
    "id of nothing": mail(WORDS).replace(b"<1@b.example>", b"<>"),
    "id open": mail(WORDS).replace(b"<1@b.example>", b"<"),
    "bad date": mail(WORDS, "Date: yesterday-ish"),
    "date of overflow": mail(WORDS, "Date: Mon, 99 Foo 999999999999 99:99:99 +9999999"),
    "8-bit headers": mail(WORDS, "X-Name: ").replace(b"X-Name: ", b"X-Name: \xff\xfe\xe6"),
    "lone surrogate word": mail(WORDS).replace(b"Emne", b"=?utf-16?B?2D0=?="),
    "header without colon": mail(WORDS).replace(b"Subject", b"what is this\nSubject"),
    "colon first": mail(WORDS).replace(b"Subject", b": x\nSubject"),
    "cr only": mail(WORDS).replace(b"\n", b"\r"),
    "mixed ends": mail(WORDS).replace(b"\n", b"\r\n", 2),
    "no final newline": mail(WORDS),
    "nul bytes": mail(b"\x00" + WORDS + b"\x00"),
    "boundary missing": mail(WORDS, kind="multipart/mixed"),
    "boundary never used": mail(WORDS, kind="multipart/mixed; boundary=never"),
    "boundary empty": mail(WORDS, kind='multipart/mixed; boundary=""'),
    "never closed": multipart(part(WORDS)).replace(b"--xx--", b""),
    "closed twice": multipart(part(WORDS)) + b"\n--xx--\n",
    "parts without headers": multipart(b"\n" + WORDS),
    "same boundary inside": multipart(part(b"--xx\n\n" + WORDS + b"\n--xx--", "multipart/mixed; boundary=xx")),
    "broken base64": multipart(part(WORDS), part(b"%%%", "image/png", "Content-Transfer-Encoding: base64")),
    "short base64": multipart(part(WORDS), part(b"abcde", "image/png", "Content-Transfer-Encoding: base64")),
    "broken uuencode": multipart(
        part(WORDS), part(b"begin 999 x\n~~~", "image/png", "Content-Transfer-Encoding: x-uuencode")
    ),
    "multipart as base64": multipart(part(WORDS)).replace(b"boundary", b"x=y; boundary", 1),
    "rfc822 of nothing": multipart(part(WORDS), part(b"", "message/rfc822")),
    "rfc822 base64": multipart(part(WORDS), part(b"abcd", "message/rfc822", "Content-Transfer-Encoding: base64")),
    "external body": multipart(part(WORDS), part(b"", "message/external-body; access-type=URL")),
    "partial": multipart(part(WORDS), part(b"x", "message/partial; id=1; number=1")),
    "delivery status inside": multipart(part(WORDS), part(b"a: b\n\nc: d", "message/delivery-status")),
    "file name broken": multipart(part(WORDS), part(b"x", "a/b", "Content-Disposition: attachment; filename*=x''%FF%")),
    "file name huge": multipart(
        part(WORDS), part(b"x", "a/b", f"Content-Disposition: attachment; filename={'n' * 9_000}")
    ),
    "disposition broken": multipart(part(WORDS), part(b"x", "a/b", "Content-Disposition: ;;;=\x01")),
    "calendar": multipart(part(WORDS), part(b"BEGIN:VCALENDAR", "text/calendar")),
    "tnef": multipart(part(WORDS), part(b"\x78\x9f\x3e\x22", "application/ms-tnef; name=winmail.dat")),
    "html open": mail(b"<p>" + WORDS + b"<table><tr><td", kind="text/html"),
    "html of entities": mail(b"<p>&#xD800;&#0;&#99999999;&bogus;" + WORDS, kind="text/html"),
    "html nested": mail(b"<div>" * 20_000 + WORDS, kind="text/html"),
    "html comment": mail(b"<!--[if mso]><p>x<![endif]-->" + WORDS, kind="text/html"),
    "html as utf-7": mail(WORDS, kind="text/html; charset=utf-7"),
    "format flowed space": mail(WORDS + b" ", kind="text/plain; format=flowed; delsp=yes"),
    "two subjects": mail(WORDS, "Subject: another"),
    "bom": b"\xef\xbb\xbf" + mail(WORDS),
    "mbox line": b"From nobody Mon Nov 23 11:00:00 2026\n" + mail(WORDS),
    "whitespace headers": b"   \n" + mail(WORDS),
}
UNREADABLE = {
    "nothing": b"",
    "only headers": b"From: a@b.example\nSubject: Emne",
    "whitespace": b"From: a@b.example\n\n \n\t\n",
    "noise": bytes(range(128, 160)) * 50,
    "coded noise": mail(base64.encodebytes(bytes(range(256)) * 20), "Content-Transfer-Encoding: base64"),
    "punctuation": mail(b"%%%&&&###!!!" * 50),
    "headers without end": b"X: y\n" * 100_000 + b"\n" + WORDS,
    "a header without end": b"X: " + b"y" * 20_000 + b"\n\n" + WORDS,
    "folded without end": b"X: y\n" + b" y\n" * 40_000 + b"\n" + WORDS,
    "many headers": b"X: y\n" * 2_100 + b"\n" + WORDS,
    "only a program": mail(b"MZ\x90\x00" * 50, kind="application/octet-stream; name=a.exe"),
    "boundaries without end": mail(b"\n".join(b"Content-Type: x/y; boundary=b%d" % n for n in range(300)) + WORDS),
    "parts without end": multipart(*[b"\nx"] * 3_000),
}


def deep(levels: int) -> bytes:
    inner = part(WORDS)
    for level in range(levels):
        boundary = b"b%d" % level
        inner = (
            b"Content-Type: multipart/mixed; boundary="
            + boundary
            + b"\n\n--"
            + boundary
            + b"\n"
            + inner
            + b"\n--"
            + boundary
            + b"--\n"
        )
    return b"From: a@b.example\n" + inner


@pytest.mark.parametrize("name", BROKEN_YET_READ)
def test_a_broken_mail_with_words_in_it_is_a_story_bar_c1(name: str) -> None:
    found = arrived(BROKEN_YET_READ[name])
    assert WORDS.decode() in found.text.body
    found.model_dump_json().encode()
    if found.address:
        assert found.address == "a@b.example"


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_mail_that_nobody_can_read_says_so_and_raises_nothing_else_bar_c1(name: str) -> None:
    found = read(UNREADABLE[name])
    assert found.problem
    assert found.text == ""


@pytest.mark.parametrize("levels", [21, 90, 5_000])
def test_depth_is_limited_and_twenty_levels_are_read_bar_c2(levels: int) -> None:
    assert body(deep(19)) == WORDS.decode()
    assert read(deep(levels)).problem == "too-many-parts"


def test_a_mail_over_40_megabytes_is_refused_without_parsing_bar_c2() -> None:
    assert read(b"From: a@b.example\n\n" + b"x" * LARGEST_MAIL).problem == "too-large"


def test_there_are_more_than_sixty_broken_mails_and_none_takes_long_bar_c1_c2() -> None:
    assert len(BROKEN_YET_READ) + len(UNREADABLE) >= 60
    slowest = 0.0
    for raw in [*BROKEN_YET_READ.values(), *UNREADABLE.values(), deep(90)]:
        began = time.process_time()
        read(raw)
        slowest = max(slowest, time.process_time() - began)
    assert slowest < 2


@given(
    raw=st.binary(max_size=400), start=st.sampled_from([b"", b"From: a@b.example\n", mail(b""), multipart(b"")[:-8]])
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_unreadable_bar_c1(raw: bytes, start: bytes) -> None:
    found = read(start + raw)
    assert bool(found.text) != bool(found.problem or found.aside)
    arrived_by(found).model_dump_json().encode()


@given(
    text=st.text(st.characters(categories=["L", "Nd", "Zs"]), min_size=20, max_size=300), subject=st.text(max_size=80)
)
@settings(max_examples=80, deadline=None)
def test_what_python_s_own_mail_writer_writes_is_read_back(text: str, subject: str) -> None:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message["Subject"] = " ".join(header_text(subject).split())
    message.set_content(text + "\n")
    found = read(message.as_bytes())
    assert found.problem or "".join(found.text.split()) == "".join(clean(text, lines=True).split())
