"""Where a text holds words that the municipality's glossary writes otherwise. A hit is a hint and stops nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lyspunkt.newsroom import lexicons
from lyspunkt.newsroom.compounds import TOKEN, Lexicon
from lyspunkt.newsroom.glossary import ALONE, GlossaryEntry, normal
from lyspunkt.newsroom.language import Language
from lyspunkt.newsroom.sentences import is_address

_QUOTED = re.compile(
    r'"(?:[^"\n]|\n(?!\n))*"|[“„](?:[^“”„\n]|\n(?!\n))*[“”]|”(?:[^”\n]|\n(?!\n))*”'
    r"|»(?:[^»«\n]|\n(?!\n))*«|«(?:[^»«\n]|\n(?!\n))*»"
)
_CHUNK = re.compile(r"\S+")
_BEGINS = frozenset(".!?:…\n–—•*")
"""A capital letter after one of these may be that of a sentence; any other is a name's."""
_BLOT = "\N{FULL BLOCK}"


class Hint(NamedTuple):
    """An entry, and the words of the text that it is about: as they are written, each once."""

    entry: GlossaryEntry
    found: tuple[str, ...]


class _Word(NamedTuple):
    start: int
    end: int
    lower: str
    named: bool
    """Whether a capital letter within a sentence says that it belongs to a name."""
    joined: bool
    """Whether nothing but a space or a hyphen parts it from the word before."""


class _Term(NamedTuple):
    entry: int
    words: tuple[str, ...]
    alone: bool
    named: bool


def hints(entries: Sequence[GlossaryEntry], text: str, language: Language) -> tuple[Hint, ...]:
    """What the glossary would write otherwise, entry by entry.

    Nothing within quotation marks is looked at: it is a name, or somebody else's words. Neither is a name that is shown
    by its capital letter, nor an address.
    """
    mine = [entry for entry in entries if language in entry.holds_in]
    if not mine:
        return ()
    known = lexicons.lexicon(language)
    terms = [_term(number, term) for number, entry in enumerate(mine) for term in entry.avoid]
    words = list(_words(_own_words(text)))
    begins: dict[str, list[_Term]] = {}  # a word that comes again need not be compared again
    found: dict[int, dict[str, str]] = {}
    for at, word in enumerate(words):
        if word.lower not in begins:
            begins[word.lower] = [term for term in terms if _may_begin(word.lower, term, known)]
        for term in begins[word.lower]:
            run = words[at : at + len(term.words)]
            if _is(run, term, known):
                written = " ".join(text[run[0].start : run[-1].end].split())
                found.setdefault(term.entry, {}).setdefault(written.lower(), written)
    return tuple(Hint(mine[number], tuple(found[number].values())) for number in sorted(found))


def _term(number: int, term: str) -> _Term:
    words = tuple(TOKEN.findall(normal(term)))
    return _Term(number, words, alone=term.startswith(ALONE), named=term.lstrip(ALONE)[0].isupper())


def _may_begin(word: str, term: _Term, known: Lexicon) -> bool:
    first = term.words[0]
    return known.inflects(first, word) or (len(term.words) == 1 and not term.alone and known.compounds(first, word))


def _is(run: Sequence[_Word], term: _Term, known: Lexicon) -> bool:
    """Whether a run of words, whose first fits, is the term; a term with a capital letter is a name itself."""
    return (
        len(run) == len(term.words)
        and (term.named or not run[0].named)
        and all(
            word.joined and known.inflects(said, word.lower) for word, said in zip(run[1:], term.words[1:], strict=True)
        )
    )


def _own_words(text: str) -> str:
    """The text with quotations and addresses blotted out, letter for letter."""
    text = _QUOTED.sub(lambda quoted: _blotted(quoted.group()), text.replace("\r\n", " \n"))
    return _CHUNK.sub(lambda one: _blotted(one.group()) if is_address(one.group()) else one.group(), text)


def _blotted(text: str) -> str:
    """As long as it was; where a sentence ended with it, one still does."""
    ended = text.rstrip('"”“»«)')[-1:] in {".", "!", "?", "…"}
    return _BLOT * (len(text) - 1) + ("." if ended else _BLOT)


def _words(text: str) -> Iterator[_Word]:
    end = 0
    for match in TOKEN.finditer(text):
        word, between = match.group(), text[end : match.start()]
        begins = not end or not _BEGINS.isdisjoint(between)
        named = word[0].isupper() and not begins and not (len(word) > 1 and word.isupper())
        joined = bool(end) and between in {" ", "-", "\n", " \n"}
        yield _Word(match.start(), match.end(), word.lower(), named, joined)
        end = match.end()
