"""A part's bytes out of what they travelled in: base64, quoted-printable, uuencode; wrongly labelled and broken too."""

from __future__ import annotations

import binascii
import re

_NOT_BASE64 = bytes(
    byte for byte in range(256) if not (chr(byte).isascii() and chr(byte).isalnum()) and byte not in b"+/="
)
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]*={0,3}")
_ESCAPED = re.compile(rb"=(?:[0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t]*\Z)")
_HIGH_ESCAPE = re.compile(rb"=[89A-Fa-f][0-9A-Fa-f]")
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,200})\r?\n", re.MULTILINE)
_UU_END = re.compile(rb"^(?:[`\x20]?\r?\n)?end[ \t]*\r?$", re.MULTILINE)
_SHORTEST = 40


def opened(data: bytes, label: str, *, text: bool) -> bytes:
    """`data` decoded by its Content-Transfer-Encoding; for text, by what it is where the label is wrong."""
    label = label.strip().strip("\"';").lower()
    if label in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        found = uuencoded(data)
        return found[0][2] if found else data
    if not text:
        return _base64(data) if label == "base64" else _quoted(data) if label == "quoted-printable" else data
    lines = data.split()
    if label == "base64":
        return _leading_base64(data) if _is_base64(lines, trusted=True) else _by_looks(data, lines)
    if label == "quoted-printable":
        return _by_looks(data, lines) if not _ESCAPED.search(data) else _quoted(data)
    return _by_looks(data, lines)


def uuencoded(data: bytes) -> list[tuple[int, int, bytes, bytes]]:
    """The files that stand in a text between `begin` and `end`: start, end, bytes and name of each."""
    found: list[tuple[int, int, bytes, bytes]] = []
    place = 0
    while begin := _UU_BEGIN.search(data, place):
        end = _UU_END.search(data, begin.end())
        if not end:
            break
        lines = data[begin.end() : end.start()].splitlines()
        if lines and all(_could_be_uu(line) for line in lines[:50]):
            found.append((begin.start(), end.end(), b"".join(map(_uu_line, lines)), begin[1].strip()))
        place = end.end()
    return found


def _could_be_uu(line: bytes) -> bool:
    """Whether a line is as long as its first byte says, give or take the spaces that a mail program took away."""
    if not line:
        return True
    needed = ((line[0] - 32 & 63) + 2) // 3 * 4
    return line[0] >= 32 and len(line.rstrip()) - 1 <= needed + 4


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some write more than they say: as many bytes as the first letter announces
        needed = ((line[0] - 32 & 63) * 4 + 5) // 3 if line else 0
        try:
            return binascii.a2b_uu(line[: needed + 1])
        except binascii.Error:
            return b""


def _by_looks(data: bytes, lines: list[bytes]) -> bytes:
    """Text that is labelled as plain, or wrongly: still encoded where it can hardly be anything else."""
    if _is_base64(lines, trusted=False):
        plain = _base64(data)
        if _is_text(plain):
            return plain
    escapes = len(_HIGH_ESCAPE.findall(data))
    if escapes and data.isascii() and data.count(b"=") == len(_ESCAPED.findall(data)):
        return _quoted(data)
    return data


def _is_base64(lines: list[bytes], *, trusted: bool) -> bool:
    """Whether words are lines of base64: no spaces, one length but for the last; `trusted` where the label says so."""
    if not lines:
        return False
    if trusted:
        return bool(_BASE64_LINE.fullmatch(lines[0])) and (len(lines[0]) > 20 or len(lines) == 1)
    if sum(map(len, lines)) < _SHORTEST or not all(_BASE64_LINE.fullmatch(line) for line in lines):
        return False
    length = len(lines[0])
    alike = all(len(line) == length for line in lines[:-1]) and len(lines[-1]) <= length
    return alike and (length % 4 == 0 or len(lines) == 1) and len(b"".join(lines)) % 4 == 0


def _is_text(data: bytes) -> bool:
    return bool(data) and sum(byte < 32 and byte not in b"\t\r\n" for byte in data) * 100 <= len(data)


def _leading_base64(data: bytes) -> bytes:
    """Base64, and after it what a list or a scanner put behind it in plain letters."""
    lines = data.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if not _BASE64_LINE.fullmatch(line.strip()) and re.search(rb"[A-Za-z] +[A-Za-z]|_{9}|-{9}", line):
            return _base64(b"".join(lines[:number])) + b"\n" + b"".join(lines[number:])
    return _base64(data)


def _base64(data: bytes) -> bytes:
    """The bytes of base64, whatever stands between its letters; padding may lack, or stand in the middle."""
    letters = data.translate(None, _NOT_BASE64)
    if b"=" not in letters.rstrip(b"="):
        return _chunk(letters.rstrip(b"="))
    return b"".join(map(_chunk, re.split(rb"=+", letters)))


def _chunk(letters: bytes) -> bytes:
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    try:
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return b""


def _quoted(data: bytes) -> bytes:
    return binascii.a2b_qp(re.sub(rb"=[ \t]{1,80}(\r?\n)", rb"=\1", data))
