"""What lies in a `winmail.dat`: the words and the files of a mail as Exchange sends it to Outlook (MS-OXTNEF).

Every length is the sender's word, so each is checked against what is there; what does not fit ends the reading.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field

from lyspunkt.mailroom.charsets import decoded

_SIGNATURE = 0x223E9F78
_BODY, _PROPERTIES, _CODE_PAGE = 0x0002800C, 0x00069003, 0x00069007
_NEXT_FILE, _FILE_NAME, _FILE_DATA, _FILE_PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_TEXT, _HTML, _FILE_OBJECT, _LONG_NAME = 0x1000, 0x1013, 0x3701, 0x3707
_WIDTHS = {2: 4, 3: 4, 4: 4, 10: 4, 11: 4, 5: 8, 6: 8, 7: 8, 0x14: 8, 0x40: 8, 0x48: 16}
"""Bytes of a property's value by its type; those of other types say their length."""
_UNICODE = 0x1F
_MANY = 0x1000
_MOST_FILES = 100
_MOST_PROPERTIES = 2_000


class Winmail(BaseModel):
    """What was found, as far as it could be read."""

    model_config = ConfigDict(frozen=True)

    text: str = ""
    html: str = ""
    files: tuple[tuple[str, bytes], ...] = Field(default=(), repr=False)
    """Name and bytes of each."""


def opened(data: bytes) -> Winmail:
    """Read a `winmail.dat`; empty where it is none. Never raises."""
    text: bytes | str = b""
    html: bytes | str = b""
    code_page = "cp1252"
    files: list[tuple[bytes | str, bytes]] = []
    for name, value in _attributes(data):
        if name == _CODE_PAGE and len(value) >= 4:
            code_page = f"cp{struct.unpack_from('<I', value)[0]}"
        elif name == _BODY:
            text = value
        elif name == _PROPERTIES:
            found = dict(_properties(value))
            text, html = found.get(_TEXT, text), found.get(_HTML, html)
        elif name == _NEXT_FILE:
            if len(files) >= _MOST_FILES:
                break
            files.append((b"", b""))
        elif files and name == _FILE_NAME:
            files[-1] = (files[-1][0] or value, files[-1][1])
        elif files and name == _FILE_DATA:
            files[-1] = (files[-1][0], value)
        elif files and name == _FILE_PROPERTIES:
            found = dict(_properties(value))
            content = found.get(_FILE_OBJECT, b"")
            files[-1] = (found.get(_LONG_NAME) or files[-1][0], files[-1][1] or _bytes_of(content))
    return Winmail(
        text=_words(text, code_page),
        html=_words(html, code_page),
        files=tuple((_words(name, code_page), content) for name, content in files if content),
    )


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and value of each attribute, in order."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return
    place = 6
    while place + 9 <= len(data):
        _level, name, length = struct.unpack_from("<BII", data, place)
        value = data[place + 9 : place + 9 + length]
        if len(value) < length:
            return
        yield name, value
        place += 9 + length + 2


def _properties(data: bytes) -> Iterator[tuple[int, bytes | str]]:
    """Number and value of the properties that hold text or bytes (MS-OXTNEF 2.1.3.4)."""
    try:
        place = 4
        for _ in range(min(struct.unpack_from("<I", data)[0], _MOST_PROPERTIES)):
            kind, name = struct.unpack_from("<HH", data, place)
            place += 4
            if name >= 0x8000:
                place = _past_name(data, place)
            many, kind = bool(kind & _MANY), kind & ~_MANY
            if width := _WIDTHS.get(kind):
                count = struct.unpack_from("<I", data, place)[0] if many else 1
                place += width * count + (4 if many else 0)
                continue
            count = struct.unpack_from("<I", data, place)[0]
            place += 4
            for _value in range(min(count, _MOST_PROPERTIES)):
                length = struct.unpack_from("<I", data, place)[0]
                value = data[place + 4 : place + 4 + length]
                place += 4 + length + -length % 4
                yield name, value.decode("utf-16-le", "replace") if kind == _UNICODE else value
    except struct.error:
        return


def _past_name(data: bytes, place: int) -> int:
    """Where the name of a named property ends."""
    by_text, length = struct.unpack_from("<II", data, place + 16)
    return place + 24 + (length + -length % 4 if by_text else 0)


def _bytes_of(value: bytes | str) -> bytes:
    """An object's bytes: those of a file follow the number of what it is, those of a mail within are left alone."""
    return b"" if isinstance(value, str) or len(value) <= 16 else value[16:]


def _words(value: bytes | str, code_page: str) -> str:
    text = value if isinstance(value, str) else decoded(value, code_page)
    return text.rstrip("\0")
