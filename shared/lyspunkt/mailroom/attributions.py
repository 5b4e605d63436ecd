"""The line above a quoted mail: `Den 5. nov. 2026 kl. 10.12 skrev Redaktionen <redaktionen@by.example>:`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lyspunkt.mailroom.headings import unquoted

_SAID = (
    r"(?:wrote|writes|said|skrev|skreiv|skriver|har skrivit|har skrevet|har skrive|schrieb|a écrit|schreef|escribió|"
    r"ha scritto|kirjoitti|escreveu|napisał|написал)"
)
_VERB = re.compile(rf"\b{_SAID}\b", re.IGNORECASE)
_WHEN = re.compile(r"\b\d{1,2}[:.]\d{2}\b|\b(?:19|20)\d{2}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
_DAY = (
    r"(?:mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag|måndag|tisdag|lördag|söndag|måndag|tysdag|laurdag|sundag|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|man|tirs?|ons|tors?|fre|lør|lør|søn|mån|tis|lör|sön|"
    r"tys|laur|lau|sun|mon|tue|wed|thu|fri|sat|sun)\b\.?"
)
_BEGINS = re.compile(
    rf"(?:on|den|le|am|op|el|il|em|w dniu|kl\.|at|in article|quoting|{_DAY}|(?:ma|ti|ke|to|pe|la|su) \d|"
    r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\d{1,2}\.?\s(?:[^\W\d_]{3,9}\.?)\s\d{4})",
    re.IGNORECASE,
)
_STARTS_STRICTLY = re.compile(
    rf"(?:on|den|le|am|op|el|il|em|w dniu)\s.{{0,60}}?\d|{_DAY}.{{0,40}}?\d|\d{{1,4}}[-./]\d{{1,2}}[-./]\d{{1,4}}|"
    r"\d{1,2}\.?\s[^\W\d_]{3,9}\.?\s\d{4}",
    re.IGNORECASE | re.DOTALL,
)
_NAME_FIRST = re.compile(
    rf"[^<>@]{{0,80}}<[^<>@\s]{{1,64}}@[^<>\s]{{1,190}}>[\s,]{{0,3}}{_SAID}(?:\s(?:den|am|on|el|le|op|på|\().{{0,80}})?\s?:",
    re.IGNORECASE,
)
_DATED = re.compile(
    rf"(?:{_DAY}[,\s]|\d{{1,4}}[-./]\d{{1,2}}[-./]\d{{1,4}}[,\s]|\d{{1,2}}:\d{{2}}\s).{{4,120}}<[^<>@\s]{{1,64}}@[^<>\s]{{1,190}}>\s?:",
    re.IGNORECASE,
)
_NOTES = re.compile(rf"-{{3,}}\s?\S.{{0,120}}\s{_SAID}\s?:\s?-{{3,}}", re.IGNORECASE)
_GROUPWISE = re.compile(r"\s?>>>\s\S.{2,160}\d{1,2}[:.]\d{2}.{0,10}>>>\s*")
_SUPERCITED = re.compile(r"[^\s<>]{1,20}>{1,3} .{0,120}(?:==|writes:|wrote:).{0,80}")
_REST = re.compile(r"\s?>\s?:\s*")
"""What is left for the next line where an address filled the one before."""
_LONGEST = 400
_MOST_LINES = 4


def attribution(lines: Sequence[str], number: int) -> tuple[int, bool] | None:
    """Where the attribution that begins at a line ends, and whether it says so much that it can be nothing else."""
    found = _told(lines, number)
    first, _ = unquoted(lines[number])
    # Where a later line begins one just as well, the lines above it belong to the answer
    if found and not _opens(first) and any(_told(lines, later) for later in range(number + 1, found[0])):
        return None
    return found


def _told(lines: Sequence[str], number: int) -> tuple[int, bool] | None:
    first, depth = unquoted(lines[number])
    if not first or len(first) > _LONGEST:
        return None
    if _GROUPWISE.fullmatch(lines[number]):
        return number + 1, True
    joined = ""
    for end in range(number, min(number + _MOST_LINES, len(lines))):
        line, level = (">:", depth) if _REST.fullmatch(lines[end]) else unquoted(lines[end])
        joined = f"{joined} {line}".strip()
        if not line or level != depth or len(joined) > _LONGEST:
            break
        if not _closes(joined):
            continue
        when, address = bool(_WHEN.search(joined)), "@" in joined
        verb = bool(_VERB.search(joined))
        strong = _is_nothing_else(joined, when=when, verb=verb)
        fits = strong or _fits(joined, one=end == number, when=when, address=address, verb=verb)
        if strong or (fits and _quoted_after(lines, end + 1, depth)):
            return end + 1, strong
    if _SUPERCITED.fullmatch(first) and _quoted_after(lines, number + 1, depth):
        return number + 1, False
    return None


def _opens(line: str) -> bool:
    """Whether the first line of a wrapped attribution is one: it begins so and tells a time, or is hardly begun."""
    return bool(_BEGINS.match(line)) and (len(line) < 12 or bool(re.search(rf"\d|{_DAY}", line, re.IGNORECASE)))


def _closes(text: str) -> bool:
    return text.rstrip(" *_").endswith((":", "：")) or text.endswith((": >", "wrote", "skrev", "-----"))


def _is_nothing_else(text: str, *, when: bool, verb: bool) -> bool:
    """Whether a line names verb and time as only mail programs do, or time and address, or is one of Lotus Notes."""
    if not verb:
        return when and bool(_DATED.fullmatch(text))
    return bool((when and _STARTS_STRICTLY.match(text)) or _NAME_FIRST.fullmatch(text) or _NOTES.fullmatch(text))


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
