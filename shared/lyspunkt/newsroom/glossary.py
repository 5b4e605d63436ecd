"""The municipality's glossary: which word it writes, and which ones it does not."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from lyspunkt.newsroom.intake import Part
from lyspunkt.newsroom.language import LANGUAGES, Language
from lyspunkt.newsroom.translations import Text

ALONE = "="
"""Before a term: it counts as a word of its own and not inside compounds."""


def _with_letters(term: str) -> str:
    if not any(letter.isalpha() for letter in term):
        raise ValueError(f"{term!r} has no letter, so no text would hold it")
    return term


Term = Annotated[str, Field(min_length=2, max_length=80), AfterValidator(_with_letters)]


class GlossaryEntry(Part):
    """Write this and not that. In the file the words to avoid stand under `not`.

    They count inflected and inside compounds too: klienterne, klientsag, plejeklient; `=klient` is no klientsag.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    write: Term
    avoid: Annotated[tuple[Term, ...], Field(min_length=1, alias="not")]
    languages: tuple[Language, ...] = ()
    """The languages of the texts that it is for; all where none is named."""
    why: Text = ""

    @property
    def holds_in(self) -> tuple[Language, ...]:
        return self.languages or LANGUAGES


def normal(term: str) -> str:
    """A term as it is compared with others: `=E-Mail` is e mail."""
    return " ".join(term.lstrip(ALONE).lower().replace("-", " ").split())
