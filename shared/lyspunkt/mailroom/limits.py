"""What a mail may hold before anybody takes it apart: looked at as plain bytes (bar C2)."""

from __future__ import annotations

import re
from typing import Literal

LARGEST_MAIL = 40 * 1024 * 1024
LARGEST_HEADERS = 256 * 1024
LARGEST_HEADER = 16 * 1024
MOST_HEADERS = 2_000
MOST_BOUNDARIES = 100
MOST_PARTS = 500
DEEPEST = 20
LARGEST_TEXT = 1_000_000
"""Bytes of one text part that are looked at; the rest is padding or a bomb."""

_BOUNDARY = re.compile(rb"boundary\s{0,9}=\s{0,9}(?:\"([^\"\r\n]{1,200})|([^\s;\"]{1,200}))", re.IGNORECASE)

MESSAGES = frozenset({"message/rfc822", "message/global", "message/news"})
"""Types of a part that is a mail itself."""

Problem = Literal["too-large", "headers-too-large", "too-many-parts", "undecodable", "encrypted", "empty"]


class Unreadable(Exception):
    """A mail that nobody can make a story of; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem: Problem = problem


def head_of(raw: bytes) -> bytes:
    """The header block, without the empty line that ends it."""
    end = re.search(rb"(?:\r?\n|\A)\r*\n", raw[: LARGEST_HEADERS + 4])
    return raw[: end.start()] if end else raw


def body_of(raw: bytes) -> bytes:
    """Everything after the headers: what stays the same however many servers a mail passes."""
    end = re.search(rb"(?:\r?\n|\A)\r*\n", raw[: LARGEST_HEADERS + 4])
    return raw[end.end() :] if end else b""


def within(raw: bytes, largest: int = LARGEST_MAIL) -> None:
    """Raises Unreadable where a limit is passed; `largest` is in bytes."""
    if len(raw) > min(largest, LARGEST_MAIL):
        raise Unreadable("too-large")
    head = head_of(raw)
    unfolded = re.sub(rb"\r?\n[ \t]", b" ", head[: LARGEST_HEADERS + 1])
    lines = re.split(rb"\r\n|\n|\r", unfolded)
    if len(head) > LARGEST_HEADERS or len(lines) > MOST_HEADERS or max(map(len, lines)) > LARGEST_HEADER:
        raise Unreadable("headers-too-large")
    boundaries: set[bytes] = set()
    for found in _BOUNDARY.finditer(raw):
        boundaries.add((found[1] or found[2])[:70])
        if len(boundaries) > MOST_BOUNDARIES:
            raise Unreadable("too-many-parts")
