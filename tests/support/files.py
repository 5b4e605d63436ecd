"""Files that people and attackers send, made when a test needs them: none lies in the project."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def zipped(members: dict[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", method) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return out.getvalue()


def office(*names: str) -> bytes:
    """A zip with these members, each with a little XML in it."""
    return zipped(dict.fromkeys(names, b"<a>Hej</a>"))


def ole(*streams: str) -> bytes:
    """What an older Office file begins with, and the names of its streams."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(504)
        + b"".join(s.encode("utf-16-le").ljust(128, b"\0") for s in streams)
    )
