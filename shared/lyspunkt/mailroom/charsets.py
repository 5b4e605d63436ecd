"""From bytes to letters: whatever the labels say, æ, ø, å, ä and ö come out right (bar C9). Nothing here raises."""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
from contextlib import suppress

from lyspunkt.newsroom.submissions import clean

# They decode, but not what a mail is written in; punycode and idna also take quadratic time
_NOT_FOR_MAIL = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7"})
_ALSO_KNOWN_AS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",  # what programs that say latin-1 really write
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
"""For Python's name of a charset, the larger one that is meant by it."""
_MISNAMED = {"unicode": "utf-8", "macintosh": "mac_roman", "x-mac-roman": "mac_roman", "ansi": "cp1252", "dos": "cp850"}
_ENCODED_WORD = re.compile(
    r"=\?([A-Za-z0-9_.:+-]{1,40})(?:\*[A-Za-z0-9-]{0,20})?\?([BbQq])\?([^?]{0,5000}|[^\n]{0,300}?)\?="
)
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?)")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MOJIBAKE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u2122]")
_BEFORE_UTF_8 = ("cp1252", "mac_roman", "cp850")
_NORDIC = frozenset("æøåäöéüÆØÅÄÖÉÜ")


def decoded(data: bytes, charset: str | None) -> str:
    """`data` as text: UTF-8 where it is UTF-8, whatever it says; else as it says; else what its letters look like.

    Never raises: a charset that nobody has heard of is no reason to lose a mail (bar C1).
    """
    known = _known(charset)
    if known and known.startswith(("utf-16", "utf-32", "utf_16", "utf_32")) and b"\0" not in data:
        known = ""
    # Where plain letters are other bytes, the label is believed first: UTF-8 would take them as they are
    many = known.startswith(("utf-16", "utf-32", "iso2022", "hz", "utf_16", "utf_32"))
    for name in (known, "utf-8-sig") if many else ("utf-8-sig", known if known != "cp1252" else ""):
        with suppress(LookupError, ValueError):
            if name:
                return mended(data.decode(name))
    return mended(_by_its_letters(data, known))


def mended(text: str) -> str:
    """`text` with the lines put right that were UTF-8, read as windows-1252 and written again (Ã¥ for å)."""
    if not _MOJIBAKE.search(text):
        return text
    return "\n".join(_once_more(line) if _MOJIBAKE.search(line) else line for line in text.split("\n"))


def visible(text: str) -> str:
    """`text` without what is not seen: soft hyphens, marks of direction, the padding of newsletters."""
    return _INVISIBLE.sub("", text)


def header_text(raw: str) -> str:
    """A header's value as one line of text; encoded words decoded, folded lines and raw 8-bit letters understood."""
    return clean(visible(_words(_BETWEEN_WORDS.sub(r"\1\2", raw_letters(raw)))))


def raw_letters(raw: str) -> str:
    """A header's value with the letters beyond ASCII that stand in it as bare bytes."""
    with suppress(UnicodeEncodeError):
        return decoded(raw.encode("ascii", "surrogateescape"), None)
    return raw


def _known(charset: str | None) -> str:
    """Python's name of a charset; empty where it is unknown, UTF-8, or none that a mail is written in."""
    name = (charset or "").strip().strip("\"'").lower()
    name = _MISNAMED.get(name, name).removesuffix("-i").removeprefix("cs").removeprefix("x-")
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    if not info._is_text_encoding or info.name in _NOT_FOR_MAIL or info.name == "utf-8":
        return ""
    return _ALSO_KNOWN_AS.get(info.name, info.name)


def _by_its_letters(data: bytes, known: str) -> str:
    """Bytes that are neither UTF-8 nor what they are labelled as: the odd byte out, or an older alphabet."""
    whole = data.decode("utf-8", "ignore")
    high = sum(byte > 127 for byte in data[:20_000])
    if high and sum(letter > "\x7f" for letter in whole[:20_000]) * 4 > high:
        return data.decode("utf-8", "lyspunkt-letters")  # mostly UTF-8: cut in two somewhere, or with a line of latin-1
    if known == "cp1252":
        return data.decode("cp1252", "lyspunkt-letters")
    spoken = sum(byte < 128 for byte in data[:20_000]) > high
    read = [data.decode(name, "lyspunkt-letters") for name in _BEFORE_UTF_8[: None if spoken else 1]]
    return max(read, key=_likelihood)  # the first of equals


def _likelihood(text: str) -> int:
    """How much the letters beyond ASCII look like those of a Nordic word."""
    score = 0
    for found in re.finditer(r"[^\x00-\x7f]", text[:20_000]):
        letter = found[0]
        beside = text[found.start() - 1 : found.start()].isalpha() or text[found.end() : found.end() + 1].isalpha()
        if beside:
            score += 2 if letter in _NORDIC else 0 if letter.isalpha() else -2
    return score


def _one_by_one(error: UnicodeError) -> tuple[str, int]:
    """What a codec cannot read, byte by byte as windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("lyspunkt-letters", _one_by_one)


def _once_more(line: str) -> str:
    try:
        return b"".join(_byte(letter) for letter in line).decode("utf-8")
    except ValueError:
        return line


def _byte(letter: str) -> bytes:
    return letter.encode("latin-1") if letter < "\u0100" else letter.encode("cp1252")


def _words(text: str) -> str:
    """`text` with its encoded words decoded; neighbours are joined first, for a letter may be cut in two."""
    result: list[str] = []
    waiting: list[bytes] = []
    charset = ""
    end = 0

    def settle() -> None:
        if waiting:
            result.append(decoded(b"".join(waiting), charset))
            waiting.clear()

    for found in _ENCODED_WORD.finditer(text):
        between = text[end : found.start()]
        if between or found[1].lower() != charset:
            settle()
        result.append(between)
        charset, end = found[1].lower(), found.end()
        waiting.append(_bytes_of(found[2], found[3]))
    settle()
    return "".join(result) + text[end:]


def _bytes_of(encoding: str, word: str) -> bytes:
    given = word.encode("utf-8", "replace")
    if encoding in "Qq":
        return quopri.decodestring(given, header=True)
    given = re.sub(rb"[^A-Za-z0-9+/]", b"", given)
    given = given[: len(given) - 1] if len(given) % 4 == 1 else given
    try:
        return base64.b64decode(given + b"=" * (-len(given) % 4))
    except (binascii.Error, ValueError):
        return b""
