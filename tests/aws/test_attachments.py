"""Files beside a story: kept under our names, and handed over so that none can steer a browser (bar C11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyspunkt.aws.attachments import disposition, keep, safe_name
from lyspunkt.aws.clients import client
from lyspunkt.settings import settings
from tests.support.files import PDF
from tests.support.rooms import keys, rooms


@pytest.fixture
def room() -> Iterator[None]:
    with rooms():
        yield


def test_the_object_itself_says_that_it_is_to_be_saved_and_its_name_is_ours_bar_c11(room: None) -> None:
    kept = [keep("s1/d1", [("application/pdf", PDF), ("text/plain", b"Hej")]) for _ in range(2)][-1]
    assert [(one.number, one.key, one.size, one.media_type) for one in kept] == [
        (1, "attachments/s1/d1/1", len(PDF), "application/pdf"),
        (2, "attachments/s1/d1/2", 3, "text/plain"),
    ]
    assert keys(settings().raw_bucket) == ["attachments/s1/d1/1", "attachments/s1/d1/2"]
    stored = client("s3").get_object(Bucket=settings().raw_bucket, Key=kept[0].key)
    assert (stored["ContentType"], stored["ContentDisposition"]) == ("application/octet-stream", "attachment")
    assert stored["Body"].read() == PDF


@pytest.mark.parametrize(
    ("name", "extension", "safe"),
    [
        ("Referat maj.PDF", "pdf", "Referat maj.pdf"),
        ("årsplan – æøå.docx", "docx", "årsplan – æøå.docx"),
        ("faktura.pdf.exe", "pdf", "faktura.pdf.exe.pdf"),
        ("../../etc/passwd", "txt", "passwd.txt"),
        ("C:\\Users\\x\\brev.doc", "doc", "brev.doc"),
        ("brev\r\nSet-Cookie: a=b.doc", "doc", "brev Set-Cookie a=b.doc"),
        ('a"; filename="b.exe', "pdf", "a ; filename= b.exe.pdf"),
        ("evil\u202efdp.exe", "pdf", "evil fdp.exe.pdf"),
        ("foto.tiff", "tif", "foto.tif"),
        ("x" * 400 + ".pdf", "pdf", "x" * 120 + ".pdf"),
        ("\ud800.pdf", "pdf", "file.pdf"),
        ("...", "pdf", "file.pdf"),
        ("", "pdf", "file.pdf"),
    ],
)
def test_a_file_is_saved_under_a_name_that_is_harmless_and_ends_truly_bar_c11(
    name: str, extension: str, safe: str
) -> None:
    assert safe_name(name, extension) == safe


def test_the_name_is_told_in_both_spellings_of_the_standards() -> None:
    assert disposition("Årsplan 100%.pdf", "pdf") == (
        "attachment; filename=\"Arsplan 100.pdf\"; filename*=UTF-8''%C3%85rsplan%20100%25.pdf"
    )


@given(name=st.text(max_size=300))
def test_no_name_leaves_the_header_it_stands_in_bar_c11(name: str) -> None:
    header = disposition(name, "pdf")
    assert re.fullmatch(r"attachment; filename=\"[ -~]*\"; filename\*=UTF-8''[A-Za-z0-9._~%-]+", header)
    assert header.count('"') == 2
    message = Message()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "attachment"
    assert unquote(header.rpartition("''")[2]) == safe_name(name, "pdf")
