"""From what a form product posted to answers: each with the names that it goes by and its text, in the form's order."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lyspunkt.newsroom.form_products import Answers, Product

MOST = 1_000
"""Answers read of one payload; what comes after is counted."""
NAME_LENGTH = 300
"""Characters of a dotted name; what lies deeper becomes one text."""
DEPTH = 6
"""Of lists in lists that are still written out as text."""

QUESTIONS = ("label", "title", "question", "name", "key")
"""Where an answer that stands by itself says what was asked."""
LINKS = ("url", "link", "href")
"""Where a file answer has its address; files are never fetched."""
FILE = {*LINKS, "id", "name", "filename", "mimeType", "type", "size"}
FILE |= {"referenceId", "driveId", "status", "uploadSessionUrl"}
CHOICE = {"id", "ids", "label", "labels", "other", "ref", "refs"}
DATE = {"year", "month", "day"}
PERSON = {"prefix", "first", "middle", "last", "suffix"}
PLACE = {"addr_line1", "addr_line2", "address", "address_2", "street", "line1", "line2"}
PLACE |= {"city", "state", "state_province", "postal", "postal_code", "zip", "zipCode", "country"}
"""The keys of objects that are one answer: a file, a choice, a date, a person's name, an address."""


@dataclass(frozen=True)
class Answer:
    """`names`: all that a mapping may call it; `label`: what it is called beside the story; `machinery`: of no use."""

    names: tuple[str, ...]
    label: str
    text: str
    machinery: bool = False


@dataclass(frozen=True)
class Posted:
    """A payload as its product means it: what was answered, and how many fields were too many to read."""

    payload: Mapping[str, Any]
    answers: tuple[Answer, ...]
    more: int = 0


def read(payload: Mapping[str, Any], product: Product) -> Posted:
    """The answers first, then what else was posted."""
    whole = _unpacked(payload, product.unpacked)
    found = [*_answers(whole, product), *_rest(whole, product, without=_first(whole, product.answers.at))]
    return Posted(whole, tuple(found[:MOST]), len(found) - len(found[:MOST]))


def event_of(payload: object, product: Product) -> str:
    """What happened, where that is not what a story is made of; else nothing."""
    if not product.event or not isinstance(payload, Mapping):
        return ""
    event = at(payload, product.event)
    return "" if event is None or str(event) in product.events else str(event)


def delivery_of(payload: object, product: Product, body: bytes, signed_id: str = "") -> str:
    """The id of what was submitted: the product's own, so that a replay finds its story (bar B5); else the digest."""
    for places in product.delivery:
        if places == "webhook-id":
            parts = [signed_id]
        else:
            parts = [_scalar(at(payload, place)) for place in places.split("+")] if isinstance(payload, Mapping) else []
        if parts and all(parts):
            return "/".join(parts)
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def at(payload: Mapping[str, Any], dotted: str) -> Any:
    """The value at `answers.email`: of the key with that very name, else one level down at each dot."""
    if dotted in payload:
        return payload[dotted]
    value: Any = payload
    for name in dotted.split("."):
        if isinstance(value, Mapping) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and len(name) < 6 and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def text_of(value: Any, choices: Mapping[str, str] | None = None, *, depth: int = 0) -> str:
    """An answer as text: choices by their labels and joined by commas, files as addresses, dates as ISO dates."""
    known = choices or {}
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, Mapping | list):
        return known.get(str(value), str(value))
    if depth > DEPTH:
        return "…"
    if isinstance(value, list):
        texts = [text_of(part, known, depth=depth + 1) for part in value]
        return ", ".join(text for text in texts if text)
    return _text_of_object(value, known, depth)


def _text_of_object(value: Mapping[str, Any], known: Mapping[str, str], depth: int) -> str:
    if _is_file(value):
        return next(str(value[name]) for name in LINKS if value.get(name))
    texts = {str(key): text_of(part, known, depth=depth + 1) for key, part in value.items()}
    texts = {key: text for key, text in texts.items() if text}
    keys = set(texts)
    if keys >= DATE:
        date = f"{texts['year'].zfill(4)}-{texts['month'].zfill(2)}-{texts['day'].zfill(2)}"
        return " ".join([date, *(text for key, text in texts.items() if key not in DATE)])
    if keys <= CHOICE and keys & {"label", "labels", "other"}:
        return ", ".join(texts[key] for key in ("label", "labels", "other") if key in texts)
    if keys <= PERSON:
        return " ".join(texts.values())
    if keys <= PLACE or keys == {"full"}:
        return ", ".join(texts.values())
    return "; ".join(f"{known.get(key, key)}: {text}" for key, text in texts.items())


def _is_file(value: Mapping[str, Any]) -> bool:
    return set(value) <= FILE and any(isinstance(value.get(name), str) and value[name] for name in LINKS)


def _answers(payload: Mapping[str, Any], product: Product) -> Iterator[Answer]:
    how = product.answers
    place = _first(payload, how.at)
    given = at(payload, place) if place else None
    if isinstance(given, Mapping):
        for key, value in given.items():
            path, short = f"{place}.{key}", _short(str(key), how)
            if _is_machinery(path, product):
                yield Answer((short, str(key), path), short, _scalar(value), machinery=True)
            else:
                yield Answer((short, str(key), path), short, _text(value, how))
    elif isinstance(given, list):
        questions = {_scalar(asked.get("id")): _scalar(asked.get("title")) for asked in _asked(payload, how.questions)}
        seen: set[str] = set()
        for number, one in enumerate(given):
            if not isinstance(one, Mapping):
                yield Answer((f"{place}.{number}",), f"{place}.{number}", _text(one, how))
                continue
            names = [_scalar(at(one, name)) for name in how.names]
            if any(name in seen for name in names):
                continue
            choices = _choices(one, how.options)
            # Tally tells each choice of a multiple choice once more, as an answer of its own
            seen |= {f"{name}_{id_}" for name in names for id_ in choices}
            label = _scalar(at(one, how.label)) or next((questions[name] for name in names if questions.get(name)), "")
            shown = [name for name in (label, *names) if name] or [f"{place}.{number}"]
            value = at(one, how.value.replace("{type}", _scalar(one.get("type"))))
            yield Answer((*shown, f"{place}.{number}"), shown[0], _text(value, how, choices))


def _rest(payload: Mapping[str, Any], product: Product, *, without: str) -> Iterator[Answer]:
    """Every field beside the answers, by its dotted name, in order; no recursion: depth is the sender's."""
    how = product.answers
    waiting: list[tuple[str, Any]] = [("", payload)]
    while waiting:
        name, value = waiting.pop()
        if name and name == without:
            continue
        label = _short(name, how)
        if name and _is_machinery(name, product):
            yield Answer((label, name), label, _scalar(value), machinery=True)
        elif name and isinstance(value, Mapping) and _asked_by(value):
            yield Answer((_asked_by(value), name), _asked_by(value), _text(value["value"], how))
        elif len(name) >= NAME_LENGTH or not _has_parts(value):
            yield Answer((label, name), label[:NAME_LENGTH], _text(value, how))
        else:
            parts = list(value.items() if isinstance(value, Mapping) else enumerate(value))
            waiting += [(f"{name}.{key}" if name else str(key), part) for key, part in reversed(parts)]


def _asked_by(value: Mapping[str, Any]) -> str:
    """The question of an answer that brings it along, as many products write it: {"label": ..., "value": ...}."""
    if "value" not in value or not set(value) <= {"value", "id", "type", "ref", *QUESTIONS}:
        return ""
    return next((_scalar(value[name]) for name in QUESTIONS if _scalar(value.get(name))), "")


def _has_parts(value: object) -> bool:
    """Whether each part is a field of its own; a list of choices, a file, a date or an address is one answer."""
    if isinstance(value, list):
        return any(isinstance(part, list) or (isinstance(part, Mapping) and not _is_one(part)) for part in value)
    return isinstance(value, Mapping) and not _is_one(value)


def _is_one(value: Mapping[str, Any]) -> bool:
    keys = set(value)
    return _is_file(value) or keys >= DATE or keys <= PERSON or keys <= PLACE


def _short(name: str, how: Answers) -> str:
    return re.sub(f"^(?:{how.without})", "", name) if how.without else name


def _is_machinery(name: str, product: Product) -> bool:
    return any(name == part or name.startswith(f"{part}.") for part in product.machinery)


def _text(value: Any, how: Answers, choices: Mapping[str, str] | None = None) -> str:
    if how.json_text and isinstance(value, str) and value[:1] == "[" and value.rstrip()[-1:] == "]":
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return text_of(value)
    return text_of(value, choices)


def _choices(answer: Mapping[str, Any], places: tuple[str, ...]) -> dict[str, str]:
    lists = [given for given in (answer.get(place) for place in places) if isinstance(given, list)]
    return {
        _scalar(choice.get("id")): _scalar(choice.get("text"))
        or _scalar(choice.get("label"))
        or _scalar(choice.get("id"))
        for given in lists
        for choice in given
        if isinstance(choice, Mapping) and _scalar(choice.get("id"))
    }


def _asked(payload: Mapping[str, Any], place: str) -> Iterator[Mapping[str, Any]]:
    """The questions, and those inside a group of questions."""
    waiting = [at(payload, place)] if place else []
    while waiting:
        given = waiting.pop()
        for asked in given if isinstance(given, list) else ():
            if isinstance(asked, Mapping):
                yield asked
                waiting.append(at(asked, "properties.fields"))


def _unpacked(payload: Mapping[str, Any], places: tuple[str, ...]) -> Mapping[str, Any]:
    """The payload with the texts at `places` read as the JSON that they hold; as it is where they hold none."""
    whole = dict(payload)
    for place in places:
        if isinstance(whole.get(place), str):
            try:
                whole[place] = json.loads(whole[place])
            except (ValueError, RecursionError):
                continue
    return whole


def _first(payload: Mapping[str, Any], places: tuple[str, ...]) -> str:
    return next((place for place in places if isinstance(at(payload, place), Mapping | list)), "")


def _scalar(value: Any) -> str:
    """An id or a label: the text of a text or number, and nothing of anything else."""
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
