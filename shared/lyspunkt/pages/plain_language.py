"""How easy a text is to read and what could be said more plainly, in its reader's language. Help, and never a block."""

from __future__ import annotations

from typing import NamedTuple

from lyspunkt.newsroom.glossary_hints import Hint, hints
from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.newsroom.language import LANGUAGES, Language, identify
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.plain_language import LONG_SENTENCE, readability
from lyspunkt.newsroom.sentences import Sentence
from lyspunkt.newsroom.texts import Text
from lyspunkt.words.wording import Wording, words

QUOTED = 12
"""Words of a long sentence that are quoted, to find it by."""
FEW = 3
"""So many hints are shown at once; more are folded away, for nobody should meet a wall of them."""
ENOUGH = 60_000
"""Characters of each part of a text that are looked at."""
GENTLE = 3
"""Hints, at most, to who has just sent a story."""


class LongSentence(NamedTuple):
    begins: str
    words: int


class Reworded(NamedTuple):
    """A glossary hint: what to write, what stands there instead, and why."""

    write: str
    found: str
    why: str


class Advice(NamedTuple):
    """What the desk says of a text; `figure` is empty for one that is too short."""

    language: Language
    figure: str
    long_sentences: list[LongSentence]
    reworded: list[Reworded]
    limit: int = LONG_SENTENCE

    @property
    def many(self) -> bool:
        return len(self.long_sentences) + len(self.reworded) > FEW


def advice(text: Text, organisation: Organisation, reader: str, written_in: str | None = None) -> Advice:
    """On a text, for a reader; `written_in` is the story's language, where the text does not say its own.

    Id numbers are masked, on the edit page too: what a hint repeats stands on that page already.
    """
    language, masked = _language(text, written_in), _masked(text)
    running = _running(masked)
    counted = readability(running, language)
    return Advice(
        language=language,
        figure=_figure(counted.lix, counted.band, words(reader)),
        long_sentences=[_begins(sentence) for sentence in counted.long_sentences],
        reworded=[
            _reworded(hint, organisation, reader)
            for hint in hints(organisation.glossary, f"{masked.headline}\n\n{running}", language)
        ],
    )


def figure(text: Text, reader: str, written_in: str | None = None) -> str:
    """The LIX of a text with its band in words; empty for one that is too short."""
    counted = readability(_running(text), _language(text, written_in))
    return _figure(counted.lix, counted.band, words(reader))


def gentle(text: Text, organisation: Organisation, reader: str) -> list[str]:
    """A few hints to who has just sent a text, and never a figure: nobody is marked for telling us something."""
    say = words(reader).say
    found = advice(text, organisation, reader)
    reworded = [
        f"{say('form.hint-word', write=one.write, found=one.found)} {one.why}".rstrip() for one in found.reworded
    ]
    long_sentences = [say("form.hint-sentence", begins=one.begins) for one in found.long_sentences]
    return [*reworded[: GENTLE - 1], *long_sentences, *reworded[GENTLE - 1 :]][:GENTLE]


def _figure(lix: int | None, band: str | None, wording: Wording) -> str:
    return wording.say("plain-language.figure", lix=lix, band=wording.say(f"lix.{band}")) if band else ""


def _language(text: Text, written_in: str | None) -> Language:
    for language in LANGUAGES:
        if language == (text.language or written_in):
            return language
    return identify(text.body)[0]


def _running(text: Text) -> str:
    """Lead and body; a lead that was taken from the body is not read twice."""
    taken = text.lead.removesuffix("…").strip() in " ".join(text.body.split())
    return text.body if taken else f"{text.lead}\n\n{text.body}"


def _masked(text: Text) -> Text:
    return text.model_copy(update={name: mask(getattr(text, name)[:ENOUGH]) for name in ("headline", "lead", "body")})


def _begins(sentence: Sentence) -> LongSentence:
    return LongSentence(" ".join(sentence.text.split()[:QUOTED]), len(sentence.words))


def _reworded(hint: Hint, organisation: Organisation, reader: str) -> Reworded:
    return Reworded(hint.entry.write, ", ".join(hint.found), organisation.say(hint.entry.why, reader))
