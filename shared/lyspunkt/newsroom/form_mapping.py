"""A form product's payload by its source's mapping: what arrived, and what became of each of its fields.

Pure: no clock, no table. Only a payload without a text cannot be a story, and is refused by the name of the field; a
field that is merely odd (an address that is none, a headline of a page) is kept as it came and never loses the story.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo

from lyspunkt.newsroom import form_answers
from lyspunkt.newsroom.form_answers import NAME_LENGTH, Answer
from lyspunkt.newsroom.id_numbers import begin
from lyspunkt.newsroom.sources import WebhookSource
from lyspunkt.newsroom.submissions import (
    BODY_LENGTH,
    HEADLINE_LENGTH,
    Arrived,
    BadSubmission,
    clean,
    is_address,
    language_of,
    moment_of,
    text_of,
)
from lyspunkt.newsroom.texts import Plan

FIELD_LENGTH = 5_000
FIELDS_LENGTH = 30_000
"""Characters, all other fields together."""
FIELDS = 100
MORE = "…"
"""The name of the last field where there were more than are kept beside the story; the delivery itself has them all."""
READ_LENGTH = 4 * BODY_LENGTH
"""Characters of one answer that are looked at, at most: a body of 4 MB does not keep a function busy."""
NO = {"no", "nej", "nei", "false", "off", "0", "-"}


@dataclass(frozen=True)
class Became:
    """What became of one field. `use`: a field of ours, `kept` beside the story, `empty`, or `left-out`: machinery."""

    label: str
    text: str
    use: str


def from_webhook(payload: object, source: WebhookSource, zone: tzinfo = UTC) -> Arrived:
    """Read a form product's payload by the source's mapping; `zone` is that of dates without one.

    Raises BadSubmission naming the field, as the form product calls it, where there is no text, or one without end.
    """
    return Mapped(payload, source).arrived(zone)


class Mapped:
    """One payload read by one source's mapping. Raises BadSubmission where it is no object."""

    def __init__(self, payload: object, source: WebhookSource) -> None:
        if not isinstance(payload, Mapping):
            raise BadSubmission("", 'the body must be a JSON object: {"field": "value", ...}')
        self._source = source
        self._posted = form_answers.read(payload, source.preset)
        self._used: dict[int, str] = {}
        self._exact: dict[str, list[Answer]] = {}
        self._alike: dict[str, list[Answer]] = {}
        for answer in self._posted.answers:
            for name in dict.fromkeys(answer.names):
                self._exact.setdefault(name, []).append(answer)
                self._alike.setdefault(_plain(name), []).append(answer)

    def arrived(self, zone: tzinfo) -> Arrived:
        body = self._body()
        headline = self._text("headline", HEADLINE_LENGTH)
        address = self._text("address")
        language = self._text("language")
        wished = self._text("wished_at")
        known_language = language_of(language) or self._source.language
        known_wish = moment_of(wished, zone)
        for ours, understood in (
            ("address", is_address(address)),
            ("language", language_of(language)),
            ("wished_at", known_wish),
        ):
            if not understood:
                self._give_back(ours)
        return Arrived(
            text=text_of(headline, body, language=known_language),
            name=self._text("name", HEADLINE_LENGTH) or None,
            address=address if is_address(address) else None,
            phone=self._text("phone", HEADLINE_LENGTH) or None,
            subject=headline or None,
            verified=self._source.signed.scheme != "path-secret",
            language=known_language,
            wished_at=known_wish,
            why=self._text("why", lines=True),
            contacts=self._text("contacts", lines=True),
            name_kept_out=_is_yes(self._text("name_kept_out")),
            plan=Plan(
                purpose=self._text("purpose", lines=True),
                audience=self._text("audience", lines=True),
                message=self._text("message", lines=True),
                timing=self._text("timing", lines=True),
                channels=self._text("channels", lines=True),
            ),
            fields=self._others(),
        )

    def became(self) -> list[Became]:
        """Each field of the payload in its order, once `arrived` has looked at them."""
        return [
            Became(
                answer.label,
                answer.text,
                self._used.get(id(answer))
                or ("left-out" if answer.machinery else "kept" if answer.text.strip() else "empty"),
            )
            for answer in self._posted.answers
        ]

    def missing(self) -> list[tuple[str, str]]:
        """(ours, theirs) of each field that the mapping names and the payload does not have."""
        return [
            (ours, theirs)
            for ours in self._source.fields
            for theirs in self._source.theirs(ours)
            if not self._named(theirs)
        ]

    def _body(self) -> str:
        name = ", ".join(self._source.theirs("body"))
        body = self._joined("body", lines=True)
        if not body:
            raise BadSubmission(name, f"{name} is missing or empty; it must hold the story's text")
        if len(body) > BODY_LENGTH:
            raise BadSubmission(name, f"{name} has more than {BODY_LENGTH} characters, and no more are taken")
        return body

    def _text(self, ours: str, limit: int = FIELD_LENGTH, *, lines: bool = False) -> str:
        """Our field, cut at `limit`; where it is cut, the whole stays beside the story."""
        text = self._joined(ours, lines=lines)
        if len(text) <= limit:
            return text
        self._give_back(ours)
        return f"{begin(text, limit - 2)} {MORE}"

    def _joined(self, ours: str, *, lines: bool) -> str:
        texts: list[str] = []
        for theirs in self._source.theirs(ours):
            found = self._named(theirs)
            for answer in found:
                self._used.setdefault(id(answer), ours)
            whole = (
                found[0].text
                if len(found) == 1
                else form_answers.text_of(form_answers.at(self._posted.payload, theirs))
            )
            texts += [text for text in [clean(whole[:READ_LENGTH], lines=lines)] if text]
        return {"body": "\n\n", "name": " "}.get(ours, ", ").join(texts)

    def _named(self, theirs: str) -> list[Answer]:
        """The answer that goes by this name, one with a text first; else all those inside the place of this name."""
        alike = self._exact.get(theirs) or self._alike.get(_plain(theirs))
        if alike:
            return [next((answer for answer in alike if answer.text.strip()), alike[0])]
        return [a for a in self._posted.answers if any(name.startswith(f"{theirs}.") for name in a.names)]

    def _give_back(self, ours: str) -> None:
        """What could not be read as what it should be is kept among the other fields."""
        if ours in self._source.fields:
            self._used = {answer: use for answer, use in self._used.items() if use != ours}

    def _others(self) -> dict[str, str]:
        """Every field that has no other use, by what the form calls it, as much as has room."""
        found: dict[str, str] = {}
        room, more = FIELDS_LENGTH, self._posted.more
        for answer in self._posted.answers:
            text = clean(answer.text[:READ_LENGTH], lines=True)
            if not text or answer.machinery or id(answer) in self._used:
                continue
            name = _unused(clean(answer.label[:FIELD_LENGTH]), found)
            text = text if len(text) <= FIELD_LENGTH else f"{begin(text, FIELD_LENGTH - 2)} {MORE}"
            if len(found) == FIELDS - 1 or len(name) + len(text) > room:
                more += 1
                continue
            room -= len(name) + len(text)
            found[name] = text
        return found | ({_unused(MORE, found): f"+{more}"} if more else {})


def _unused(name: str, found: Mapping[str, str]) -> str:
    """Two questions may read the same; neither hides the other."""
    number, given = 1, name or MORE
    while name in found or not name:
        number += 1
        name = f"{given} ({number})"
    return name


def _is_yes(text: str) -> bool:
    """Whatever is answered is a wish, unless it begins with no: a name kept out by mistake does no harm."""
    words = re.findall(r"[\w-]+", text.casefold())
    return bool(words) and words[0] not in NO


def _plain(name: str) -> str:
    return clean(name[:NAME_LENGTH]).casefold().strip(" *:?.")
