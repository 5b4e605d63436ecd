"""Words found in a text by their stems, inside compounds too: the plejehjem and the køkken of plejehjemskøkkenet.

There is no list of all Nordic words to split by; what the vocabulary knows is enough, for the rest says nothing about
a story.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
FREE = 5
"""Letters that a word needs to begin or end compounds without being marked for it; shorter ones turn up by chance."""

LONGEST = 60
"""Letters of a word that is looked into. Longer ones are addresses, keys and attachments gone astray, and the time to
look for parts grows with the square of the length."""
ENOUGH = 5_000
"""Words of a text that are read, some ten pages: what a story is about has shown by then."""

VERBAL = frozenset({"ede", "edes", "ende", "ande", "ade", "ades", "andet", "andets"})
"""Endings of verbs, which no noun has: tiltagende is no form of tiltag."""
AFTER_E = frozenset({"t", "te", "tes"})
"""What a verb may have in the place of its last e, beside the endings: anvende, anvendt, anvendte."""
AFTER_ER = frozenset({"ne", "nes"})
"""What a noun may have after its last er, beside the endings: bruger, brugerne."""
PREFIXES = frozenset(
    {
        "for",
        "fra",
        "från",
        "gen",
        "med",
        "mis",
        "mod",
        "ned",
        "over",
        "sam",
        "til",
        "till",
        "und",
        "under",
        "upp",
        "van",
    }
)
"""What may stand before a word and make another one of it, no compound: forældre are not ældre."""
SUFFIXES = ("agtig", "aktig", "dom", "else", "eri", "hed", "het", "inde", "isk", "itet", "lig", "lse", "skab", "skap")
"""The same after a word: borgerlig is not of a borger."""

HEAD, MODIFIER = 1.0, 0.6
_REMEMBERED = 20_000


class Meaning(NamedTuple):
    """What a word speaks for (group and code, such as `("area", "social")`), and how loudly."""

    group: str
    code: str
    weight: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A known word at a place in the text (counted in words); `share` is below 1 for a part of a compound."""

    position: int
    written: str
    known: str
    meanings: tuple[Meaning, ...]
    share: float = 1.0


class Lexicon:
    """The known words of one language. `endings` are stripped, longest first; `links` join the parts of compounds.

    An `everyday` word counts only where it is listed as it is written: dem is no demens, kommer no komet.
    """

    def __init__(self, endings: Iterable[str], links: Iterable[str], everyday: frozenset[str] = frozenset()) -> None:
        self._endings = frozenset(endings)
        self._longest = max(map(len, self._endings), default=0)
        self._links = tuple(links)
        self._words: dict[str, list[Meaning]] = {}
        self._phrases: dict[str, dict[tuple[str, ...], list[Meaning]]] = {}
        self._everyday = everyday
        self._written: set[str] = set()
        self._begins: set[str] = set()
        self._ends: set[str] = set()
        self._stems: dict[str, str] = {}
        self._remembered: dict[str, tuple[tuple[str, float], ...]] = {}

    def empty(self) -> Lexicon:
        """Another lexicon of the same language, that knows no word yet."""
        return Lexicon(self._endings, self._links, self._everyday)

    def stem(self, word: str) -> str:
        """The word without its ending; words that are listed and words of the text are cut alike."""
        found = self._stems.get(word)
        if found is None:
            if len(self._stems) > _REMEMBERED:
                self._stems.clear()
            found = self._stems[word] = self._cut(word)
        return found

    def _cut(self, word: str) -> str:
        # Twice: kjøkenet loses -et and then the -en that kjøken, which is no inflection, loses as well.
        for least, shortest in ((3, 1), (4, 2)):
            for length in range(min(self._longest, len(word) - least), shortest - 1, -1):
                if word[-length:] in self._endings:
                    word = word[:-length]
                    break
        return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word  # butikker, butik

    def inflects(self, term: str, word: str) -> bool:
        """Whether a word is the term as it stands or with an ending: butikkerne of butik, anvender of anvende.

        Stricter than having one stem, for who is told so looks at the very word: brug is no bruger.
        """
        if word == term:
            return True
        if len(word) < len(term) or len(term) < 3 or (len(term) < FREE and word in self._everyday):
            return False  # the kunde of kunde vi is no kund
        if word.startswith(term):
            rest = word[len(term) :]
            doubled = rest[1:] if rest[0] == term[-1] else rest
            if {rest, doubled} & (self._endings - VERBAL) or (term.endswith("er") and rest in AFTER_ER):
                return True
        rest = word[len(term) - 1 :]
        return term[-1] in "ae" and word.startswith(term[:-1]) and (rest in self._endings or rest in AFTER_E)

    def compounds(self, term: str, word: str) -> bool:
        """Whether a term begins or ends a longer word whose rest could be a word too: klientsag, plejeklienten."""
        if not self._links or not FREE <= len(term) < len(word) <= LONGEST:
            return False
        rest = word[len(term) :]
        if word.startswith(term) and len(rest) > 2 and not rest.startswith(SUFFIXES) and rest not in self._endings:
            return True
        at = word.find(term[:-1] if term[-1] in "ae" else term, 3)
        return at > 0 and self.inflects(term, word[at:]) and word[:at] not in PREFIXES

    def add(self, entry: str, meaning: Meaning, *, compounds: bool, inherited: bool = False) -> None:
        """Learn an entry as the vocabulary writes it: `vej-`, `-vej`, `=vej`, a word or several words.

        An `inherited` one comes from another language, where an everyday word of this one may mean something: kor.
        """
        begins, ends, alone = entry.endswith("-"), entry.startswith("-"), entry.startswith("=")
        lower = entry.lower()
        stems = (self.stem(lower),) if lower.isalpha() else tuple(map(self.stem, TOKEN.findall(lower)))
        if not stems:
            return
        if len(stems) > 1:
            meanings = self._phrases.setdefault(stems[0], {}).setdefault(stems, [])
        else:
            meanings = self._words.setdefault(stems[0], [])
            if not (begins or ends or inherited):
                self._written.add(lower.lstrip("="))
            free = compounds and not alone and len(stems[0]) >= FREE - 1 and len(entry.strip("-")) >= FREE
            if begins or free:
                self._begins.add(stems[0])
            if ends or free:
                self._ends.add(stems[0])
        if all((known.group, known.code) != (meaning.group, meaning.code) for known in meanings):
            meanings.append(meaning)

    def settle(self) -> Lexicon:
        """A word that speaks for several codes of a group says less for each. Call once, after the last `add`."""
        everything = [
            *self._words.values(),
            *(found for phrases in self._phrases.values() for found in phrases.values()),
        ]
        for meanings in (several for several in everything if len(several) > 1):
            groups = [meaning.group for meaning in meanings]
            meanings[:] = [m._replace(weight=m.weight / groups.count(m.group) ** 0.7) for m in meanings]
        return self

    def codes(self) -> frozenset[tuple[str, str]]:
        """Every group and code that some word speaks for."""
        return frozenset((m.group, m.code) for meanings in self._words.values() for m in meanings)

    def find(self, text: str) -> Iterator[Hit]:
        """Every known word and phrase of the first ENOUGH words, in the order of the text.

        A word in a found phrase counts for itself as well.
        """
        words = [match.group() for match in islice(TOKEN.finditer(text.lower()), ENOUGH)]
        stems = [self.stem(word) if len(word) <= LONGEST else word for word in words]
        for position, (word, stem) in enumerate(zip(words, stems, strict=True)):
            for phrase, meanings in self._phrases.get(stem, {}).items():
                if tuple(stems[position : position + len(phrase)]) == phrase:
                    written = " ".join(words[position : position + len(phrase)])
                    yield Hit(position, written, " ".join(phrase), tuple(meanings))
            for known, share in self.parts(word):
                yield Hit(position, word, known, tuple(self._words[known]), share)

    def parts(self, word: str) -> tuple[tuple[str, float], ...]:
        """The known stems in a word, each with its share: the word itself, or the head and modifier of a compound."""
        if len(word) > LONGEST or (word in self._everyday and word not in self._written):
            return ()
        found = self._remembered.get(word)
        if found is None:
            if len(self._remembered) > _REMEMBERED:
                self._remembered.clear()
            stem = self.stem(word)
            found = ((stem, 1.0),) if stem in self._words else self._split(word, stem)
            self._remembered[word] = found
        return found

    def _split(self, word: str, stem: str) -> tuple[tuple[str, float], ...]:
        head = next((end for at in range(2, len(word) - 1) if (end := self.stem(word[at:])) in self._ends), None)
        modifier = None
        for at in range(len(word) - 2, 1, -1):
            if head and at > len(word) - len(head):
                continue
            modifier = self._modifier(word[:at])
            if modifier:
                break
        found = []
        if modifier:
            found.append((modifier, MODIFIER))
        if head:
            found.append((head, HEAD if modifier or len(stem) - len(head) >= 2 else MODIFIER))
        return tuple(found)

    def _modifier(self, beginning: str) -> str | None:
        for candidate in (beginning, *(beginning[:-1] for link in self._links if beginning.endswith(link))):
            if candidate in self._begins:
                return candidate
            if len(candidate) >= FREE and (stem := self.stem(candidate)) in self._begins:
                return stem
        return None
