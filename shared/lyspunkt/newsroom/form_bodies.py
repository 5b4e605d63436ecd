"""The bytes of a delivery as values: JSON, or a form in either of its two encodings. Files in it are not kept here."""

from __future__ import annotations

import json
import re
from typing import Any, Literal
from urllib.parse import parse_qsl

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

MOST_FIELDS = 1_000
Kind = Literal["json", "urlencoded", "multipart"]


class Unreadable(ValueError):
    """A body cannot be read; the message says where, and holds nothing of it."""


def kind_of(body: bytes, content_type: str) -> Kind:
    """What the body is: as its type says, or as it looks where the type is missing or the common default."""
    type_ = content_type.split(";")[0].strip().lower()
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if type_ == "multipart/form-data" or (not type_ and start.startswith(b"--")):
        return "multipart"
    if "json" in type_ or start[:1] in {b"{", b"["}:
        return "json"
    return "urlencoded" if type_ in {"", "application/x-www-form-urlencoded"} else "json"


def parsed(body: bytes, content_type: str) -> object:
    """The value of a body; raises Unreadable."""
    kind = kind_of(body, content_type)
    if kind == "json":
        return _json(body)
    pairs = _multipart(body, content_type) if kind == "multipart" else _urlencoded(body)
    return _nested(pairs)


def _json(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as wrong:
        raise Unreadable(f"The body is not UTF-8 at byte {wrong.start}; send it in UTF-8.") from None
    except json.JSONDecodeError as wrong:
        say = f"The body is not JSON: {wrong.msg} at line {wrong.lineno}, column {wrong.colno}."
        raise Unreadable(say) from None
    except (ValueError, RecursionError):
        raise Unreadable("The body is JSON that nobody needs: a number too long or lists too deep.") from None


def _urlencoded(body: bytes) -> list[tuple[str, str]]:
    try:
        pairs = parse_qsl(_text(body), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace")
    except ValueError:
        raise Unreadable(f"The form has more than {MOST_FIELDS} fields.") from None
    return pairs


def _multipart(body: bytes, content_type: str) -> list[tuple[str, str]]:
    """Names and values; of a file its name alone."""
    boundary = parse_options_header(content_type)[1].get(b"boundary") or body.split(b"\n", 1)[0].strip()[2:]
    parts: list[tuple[dict[bytes, bytes], bytearray]] = []
    header = [bytearray(), bytearray()]
    whole: list[bool] = []

    def begin() -> None:
        if len(parts) == MOST_FIELDS:
            raise Unreadable(f"The form has more than {MOST_FIELDS} fields.")
        parts.append(({}, bytearray()))

    def end_of_header() -> None:
        parts[-1][0][bytes(header[0]).lower()] = bytes(header[1])
        header[:] = [bytearray(), bytearray()]

    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": begin,
                "on_header_field": lambda data, start, end: header[0].extend(data[start:end]),
                "on_header_value": lambda data, start, end: header[1].extend(data[start:end]),
                "on_header_end": end_of_header,
                "on_part_data": lambda data, start, end: parts[-1][1].extend(data[start:end]),
                "on_end": lambda: whole.append(True),
            },
        )
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise Unreadable("The body is not the multipart form that its type says.") from None
    if not whole:
        raise Unreadable("The multipart form ends before its last boundary; send it once more.")
    found: list[tuple[str, str]] = []
    for headers, data in parts:
        said = parse_options_header(headers.get(b"content-disposition", b""))[1]
        file = said.get(b"filename")
        found.append((_text(said.get(b"name", b"")), _text(bytes(data) if file is None else file)))
    return found


def _nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """`a[b]=1&a[c]=2` as PHP writes it: {"a": {"b": "1", "c": "2"}}; a name given twice, or `a[]`: a list."""
    whole: dict[str, Any] = {}
    for name, value in pairs:
        matched = re.fullmatch(r"([^\[\]]+)((?:\[[^\[\]]*\]){0,8})", name)
        path = [matched[1], *re.findall(r"\[([^\[\]]*)\]", matched[2])] if matched else [name]
        if len(path) > 1 and not path[-1]:
            path.pop()
        inside = whole
        for key in path[:-1]:
            inner = inside.setdefault(key, {})
            if not isinstance(inner, dict):
                # The name is a text already: this one keeps its brackets, so that neither is lost
                inside, path = whole, [name]
                break
            inside = inner
        before = inside.get(path[-1])
        if before is None:
            inside[path[-1]] = value
        else:
            inside[path[-1]] = [*(before if isinstance(before, list) else [before]), value]
    return {key: _as_list(value) for key, value in whole.items()}


def _as_list(value: Any) -> Any:
    """`a[0]=x&a[1]=y` is a list, as the product that wrote it means it."""
    if not isinstance(value, dict):
        return value
    inner = {key: _as_list(part) for key, part in value.items()}
    return list(inner.values()) if inner and all(key.isdecimal() for key in inner) else inner


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("windows-1252", "replace")
