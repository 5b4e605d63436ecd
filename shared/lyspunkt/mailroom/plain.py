"""Plain text as it was typed: flowed lines joined, armour and embedded files taken out."""

from __future__ import annotations

import re

from lyspunkt.mailroom.charsets import visible
from lyspunkt.newsroom.submissions import clean

_SIGNED = re.compile(
    r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z-]+:.*\n)*\n?(.*?)(?:\n-----BEGIN PGP SIGNATURE-----.*?"
    r"-----END PGP SIGNATURE-----|\Z)",
    re.DOTALL,
)
_SECRET = re.compile(r"\A\s*-----BEGIN PGP MESSAGE-----")
_ENRICHED_TAG = re.compile(r"<(/?)([a-z0-9-]{1,60})>", re.IGNORECASE)
_HTML = re.compile(
    r"\A\s*(?:<\?xml[^<>]{0,100}>\s*)?(?:<!doctype html|<html\b|<body\b|"
    r"<(?:div|p|table|span|font|meta|style|center|h[1-6])(?:\s[^<>]{0,300})?>)",
    re.IGNORECASE,
)
_PLACE_OF_A_PICTURE = re.compile(
    r"\[cid:[^\]\s]{1,200}\]|\[(?:image|bild|bilde|billede|bilete):[^\]\n]{0,200}\]|<image\d{3}\.(?:png|jpe?g|gif)>|"
    r"\[(?:inline image|infogad bild|innebygd bilde|integreret billede)[^\]\n]{0,60}\]|\ufffc",
    re.IGNORECASE,
)


def typed(text: str, *, flowed_as: str = "", delete_space: bool = False) -> str:
    """The words of a plain part; `flowed_as` is its `format` parameter."""
    text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    if flowed_as.lower() == "flowed":
        text = flowed(text, delete_space=delete_space)
    if "-----BEGIN PGP SIGNED" in text:
        text = _SIGNED.sub(lambda found: re.sub(r"^- ", "", found[1], flags=re.MULTILINE), text)
    return clean(_PLACE_OF_A_PICTURE.sub("", visible(text)), lines=True)


def is_secret(text: str) -> bool:
    return bool(_SECRET.match(text))


def is_html(text: str) -> bool:
    """Whether what is labelled as plain is a page."""
    return bool(_HTML.match(text[:400]))


def flowed(text: str, *, delete_space: bool) -> str:
    """RFC 3676: lines that end in a space go on in the next, where that is quoted as deep."""
    rows: list[tuple[int, str]] = []
    goes_on = False
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        row = bare[1:] if bare.startswith(" ") else bare
        soft = row.endswith(" ") and row != "-- "
        part = row[:-1] if soft and delete_space else row
        if goes_on and rows[-1][0] == depth and row != "-- ":
            rows[-1] = (depth, rows[-1][1] + part)
        else:
            rows.append((depth, part))
        goes_on = soft
    return "\n".join(f"{'>' * depth} {row}" if depth else row for depth, row in rows)


def enriched(text: str) -> str:
    """text/enriched and text/richtext as words (RFC 1896): one line break is a space, two are one."""
    text = re.sub(r"<param>.*?</param>", "", text.replace("\r\n", "\n"), flags=re.IGNORECASE | re.DOTALL)
    text = re.sub(r"\n+", lambda found: "\n" * (len(found[0]) - 1) or " ", text)
    text = _ENRICHED_TAG.sub(
        lambda found: "\n" if found[2].lower() in {"nl", "np", "paragraph"} else "", text.replace("<<", "\0")
    )
    return clean(visible(text.replace("\0", "<").replace("<lt>", "<")), lines=True)
