"""The words that people read, in their language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

FOLDERS = ("pages", "letters", "site", "tracking", "form")
"""Each has one file a language. What stands in two folders is a fault that a test finds."""
NEIGHBOURS: dict[str, tuple[str, ...]] = {
    "nn": ("nb", "da"),
    "nb": ("nn", "da"),
    "da": ("nb",),
    "sv": ("nb", "da"),
    "en": (),
}
"""Our languages, each with those that its readers understand best; words/ knows nothing of the newsroom's list."""
LAST_RESORT = "en"
"""What a reader gets whose own language and its neighbours have no such text."""


class Wording:
    """One language's words, by section and key."""

    def __init__(self, language: str, sections: dict[str, dict[str, str]]) -> None:
        self.language = language
        self.sections = sections

    def say(self, key: str, **values: object) -> str:
        """The text at `section.key` with `values` in its {places}; raises KeyError where no language has one.

        A text that this language lacks comes from the one that its readers understand best.
        """
        section, _, name = key.partition(".")
        for language in (self.language, *NEIGHBOURS.get(self.language, ()), LAST_RESORT):
            # a neighbour's words are read only when they are needed
            sections = self.sections if language == self.language else words(language).sections
            text = sections.get(section, {}).get(name)
            if text is not None:
                return text.format(**values) if values else text
        raise KeyError(f"no text {key} in {self.language}")


@cache
def words(language: str) -> Wording:
    """The words of `language`: da, sv, nb, nn or en; for any other language the last resort's."""
    language = language if language in NEIGHBOURS else LAST_RESORT
    sections: dict[str, dict[str, str]] = {}
    for folder in FOLDERS:
        text = (files("lyspunkt.words") / folder / f"{language}.toml").read_text(encoding="utf-8")
        sections |= _tables(tomllib.loads(text))
    return Wording(language, sections)


def _tables(parsed: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {str(section): {str(key): str(text) for key, text in table.items()} for section, table in parsed.items()}
