"""The vocabulary of each language, read from the TOML files beside this module."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict

from lyspunkt.newsroom.compounds import Lexicon, Meaning
from lyspunkt.newsroom.language import Language, everyday

AREA_WEIGHTS = {"plain": 1.0, "hints": 0.4}
KIND_WEIGHTS = {"strong": 1.5, "plain": 0.5, "phrases": 1.0, "hints": 0.2}
"""Kinds share most of their words; the few that settle one must outweigh many that only lean. `phrases`: plain ones of
several words."""


class Names(BaseModel):
    """How people are noticed: given names, endings of surnames, and who acts in office."""

    model_config = ConfigDict(frozen=True)

    names: frozenset[str]
    ambiguous: frozenset[str]
    """Those of them that are also words: at the beginning of a sentence they name nobody."""
    elsewhere: frozenset[str]
    """Those of them that are also months or places: they name somebody only with a surname."""
    surname_endings: tuple[str, ...]
    public_figures: frozenset[str]


@cache
def names() -> Names:
    """The given names of vocabulary/names.toml and what goes with them."""
    data = {key: value.split() for key, value in _read("names.toml").items()}
    return Names.model_validate(data)


@cache
def lexicon(language: Language) -> Lexicon:
    """What each known word of a language speaks for: groups `area`, `kind` and `flag`."""
    areas, inherited = _read(f"{language}/areas.toml"), False
    found = Lexicon(areas["endings"].split(), areas["links"].split(), everyday(language))
    while language:
        for area, terms in _tables(areas):
            _learn(found, terms, "area", area, compounds=True, inherited=inherited)
        cues = _read(f"{language}/cues.toml")
        for group in ("kind", "flag"):
            for code, terms in _tables(cues[group]):
                _learn(found, terms, group, code, compounds=False, inherited=inherited)
        if "inherits" not in areas:
            break
        language, inherited = areas["inherits"], True
        areas = _read(f"{language}/areas.toml")
    return found.settle()


@cache
def closings(language: Language) -> tuple[str, ...]:
    """The words that begin a signature."""
    return tuple(_entries(_read(f"{language}/cues.toml")["closings"]))


@cache
def negations(language: Language) -> frozenset[str]:
    """The words that deny."""
    return frozenset(_entries(_read(f"{language}/cues.toml")["negations"]))


def _learn(into: Lexicon, terms: dict[str, str], group: str, code: str, *, compounds: bool, inherited: bool) -> None:
    weights = KIND_WEIGHTS if group == "kind" else AREA_WEIGHTS
    for name, entries in terms.items():
        for entry in _entries(entries):
            said = "phrases" if name == "plain" and " " in entry and "phrases" in weights else name
            meaning = Meaning(group, "pictures" if name == "pictures" else code, weights.get(said, 1.0))
            into.add(entry, meaning, compounds=compounds, inherited=inherited)


def _tables(data: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    return [(name, terms) for name, terms in data.items() if isinstance(terms, dict)]


def _entries(text: str) -> list[str]:
    return [entry for part in text.split(",") if (entry := " ".join(part.split()))]


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("lyspunkt.newsroom") / "vocabulary" / name).read_text("utf-8"))
