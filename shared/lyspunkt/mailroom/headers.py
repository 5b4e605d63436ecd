"""A mail's headers, and those of its parts: as they came, behind limits, and never an exception (bars C1 to C4)."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from pydantic import BaseModel, ConfigDict

from lyspunkt.mailroom.charsets import decoded, header_text, raw_letters, visible
from lyspunkt.mailroom.limits import LARGEST_HEADER, LARGEST_HEADERS, MOST_HEADERS, head_of
from lyspunkt.newsroom.submissions import clean, is_address

_ONE_ADDRESS = re.compile(
    r"\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\"<>@,;:()\[\]\\]*))\s{0,9}<([^<>\s]{3,254})>\s*(?:\([^()<>@]*\))?\s*"
)
_COMMENTED = re.compile(r"\s*([^<>\s()\"]{3,254})\s{1,9}\(([^()<>@]*(?:\([^()<>@]*\)[^()<>@]*)?)\)\s*")
_LOOSE = re.compile(r"([^<>@]*)<([^<>\s]{3,254})>\s*")
_PARAMETER = re.compile(r";\s*([^\s=;\"]{1,80})\s*=\s*(?:\"((?:[^\"\\]|\\.)*)(?:\"|$)|([^;]*))", re.DOTALL)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,400})>")
_IDS = 50


class Mailbox(BaseModel):
    """Somebody as a mail names them."""

    model_config = ConfigDict(frozen=True)

    name: str | None = None
    address: str | None = None

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name and self.address else self.name or self.address or ""


class Headers:
    """A mail's headers as they came, by lower-case name."""

    def __init__(self, block: bytes) -> None:
        """`block` is the mail up to its first empty line, or a piece of a mail that begins there."""
        self._found: list[tuple[str, str]] = []
        unfolded = re.sub(rb"\r*\n[ \t]", b" ", head_of(block)[:LARGEST_HEADERS])
        for line in re.split(rb"\r\n|\n|\r", unfolded)[:MOST_HEADERS]:
            name, colon, value = line.removeprefix(b"\xef\xbb\xbf").partition(b":")
            if colon and name and not re.search(rb"\s", name.rstrip()):
                raw = value[:LARGEST_HEADER].decode("ascii", "surrogateescape").strip()
                self._found.append((name.rstrip().decode("ascii", "replace").lower(), raw))

    def __bool__(self) -> bool:
        return bool(self._found)

    def all(self, name: str) -> list[str]:
        return [value for found, value in self._found if found == name.lower()]

    def one(self, name: str) -> str:
        """The first header of that name, as text; empty where there is none."""
        return header_text(next(iter(self.all(name)), ""))

    def has(self, prefix: str) -> bool:
        return any(name.startswith(prefix) for name, _ in self._found)

    def value(self, name: str) -> str:
        """What stands before the first semicolon of a header with parameters, in small letters."""
        return next(iter(self.all(name)), "").partition(";")[0].strip().strip("\"'").lower()

    def parameter(self, name: str, parameter: str) -> str:
        """A parameter such as `boundary` of Content-Type, as text; empty where there is none."""
        return _parameters(next(iter(self.all(name)), "")).get(parameter, "")

    def ids(self, *names: str) -> tuple[str, ...]:
        """The ids of messages that the headers of these names hold, each once, without their brackets."""
        found = [id_ for name in names for value in self.all(name) for id_ in _MESSAGE_ID.findall(value)]
        return tuple(dict.fromkeys(clean(id_) for id_ in found))[:_IDS]

    def sender(self) -> Mailbox | None:
        """The one From mailbox; None where there is none, or more than one, or a trick (bar C3)."""
        given = self.all("from")
        return one_mailbox(given[0]) if len(given) == 1 else None


def one_mailbox(raw: str) -> Mailbox | None:
    """The mailbox of a text that holds one and nothing else; a name that looks like an address is none."""
    raw = raw_letters(raw).replace("\t", " ").strip()
    if len(raw) > 1_000 or _CONTROLS.search(raw):
        return None
    if is_address(raw):
        return Mailbox(address=raw)
    if found := _ONE_ADDRESS.fullmatch(raw):
        name, address = re.sub(r"\\(.)", r"\1", found[1] or found[2] or ""), found[3]
    elif found := _COMMENTED.fullmatch(raw):
        name, address = found[2], found[1]
    elif raw.count("@") == 1 and (found := _LOOSE.fullmatch(raw)) and ":" not in found[1]:
        name, address = found[1], found[2]
    else:
        return None
    if not is_address(address):
        return None
    name = header_text(name).strip(" \"'")[:200]
    return Mailbox(name=name if name and "@" not in name else None, address=address)


def _parameters(value: str) -> dict[str, str]:
    """The parameters of a header, by small name: quoted or not, continued and percent-encoded (RFC 2231), or raw."""
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for found in _PARAMETER.finditer(value):
        name = found[1].lower()
        text = re.sub(r"\\([\"\\])", r"\1", found[2]) if found[2] is not None else found[3].strip().strip("\"'")
        base, star, number = name.partition("*")
        if not star:
            plain.setdefault(name, text)
        else:
            digits = number.rstrip("*")
            place = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 4 else 0
            pieces.setdefault(base, []).append((place, name.endswith("*"), text))
    result = {name: header_text(text) for name, text in plain.items()}
    for name, parts in pieces.items():
        result[name] = _joined(sorted(parts, key=lambda part: part[0])) or result.get(name, "")
    return result


def _joined(parts: list[tuple[int, bool, str]]) -> str:
    charset = ""
    data = b""
    for number, (_, encoded, text) in enumerate(parts):
        if encoded and number == 0 and text.count("'") >= 2:
            charset, _language, text = text.split("'", 2)
        raw = text.encode("utf-8", "surrogateescape")
        data += unquote_to_bytes(raw) if encoded else raw
    text = decoded(data, charset)
    return header_text(text) if "=?" in text else clean(visible(text))
