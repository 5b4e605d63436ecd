"""A raw mail taken apart into its parts, by the bytes between its boundaries.

Our own small reader rather than the standard library's: that one takes quadratic time on some headers, copies a mail
of 40 MB nine times, raises on Message-IDs that Exchange writes, and loses what stands behind a wrong label
(bars C1, C2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from urllib.parse import quote

from lyspunkt.mailroom.charsets import decoded
from lyspunkt.mailroom.headers import Headers
from lyspunkt.mailroom.limits import DEEPEST, LARGEST_HEADERS, LARGEST_TEXT, MESSAGES, MOST_PARTS, Unreadable
from lyspunkt.mailroom.tnef import opened as winmail_opened
from lyspunkt.mailroom.transfer import opened

_TYPE = re.compile(r"[a-z0-9][a-z0-9.+_-]*/[a-z0-9][a-z0-9.+_-]*")
_HEADER_LINE = re.compile(rb"[!-9;-~]{1,80}[ \t]*:|[ \t]+\S")
_USUAL = re.compile(
    rb"(?:content-|mime-|x-|subject|from|to|cc|date|received|message-id|return-path|reply-to|sender|list-|delivered-to"
    rb"|references|in-reply-to|dkim-|arc-|authentication-|importance|thread-)[a-z-]*[ \t]*:",
    re.IGNORECASE,
)
_BEFORE_HEADERS = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,200}(?=(?:>?From )|" + _USUAL.pattern + rb")", re.IGNORECASE)
_MAILBOX_LINE = re.compile(rb">?From \S")
_LIKELY_BOUNDARY = re.compile(
    rb"^--([^\s-][^\r\n]{0,198}?|-{2,60}[^\s-][^\r\n]{0,150}?)[ \t]*\r?\n(?:content-[a-z-]+[ \t]*:)",
    re.IGNORECASE | re.MULTILINE,
)
_WINMAIL = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_FRAGILE = frozenset({"base64", "quoted-printable"})


class Part:
    """A part of a mail: its headers, its bytes, and the parts in it. The mail itself is the outermost."""

    def __init__(self, headers: Headers, raw: memoryview, default_type: str) -> None:
        self.headers = headers
        self.default_type = default_type
        self.parts: list[Part] = []
        self.preamble = b""
        self._raw = raw

    @cached_property
    def type(self) -> str:
        """Such as `text/plain`; plain text where the label is no type, or says multipart and there are no parts."""
        kind = self.headers.value("content-type") or self.default_type
        lone = kind.startswith("multipart/") and not self.parts
        if kind == "text":
            kind = "text/plain"
        return "text/plain" if lone or not _TYPE.fullmatch(kind) else kind

    @cached_property
    def name(self) -> str:
        """A file's name as it was called, one line, without a path; to be shown, never to be opened by."""
        name = self.headers.parameter("content-disposition", "filename") or self.headers.parameter(
            "content-type", "name"
        )
        return re.split(r"[/\\]", name)[-1].strip()[:100]

    @cached_property
    def disposition(self) -> str:
        return self.headers.value("content-disposition")

    @cached_property
    def content_id(self) -> str:
        return next(iter(self.headers.all("content-id")), "").strip().strip("<>")[:300]

    @property
    def is_winmail(self) -> bool:
        """Whether it is the box in which Exchange sends words and files to Outlook."""
        return self.type in _WINMAIL or self.name.lower() == "winmail.dat"

    @property
    def encoding(self) -> str:
        return self.headers.value("content-transfer-encoding")

    def data(self) -> bytes:
        """The bytes of a file; of text, the first million."""
        return opened(bytes(self._raw), self.encoding, text=False)

    def text_data(self) -> bytes:
        return opened(bytes(self._raw[: 2 * LARGEST_TEXT]), self.encoding, text=True)[:LARGEST_TEXT]

    def text(self) -> str:
        """The letters of a part of text, as they were written."""
        charset = self.headers.parameter("content-type", "charset")
        data = self.text_data()
        if not charset and self.type == "text/html":
            found = re.search(rb"charset\s{0,5}=\s{0,5}[\"']?([\w-]{2,30})", data[:4_000], re.IGNORECASE)
            charset = found[1].decode("ascii", "replace") if found else ""
        return decoded(data, charset)

    def walk(self) -> Iterator[Part]:
        """This part and all in it, in order."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting += reversed(part.parts)


def take_apart(raw: bytes) -> Part:
    """The mail as a tree of parts; raises Unreadable where there are too many, or too deep."""
    return _Reader().part(memoryview(raw), "text/plain", 0)


def straightened(raw: bytes) -> bytes:
    """A mail without what some stores put before it, and with lines that end in a newline at all."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    before = _BEFORE_HEADERS.match(raw)
    return raw[before.end() :] if before else raw


class _Reader:
    """Counts the parts while it reads them."""

    def __init__(self) -> None:
        self._seen = 0

    def part(self, raw: memoryview, default_type: str, depth: int) -> Part:
        self._seen += 1
        if self._seen > MOST_PARTS or depth > DEEPEST:
            raise Unreadable("too-many-parts")
        head_end, body_start = _head(raw)
        body = raw[body_start:]
        part = Part(Headers(bytes(raw[:head_end]) + b"\n\n"), body, default_type)
        kind = part.headers.value("content-type") or default_type
        if kind.startswith("multipart/") or ("content-type" not in _names(part) and depth == 0):
            self._split(part, body, kind, depth)
        elif kind in MESSAGES:
            inside = body
            if part.encoding in _FRAGILE:
                inside = memoryview(opened(bytes(body), part.encoding, text=True))
            if bytes(inside[:2_000]).strip():
                part.parts = [self.part(_without_blank_lines(inside), "text/plain", depth + 1)]
        elif part.is_winmail:
            part.parts = _boxed(part)
        return part

    def _split(self, part: Part, body: memoryview, kind: str, depth: int) -> None:
        default_type = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        declared = part.headers.parameter("content-type", "boundary").encode("utf-8", "surrogateescape")
        pieces, preamble = _between(body, declared) if declared else ([], b"")
        if not pieces and (guessed := _LIKELY_BOUNDARY.search(body)):
            pieces, preamble = _between(body, guessed[1])
        part.preamble = preamble
        part.parts = [self.part(piece, default_type, depth + 1) for piece in pieces]


def _boxed(part: Part) -> list[Part]:
    """What lies in a `winmail.dat`, as parts."""
    box = winmail_opened(part.data())
    words = [("text/plain", box.text)] if box.text.strip() else [("text/html", box.html)] if box.html.strip() else []
    found = [
        Part(Headers(f"Content-Type: {kind}; charset=utf-8\n\n".encode()), memoryview(text.encode()), kind)
        for kind, text in words
    ]
    for name, data in box.files:
        head = f"Content-Disposition: attachment; filename*=utf-8''{quote(name)}\n\n"
        found.append(Part(Headers(head.encode()), memoryview(data), "application/octet-stream"))
    return found


def _between(body: memoryview, boundary: bytes) -> tuple[list[memoryview], bytes]:
    """What stands between the lines of a boundary, and before the first; what follows a premature end counts too."""
    line = re.compile(re.escape(b"--" + boundary.rstrip()) + rb"(--)?[ \t]*(?:\r*\n|\Z)")
    pieces: list[memoryview] = []
    start: int | None = None
    preamble = b""
    for number, found in enumerate(line.finditer(body)):
        if number > 4 * MOST_PARTS or len(pieces) > MOST_PARTS:
            raise Unreadable("too-many-parts")
        begin = found.start()
        if begin and body[begin - 1] != ord("\n"):
            continue
        end = max(begin - (2 if bytes(body[begin - 2 : begin]) == b"\r\n" else 1), 0)
        if start is not None:
            pieces.append(body[start : max(start, end)])
        elif not pieces:
            preamble = bytes(body[: min(end, LARGEST_TEXT)])
        start = None if found[1] and pieces else found.end()
    if start is not None and bytes(body[start : start + 2_000]).strip():
        pieces.append(body[start:])
    return pieces, preamble


def _head(raw: memoryview) -> tuple[int, int]:
    """Where the headers end and where the body begins; a line that can be no header ends them."""
    block = bytes(raw[: LARGEST_HEADERS + 4])
    place = 0
    while place < len(block):
        end = block.find(b"\n", place)
        after = end + 1 if end >= 0 else len(block)
        line = block[place : end if end >= 0 else len(block)].rstrip(b"\r")
        if not line:
            return place, after
        if not _HEADER_LINE.match(line) and not (place == 0 and _MAILBOX_LINE.match(line)):
            rest = re.split(rb"\r?\n\r?\n", block[after : after + 4_000], maxsplit=1)[0].splitlines()[:3]
            if not any(_USUAL.match(other) for other in rest):
                return place, place
        place = after
    return len(block), len(block)


def _names(part: Part) -> set[str]:
    return {"content-type"} if part.headers.all("content-type") else set()


def _without_blank_lines(raw: memoryview) -> memoryview:
    """A mail within a mail often begins with an empty line."""
    blank = re.match(rb"\s*", raw[:1_000])
    return raw[blank.end() if blank else 0 :]
