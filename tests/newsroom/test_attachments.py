"""What is kept beside a story: by content, within the organisation's limits, and never unpacked further (C11, C12)."""

from __future__ import annotations

import struct
import tracemalloc
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_LZMA, ZIP_STORED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyspunkt.newsroom.attachments import BOUNDS, MEGABYTE, Bounds, checked, refusal
from lyspunkt.newsroom.file_types import FileKind, kind_of
from lyspunkt.newsroom.intake import Limits
from tests.support.files import PDF, office, ole, zipped

LIMITS = Limits(attachment_megabytes=1, attachments=2, picture_megabytes=2, pictures=3)
PARTS = {"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<a/>", "word/document.xml": b"<a>Hej</a>"}
DOCX = FileKind(media_type="application/x", family="document", extension="docx")
JPEG = b"\xff\xd8\xff\xe0"


def why(data: bytes, limits: Limits = LIMITS, *, kept: int = 0) -> str | None:
    return refusal(data, kind_of(data), limits, kept=kept)


def noise(size: int) -> bytes:
    """Bytes that no packing makes smaller."""
    import random

    return random.Random(size).randbytes(size)  # noqa: S311 - noise


@pytest.mark.parametrize("data", [PDF, office(*PARTS), ole("WordDocument"), b"BEGIN:VCALENDAR\r\n", b"Hej", JPEG])
def test_what_a_communicator_works_with_is_kept_bar_c11(data: bytes) -> None:
    assert why(data) is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped({"a.txt": b"a"}), "archive"),
        (b"Rar!\x1a\x07\x01\0", "archive"),
        (b"#!/bin/sh\n", "script"),
        (b"MZ\x90\0\3\0", "script"),
        (office(*PARTS, "word/vbaProject.bin"), "script"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "markup"),
        (b"<!DOCTYPE html>", "markup"),
        (b"\0\1\2\3", "other"),
    ],
)
def test_archives_scripts_markup_and_what_nobody_knows_are_refused_bar_c11(data: bytes, reason: str) -> None:
    assert why(data) == reason


def test_the_limits_are_the_organisations_bar_c11() -> None:
    assert why(PDF.ljust(MEGABYTE)) is None
    assert why(PDF.ljust(MEGABYTE + 1)) == "too-large"
    assert why(PDF, kept=1) is None
    assert why(PDF, kept=2) == "too-many"
    assert why(JPEG.ljust(2 * MEGABYTE)) is None
    assert why(JPEG.ljust(2 * MEGABYTE + 1)) == "picture-too-large"
    assert why(JPEG, kept=2) is None
    assert why(JPEG, kept=3) == "too-many-pictures"


def test_a_document_of_ordinary_density_is_kept_bar_c12() -> None:
    """A table of numbers in XML packs about 12:1."""
    rows = "".join(f'<c r="A{n}" t="n"><v>{n * 7919 % 100_003}</v></c>' for n in range(50_000)).encode()
    document = zipped({**PARTS, "word/document.xml": rows})
    assert len(rows) > 5 * len(document)
    assert why(document) is None


def test_what_unpacks_a_hundred_times_larger_is_refused_bar_c12() -> None:
    assert why(zipped({**PARTS, "word/media/a.bin": bytes(5 * MEGABYTE)})) == "bomb"


def test_fifty_megabytes_is_the_end_however_much_is_packed_beside_it_bar_c12() -> None:
    """Padding keeps the ratio low; the count of bytes does not care."""
    limits = Limits(attachment_megabytes=40)
    padded = {**PARTS, "word/media/pad.bin": noise(MEGABYTE)}
    under = zipped({**padded, "word/media/a.bin": bytes(BOUNDS.inflated - 2 * MEGABYTE)})
    over = zipped({**padded, "word/media/a.bin": bytes(BOUNDS.inflated)})
    assert why(under, limits) is None
    assert why(over, limits) == "bomb"


def test_a_bomb_costs_a_piece_of_memory_and_not_what_it_unpacks_to_bar_c12() -> None:
    bomb = zipped({**PARTS, "word/media/a.bin": bytes(200 * MEGABYTE), "word/media/pad.bin": noise(3 * MEGABYTE)})
    tracemalloc.start()
    assert why(bomb, Limits(attachment_megabytes=40)) == "bomb"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * MEGABYTE


def test_declared_sizes_are_not_believed_bar_c12() -> None:
    """Both the local header and the list of contents say ten bytes; what is packed is 60 MB."""
    size = 60 * MEGABYTE
    bomb = zipped({**PARTS, "word/media/a.bin": bytes(size)}).replace(struct.pack("<I", size), struct.pack("<I", 10))
    assert why(bomb) in {"bomb", "damaged"}


def test_members_that_lie_over_each_other_are_refused_bar_c12() -> None:
    """One packed kernel that a hundred members point at, as in the bomb of 42 kB that becomes 5 GB."""
    out = BytesIO()
    with ZipFile(out, "w") as made:
        for name, data in PARTS.items():
            made.writestr(name, data)
        made.writestr("word/media/0.bin", noise(MEGABYTE), ZIP_STORED)
        kernel = made.getinfo("word/media/0.bin")
        for number in range(1, 100):
            again = type(kernel)(f"word/media/{number}.bin")
            again.header_offset, again.CRC = kernel.header_offset, kernel.CRC
            again.compress_size, again.file_size = kernel.compress_size, kernel.file_size
            made.filelist.append(again)
    assert checked(out.getvalue(), DOCX) in {"bomb", "damaged"}


def test_a_thousand_members_is_the_most_bar_c12() -> None:
    full = {**PARTS, **{f"word/{n}.xml": b"" for n in range(1_000 - len(PARTS))}}
    assert checked(zipped(full), DOCX) is None
    assert checked(zipped({**full, "word/last.xml": b""}), DOCX) == "bomb"
    assert checked(zipped(full), DOCX, Bounds(members=999)) == "bomb"


def test_an_archive_in_a_document_is_refused_and_a_document_in_it_is_not_opened_bar_c12() -> None:
    inner = zipped({"bomb.bin": bytes(20 * MEGABYTE)})
    assert why(zipped({**PARTS, "word/media/image1.png": inner})) == "archive-inside"
    assert why(zipped({**PARTS, "word/embeddings/sheet.xlsx": inner})) is None


@pytest.mark.parametrize("method", [ZIP_BZIP2, ZIP_LZMA])
def test_a_method_that_no_document_uses_and_that_one_read_unpacks_whole_is_refused_bar_c12(method: int) -> None:
    assert checked(zipped({**PARTS, "word/a.bin": bytes(MEGABYTE)}, method), DOCX) == "damaged"


def test_what_is_broken_or_locked_is_refused_for_nobody_can_look_into_it_bar_c12() -> None:
    whole = zipped({**PARTS, "word/document.xml": noise(5_000)})
    middle = len(whole) // 2
    assert checked(whole[:middle], DOCX) == "damaged"
    assert checked(whole[:middle] + b"XXXX" + whole[middle + 4 :], DOCX) == "damaged"
    locked = whole.replace(b"PK\3\4\x14\0\0\0", b"PK\3\4\x14\0\1\0").replace(
        b"PK\1\2\x14\3\x14\0\0\0", b"PK\1\2\x14\3\x14\0\1\0"
    )
    assert locked != whole
    assert checked(locked, DOCX) == "damaged"


@given(start=st.sampled_from([b"", b"PK\3\4", office(*PARTS)]), data=st.binary(max_size=500))
def test_no_bytes_raise(start: bytes, data: bytes) -> None:
    checked(start + data, DOCX)
    why(start + data)
