"""From the bytes of a mail to the words that a person wrote. Whatever the labels say, the letters come out right."""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
from contextlib import suppress
from html.parser import HTMLParser

import nh3

from lyspunkt.newsroom.submissions import clean

LARGEST_TEXT = 2_000_000
"""Bytes of one text part that are looked at; the rest is padding or a bomb."""

# They decode, but not what a mail is written in; punycode and idna also take quadratic time
_NOT_FOR_MAIL = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7"})
_ENCODED_WORD = re.compile(r"=\?([A-Za-z0-9_.:+-]{1,40})(?:\*[A-Za-z0-9-]{1,20})?\?([BbQq])\?([^?\s]{0,5000})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?)")
_PREFIXES = re.compile(
    r"\s*(?:(?:re|sv|vs|vb|fw|fwd|wg|aw|antw|ang|vl)\s{0,3}(?:\[\d{1,3}\])?\s{0,3}:\s{0,9})+", re.IGNORECASE
)
_SENT_FROM = re.compile(
    r"(?:sendt fra|sendt frå|skickat från|sent from|hent outlook|hämta outlook|get outlook)\b.{0,60}",
    re.IGNORECASE,
)
_SIGNATURE_LINES = 15
_BLOCKS = frozenset(
    {
        "p",
        "div",
        "ul",
        "ol",
        "table",
        "tr",
        "blockquote",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "dl",
        "dt",
        "dd",
    }
)
_KEPT = _BLOCKS | {"br", "li", "td", "th"}
_DROPPED = {"script", "style", "title", "template", "noscript", "svg", "math", "object", "iframe"}


def decoded(data: bytes, charset: str | None) -> str:
    """`data` as text: UTF-8 where it is UTF-8, whatever it says; else as it says; else as windows-1252 (bar C9).

    Never raises: a charset that nobody has heard of is no reason to lose a mail (bar C1).
    """
    for name in _likely(charset):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def header_text(raw: str) -> str:
    """A header's value as one line of text; encoded words decoded, folded lines and raw 8-bit letters understood."""
    with suppress(UnicodeEncodeError):
        raw = decoded(raw.encode("ascii", "surrogateescape"), None)
    return clean(_words(_BETWEEN_WORDS.sub(r"\1\2", raw)))


def headline(subject: str) -> str:
    """A subject without what mail programs put before it: SV:, VS:, VB:, Fwd: and their like."""
    return _PREFIXES.sub("", subject, count=1).strip() if _PREFIXES.match(subject) else subject.strip()


def without_signature(text: str) -> str:
    """`text` up to its signature: the line `-- ` and the few lines after it, or what a telephone adds."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line.rstrip() == "--" and sum(bool(after.strip()) for after in lines[number + 1 :]) <= _SIGNATURE_LINES:
            lines = lines[:number]
            break
    while lines and (not lines[-1].strip() or _SENT_FROM.fullmatch(lines[-1].strip())):
        lines.pop()
    return "\n".join(lines).strip()


def flowed(text: str, *, delete_space: bool) -> str:
    """RFC 3676: lines that end in a space go on in the next."""
    paragraphs: list[str] = []
    goes_on = False
    for line in text.replace("\r\n", "\n").split("\n"):
        row = line[1:] if line.startswith(" ") else line
        soft = row.endswith(" ") and row != "-- "
        part = row[:-1] if soft and delete_space else row
        if goes_on:
            paragraphs[-1] += part
        else:
            paragraphs.append(part)
        goes_on = soft
    return "\n".join(paragraphs)


def readable(html: str) -> str:
    """HTML as a person reads it: paragraphs, list items on lines of their own, and nothing that is not text."""
    # First cleaned to a well-formed tree of harmless tags, so that the small parser meets no surprises (bar H4)
    harmless = nh3.clean(
        clean(html, lines=True), tags=_KEPT, clean_content_tags=_DROPPED, attributes={}, strip_comments=True
    )
    reader = _Reader()
    reader.feed(harmless)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._break(tag)
        if tag == "li":
            self._parts.append("\n- ")

    def handle_endtag(self, tag: str) -> None:
        self._break(tag)
        if tag in {"td", "th"}:
            self._parts.append(" ")

    def handle_data(self, data: str) -> None:
        self._parts.append(re.sub(r"[ \t\r\n\f]+", " ", data))

    def text(self) -> str:
        lines = [" ".join(line.replace("\xa0", " ").split()) for line in "".join(self._parts).split("\n")]
        return clean("\n".join(lines), lines=True)

    def _break(self, tag: str) -> None:
        if tag == "br":
            self._parts.append("\n")
        elif tag in _BLOCKS:
            self._parts.append("\n\n" if tag in {"p", "ul", "ol", "blockquote", "pre"} or tag[0] == "h" else "\n")


def _likely(charset: str | None) -> list[str]:
    names = ["utf-8-sig"]
    if charset:
        try:
            known = codecs.lookup(charset.strip().strip("\"'")).name
        except (LookupError, ValueError):
            known = ""
        if known in {"ascii", "iso8859-1"}:
            known = "cp1252"  # what programs that say latin-1 really write
        if known and known not in _NOT_FOR_MAIL:
            # Where plain letters are other bytes, the label is believed first: UTF-8 would take them as they are
            many = known.startswith(("utf-16", "utf-32", "iso2022", "hz", "utf_16", "utf_32"))
            names = [known, *names] if many else [*names, known]
    return names


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
    try:
        return base64.b64decode(given + b"=" * (-len(given) % 4))
    except (binascii.Error, ValueError):
        return given
