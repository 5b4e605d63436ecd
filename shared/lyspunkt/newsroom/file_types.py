"""What a file is, by its content and not by its name (bar C11).

A closed list in plain Python: filetype (2022) knows neither markup nor text, puremagic 2 wants Python 3.12, and neither
tells a document with macros from one without. What is not on the list is `other`, and `other` is never served.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Literal
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from pydantic import BaseModel, ConfigDict

Family = Literal["picture", "document", "archive", "script", "markup", "calendar", "mail", "media", "other"]

MOST_MEMBERS = 1_000
"""Members of a zip that are looked at; a document has fewer."""

METHODS = (ZIP_STORED, ZIP_DEFLATED)
"""How a document packs its members; with any other method one read can fill the memory."""

_HEAD = 4_096
"""Bytes within which a file says what it is."""
_LIST_OF_CONTENTS = 1_000_000
"""Bytes of a document's own list of its parts that are read."""


class FileKind(BaseModel):
    """`extension` is without its dot; `script` is also a document that brings macros."""

    model_config = ConfigDict(frozen=True)

    media_type: str
    family: Family
    extension: str


_KINDS: dict[str, FileKind] = {}


def _kind(media_type: str, family: Family, extension: str) -> FileKind:
    return _KINDS.setdefault(media_type, FileKind(media_type=media_type, family=family, extension=extension))


UNKNOWN = _kind("application/octet-stream", "other", "bin")
_ZIP = _kind("application/zip", "archive", "zip")
_SVG = _kind("image/svg+xml", "markup", "svg")
_HTML = _kind("text/html", "markup", "html")
_XML = _kind("application/xml", "markup", "xml")
_TEXT = _kind("text/plain", "document", "txt")
_CSV = _kind("text/csv", "document", "csv")
_SCRIPT = _kind("text/x-script", "script", "txt")
_PDF = _kind("application/pdf", "document", "pdf")
_MAIL = _kind("message/rfc822", "mail", "eml")
_CALENDAR = _kind("text/calendar", "calendar", "ics")
_CARD = _kind("text/vcard", "calendar", "vcf")
_VIDEO = _kind("video/mp4", "media", "mp4")
_TAR = _kind("application/x-tar", "archive", "tar")
_PROGRAM = _kind("application/vnd.microsoft.portable-executable", "script", "exe")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."

_STARTS: tuple[tuple[bytes, FileKind], ...] = (
    (b"\xff\xd8\xff", _kind("image/jpeg", "picture", "jpg")),
    (b"\x89PNG\r\n\x1a\n", _kind("image/png", "picture", "png")),
    (b"GIF87a", _kind("image/gif", "picture", "gif")),
    (b"GIF89a", _kind("image/gif", "picture", "gif")),
    (b"{\\rtf", _kind("application/rtf", "document", "rtf")),
    (b"\x78\x9f\x3e\x22", _kind("application/ms-tnef", "mail", "dat")),
    (b"Rar!\x1a\x07", _kind("application/vnd.rar", "archive", "rar")),
    (b"7z\xbc\xaf\x27\x1c", _kind("application/x-7z-compressed", "archive", "7z")),
    (b"\x1f\x8b", _kind("application/gzip", "archive", "gz")),
    (b"BZh", _kind("application/x-bzip2", "archive", "bz2")),
    (b"\xfd7zXZ\x00", _kind("application/x-xz", "archive", "xz")),
    (b"\x28\xb5\x2f\xfd", _kind("application/zstd", "archive", "zst")),
    (b"MSCF", _kind("application/vnd.ms-cab-compressed", "archive", "cab")),
    (b"\x7fELF", _kind("application/x-elf", "script", "elf")),
    (b"\xca\xfe\xba\xbe", _kind("application/java-vm", "script", "class")),
    (b"\xcf\xfa\xed\xfe", _kind("application/x-mach-binary", "script", "bin")),
    (b"L\x00\x00\x00\x01\x14\x02\x00", _kind("application/x-ms-shortcut", "script", "lnk")),
    (b"#!", _kind("text/x-shellscript", "script", "sh")),
    (b"II*\x00", _kind("image/tiff", "media", "tif")),
    (b"MM\x00*", _kind("image/tiff", "media", "tif")),
    (b"ID3", _kind("audio/mpeg", "media", "mp3")),
    (b"OggS", _kind("audio/ogg", "media", "ogg")),
    (b"\x1aE\xdf\xa3", _kind("video/webm", "media", "webm")),
)
_BRANDS: dict[bytes, FileKind] = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"), _kind("image/heic", "picture", "heic")),
    **dict.fromkeys((b"avif", b"avis"), _kind("image/avif", "picture", "avif")),
}
_HEIF = _kind("image/heif", "picture", "heif")
_RIFF = {
    b"WEBP": _kind("image/webp", "picture", "webp"),
    b"WAVE": _kind("audio/wav", "media", "wav"),
    b"AVI ": _kind("video/x-msvideo", "media", "avi"),
}
_OFFICE_ROOMS = {
    "word/": _kind(f"{_OFFICE}wordprocessingml.document", "document", "docx"),
    "xl/": _kind(f"{_OFFICE}spreadsheetml.sheet", "document", "xlsx"),
    "ppt/": _kind(f"{_OFFICE}presentationml.presentation", "document", "pptx"),
}
_OPEN_TYPES = {
    f"{_OPEN}text": _kind(f"{_OPEN}text", "document", "odt"),
    f"{_OPEN}spreadsheet": _kind(f"{_OPEN}spreadsheet", "document", "ods"),
    f"{_OPEN}presentation": _kind(f"{_OPEN}presentation", "document", "odp"),
}
_OLE_STREAMS = {
    "__substg1.0_": _kind("application/vnd.ms-outlook", "mail", "msg"),
    "WordDocument": _kind("application/msword", "document", "doc"),
    "Workbook": _kind("application/vnd.ms-excel", "document", "xls"),
    "PowerPoint Document": _kind("application/vnd.ms-powerpoint", "document", "ppt"),
}

_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f")
_MARKUP = re.compile(r"\s*<[a-z!?/]|(?s:.*?)<(?:!doctype html|html|script|iframe|svg)\b", re.IGNORECASE)
_HEADERS = re.compile(
    r"(?:[a-z][a-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)*(?:message-id|mime-version|received):", re.IGNORECASE
)
_RUNS = re.compile(
    r"\.(?:bat|cmd|com|cpl|hta|js|jse|php|pif|pl|ps1|py|rb|reg|scr|sh|url|vb|vbe|vbs|wsf|wsh)$", re.IGNORECASE
)
"""Plain text that a double-click runs: the one thing that a name says and the content does not."""


def kind_of(data: bytes, name: str = "") -> FileKind:
    """What `data` is; its `name` only tells one plain text from another. Never raises."""
    head = data[:_HEAD]
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _in_zip(data)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _in_ole(data)
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[257:262] == b"ustar":
        return _TAR
    text = _text(data)
    if text is not None:
        return _in_text(text, name)
    if b"%PDF-" in head[:1024]:
        return _PDF
    if head.startswith(b"MZ"):
        return _PROGRAM
    return UNKNOWN


def kind_named(media_type: str) -> FileKind:
    """The kind that `kind_of` once said; UNKNOWN where it has never said so."""
    return _KINDS.get(media_type, UNKNOWN)


def _by_brand(head: bytes) -> FileKind:
    """The first brand that is known; `mif1` says only that one of the others will."""
    length = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length, 4))]
    for brand in brands:
        if brand in _BRANDS:
            return _BRANDS[brand]
    if brands[0] in {b"mif1", b"msf1"}:
        return _HEIF
    return _VIDEO


def _in_zip(data: bytes) -> FileKind:
    # Counted first, for the reader makes an object of every member (bar C12)
    if data.count(b"PK\x01\x02") > MOST_MEMBERS:
        return _ZIP
    try:
        with ZipFile(BytesIO(data)) as opened:
            names = opened.namelist()
            listed = next(name for name in ("[Content_Types].xml", "mimetype") if name in names)
            if opened.getinfo(listed).compress_type not in METHODS:
                return _ZIP
            with opened.open(listed) as part:
                contents = part.read(_LIST_OF_CONTENTS)
    except Exception:
        return _ZIP  # a reader fed by a stranger raises whatever it likes; what it cannot read is no document
    kind = _document(names, contents)
    if kind and _runs(names, contents):
        return kind.model_copy(update={"family": "script"})
    return kind or _ZIP


def _document(names: list[str], contents: bytes) -> FileKind | None:
    if "[Content_Types].xml" in names:
        return next(
            (kind for room, kind in _OFFICE_ROOMS.items() if any(name.startswith(room) for name in names)), None
        )
    return _OPEN_TYPES.get(contents[:200].decode("ascii", "replace").strip())


def _runs(names: list[str], contents: bytes) -> bool:
    """Whether a document brings macros or controls, which the program that opens it may run."""
    rooms = ("basic/", "scripts/", "xl/macrosheets/")
    said = contents.lower()
    return (
        any(
            name.lower().startswith(rooms) or "vbaproject" in name.lower() or "/activex/" in name.lower()
            for name in names
        )
        or b"macroenabled" in said
        or b"vbaproject" in said
    )


def _in_ole(data: bytes) -> FileKind:
    for stream, kind in _OLE_STREAMS.items():
        if stream.encode("utf-16-le") in data:
            macros = "_VBA_PROJECT".encode("utf-16-le") in data
            return kind.model_copy(update={"family": "script"}) if macros and kind.family == "document" else kind
    return UNKNOWN


def _text(data: bytes) -> str | None:
    """The beginning of what is text from its first byte to its last; None where it is not."""
    for mark, charset in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[2 : 16 * _HEAD].decode(charset, "replace")
    if not data.strip() or len(data.translate(None, _CONTROLS)) != len(data):
        return None
    return data.removeprefix(b"\xef\xbb\xbf")[: 16 * _HEAD].decode("utf-8", "replace")


def _in_text(text: str, name: str) -> FileKind:
    start = text.lstrip()
    beginning = start[:15].upper()
    if beginning == "BEGIN:VCALENDAR":
        return _CALENDAR
    if beginning.startswith("BEGIN:VCARD"):
        return _CARD
    if start.startswith("%PDF-"):
        return _PDF
    if _RUNS.search(name):
        return _SCRIPT
    if _HEADERS.match(start):
        return _MAIL
    if _MARKUP.match(start):
        return _SVG if "<svg" in start.lower() else _XML if start.startswith("<?xml") else _HTML
    return _CSV if name.lower().endswith(".csv") else _TEXT
