"""From raw mails to words, senders and files: the samples, the letters, the parts (bars C9, C11, H4)."""

from __future__ import annotations

import base64
import quopri
import tomllib
from typing import Any

import pytest

from lyspunkt.mailroom import replies, signatures
from lyspunkt.mailroom.arrival import arrived_by
from lyspunkt.mailroom.automatic import Verdicts
from lyspunkt.mailroom.headers import Headers
from lyspunkt.mailroom.read import read
from lyspunkt.newsroom.form_bodies import parsed
from lyspunkt.newsroom.form_mapping import from_webhook
from lyspunkt.newsroom.submissions import BODY_LENGTH
from tests.support.lyngvig import ROOT, lyngvig
from tests.support.mails import PNG, arrived, body, mail, multipart, part
from tests.support.rooms import sample

LETTERS = "Ærlig talt: blåbærsyltetøy på Öland, så smörgåsen får änglar."
SAMPLES = tomllib.loads((ROOT / "events/samples.toml").read_text(encoding="utf-8"))["sample"]


# The samples


@pytest.mark.parametrize("given_", SAMPLES, ids=lambda given_: given_["id"])
def test_every_sample_goes_through_its_parser(given_: dict[str, Any]) -> None:
    raw = sample(given_["file"]).read_bytes()
    if given_["door"] == "webhook":
        source = lyngvig().source(given_["source"])
        assert source is not None
        filled_in = from_webhook(parsed(raw, ""), source, lyngvig().zone)
        assert filled_in.text.headline
        assert len(filled_in.text.body) > 100
        return
    found = read(raw, Verdicts(envelope=given_["from"]), our_domain="lyspunkt.lyngvig.example")
    assert bool(found.aside) == (given_["end"] == "set-aside")
    assert bool(found.problem) == (given_["end"] == "answered")
    assert found.sender is not None
    assert found.sender.address == given_["from"]
    if not found.aside and not found.problem:
        text = arrived_by(found).text
        assert "\ufffd" not in text.body
        assert not text.headline.lower().startswith(("vs:", "fwd:"))
        assert len(text.body) > 200


def test_the_samples_come_in_all_languages_by_both_doors_and_their_ids_are_unique() -> None:
    assert {given_["language"] for given_ in SAMPLES} == {"da", "sv", "nb", "nn", "en"}
    assert {given_["door"] for given_ in SAMPLES} == {"webhook", "mail"}
    assert len({given_["id"] for given_ in SAMPLES}) == len(SAMPLES) >= 10
    assert all(sample(given_["file"]).is_file() for given_ in SAMPLES)


def test_the_swedish_sample_comes_out_letter_by_letter() -> None:
    library = arrived(sample("02-mail-sv-library.eml").read_bytes())
    assert library.text.headline == "Biblioteket lånar ut symaskiner – och nu syr halva stan"
    assert library.name == "Biblioteket i Lyngvig"
    assert "äntligen" not in library.text.body
    assert library.text.body.endswith("Vänliga hälsningar\nBiblioteket i Lyngvig")


def test_the_html_sample_is_readable_and_holds_no_script_bar_h4() -> None:
    text = arrived(sample("13-mail-en-job-centre-html.eml").read_bytes()).text
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
        assert replies.headline(subject) == "Bænken"
    assert replies.headline("Svar: Bænken") == "Svar: Bænken"
    assert replies.headline("Revisionen er klar") == "Revisionen er klar"


def test_signatures_are_taken_off_and_dashes_in_the_text_are_not() -> None:
    assert signatures.removed("Hej\n\n-- \nVagten\nTelefon 70 00 00 00") == "Hej"
    assert signatures.removed("Hej\n--\nVagten") == "Hej"
    assert signatures.removed("Hej\n-- \n" + "Linje\n" * 20).count("Linje") == 20
    assert signatures.removed("Hej\n\nSendt fra min iPhone\n") == "Hej"
    assert signatures.removed("Hej\n\nSkickat från Outlook för Android") == "Hej"
    assert signatures.removed("A\n-- og så videre\nB") == "A\n-- og så videre\nB"


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
        part(base64.encodebytes(PNG), "image/png; name=again.png", *encoded),
        part(
            base64.encodebytes(PNG + b"1"),
            "image/png",
            "Content-Disposition: attachment; filename*=utf-8''..%2F%C3%85en%0A.png",
            *encoded,
        ),
    )
    found = read(multipart(*parts))
    assert [(picture.name, len(picture.data)) for picture in found.pictures] == [
        ("a.dat", len(PNG)),
        ("Åen .png", len(PNG) + 1),
    ]
    assert [picture.name for picture in arrived_by(found).text.pictures] == ["a.dat", "Åen .png"]
    assert [(file.name, file.done) for file in found.files] == [
        ("a.dat", "picture"),
        ("b.png", "refused: markup"),
        ("logo.png", "logo"),
        ("Åen .png", "picture"),
    ]


def test_a_mail_within_a_mail_is_read_where_the_outer_says_nothing() -> None:
    inner = b"From: c@d.example\nSubject: Inner\n\nDet inderste."
    assert body(multipart(part(b""), part(inner, "message/rfc822"))) == "Det inderste."
    assert body(multipart(part(b"Ydre"), part(inner, "message/rfc822"))) == "Ydre\n\nDet inderste."


def test_too_long_a_text_is_cut_at_a_paragraph_and_says_so() -> None:
    found = arrived(mail(b"Ord og ord.\n\n" * 6_000))
    assert len(found.text.body) <= BODY_LENGTH
    assert found.text.body.endswith("Ord og ord.")
    assert "raw mail" in found.fields["cut"]


def test_pictures_without_words_take_the_subject_for_text() -> None:
    picture = part(base64.encodebytes(PNG), "image/png; name=a.png", "Content-Transfer-Encoding: base64")
    assert body(multipart(picture)) == "Emne"
