"""Mails that nobody would send: every one becomes a story or is set aside with a reason (bars C1, C2, C9).

Bounded: a few hundred mails a run, made from the corpus by breaking it, and from nothing by random trees of parts.
"""

from __future__ import annotations

import base64
import quopri
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lyspunkt.mailroom.limits import LARGEST_TEXT, MOST_PARTS
from lyspunkt.mailroom.parts import take_apart
from lyspunkt.mailroom.read import read
from lyspunkt.mailroom.tnef import opened
from lyspunkt.newsroom.submissions import clean

CORPUS = [mail.read_bytes() for mail in sorted((Path(__file__).parent / "corpus").glob("*.eml"))]
SMALL = [raw for raw in CORPUS if len(raw) < 8_000]
WINMAIL = next(part.data() for raw in SMALL for part in take_apart(raw).walk() if part.is_winmail)
LABELS = ("utf-8", "iso-8859-1", "windows-1252", "us-ascii", "utf-16", "utf-7", "x-made-up", "punycode", "\x00", "")
KINDS = (
    "text/plain",
    "text/html",
    "text/calendar",
    "text/enriched",
    "image/jpeg",
    "application/ms-tnef",
    "application/pkcs7-mime",
    "message/rfc822",
    "message/delivery-status",
    "multipart/mixed",
    "",
    "nonsense",
)
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "7bit": bytes,
    "8bit": bytes,
    "base64": base64.encodebytes,
    "quoted-printable": quopri.encodestring,
    "x-uuencode": bytes,
    "": bytes,
}
LINES = (
    "From: Kontoret <kontoret@lyngvig.example>",
    "Den tors. 5. nov. 2026 kl. 10.12 skrev Kontoret <kontoret@lyngvig.example>:",
    "skrev Kontoret den 5. november 2026 10:12 ...",
    "Fra: Kontoret",
    "Sendt: 5. november 2026 10:12",
    "Til: Redaktionen",
    "Emne: VS: Hønsene",
    "-----Oprindelig meddelelse-----",
    "---------- Forwarded message ---------",
    "> Tak for historien.",
    ">>> Begin forwarded message:",
    "Med venlig hilsen",
    "Tlf. 00 00 00 00",
    "-- ",
    "begin 644 billede.jpg",
    "`",
    "end",
    "",
    "Beboerne fik høns, og børnene kom på besøg …",
    '<div class="gmail_quote"><blockquote>',
    "[cid:image001.png@01DC4E2A]",
    "\ufffc\u2028\x00\x1b$B",
    "=?utf-8?B?w6Y",
)


def holds(raw: bytes) -> None:
    """What is true of every mail: an outcome with a reason, and words that any store takes."""
    mail = read(raw, our_domain="lyspunkt.lyngvig.example")
    reason = mail.aside or mail.problem
    assert bool(mail.text) or reason, "neither words nor a reason"
    assert not (mail.aside and mail.problem)
    assert len(mail.text) <= 6 * LARGEST_TEXT
    assert len(mail.files) <= MOST_PARTS
    mail.model_dump_json(exclude={"files": {"__all__": {"data"}}}).encode()
    assert mail.text == clean(mail.text, lines=True)
    for line in (mail.subject, mail.headline, *(str(who or "") for who in (mail.sender, mail.author))):
        assert line == clean(line)


bounded = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
places = st.floats(min_value=0, max_value=1)


@st.composite
def broken_mails(draw: st.DrawFn) -> bytes:
    """A mail of the corpus after one to four mishaps."""
    raw = draw(st.sampled_from(SMALL))
    for _ in range(draw(st.integers(1, 4))):
        at, other = (int(draw(places) * len(raw)) for _ in range(2))
        start, end = min(at, other), max(at, other)
        head, gap, body = raw.partition(b"\r\n\r\n")
        mishap = draw(st.integers(0, 9))
        if mishap == 0:
            raw = raw[:start] + draw(st.binary(min_size=1, max_size=8)) + raw[start + 1 :]
        elif mishap == 1:
            raw = raw[:end]
        elif mishap == 2:
            raw = raw[:start] + raw[end:]
        elif mishap == 3:
            raw = raw[:end] + raw[start:]
        elif mishap == 4:
            raw = head + b"\r\n" + head + gap + body
        elif mishap == 5:
            raw = raw.replace(b'boundary="', draw(st.sampled_from([b'boundary="x', b"boundary=", b'boundary*0="'])))
        elif mishap == 6:
            raw = raw.replace(b"charset=", b"charset=" + draw(st.sampled_from(LABELS)).encode() + b"; x=")
        elif mishap == 7:
            swaps = draw(st.permutations([b"base64", b"quoted-printable", b"8bit"]))
            raw = raw.replace(swaps[0], swaps[1])
        elif mishap == 8:
            ends = draw(st.permutations([b"\r\n", b"\n", b"\r"]))
            raw = raw.replace(ends[0], ends[1])
        else:
            raw = raw[:start] + bytes(byte ^ 0x80 for byte in raw[start : start + 20]) + raw[start + 20 :]
    return raw


written = st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=60)), max_size=30).map("\r\n".join)


@st.composite
def leaves(draw: st.DrawFn) -> bytes:
    text = draw(written)
    label, kind = draw(st.sampled_from(LABELS)), draw(st.sampled_from(KINDS))
    encoding = draw(st.sampled_from(sorted(ENCODINGS)))
    content = draw(st.one_of(st.just(text.encode("utf-8")), st.just(text.encode("cp1252", "replace")), st.binary()))
    disposition = draw(st.sampled_from(["", "inline", "attachment", 'attachment; filename="=?utf-8?Q?b=C3"', "\x00"]))
    head = f'Content-Type: {kind}; charset="{label}"; format=flowed\r\nContent-Transfer-Encoding: {encoding}\r\n'
    head += f"Content-Disposition: {disposition}\r\nContent-ID: <a@b>\r\n"
    return head.encode() + b"\r\n" + ENCODINGS[encoding](content)


def containers(inner: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    def put_together(subtype: str, boundary: str, parts: list[bytes]) -> bytes:
        between = f"\r\n--{boundary}\r\n".encode()
        head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\nBefore.'.encode()
        return head + between + between.join(parts) + f"\r\n--{boundary}--\r\n".encode()

    subtypes = ("mixed", "alternative", "related", "signed", "encrypted", "report", "digest", "appledouble", "\x00")
    multiparts = st.builds(
        put_together, st.sampled_from(subtypes), st.sampled_from("aabc="), st.lists(inner, max_size=4)
    )
    return st.one_of(multiparts, inner.map(lambda raw: b"Content-Type: message/rfc822\r\n\r\nSubject: VS: x\r\n" + raw))


@bounded
@given(broken_mails())
def test_a_broken_mail_of_the_corpus_is_a_story_or_set_aside_bar_c1(raw: bytes) -> None:
    holds(raw)


@bounded
@given(st.recursive(leaves(), containers, max_leaves=12), st.sampled_from(["", "SV: ", "VS: ", "=?utf-8?Q?=00=0A?="]))
def test_any_tree_of_parts_is_a_story_or_set_aside_bars_c1_c9(tree: bytes, prefix: str) -> None:
    holds(b"From: A <a@b.example>\r\nIn-Reply-To: <x@y>\r\nSubject: " + prefix.encode() + b"Emne\r\n" + tree)


@bounded
@given(st.lists(st.tuples(st.sampled_from(LINES), st.integers(1, 60)), max_size=8), st.booleans())
def test_repeated_lines_of_mail_programs_are_read_bars_c1_c2(runs: list[tuple[str, int]], answer: bool) -> None:
    text = "\r\n".join(line for line, times in runs for _ in range(times))
    head = b"From: a@b.example\r\nSubject: Emne\r\n" + (b"In-Reply-To: <x@y>\r\n" if answer else b"")
    holds(head + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode())


@bounded
@given(st.binary(max_size=600))
def test_any_bytes_at_all_are_a_story_or_set_aside_bar_c1(raw: bytes) -> None:
    holds(raw)


@bounded
@given(places, st.binary(max_size=12), st.binary(max_size=12))
def test_a_winmail_dat_that_lies_about_its_lengths_is_read_as_far_as_it_goes_bar_c1(
    at: float, instead: bytes, more: bytes
) -> None:
    place = int(at * len(WINMAIL))
    found = opened(WINMAIL[:place] + instead + WINMAIL[place + len(instead) :] + more)
    found.model_dump_json(exclude={"files"}).encode()
    assert sum(len(data) for _, data in found.files) <= len(WINMAIL)


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        ("plain", "Den 5. nov. 2026 kl. 10.12 skrev K <a@b.example>:\n"),
        ("plain", "Det er sådan her:\n"),
        ("plain", "Fra: K <a@b.example>\nSendt: 5. nov. 2026 10:12\nTil: L\nEmne: VS: M\n\n"),
        ("plain", "---------- Forwarded message ---------\n"),
        ("plain", "-- \n"),
        ("plain", "Med venlig hilsen\n"),
        ("plain", "> hej\nhej\n"),
        ("html", "<div>"),
        ("html", "<ul><li>"),
        ("html", "<blockquote>"),
        ("html", "&"),
    ],
)
def test_a_quarter_megabyte_of_the_same_takes_less_than_two_seconds_bar_c2(kind: str, unit: str) -> None:
    head = f"From: a@b.example\r\nSubject: SV: Emne\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n"
    began = time.process_time()
    holds((head + unit * (250_000 // len(unit))).encode())
    assert time.process_time() - began < 2
