"""The words that people read, in their language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

FOLDERS = ("pages", "letters", "site")
"""Each has one file a language. What stands in two folders is a fault that a test finds."""


class Wording:
    """One language's words, by section and key."""

    def __init__(self, language: str, sections: dict[str, dict[str, str]]) -> None:
        self.language = language
        self.sections = sections

    def say(self, key: str, **values: object) -> str:
        """The text at `section.key` with `values` in its {places}; raises KeyError where there is none."""
        section, _, name = key.partition(".")
        try:
            text = self.sections[section][name]
        except KeyError:
            raise KeyError(f"no text {key} in {self.language}") from None
        return text.format(**values) if values else text


@cache
def words(language: str) -> Wording:
    """The words of `language`: da, sv, nb, nn or en."""
    sections: dict[str, dict[str, str]] = {}
    for folder in FOLDERS:
        text = (files("lyspunkt.words") / folder / f"{language}.toml").read_text(encoding="utf-8")
        sections |= _tables(tomllib.loads(text))
    return Wording(language, sections)


def _tables(parsed: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {str(section): {str(key): str(text) for key, text in table.items()} for section, table in parsed.items()}
