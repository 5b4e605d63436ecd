"""From raw mails to words, senders and pictures: no exception for what a stranger wrote (bars C1, C2, C3, C7, C9)."""

from __future__ import annotations

import base64
import json
import quopri
import time
import tomllib
from contextlib import suppress
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyspunkt.aws import mail_parts, mail_text
from lyspunkt.aws.incoming_mail import Read, by_headers, by_verdict, read_mail
from lyspunkt.aws.mail_notification import NotAMail, Notification, notification_in
from lyspunkt.aws.mail_parts import Headers, Unreadable
from lyspunkt.newsroom.form_mapping import from_webhook
from lyspunkt.newsroom.submissions import BODY_LENGTH, clean
from tests.support.lyngvig import ROOT, lyngvig
from tests.support.rooms import sample

LETTERS = "Ærlig talt: blåbærsyltetøy på Öland, så smörgåsen får änglar."
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20_000
SAMPLES = tomllib.loads((ROOT / "events/samples.toml").read_text(encoding="utf-8"))["sample"]


def sqs_body() -> str:
    event = json.loads(sample("21-sqs-received-mail.json").read_text(encoding="utf-8"))
    return str(event["Records"][0]["body"])


def notification(**mail: Any) -> Notification:
    found = notification_in(sqs_body())
    return found.model_copy(update={"mail": found.mail.model_copy(update=mail)})


def read(raw: bytes) -> Read:
    return read_mail(raw, notification())


def body(raw: bytes) -> str:
    return read(raw).arrived.text.body


def part(content: bytes, kind: str = "text/plain; charset=utf-8", *headers: str) -> bytes:
    lines = [f"Content-Type: {kind}", *headers]
    return "\n".join(lines).encode() + b"\n\n" + content


def mail(content: bytes = b"Hej med jer.", *headers: str, kind: str = "text/plain; charset=utf-8") -> bytes:
    return b"From: a@b.example\nSubject: Emne\nMessage-ID: <1@b.example>\n" + part(content, kind, *headers)


def multipart(*parts: bytes, subtype: str = "mixed", boundary: str = "xx") -> bytes:
    between = f"\n--{boundary}\n".encode()
    content = between + between.join(parts) + f"\n--{boundary}--\n".encode()
    return mail(content, kind=f'multipart/{subtype}; boundary="{boundary}"')


# The samples


@pytest.mark.parametrize("given_", SAMPLES, ids=lambda given_: given_["id"])
def test_every_sample_goes_through_its_parser(given_: dict[str, Any]) -> None:
    raw = sample(given_["file"]).read_bytes()
    if given_["door"] == "webhook":
        source = lyngvig().source(given_["source"])
        assert source is not None
        arrived = from_webhook(json.loads(raw), source, lyngvig().zone)
        assert arrived.text.headline
        assert len(arrived.text.body) > 100
        return
    headers = Headers(raw)
    aside = by_headers(headers, notification(source=given_["from"]), our_domain="lyspunkt.lyngvig.example")
    assert bool(aside) == (given_["end"] == "set-aside")
    sender = headers.sender()
    assert sender is not None
    assert sender[1] == given_["from"]
    if given_["end"] == "answered":
        with pytest.raises(Unreadable):
            read(raw)
    elif not aside:
        text = read(raw).arrived.text
        assert "\ufffd" not in text.body
        assert not text.headline.lower().startswith(("vs:", "fwd:"))
        assert len(text.body) > 200


def test_the_samples_come_in_all_languages_by_both_doors_and_their_ids_are_unique() -> None:
    assert {given_["language"] for given_ in SAMPLES} == {"da", "sv", "nb", "nn", "en"}
    assert {given_["door"] for given_ in SAMPLES} == {"webhook", "mail"}
    assert len({given_["id"] for given_ in SAMPLES}) == len(SAMPLES) >= 10
    assert all(sample(given_["file"]).is_file() for given_ in SAMPLES)


def test_the_swedish_sample_comes_out_letter_by_letter() -> None:
    arrived = read(sample("02-mail-sv-library.eml").read_bytes()).arrived
    assert arrived.text.headline == "Biblioteket lånar ut symaskiner – och nu syr halva stan"
    assert arrived.name == "Biblioteket i Lyngvig"
    assert "äntligen" not in arrived.text.body
    assert arrived.text.body.endswith("Vänliga hälsningar\nBiblioteket i Lyngvig")


def test_the_html_sample_is_readable_and_holds_no_script_bar_h4() -> None:
    text = read(sample("13-mail-en-job-centre-html.eml").read_bytes()).arrived.text
    assert text.headline == "From the job centre to the bread oven"
    assert "track" not in text.body
    assert "margin" not in text.body
    assert "\n- have finished their first certificates,\n" in text.body
    assert text.body.startswith("Dear story desk,\n\nIn the spring")
    assert text.body.endswith("Best wishes,\nthe owners of Harbour Bakery")


# Letters (bar C9)


@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
@pytest.mark.parametrize(
    ("written", "labelled"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "iso-8859-1"),
        ("utf-8", "us-ascii"),
        ("utf-8", ""),
        ("utf-8", "x-made-up"),
        ("latin-1", "iso-8859-1"),
        ("latin-1", "utf-8"),
        ("latin-1", "us-ascii"),
        ("latin-1", ""),
        ("latin-1", "x-unknown"),
        ("cp1252", "iso-8859-1"),
        ("cp1252", "windows-1252"),
        ("latin-1", "punycode"),
        ("latin-1", "zip"),
        ("iso8859-15", "iso-8859-15"),
        ("utf-16", "utf-16"),
    ],
)
def test_the_letters_come_out_right_whatever_the_label_says_bar_c9(written: str, labelled: str, encoding: str) -> None:
    text = LETTERS + (" – “citat” €" if written == "cp1252" else "")
    data = text.encode(written)
    if written == "utf-16" and encoding != "base64":
        pytest.skip("UTF-16 cannot travel in lines")
    if encoding == "quoted-printable":
        data = quopri.encodestring(data)
    elif encoding == "base64":
        data = base64.encodebytes(data)
    kind = f'text/plain; charset="{labelled}"' if labelled else "text/plain"
    assert body(mail(data, f"Content-Transfer-Encoding: {encoding}", kind=kind)) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?Q?Gode_r=C3=A5d_til_=C3=A6ldre?=", "Gode råd til ældre"),
        (b"=?iso-8859-1?q?Gr=F8n_=E5?=", "Grøn å"),
        (b"=?UTF-8?B?w6bDuA==?=\r\n =?UTF-8?B?w6U=?=", "æøå"),
        (b"=?utf-8?B?w6bD?= =?utf-8?B?uMOl?=", "æøå"),
        (b"=?utf-8?Q?a?= og =?utf-8?Q?b?=", "a og b"),
        (b"=?made-up?Q?=E6?=", "æ"),
        (b"=?utf-8*da?Q?=C3=A6?=", "æ"),
        (b"=?utf-8?B?w6Y?=", "æ"),
        (b"=?utf-8?B?***?=", ""),
        ("rå utf-8".encode(), "rå utf-8"),
        ("rå latin".encode("latin-1"), "rå latin"),
        (b"=?utf-8?Q?a=0D=0ABcc:_x@y.example?=", "a Bcc: x@y.example"),
        (b"=?utf-8?Q?=00=E2=80=A8a?=", "a"),
        (b"=?utf-8?Q?unfinished", "=?utf-8?Q?unfinished"),
    ],
)
def test_headers_come_out_as_one_line_of_text_bar_c4_c9(raw: bytes, text: str) -> None:
    assert Headers(b"Subject: " + raw + b"\n\nx").one("subject") == text


def test_prefixes_of_answers_and_forwards_are_taken_off_the_headline() -> None:
    for subject in ("SV: VS: Bænken", "Vb: Bænken", "FWD: Re[2]: Bænken", "sv : Bænken", "Ang: Bænken", "Bænken"):
        assert mail_text.headline(subject) == "Bænken"
    assert mail_text.headline("Svar: Bænken") == "Svar: Bænken"
    assert mail_text.headline("Revisionen er klar") == "Revisionen er klar"


def test_signatures_are_taken_off_and_dashes_in_the_text_are_not() -> None:
    assert mail_text.without_signature("Hej\n\n-- \nVagten\nTelefon 70 00 00 00") == "Hej"
    assert mail_text.without_signature("Hej\n--\nVagten") == "Hej"
    assert mail_text.without_signature("Hej\n-- \n" + "Linje\n" * 20).count("Linje") == 20
    assert mail_text.without_signature("Hej\n\nSendt fra min iPhone\n") == "Hej"
    assert mail_text.without_signature("Hej\n\nSkickat från Outlook för Android") == "Hej"
    assert mail_text.without_signature("A\n-- og så videre\nB") == "A\n-- og så videre\nB"


def test_flowed_lines_are_joined_and_html_is_read_as_people_see_it() -> None:
    flowed = mail(b"En lang \nlinje\n  indrykket\n-- \nmig", kind="text/plain; charset=utf-8; format=flowed")
    assert body(flowed) == "En lang linje\n indrykket"
    html = b"<p>F\xc3\xb8rste<br>linje&nbsp;&amp; mere</p><ul><li>et</li><li>to</li></ul><svg><script>x</script></svg>"
    assert body(mail(html, kind="text/html; charset=utf-8")) == "Første\nlinje & mere\n\n- et\n- to"
    assert body(mail(b"<div>a" * 3_000, kind="text/html")).count("a") == 3_000


# Parts


def test_of_alternatives_the_plain_text_is_taken_and_html_where_it_is_empty() -> None:
    plain, html = part(b"Tekst"), part(b"<b>HTML</b>", "text/html")
    assert body(multipart(plain, html, subtype="alternative")) == "Tekst"
    assert body(multipart(part(b" \n"), html, subtype="alternative")) == "HTML"


def test_pictures_are_known_by_content_and_other_files_by_name_bar_c11() -> None:
    encoded = ("Content-Transfer-Encoding: base64",)
    parts = (
        part(b"Se her"),
        part(base64.encodebytes(PNG), "application/octet-stream; name=a.dat", *encoded),
        part(base64.encodebytes(b"<svg/>"), "image/png; name=b.png", *encoded),
        part(base64.encodebytes(PNG[:2_000]), "image/png; name=logo.png", "Content-ID: <logo>", *encoded),
        part(
            base64.encodebytes(PNG),
            "image/png",
            "Content-Disposition: attachment; filename*=utf-8''..%2F%C3%85en%0A.png",
            *encoded,
        ),
    )
    found = read(multipart(*parts))
    assert [(picture.name, len(picture.data)) for picture in found.pictures] == [
        ("a.dat", len(PNG)),
        ("Åen .png", len(PNG)),
    ]
    assert [picture.name for picture in found.arrived.text.pictures] == ["a.dat", "Åen .png"]
    assert found.arrived.fields == {"attachments": "b.png"}


def test_a_mail_within_a_mail_is_read_where_the_outer_says_nothing() -> None:
    inner = b"From: c@d.example\nSubject: Inner\n\nDet inderste."
    assert body(multipart(part(b""), part(inner, "message/rfc822"))) == "Det inderste."
    assert body(multipart(part(b"Ydre"), part(inner, "message/rfc822"))) == "Ydre"


def test_too_long_a_text_is_cut_at_a_paragraph_and_says_so() -> None:
    found = read(mail(b"Ord og ord.\n\n" * 6_000)).arrived
    assert len(found.text.body) <= BODY_LENGTH
    assert found.text.body.endswith("Ord og ord.")
    assert "raw mail" in found.fields["cut"]


def test_pictures_without_words_take_the_subject_for_text() -> None:
    picture = part(base64.encodebytes(PNG), "image/png; name=a.png", "Content-Transfer-Encoding: base64")
    assert body(multipart(picture)) == "Emne"


# Senders (bar C3)


@pytest.mark.parametrize(
    ("header", "sender"),
    [
        (b"From: a@b.example", (None, "a@b.example")),
        (b"From: <a@b.example>", (None, "a@b.example")),
        (b"From: Vagten <a@b.example>", ("Vagten", "a@b.example")),
        (b'From: "Vagt, Nat" <a@b.example>', ("Vagt, Nat", "a@b.example")),
        (b"from : =?utf-8?Q?K=C3=B8kkenet?= <a@b.example>", ("Køkkenet", "a@b.example")),
        (b"From: Vagten\n\t<a@b.example>", ("Vagten", "a@b.example")),
        (b'From: "boss@lyngvig.example" <a@evil.example>', (None, "a@evil.example")),
        (b"From: =?utf-8?Q?boss=40lyngvig.example?= <a@evil.example>", (None, "a@evil.example")),
    ],
)
def test_one_plain_mailbox_is_the_sender_bar_c3(header: bytes, sender: tuple[str | None, str]) -> None:
    assert Headers(header + b"\n\nx").sender() == sender


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


# Broken mails (bars C1, C2)

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
    found = read(BROKEN_YET_READ[name]).arrived
    assert WORDS.decode() in found.text.body
    found.model_dump_json().encode()
    if found.address:
        assert found.address == "a@b.example"


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_mail_that_nobody_can_read_says_so_and_raises_nothing_else_bar_c1(name: str) -> None:
    with pytest.raises(Unreadable):
        read(UNREADABLE[name])


@pytest.mark.parametrize("levels", [21, 90, 5_000])
def test_depth_is_limited_and_twenty_levels_are_read_bar_c2(levels: int) -> None:
    assert body(deep(19)) == WORDS.decode()
    with pytest.raises(Unreadable) as unreadable:
        read(deep(levels))
    assert unreadable.value.problem == "too-many-parts"


def test_a_mail_over_40_megabytes_is_refused_without_parsing_bar_c2() -> None:
    with pytest.raises(Unreadable) as unreadable:
        read(b"From: a@b.example\n\n" + b"x" * mail_parts.LARGEST_MAIL)
    assert unreadable.value.problem == "too-large"


def test_there_are_more_than_sixty_broken_mails_and_none_takes_long_bar_c1_c2() -> None:
    assert len(BROKEN_YET_READ) + len(UNREADABLE) >= 60
    slowest = 0.0
    for raw in [*BROKEN_YET_READ.values(), *UNREADABLE.values(), deep(90)]:
        began = time.process_time()
        with suppress(Unreadable):
            read(raw)
        slowest = max(slowest, time.process_time() - began)
    assert slowest < 2


@given(
    raw=st.binary(max_size=400), start=st.sampled_from([b"", b"From: a@b.example\n", mail(b""), multipart(b"")[:-8]])
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_unreadable_bar_c1(raw: bytes, start: bytes) -> None:
    try:
        found = read(start + raw)
    except Unreadable:
        return
    found.arrived.model_dump_json().encode()
    assert found.arrived.text.body


@given(
    text=st.text(st.characters(categories=["L", "Nd", "Zs"]), min_size=20, max_size=300), subject=st.text(max_size=80)
)
@settings(max_examples=80, deadline=None)
def test_what_python_s_own_mail_writer_writes_is_read_back(text: str, subject: str) -> None:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message["Subject"] = " ".join(mail_text.header_text(subject).split())
    message.set_content(text + "\n")
    try:
        found = read(message.as_bytes()).arrived
    except Unreadable:
        return
    assert "".join(found.text.body.split()) == "".join(clean(text, lines=True).split())


# SES's notification


def test_the_documented_notification_is_understood() -> None:
    found = notification_in(sqs_body())
    assert found.mail.source == "biblioteket@kulturhuset.example"
    assert (found.receipt.action.bucket, found.receipt.action.key[:5]) == ("lyspunkt-raw", "mail/")
    assert by_verdict(found) is None


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
    assert by_verdict(found) == "virus"
    assert found.receipt.dmarc.status != "PASS"
