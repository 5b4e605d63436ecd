"""`lyspunkt classify` and `lyspunkt explain`: what the rules make of texts; nothing is stored."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.commands import organisation as organisations
from infra.commands.trail import table
from lyspunkt.newsroom.classification import classify as classified
from lyspunkt.newsroom.explanation import Explanation
from lyspunkt.newsroom.explanation import explain as explained
from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.subjects import Classification
from lyspunkt.newsroom.submissions import headline_from


class BadLine(ValueError):
    """A line of the file is not a story; the message names it and says what it should be."""


def classify(path: Path, *, as_json: bool) -> int:
    """Print what each line's story is about; 0 where every line could be read.

    A line is a JSON object with `id`, `subject` and `body`, what else it holds is not looked at. With `as_json` one
    JSON object a line: `id`, `lang`, `area` and `kind` (lists of [code, confidence 0 to 1], best first), `strategic`,
    `sensitive`, `reasons` (lists of [word, what it speaks for, weight]; below 0 it speaks against).
    """
    rows = [["id", "lang", "area", "sure", "kind", "sure", "strategic", "sensitive"]]
    try:
        for story in _stories(path):
            found = classified(story["subject"], story["body"])
            if as_json:
                print(json.dumps({"id": story["id"], **_as_data(found)}, ensure_ascii=False), flush=True)
            else:
                rows.append([str(story["id"]), *_as_cells(found)])
    except (OSError, UnicodeDecodeError, BadLine) as wrong:
        print(f"{path}: {wrong}", file=sys.stderr)
        return 1
    if not as_json:
        print(table(rows))
    return 0


def explain(path: Path, *, organisation: Path, at: datetime) -> int:
    """Print, for one text, what was found, by which words, and each rule that would send it on its way at `at`.

    `path` is a text; its first line is the subject where an empty line follows. `-` is standard input.
    """
    try:
        rules = organisations.read(organisation)
        text = (sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")).strip()
    except organisations.BadOrganisation as bad:
        print("\n".join(bad.problems), file=sys.stderr)
        return 1
    except (OSError, UnicodeDecodeError) as wrong:
        print(f"{path}: cannot be read: {wrong}", file=sys.stderr)
        return 1
    if not text:
        print(f"{path}: there is no text in it", file=sys.stderr)
        return 1
    first, _, rest = text.partition("\n\n")
    subject, body = (first, rest) if rest and "\n" not in first else ("", text)
    found = classified(subject, body, own=rules.own_words)
    print(f"{mask(subject or headline_from(body))}\n")
    for label, said in [*_found(found), *_way(explained(found, rules, at), rules)]:
        print(f"{label:<14}{said}".rstrip())
    return 0


def _stories(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            story = json.loads(line)
        except json.JSONDecodeError as wrong:
            raise BadLine(f"line {number} is not JSON: {wrong.msg}") from None
        if not isinstance(story, dict) or "id" not in story:
            raise BadLine(f"line {number} is not a JSON object with id, subject and body")
        texts = {name: story.get(name) or "" for name in ("subject", "body")}
        if not all(isinstance(said, str) for said in texts.values()):
            raise BadLine(f"line {number}: subject and body must be texts")
        yield {"id": story["id"], **texts}


def _as_data(found: Classification) -> dict[str, Any]:
    return {
        "lang": found.language,
        "area": [[guess.code, guess.confidence] for guess in found.areas],
        "kind": [[guess.code, guess.confidence] for guess in found.kinds],
        "strategic": found.strategic,
        "sensitive": [str(flag) for flag in found.sensitive],
        "reasons": [[mask(reason.word), reason.speaks_for, reason.weight] for reason in found.reasons],
    }


def _as_cells(found: Classification) -> list[str]:
    return [
        found.language,
        found.area,
        f"{found.area_confidence:.0%}",
        found.kind,
        f"{found.kind_confidence:.0%}",
        "yes" if found.strategic else "",
        ", ".join(found.sensitive),
    ]


def _found(found: Classification) -> Iterator[tuple[str, str]]:
    said_for, said_against = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for reason in found.reasons:
        (said_for if reason.weight > 0 else said_against)[reason.speaks_for].append(mask(reason.word))

    def words(code: str) -> str:
        against = f" (against: {', '.join(said_against[code])})" if said_against[code] else ""
        return f"{', '.join(said_for[code]) or 'no single word'}{against}"

    yield "Language", f"{found.language}, {found.language_confidence:.0%}"
    for label, guesses in (("Area", found.areas), ("Kind", found.kinds)):
        for guess in guesses[:2]:
            yield label, f"{guess.code}, {guess.confidence:.0%}: {words(guess.code)}"
            label = ""
    flags = (["strategic"] if found.strategic else []) + [str(flag) for flag in found.sensitive]
    yield "Flags", ", ".join(flags) or "none"
    for flag in flags:
        if said_for[flag]:
            yield "", f"{flag}: {words(flag)}"


def _way(way: Explanation, rules: Organisation) -> Iterator[tuple[str, str]]:
    if way.forwarded:
        yield "Forwarded", "not for the communicators: the sender is told where to turn, and it is closed"
        return
    unsure = f" (area below {rules.placing_threshold:.0%})" if way.because == "unsure" else ""
    yield "To", f"{way.communicator}, {way.department or 'central desk'}, because: {way.because}{unsure}"
    if way.rules:
        yield "Own rules", ", ".join(way.rules)
    if way.informed:
        yield "Informed", ", ".join(way.informed)
    if way.answer_by:
        yield "Answer by", f"{way.answer_by.astimezone(rules.zone):%Y-%m-%d %H:%M}"
    if way.held_by_id_number:
        yield "Held back", "until a person has removed the id number from the text"
    if way.who_answers:
        yield "Readiness", f"{way.who_answers} answers; not yet: {', '.join(way.cautions)}; it is never published"
        return
    yield "Sent by", "policy, at once" if way.sent_by_policy else "its communicator, by hand"
    yield "Approved by", f"{way.needed} of {', '.join(way.approvers)}, by the policy {way.policy}"
    yield "Channels", ", ".join(way.channels) or "none"
