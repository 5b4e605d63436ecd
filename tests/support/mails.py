"""Raw mails, made line by line."""

from __future__ import annotations

from lyspunkt.mailroom.arrival import arrived_by
from lyspunkt.mailroom.read import read
from lyspunkt.newsroom.submissions import Arrived

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20_000


def arrived(raw: bytes) -> Arrived:
    """What a readable mail brings."""
    mail_ = read(raw)
    assert not mail_.problem
    return arrived_by(mail_)


def body(raw: bytes) -> str:
    return arrived(raw).text.body


def part(content: bytes, kind: str = "text/plain; charset=utf-8", *headers: str) -> bytes:
    lines = [f"Content-Type: {kind}", *headers]
    return "\n".join(lines).encode() + b"\n\n" + content


def mail(content: bytes = b"Hej med jer.", *headers: str, kind: str = "text/plain; charset=utf-8") -> bytes:
    return b"From: a@b.example\nSubject: Emne\nMessage-ID: <1@b.example>\n" + part(content, kind, *headers)


def multipart(*parts: bytes, subtype: str = "mixed", boundary: str = "xx") -> bytes:
    between = f"\n--{boundary}\n".encode()
    content = between + between.join(parts) + f"\n--{boundary}--\n".encode()
    return mail(content, kind=f'multipart/{subtype}; boundary="{boundary}"')
