"""What a person wrote, out of what a mail program sent: without the mail that was answered; with the one sent on.

Our own rules. `mail-parser-reply`, which we looked at, takes everything after the word Tak or after a list's first
dash for a signature, knows no forwards, and takes quadratic time on long lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from lyspunkt.mailroom import signatures
from lyspunkt.mailroom.attributions import attribution
from lyspunkt.mailroom.headers import Mailbox
from lyspunkt.mailroom.headings import Heading, first_heading, unquoted
from lyspunkt.mailroom.markup import TAIL

_ANSWERED = r"re|sv|aw|antw|ang|odp|ynt"
_SENT_ON = r"vs|vb|fw|fwd|wg|tr|vl|rv|doorst|vidaresendt?|videresendt?|vidarebef(?:ordrat)?\.?"
_COUNTED = r"\s{0,3}(?:\[\d{1,3}\]|\(\d{1,3}\))?\s{0,3}[:：]"
_LABELLED = r"\s*(?:\[[^\]]{1,40}\]\s*)?"
_PREFIXES = re.compile(rf"\s*(?:(?:{_ANSWERED}|{_SENT_ON}){_COUNTED}\s{{0,9}})+", re.IGNORECASE)
_FIRST_IS_ANSWER = re.compile(rf"{_LABELLED}(?:{_ANSWERED}){_COUNTED}", re.IGNORECASE)
_FIRST_SENDS_ON = re.compile(rf"{_LABELLED}(?:{_SENT_ON}){_COUNTED}", re.IGNORECASE)
_SENT_ON_AT_END = re.compile(r"\((?:fwd|forwarded)\)\s*$", re.IGNORECASE)
_DEEPEST = 12
_MOST_LINES = 10_000
"""That are looked at: far more than a story has, few enough for the worst of them (bar C2)."""
_LONG_ANSWER = 400
"""Characters of an answer within a forward that stand alone; a shorter one needs what it answers."""


class Written(BaseModel):
    """What a person wrote; where it was sent on, whom the first of the mails is from."""

    model_config = ConfigDict(frozen=True)

    text: str
    author: Mailbox | None = None
    sent_on: bool = False


def headline(subject: str) -> str:
    """A subject without what mail programs put before it: SV:, VS:, VB:, Fwd: and their like."""
    return _PREFIXES.sub("", subject, count=1).strip() if _PREFIXES.match(subject) else subject.strip()


def answers(subject: str) -> bool:
    """Whether the outermost prefix of a subject is that of an answer."""
    return bool(_FIRST_IS_ANSWER.match(subject))


def sends_on(subject: str) -> bool:
    return bool(_FIRST_SENDS_ON.match(subject) or _SENT_ON_AT_END.search(subject))


def written(text: str, subject: str, *, answering: bool) -> Written:
    """The words of a mail's text; `answering` where its headers say that it answers another."""
    return _written(text.split("\n")[:_MOST_LINES], subject, answering=answering or answers(subject), depth=0)


def _written(lines: list[str], subject: str, *, answering: bool, depth: int) -> Written:
    forward = sends_on(subject)
    heading = first_heading(lines) if depth < _DEEPEST else None
    above = lines[: heading.start] if heading else lines
    if heading and not _is_answered(heading, above, forward=forward, answering=answering, inner=depth > 0):
        return _sent_on(lines, heading, depth)
    if forward and not heading:
        # Sent on as a quote, or with an attribution alone: all of it is the story
        return Written(text=_own(_freed(lines)), sent_on=True)
    if depth and not heading:
        return Written(text=_own(_freed(lines)))
    own = _own(_without_quotes(above, answering=answering or heading is not None))
    if not own:
        own = _own(_freed(lines))
    return Written(text=own)


def _is_answered(heading: Heading, above: Sequence[str], *, forward: bool, answering: bool, inner: bool) -> bool:
    """Whether the mail below a heading is one that was answered, rather than sent on."""
    if heading.kind == "forward" or forward:
        return False
    own = _own(_without_quotes(list(above), answering=True))
    if not own:
        return False
    if inner:
        return answering and len(own) >= _LONG_ANSWER
    # Without a word in the headers: what is marked as an original is one, a bare block is a forward by hand
    return answering or heading.kind == "original"


def _sent_on(lines: list[str], heading: Heading, depth: int) -> Written:
    below = lines[heading.end :]
    if heading.depth:
        below = [_less_quoted(line, heading.depth) for line in below]
    elif _mostly_quoted(below):
        below = [_less_quoted(line, 1) for line in below]
        # Apple Mail quotes the block of headers too
        if (again := first_heading(below)) and not any(line.strip() for line in below[: again.start]):
            heading = heading.model_copy(update={"author": again.author, "subject": again.subject})
            below = below[again.end :]
    inner = _written(below, heading.subject, answering=answers(heading.subject), depth=depth + 1)
    comment = _own(_without_quotes(lines[: heading.start], answering=False))
    text = f"{comment}\n\n{inner.text}".strip()
    return Written(text=text, author=inner.author or heading.author, sent_on=True)


def _own(lines: list[str]) -> str:
    text = "\n".join(line for line in lines if line.strip() != TAIL)
    return signatures.removed(re.sub(r"\n{3,}", "\n\n", text).strip())


def _without_quotes(lines: list[str], *, answering: bool) -> list[str]:
    """The lines that are not quoted; the answers between quotes stay, in order."""
    kept: list[str] = []
    number = 0
    while number < len(lines):
        found = attribution(lines, number)
        if found:
            end, strong = found
            quoted, end = _quoted_block(lines, end)
            answering = True
            if not quoted and strong:
                # An attribution with nothing marked as quoted: all that follows is the other mail
                return kept if any(line.strip() for line in kept) else lines
            if quoted or strong:
                number = end
                continue
        _, depth = unquoted(lines[number])
        if depth and not _is_mailbox_line(lines, number):
            quoted, end = _quoted_block(lines, number)
            if not answering:
                kept += lines[number:end]
            number = max(end, number + 1)
            continue
        kept.append(lines[number][1:] if depth else lines[number])
        number += 1
    return kept


def _quoted_block(lines: Sequence[str], start: int) -> tuple[int, int]:
    """How many lines from here are quoted, and where they end; empty lines between count as quoted, at the end not.

    A long line that a mail program wrapped leaves its rest unmarked: such a rest goes with its line.
    """
    quoted = 0
    end = start
    for number in range(start, len(lines)):
        text, depth = unquoted(lines[number])
        if depth:
            quoted += 1
            end = number + 1
        elif text and not (quoted and _is_rest(lines, number)):
            break
        elif text:
            end = number + 1
    return quoted, end


def _is_rest(lines: Sequence[str], number: int) -> bool:
    """Whether a line is the rest of a quoted one: right between two, after one that was too long."""
    before, depth = unquoted(lines[number - 1])
    after = unquoted(lines[number + 1])[1] if number + 1 < len(lines) else 0
    return bool(depth and after) and len(before) >= 60 and len(lines[number]) < 40 and " " not in lines[number][:1]


def _is_mailbox_line(lines: Sequence[str], number: int) -> bool:
    """`>From` at the beginning of a line is how a mailbox keeps the word From, not a quote."""
    beside = [lines[other] for other in (number - 1, number + 1) if 0 <= other < len(lines)]
    return lines[number].startswith(">From ") and not any(line.startswith(">") for line in beside)


def _mostly_quoted(lines: Sequence[str]) -> bool:
    full = [line for line in lines if line.strip()]
    return bool(full) and sum(unquoted(line)[1] > 0 for line in full) * 10 >= len(full) * 8


def _freed(lines: Sequence[str]) -> list[str]:
    """The lines with their marks of quoting taken off, where that is nearly all of them."""
    if not _mostly_quoted(lines):
        return list(lines)
    return [_less_quoted(line, 1) for line in lines]


def _less_quoted(line: str, levels: int) -> str:
    for _ in range(levels):
        line = re.sub(r"^\s{0,3}(?:>|&gt;) ?", "", line)
    return line
