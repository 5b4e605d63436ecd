"""The line above a quoted mail: `Den 5. nov. 2026 kl. 10.12 skrev Redaktionen <redaktionen@by.example>:`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lyspunkt.mailroom.headings import unquoted

_VERB = re.compile(
    r"\b(?:wrote|writes|said|skrev|skreiv|skriver|har skrivit|har skrevet|har skrive|schrieb|a écrit|schreef|"
    r"escribió|"
    r"ha scritto|kirjoitti|escreveu|napisał|написал)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(r"\b\d{1,2}[:.]\d{2}\b|\b(?:19|20)\d{2}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
_DAY = (
    r"(?:mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag|måndag|tisdag|lördag|söndag|måndag|tysdag|laurdag|sundag|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|man|tirs?|ons|tors?|fre|lør|lør|søn|mån|tis|lör|sön|"
    r"tys|laur|lau|sun|mon|tue|wed|thu|fri|sat|sun)\b\.?"
)
_BEGINS = re.compile(
    rf"(?:on|den|le|am|op|el|il|em|w dniu|kl\.|at|in article|quoting|{_DAY}|"
    r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\d{1,2}\.?\s(?:[^\W\d_]{3,9}\.?)\s\d{4}|ti |ke |to |pe |la |su |ma )",
    re.IGNORECASE,
)
_STARTS_STRICTLY = re.compile(
    rf"(?:on|den|le|am|op|el|il|em|w dniu)\s.{{0,60}}?\d|{_DAY}.{{0,40}}?\d|\d{{1,4}}[-./]\d{{1,2}}[-./]\d{{1,4}}|"
    r"\d{1,2}\.?\s[^\W\d_]{3,9}\.?\s\d{4}",
    re.IGNORECASE | re.DOTALL,
)
_SUPERCITED = re.compile(r"[^\s<>]{1,20}>{1,3} .{0,120}(?:==|writes:|wrote:).{0,80}")
_LONGEST = 400
_MOST_LINES = 4


def attribution(lines: Sequence[str], number: int) -> tuple[int, bool] | None:
    """Where the attribution that begins at a line ends, and whether it says so much that it can be nothing else."""
    first, depth = unquoted(lines[number])
    if not first or len(first) > _LONGEST:
        return None
    joined = ""
    for end in range(number, min(number + _MOST_LINES, len(lines))):
        line, level = unquoted(lines[end])
        if not line or level != depth:
            break
        joined = f"{joined} {line}".strip()
        if len(joined) > _LONGEST:
            break
        if not _closes(joined):
            continue
        quoted = _quoted_after(lines, end + 1, depth)
        when, address = bool(_WHEN.search(joined)), "@" in joined
        verb = bool(_VERB.search(joined))
        strong = verb and (when or address) and bool(_STARTS_STRICTLY.match(joined)) and when
        if end > number and not _opens(first) and attribution(lines, number + 1):
            return None  # the line above belongs to the answer
        if strong or (quoted and _fits(joined, one=end == number, when=when, address=address, verb=verb)):
            return end + 1, strong
    if _SUPERCITED.fullmatch(first) and _quoted_after(lines, number + 1, depth):
        return number + 1, False
    return None


def _opens(line: str) -> bool:
    """Whether the first line of a wrapped attribution is one: it begins so and tells a time, or is hardly begun."""
    return bool(_BEGINS.match(line)) and (len(line) < 12 or bool(re.search(rf"\d|{_DAY}", line, re.IGNORECASE)))


def _closes(text: str) -> bool:
    return text.rstrip(" *_").endswith((":", "：", "...", "…")) or text.endswith((": >", "wrote", "skrev", "écrit :"))


def _fits(text: str, *, one: bool, when: bool, address: bool, verb: bool) -> bool:
    """Whether a line above a quote is about who wrote it; several lines must begin as such a one does."""
    begins = bool(_BEGINS.match(text))
    if not one and not begins:
        return verb and (when or address) and len(text) < 200 and text.count(". ") < 2
    return (verb and len(text) < 250) or (when and address) or (begins and when and text.endswith(":"))


def _quoted_after(lines: Sequence[str], number: int, depth: int) -> bool:
    """Whether what follows is quoted deeper, after an empty line at most."""
    for line in lines[number : number + 3]:
        text, level = unquoted(line)
        if level > depth:
            return True
        if text:
            return False
    return False
