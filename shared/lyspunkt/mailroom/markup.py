"""HTML as a person reads it: paragraphs, lists, quotes marked as in plain mail; nothing that is not text (bar H4)."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

from lyspunkt.mailroom.charsets import visible
from lyspunkt.newsroom.submissions import clean

LARGEST_MARKUP = 600_000
"""Characters that are read; HTML takes more time than plain words."""
TAIL = "\ue01e"
"""Stands on a line of its own where a mail program says that what follows is the mail that was answered or sent on."""

_WIDE = {"p", "ul", "ol", "dl", "blockquote", "pre", "table", "h1", "h2", "h3", "h4", "h5", "h6"}
_BLOCKS = _WIDE | {"div", "tr", "hr", "dt", "dd", "li", "section", "article", "header", "footer", "center", "address"}
_KEPT = _BLOCKS | {"br", "td", "th", "img", "span"}
_DROPPED = {"script", "style", "title", "template", "noscript", "svg", "math", "object", "iframe", "head"}
_TOLD = {"class", "id", "type", "style", "alt", "start"}
_VOID = {"br", "hr", "img"}
_OFTEN_OPEN = _VOID | {
    "p",
    "li",
    "td",
    "th",
    "tr",
    "dt",
    "dd",
    "tbody",
    "meta",
    "link",
    "input",
    "option",
    "col",
    "wbr",
}
_DEEPEST = 400
"""Elements in each other; the cleaner takes quadratic time for more, and no program writes them."""
_TAG = re.compile(r"<(/?)([a-z][a-z0-9:]{0,30})", re.IGNORECASE)
_BARE_AND = re.compile(r"&(?![A-Za-z#])")
_ANY_TAG = re.compile(r"<[^<>]{0,2000}>")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE)
_QUOTES = re.compile(r"\b(?:gmail_quote|moz-cite|protonmail_quote|zmail_extra|tutanota_quote)\b")
_TAILS = re.compile(
    r"divRplyFwdMsg|appendonsend|OutlookMessageHeader|yahoo_quoted|ms-outlook-mobile-reference-message|"
    r"mail-editor-reference-message-container|moz-forward-container|hmmessage_reply"
)
_TAIL_STYLE = re.compile(r"border:\s?none;\s?border-top:\s?solid (?:#E1E1E1|#B5C4DF|windowtext)\s1\.0pt", re.IGNORECASE)
_SIGNATURES = re.compile(r"\b(?:gmail_signature|moz-signature|ms-outlook-mobile-signature)\b")
_EXPLICIT_EMPTY = re.compile(
    r"<p[^>]{0,200}>(?:<[a-z:]{1,6}[^>]{0,200}>){0,4}\s*(?:&nbsp;|&#160;|\xa0|<br\s?/?>)", re.I
)
_PRE_LINES = re.compile(r"white-space\s*:\s*pre", re.IGNORECASE)


def readable(html: str) -> str:
    """The text of a page or of a piece of one. Lines that are quoted begin with `>`, as in plain mail."""
    # The cleaner takes quadratic time for bare ampersands
    html = _BARE_AND.sub("&amp;", html[:LARGEST_MARKUP].replace(TAIL, ""))[:LARGEST_MARKUP]
    if _depth(html) > _DEEPEST:
        html = _ANY_TAG.sub("\n", html)
    # First cleaned to a well-formed tree of harmless tags, so that the small parser meets no surprises (bar H4)
    harmless = nh3.clean(
        clean(html, lines=True),
        tags=_KEPT,
        clean_content_tags=_DROPPED,
        attributes={"*": _TOLD},
        strip_comments=True,
    )
    reader = _Reader(tight=bool(_EXPLICIT_EMPTY.search(html)))
    reader.feed(harmless)
    reader.close()
    return reader.text()


def _depth(html: str) -> int:
    """How deep elements stand in each other at most, without those whose end may be left out."""
    depth = deepest = 0
    for found in _TAG.finditer(html):
        if found[2].lower() not in _OFTEN_OPEN:
            depth += -1 if found[1] else 1
            deepest = max(depth, deepest)
    return deepest


class _Reader(HTMLParser):
    """Writes the words line by line; an element's own doing is undone at its end."""

    def __init__(self, *, tight: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._tight = tight
        """Whether empty lines are written as such, so that paragraphs of Word stand for lines."""
        self._lines: list[str] = []
        self._line: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._quoted = 0
        self._hidden = 0
        self._pre = 0
        self._lists: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in _VOID:
            self._void(tag, told)
            return
        effect = ""
        if _HIDDEN.search(told.get("style", "")):
            effect = "hidden"
            self._hidden += 1
        elif tag in _BLOCKS:
            effect = self._block(tag, told)
        elif tag == "span" and _PRE_LINES.search(told.get("style", "")):
            effect = "pre"
            self._pre += 1
        self._open.append((tag, effect))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            name, effect = self._open.pop()
            self._undo(name, effect)
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self._pre:
            first, *others = data.split("\n")
            self._line.append(first)
            for other in others:
                self._break()
                self._line.append(other)
        else:
            self._line.append(re.sub(r"[ \t\r\n\f]+", " ", data))

    def text(self) -> str:
        self._end_line()
        return clean(visible("\n".join(self._lines)), lines=True)

    def _void(self, tag: str, told: dict[str, str]) -> None:
        if self._hidden:
            return
        if tag == "br":
            self._break()
        elif tag == "hr":
            self._gap()
            if _TAILS.search(told.get("id", "")) or "stopSpelling" in told.get("id", ""):
                self._mark(TAIL)
        elif len(alt := told.get("alt", "")) <= 4 and not alt.isascii():
            self._line.append(alt)  # an emoji that is sent as a picture

    def _block(self, tag: str, told: dict[str, str]) -> str:
        names = f"{told.get('class', '')} {told.get('id', '')}"
        wide = tag in _WIDE and not (tag == "p" and self._tight and "Mso" in names)
        self._gap() if wide else self._end_line()
        if tag == "blockquote" and (told.get("type", "") == "cite" or "quote" in names.lower()):
            self._quoted += 1
            return "quote"
        if tag == "blockquote" and self._open and any(effect == "tail" for _, effect in self._open):
            self._quoted += 1
            return "quote"
        if _TAILS.search(names) or (tag == "div" and _TAIL_STYLE.search(told.get("style", ""))):
            self._mark(TAIL)
        if tag == "div" and _SIGNATURES.search(names):
            self._mark("-- ")
        if _QUOTES.search(names):
            return "tail"
        if tag in {"ul", "ol"}:
            start = told.get("start", "")
            first = int(start) if start.isascii() and start.isdigit() and len(start) < 5 else 1
            self._lists.append(first if tag == "ol" else None)
            return "list"
        if tag == "li":
            self._item()
        if tag == "pre" or _PRE_LINES.search(told.get("style", "")):
            self._pre += 1
            return "pre"
        return "wide" if wide else "line" if tag == "p" else ""

    def _item(self) -> None:
        number = self._lists[-1] if self._lists else None
        self._line.append("- " if number is None else f"{number}. ")
        if number is not None:
            self._lists[-1] = number + 1

    def _undo(self, tag: str, effect: str) -> None:
        if effect == "hidden":
            self._hidden -= 1
        if effect == "pre":
            self._pre -= 1
        if effect == "line":
            self._break()
        elif tag in _BLOCKS:
            self._gap() if tag in _WIDE and effect in {"wide", "quote", "list", "pre"} else self._end_line()
        if tag in {"td", "th"}:
            self._line.append(" ")
        if effect == "quote":
            self._quoted -= 1
        if effect == "list":
            self._lists.pop()

    def _written(self) -> str:
        line = "".join(self._line).replace("\xa0", " ")
        self._line.clear()
        return line.rstrip() if self._pre else " ".join(line.split())

    def _put(self, line: str) -> None:
        self._lines.append(f"{'>' * self._quoted} {line}".rstrip() if self._quoted else line)

    def _break(self) -> None:
        self._put(self._written())

    def _end_line(self) -> None:
        if line := self._written():
            self._put(line)

    def _gap(self) -> None:
        self._end_line()
        self._put("")

    def _mark(self, mark: str) -> None:
        self._end_line()
        self._lines.append(mark)
