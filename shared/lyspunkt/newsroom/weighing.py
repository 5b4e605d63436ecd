"""How loudly the words of a text speak for each area, kind and flag."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from lyspunkt.newsroom.compounds import TOKEN
from lyspunkt.newsroom.language import LANGUAGES, Language
from lyspunkt.newsroom.lexicons import closings, lexicon, negations

SUBJECT, BODY, SIGNATURE = 1.6, 1.0, 0.5
"""The subject line says what it is about; a signature says who writes, which is often but not always the same."""

_TIME_OF_DAY = re.compile(r"\b(?:kl\.?\s*\d{1,2}|\d{1,2}[.:][0-5]\d\s*[-–]|\d{1,2}\s?(?:am|pm)\b)", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://|www\.")
_GOODBYE = re.compile(
    r"(?i)(?:[.!?…)»”\"]\s+|\n)(?P<goodbye>(?:med |de |beste? |bedste |bästa |många |venlige? |vennlig |venleg |"
    r"kærlig |vänliga? |varma |kind |best |warm |many )*(?:mvh|hilsen|hilsner|helsing|hälsning(?:ar)?|hälsar|regards|"
    r"wishes|sincerely|faithfully|vh|kh|venligst)\b)"
)
_NAME_ALONE = re.compile(r"[/–-]? ?[A-ZÆØÅÄÖ][\w’-]+(?: [A-ZÆØÅÄÖ][\w’.-]*){0,3}(?:,[^.!?]{0,40})?")
_LONGEST_SIGNATURE = 160  # characters
_SHORT = 45  # words: a question and little else wants an answer, not readers


@dataclass(slots=True)
class Evidence:
    """Sums by group and code, with the words behind them: `words[group, code][word as written] = weight`."""

    scores: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    words: dict[tuple[str, str], dict[str, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )

    def add(self, group: str, code: str, word: str, weight: float) -> None:
        """Let a word speak for a code."""
        self.scores[group, code] += weight
        self.words[group, code][word] += weight

    def score(self, group: str, code: str) -> float:
        """How much speaks for a code; 0.0 for nothing."""
        return self.scores.get((group, code), 0.0)

    def total(self, group: str) -> float:
        """How much speaks for all codes of a group together."""
        return sum(score for (of, _), score in self.scores.items() if of == group)


def weigh(subject: str, message: str, signature: str, language: Language) -> Evidence:
    """Read the text in its language. A word that is repeated adds less each time."""
    evidence, seen = Evidence(), defaultdict[tuple[str, str, str], int](int)
    known = lexicon(language)
    for text, loudness in ((subject, SUBJECT), (message, BODY), (signature, SIGNATURE)):
        for hit in known.find(text):
            for meaning in hit.meanings:
                times = seen[hit.known, meaning.group, meaning.code] = seen[hit.known, meaning.group, meaning.code] + 1
                evidence.add(meaning.group, meaning.code, hit.written, meaning.weight * hit.share * loudness / times)
    _weigh_form(evidence, subject, message, negations(language))
    return evidence


def _weigh_form(evidence: Evidence, subject: str, message: str, denials: frozenset[str]) -> None:
    """What shows without a known word: a time of day, questions, addresses of pages, denials, how short it is."""
    words = TOKEN.findall(message.lower())
    if times := _TIME_OF_DAY.findall(f"{subject}\n{message}"):
        evidence.add("kind", "event", times[0].strip(), 1.0)
    questions = message.count("?")
    if questions >= 2:
        evidence.add("kind", "press-enquiry", "?", min(1.0, 0.3 * questions))
    if questions and len(words) < _SHORT:
        evidence.add("kind", "not-a-story", "?", 1.0)
    if _ADDRESS.search(message):
        evidence.add("kind", "not-a-story", "http", 0.3)
    denied = [word for word in words if word in denials][:4]
    for word in denied:
        evidence.add("kind", "criticism", word, 0.15)


def without_signature(body: str) -> tuple[str, str]:
    """The message and the signature: from the last short line that says goodbye, in any of the languages.

    A form may have made one line of it all; then from the last goodbye that ends a sentence near the end.
    """
    lines = body.splitlines()
    starts = tuple(closing for language in LANGUAGES for closing in closings(language))
    for number in range(len(lines) - 1, max(0, len(lines) - 9), -1):
        line = lines[number].strip().lower()
        if len(line) < 60 and line.startswith(starts):
            return "\n".join(lines[:number]), "\n".join(lines[number:])
    for number in range(max(1, len(lines) - 2), len(lines)):  # a name alone, below all that was said
        if _NAME_ALONE.fullmatch(lines[number].strip()) and not any(line.strip() for line in lines[number + 2 :]):
            return "\n".join(lines[:number]), "\n".join(lines[number:])
    goodbyes = list(_GOODBYE.finditer(body, max(0, len(body) - _LONGEST_SIGNATURE)))
    if goodbyes:
        at = goodbyes[0].start("goodbye")
        return body[:at].rstrip(), body[at:]
    return body, ""
