"""Texts of the organisation's file that people read: one for all, or one by language."""

from __future__ import annotations

from lyspunkt.newsroom.language import Language

Text = str | dict[Language, str]

NEXT_OF_KIN: dict[str, tuple[str, ...]] = {"nn": ("nb", "da"), "nb": ("nn", "da"), "da": ("nb",), "sv": ("nb", "da")}
"""Which languages a reader understands best when their own is missing."""


def text_in(text: Text, language: str, first: str) -> str:
    """`text` in `language`; else in one that its reader understands, else in the municipality's `first`, else any."""
    if isinstance(text, str):
        return text
    by_language: dict[str, str] = {str(code): words for code, words in text.items()}
    for wanted in (language, *NEXT_OF_KIN.get(language, ()), first):
        if wanted in by_language:
            return by_language[wanted]
    return next(iter(by_language.values()), "")
