"""A file is what its content says (bar C11), and reading what a stranger sent never raises."""

from __future__ import annotations

import bz2
from io import BytesIO
from time import process_time
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyspunkt.newsroom.file_types import kind_of
from tests.support.files import PDF, office, ole, zipped

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><title>Faktura</title><script>alert(1)</script>"
WORD = ("[Content_Types].xml", "_rels/.rels", "word/document.xml")
ODT = "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("data", "family", "extension"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "picture", "jpg"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "picture", "png"),
        (b"GIF89a\1\0\1\0", "picture", "gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "picture", "webp"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "picture", "heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "picture", "heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "picture", "avif"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "media", "mp4"),
        (PDF, "document", "pdf"),
        (b"\n%PDF-1.4\n\xe2\xe3\xcf\xd3\0", "document", "pdf"),
        (b"{\\rtf1\\ansi Hej}", "document", "rtf"),
        (office(*WORD), "document", "docx"),
        (office("[Content_Types].xml", "xl/workbook.xml"), "document", "xlsx"),
        (office("[Content_Types].xml", "ppt/presentation.xml"), "document", "pptx"),
        (zipped({"mimetype": ODT.encode(), "content.xml": b"<a/>"}), "document", "odt"),
        (ole("WordDocument"), "document", "doc"),
        (ole("Workbook"), "document", "xls"),
        (ole("PowerPoint Document"), "document", "ppt"),
        (ole("__substg1.0_0037001F"), "mail", "msg"),
        ("Hej på tingstedet, 5 < 7 æøå".encode(), "document", "txt"),
        ("Hej på tingstedet, æøå".encode("latin-1"), "document", "txt"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0", "calendar", "ics"),
        (b"Received: from a\r\n by b\r\nSubject: Hej\r\n\r\nHej", "mail", "eml"),
        (b"From: a@x.example\r\nMIME-Version: 1.0\r\n\r\nHej", "mail", "eml"),
        (SVG, "markup", "svg"),
        (b"<?xml version='1.0'?><!-- c -->" + SVG, "markup", "svg"),
        (b"<?xml version='1.0'?><a/>", "markup", "xml"),
        (HTML, "markup", "html"),
        (b"\xef\xbb\xbf  \r\n" + HTML, "markup", "html"),
        (b"\xff\xfe" + HTML.decode().encode("utf-16-le"), "markup", "html"),
        (b"Kun tekst.\n" * 50 + b"<script>alert(1)</script>", "markup", "html"),
        (zipped({"a.txt": b"a"}), "archive", "zip"),
        (b"Rar!\x1a\x07\x01\0", "archive", "rar"),
        (b"7z\xbc\xaf\x27\x1c", "archive", "7z"),
        (b"\x1f\x8b\x08\0", "archive", "gz"),
        (b"BZh91AY&SY", "archive", "bz2"),
        (b"a" * 257 + b"ustar\0" + b"0" * 200, "archive", "tar"),
        (b"MZ\x90\0\3\0\0\0", "script", "exe"),
        (b"\x7fELF\2\1\1", "script", "elf"),
        (b"#!/bin/sh\nrm -rf /", "script", "sh"),
        (ole("Noget andet"), "other", "bin"),
        (b"", "other", "bin"),
        (b"\0\1\2\3", "other", "bin"),
    ],
)
def test_what_a_file_is_stands_in_its_content_bar_c11(data: bytes, family: str, extension: str) -> None:
    kind = kind_of(data)
    assert (kind.family, kind.extension) == (family, extension)


@pytest.mark.parametrize("name", ["", "sommer.jpg", "referat.pdf", "a.docx"])
@pytest.mark.parametrize("data", [SVG, HTML, b"MZ\x90\0\3\0\0\0", zipped({"a.txt": b"a"})])
def test_no_name_makes_a_disguised_file_harmless_bar_c11(data: bytes, name: str) -> None:
    assert kind_of(data, name).family in {"markup", "script", "archive"}


@pytest.mark.parametrize(
    "data",
    [
        office(*WORD, "word/vbaProject.bin"),
        office(*WORD, "word/activeX/activeX1.xml"),
        office("[Content_Types].xml", "xl/workbook.xml", "xl/macrosheets/sheet1.xml"),
        zipped({"[Content_Types].xml": b'<Override ContentType="x.vbaProject"/>', "word/x.xml": b"", "p.bin": b""}),
        zipped({"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml", "word/x.xml": b""}),
        zipped({"mimetype": ODT.encode(), "Basic/Standard/Module1.xml": b""}),
        ole("WordDocument", "_VBA_PROJECT"),
    ],
)
def test_a_document_with_macros_is_a_script_bar_c11(data: bytes) -> None:
    assert kind_of(data, "referat.docx").family == "script"


def test_plain_text_that_a_double_click_runs_is_a_script_by_its_name_bar_c11() -> None:
    assert kind_of(b"WScript.Echo 1", "Faktura.pdf.VBS").family == "script"
    assert kind_of(b"WScript.Echo 1", "noter.txt").family == "document"


def test_a_zip_of_too_many_members_or_of_a_method_that_fills_the_memory_is_no_document_bar_c12() -> None:
    many = zipped({"[Content_Types].xml": b"", **{f"word/{n}.xml": b"" for n in range(1_001)}})
    assert kind_of(many).family == "archive"
    out = BytesIO()
    with ZipFile(out, "w", ZIP_BZIP2) as made:
        made.writestr("[Content_Types].xml", bytes(1_000_000))
        made.writestr("word/document.xml", b"")
    assert kind_of(out.getvalue()).family == "archive"


@pytest.mark.parametrize(
    "piece", [b" ", b"<", b"a: ", b"a:\n ", b"a:b\n", b"a", b"_\0", b"PK\1\2", b"%PDF", b"<!--", b"\xff\xfe"]
)
@pytest.mark.parametrize("start", [b"", b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"a:\n ", b"<?xml "])
def test_ten_megabytes_of_anything_cost_no_more_than_reading_them(start: bytes, piece: bytes) -> None:
    data = (start + piece * (10_000_000 // len(piece)))[:10_000_000]
    began = process_time()
    kind_of(data)
    assert process_time() - began < 5  # seconds; a quadratic reading takes hours


@given(
    start=st.sampled_from(
        [b"", b"PK\3\4", b"\0\0\0\x18ftyp", b"RIFF", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"]
    ),
    data=st.binary(max_size=400),
    name=st.text(max_size=20),
)
def test_no_bytes_and_no_name_raise(start: bytes, data: bytes, name: str) -> None:
    kind_of(start + data, name)


@given(at=st.integers(0, 10_000), value=st.integers(0, 255))
def test_a_document_with_any_byte_changed_raises_nothing(at: int, value: int) -> None:
    document = bytearray(office(*WORD))
    document[at % len(document)] = value
    kind_of(bytes(document))
    kind_of(bz2.compress(bytes(document)))
    with BytesIO() as out, ZipFile(out, "w", ZIP_DEFLATED) as made:
        made.writestr("a", bytes(document))
