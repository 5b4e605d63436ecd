"""What the trained model sees of a text: its words and pairs of words, cut into pieces, and signs that are no words.

The same functions serve the training (`infra/training`) and the reading of a story, so that both see the same.
"""

import math
import re
import unicodedata
from itertools import chain, islice, pairwise
from typing import NamedTuple
from zlib import crc32

from lyspunkt.newsroom.compounds import LONGEST, TOKEN
from lyspunkt.newsroom.language import Language, identify
from lyspunkt.newsroom.sensitivity import People, people
from lyspunkt.newsroom.weighing import BODY, SIGNATURE, SUBJECT, Evidence, weigh, without_signature

MOST_WORDS = 400
"""Words of each part of a text that are looked at: later ones change nothing and cost time."""

LONG_NUMBER = 3
"""Digits from which a number is left out: a year, a telephone, a case say nothing of what it is about."""

GRAMS = (4, 5)
"""Lengths of the runs of letters in a word; `<` and `>` stand for its edges."""

_DIGIT = re.compile(r"\d")
_TIME_OF_DAY = re.compile(r"\bkl\.?\s*\d|\b\d{1,2}[.:][0-5]\d\b|\b\d{1,2}\s?(?:am|pm)\b", re.IGNORECASE)
_PAGE = re.compile(r"https?://|www\.")
_NUMBERED = re.compile(r"(?m)^\s*\d[.)] ")
_NUMBER = re.compile(r"\d+")
_SHORT = 25  # words

OF_ONE = ("health", "social-case", "child", "confidential")
"""Flags that a topic does not raise: somebody must show whose health or case it is."""

WEIGHT_OF_VOCABULARY = 1.5
"""How large a sign of the vocabulary is beside the words, which are scaled to 1 together."""


class Seen(NamedTuple):
    """What is seen of a text."""

    language: Language
    language_confidence: float
    words: dict[str, float]
    """As `words` gives them."""
    signs: dict[str, float]
    """As `signs` gives them."""
    evidence: Evidence
    people: People


def see(subject: str, body: str) -> Seen:
    """Read a text. Quoted mail counts only where nothing else was written."""
    own = "\n".join(line for line in body.splitlines() if not line.lstrip().startswith(">"))
    subject = unicodedata.normalize("NFKC", subject)
    body = unicodedata.normalize("NFKC", own if own.strip() else body)
    message, signature = without_signature(body)
    language, language_confidence = identify(f"{subject}\n{message}" if message.strip() else f"{subject}\n{body}")
    evidence = weigh(subject, message, signature, language)
    shown = people(subject, message)
    return Seen(
        language=language,
        language_confidence=language_confidence,
        words=words(subject, message, signature),
        signs=signs(subject, message, evidence, shown),
        evidence=evidence,
        people=shown,
    )


def words(subject: str, message: str, signature: str) -> dict[str, float]:
    """Each distinct word and pair of neighbours (`"ny cykelsti"`), lower case and every digit as 0, with its loudness.

    The loudnesses are scaled to a length of 1 together, so that a long text says no more than a short one.
    """
    loudness: dict[str, float] = {}
    for text, loud in ((subject, SUBJECT), (message, BODY), (signature, SIGNATURE)):
        written = (word.group()[:LONGEST] for word in islice(TOKEN.finditer(text.lower()), MOST_WORDS))
        said = [_DIGIT.sub("0", word) for word in written if not (word.isdigit() and len(word) >= LONG_NUMBER)]
        for word in chain(said, (f"{one} {other}" for one, other in pairwise(["^", *said, "$"]) if said)):
            if loudness.get(word, 0.0) < loud:
                loudness[word] = loud
    length = math.sqrt(sum(loud * loud for loud in loudness.values())) or 1.0
    return {word: loud / length for word, loud in loudness.items()}


def pieces(word: str) -> tuple[int, ...]:
    """What a word or a pair is known by, as 32-bit numbers (CRC-32): itself whole, and its runs of letters."""
    written = f"<{word}>".encode("latin-1", "replace")  # a byte a letter: all five languages are in it
    found = [crc32(written)]
    if " " not in word:
        for length in GRAMS:
            found += [crc32(written[at : at + length], length) for at in range(len(written) - length + 1)]
    return tuple(found)


def sign(name: str) -> int:
    """The number that a sign is known by, as `pieces` gives them for words."""
    return crc32(f"sign {name}".encode())


def signs(subject: str, message: str, evidence: Evidence, people: People) -> dict[str, float]:
    """What shows beside the letters of words: what the vocabulary says of them, and the form of the text.

    Those of the vocabulary are named `area:social`, `kind:event`, `flag:health`; each is damped by all that was found
    of its group, as much evidence in all directions makes no one surer.
    """
    found: dict[str, float] = {}
    for (group, code), score in evidence.scores.items():
        found[f"{group}:{code}"] = WEIGHT_OF_VOCABULARY * score / math.sqrt(1 + evidence.total(group) / 6)
    text = f"{subject}\n{message}"
    length = len(message.split())
    of_one = {f"{flag} of one": found.get(f"flag:{flag}", 0.0) * people.one for flag in OF_ONE}
    of_none = {f"{flag} of none": found.get(f"flag:{flag}", 0.0) * (not people.one) for flag in OF_ONE}
    return (
        found
        | of_one
        | of_none
        | {
            "nobody": 1.5 * (not people.one),
            "anybody": 1.5 * people.anybody,
            "named": 1.5 * bool(people.named),
            "named more": 0.75 * min(3, len(people.named)),
            "unknown names": 1.5 * bool(people.unknown),
            "young": 1.5 * people.young,
            "old": 1.5 * people.old,
            "kin": 1.5 * people.kin,
            "child of": 1.5 * people.child_of,
            "in a class": 1.5 * people.in_class,
            "questions": 0.9 * min(3, text.count("?")),
            "exclamations": 0.6 * min(3, text.count("!")),
            "length": 0.6 * math.log1p(length),
            "short": 1.5 * (length < _SHORT),
            "no subject": 1.5 * (not subject),
            "time of day": 1.5 * bool(_TIME_OF_DAY.search(text)),
            "page": 1.5 * bool(_PAGE.search(text)),
            "numbered": 1.5 * bool(_NUMBERED.search(text)),
            "numbers": 0.6 * min(5, len(_NUMBER.findall(text))),
        }
    )
