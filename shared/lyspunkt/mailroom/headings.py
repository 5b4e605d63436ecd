"""Where another mail begins within the text of one: the lines that mail programs put above what is answered or sent on.

In the five languages, and in German, French, Dutch, Spanish, Italian and Finnish, from where people write too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from lyspunkt.mailroom.headers import Mailbox
from lyspunkt.mailroom.markup import TAIL
from lyspunkt.newsroom.submissions import is_address

_LABELS = {
    "from": "from|fra|från|frå|von|de|van|da|lähettäjä|afsender|avsändare|avsender",
    "date": "sent|date|sendt|dato|datum|skickat|skickad|sänt|gesendet|envoyé|verzonden|enviado|inviato|lähetetty|fecha",
    "to": "to|til|till|an|à|aan|para|a|vastaanottaja|modtager|mottagare|mottaker",
    "copy": "cc|bcc|kopi|kopia|kopie|svar til|svara till|reply-to|antwort an",
    "subject": "subject|emne|ämne|ärende|betreff|objet|onderwerp|asunto|oggetto|aihe",
    "other": "importance|priority|prioritet|prioritering|vigtighed|viktighet|attachments?|vedhæftede filer|vedhæftet|"
    "vedlegg|bifogade filer|bilagor|organization|organisation|sender|message-id|anlagen|resent-[a-z]+|user-agent|"
    "mime-version|content-type|x-[a-z-]+|references|in-reply-to|delivered-to|newsgroups",
}
_LABEL = re.compile(
    r"[*_]{0,2}(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _LABELS.items()) + r")\s?[*_]{0,2}\s?:"
    r"[*_]{0,2}(?:\s+|$|(?=[^\s/]))(?P<value>.*)",
    re.IGNORECASE,
)
_ANY_LABEL = re.compile(r"[*_]{0,2}[^\W\d_][^:@<>.,!?]{0,22}[*_]{0,2}\s?:[*_]{0,2}(?:\s+(?P<value>\S.*)|$)")
_OPEN_LIST = re.compile(r"@.*[<,;]\s*\Z")
"""A line of receivers that goes on in the next."""
_AN_HOUR = re.compile(r"\s*(?:kl\.?\s*)?\d", re.IGNORECASE)
"""What stands after Fra: in the programme of a day."""
_DASHES = r"[-–—_=*]{2,}"
_FORWARDED = (
    r"forwarded (?:message|mail)(?: from .{1,80})?|fwd:? .{0,40}|"
    r"(?:forwarded by|videresendt a[fv]|vidaresendt? av|vidarebefordrat av) .{1,120}|"
    r"videresendt (?:meddelelse|besked|melding|mail|e-?mail|e-?post)|vidaresendt? (?:melding|e-?post)|"
    r"vidarebefordrat (?:meddelande|mejl|mail|brev|e-?post)|weitergeleitete nachricht|message (?:transféré|transmis)|"
    r"doorgestuurd bericht|mensaje reenviado|messaggio inoltrato|välitetty viesti|start of forwarded message"
)
_ORIGINAL = (
    r"original (?:message|meddelelse|melding|mail|e-?mail)|oprindelig (?:meddelelse|besked|mail|e-?mail)|"
    r"opprinnelig (?:melding|e-?post)|opph?avleg (?:melding|e-?post)|opp?rinneleg (?:melding|e-?post)|"
    r"ursprungligt (?:meddelande|mejl|mail)|originalmeddelande|ursprüngliche (?:nachricht|mail)|message d'origine|"
    r"oorspronkelijk bericht|mensaje original|messaggio originale|alkuperäinen viesti|reply message|svar på"
)
_FORWARD_MARK = re.compile(rf"{_DASHES}\s*(?:{_FORWARDED})\s*:?\s*{_DASHES}?", re.IGNORECASE)
_FORWARD_LINE = re.compile(
    r"(?:begin forwarded message|start på videresendt (?:besked|meddelelse|mail)|videresendt (?:besked|"
    r"meddelelse|melding)|"
    r"vidarebefordrat (?:brev|meddelande|mejl)|begynnelse på videresendt melding|start på videresendt melding|"
    r"starten på (?:den )?videresendt[ea] meldingen?|vidaresendt? melding|"
    r"anfang der weitergeleiteten (?:nachricht|e-?mail)|"
    r"début du message réexpédié|inizio messaggio inoltrato)\s*:",
    re.IGNORECASE,
)
_GLUED = re.compile(
    rf"{_DASHES}\s*(?:(?P<sent_on>{_FORWARDED})|{_ORIGINAL})\s*{_DASHES}\s*(?:{_LABELS['from']})\s?:\s?(?P<value>[^<>]{{0,80}}<[^<>\s]{{3,254}}>).*",
    re.IGNORECASE,
)
"""Yahoo writes the mark and all that follows in one line."""
_ORIGINAL_MARK = re.compile(rf"{_DASHES}\s*(?:{_ORIGINAL})\s*:?\s*{_DASHES}", re.IGNORECASE)
_QUOTE = re.compile(r"(?:\s{0,3}(?:>|&gt;)\s?)+")
_MOST_LINES = 30
_GAP = 4
"""Lines that a label's value may go on over: a long list of receivers."""


class Heading(BaseModel):
    """The lines from `start` up to `end` that stand above another mail, and what they say of it."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["forward", "original", "block"]
    """What the program says that it is; a bare block of headers says neither."""
    start: int
    end: int
    depth: int = 0
    """How deep the lines are quoted themselves."""
    author: Mailbox | None = None
    subject: str = ""


def unquoted(line: str) -> tuple[str, int]:
    """A line without the `>` before it, and how many those were."""
    found = _QUOTE.match(line)
    if not found:
        return line.strip(), 0
    return line[found.end() :].strip(), found[0].count(">") + found[0].count("&gt;")


def first_heading(lines: Sequence[str], start: int = 0) -> Heading | None:
    """The first heading at or after a line."""
    for number in range(start, len(lines)):
        line, depth = unquoted(lines[number])
        if not line:
            continue
        kind: Literal["forward", "original", "block"] = "block"
        if line == TAIL:
            kind = "original"
        elif len(line) < 200 and (_FORWARD_MARK.fullmatch(line) or _FORWARD_LINE.fullmatch(line)):
            kind = "forward"
        elif len(line) < 1_000 and (glued := _GLUED.fullmatch(line)):
            kind = "forward" if glued["sent_on"] else "original"
            return Heading(kind=kind, start=number, end=number + 1, depth=depth, author=mailbox_in(glued["value"]))
        elif len(line) < 120 and _ORIGINAL_MARK.fullmatch(line):
            kind = "original"
        marked = kind != "block"
        block = _block(lines, number + 1 if marked else number, marked=marked, any_label=line == TAIL)
        if block:
            begin = _without_rule(lines, number)
            return block.model_copy(update={"kind": kind, "start": begin, "depth": depth})
        if kind == "forward" or (kind == "original" and line != TAIL):
            return Heading(kind=kind, start=number, end=number + 1, depth=depth)
    return None


def mailbox_in(value: str) -> Mailbox | None:
    """Whom a From line names: `Name <a@b.example>`, `Name [mailto:a@b.example]`, or a name alone."""
    value = re.sub(r"\[mailto:\s?([^\]\s]+)\]|<mailto:\s?([^>\s]+)>", r"<\1\2>", value.strip(" *_"))
    address = next((found for found in re.findall(r"[^\s<>\"'\[\]();,:]+@[^\s<>\"'\[\]();,:]+", value)), None)
    address = address.rstrip(".") if address else None
    name = re.split(r"[<\[]", value)[0].strip(" \"'*")[:200]
    known = address if address and is_address(address) else None
    if name == address or "@" in name:
        name = ""
    return Mailbox(name=name or None, address=known) if name or known else None


def _block(lines: Sequence[str], start: int, *, marked: bool, any_label: bool) -> Heading | None:
    """The block of headers that begins here: From first, unless a mark stands above it; two more of them at least."""
    found: dict[str, str] = {}
    end = start
    others = 0
    for number in range(start, min(start + _MOST_LINES, len(lines))):
        line, _ = unquoted(lines[number])
        label = _LABEL.match(line)
        kind = _kind_of(label)
        if kind and label:
            if not marked and not found and kind != "from" and not _from_follows(lines, number):
                return None
            if not marked and kind == "from" and _AN_HOUR.match(label["value"]):
                return None
            if kind in found and kind in {"from", "subject"}:
                break
            found.setdefault(kind, label["value"].strip())
            end = number + 1
        elif any_label and (other := _ANY_LABEL.match(line)):
            others += 1
            found.setdefault(f"other {others}", other["value"] or "")
            end = number + 1
        elif not found and (number - start > _GAP or (line and line != TAIL and not set(line) <= set("-_=*"))):
            return None
        elif found and (number - end >= _GAP or (not line and "subject" in found and "from" in found)):
            break
    told = len(set(found) & {"date", "to", "subject", "copy"})
    enough = (
        others >= 3
        if any_label and "from" not in found
        else "from" in found and (told >= 2 or (told == 1 and marked)) and ("subject" in found or "date" in found)
    )
    if not enough:
        return None
    end = _wrapped(lines, end, found)
    return Heading(
        kind="block",
        start=start,
        end=end,
        author=mailbox_in(found.get("from", found.get("other 1", ""))),
        subject=found.get("subject", ""),
    )


def _from_follows(lines: Sequence[str], number: int) -> bool:
    """Whether From, with an address, stands in one of the lines below, where some programs put it."""
    below = [_LABEL.match(unquoted(line)[0]) for line in lines[number + 1 : number + 4]]
    return any(label and _kind_of(label) == "from" and "@" in label["value"] for label in below)


def _kind_of(label: re.Match[str] | None) -> str:
    return next((kind for kind in _LABELS if label and label[kind] is not None), "")


def _wrapped(lines: Sequence[str], end: int, found: dict[str, str]) -> int:
    """The end of a block whose last line, receivers or a long subject, goes on in the next."""
    while end < len(lines) and _OPEN_LIST.search(lines[end - 1]) and lines[end].strip():
        end += 1
    last = list(found.values())[-1] if found else ""
    if len(last) >= 55 and end + 1 < len(lines) and lines[end].strip() and not lines[end + 1].strip():
        return end + 1
    return end


def _without_rule(lines: Sequence[str], number: int) -> int:
    """Where a heading begins when the line drawn above it is taken with it."""
    above = number - 1
    while above >= 0 and not lines[above].strip(" >"):
        above -= 1
    drawn = above >= 0 and re.fullmatch(rf"[\s>]*(?:[-–_=*]{{5,}}|{TAIL})\s*", lines[above])
    return above if drawn else number
