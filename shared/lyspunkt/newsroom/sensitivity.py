"""What a person must look at before a text goes anywhere: people who can be recognised, and what must stay inside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lyspunkt.newsroom.lexicons import Names, names

GROWN, OLD = 18, 60
"""Years."""
_CAPITALISED = re.compile(r"[A-ZÆØÅÄÖÉÜÁŠŽŁÇ][\w’']+(?:-[A-ZÆØÅÄÖ]\w+)?")
_AGE = re.compile(
    r"""(?ix)
    \b(\d{1,2})[- ]?(?:års?\b|årig|åring|year-old|years?\b|-year)
    | (?<=[a-zæøåäöé])\s?[(,]\s?(\d{1,2})(?:\s?år)?[),.]
    | \b(?-i:[A-ZÆØÅÄÖ])[a-zæøåäöé]+\ (?:på|of)\ (\d{1,2})\b
    | \b(?:som\ er|som\ är|who\ is|aged|age|fylt|fyllt|fylder|fyller|turned)\ (\d{1,2})\b
    | \b(?:søn|sønn|sønnen|son|sonen|datter|dattera|datteren|dotter|dottera|dreng|drengen|gut|gutt|gutten|guten|pojke|
         pige|pigen|jente|jenta|flicka|daughter|boy|girl)(?:\ (?:vår|min|mi))?\ (?:på|of|,)\ ?(\d{1,2})\b
    """
)
_GREETING = re.compile(
    r"(?i)^\s*(?:kære|hej|hei|hallo|hallå|goddag|god dag|kjære|dear|hello|hi|til|bästa)\b[^\n]{0,40}$"
)
_OWN = r"min|mit|mitt|mi|mine|mina|vår|vårt|våra|våre|vores|vor|hans|hennes|hendes|hennar|deres|my|our|his|her|their"
_OWNERS = frozenset([*_OWN.split("|"), "min", "mi", "vår", "hans", "hennes", "hennar"])
"""Without one of them no relative is anybody's, and the longer search is spared."""
_CHILD = (
    r"søn|sønn?en|sønn|son|sonen|dotter|dottera|datter|dattera|datteren|dottern|dreng|drengen|gutt|gutten|gut|guten|pojke|"
    r"pojken|pige|pigen|jente|jenta|flicka|flickan|barn|barnet|barnebarn|barnbarn|tvilling\w*|tvilling|sønner|døtre|"
    r"daughter|boy|girl|child|kid|toddler|grandson|granddaughter|grandchild|yngste|eldste|ældste|äldsta|youngest|oldest"
)
_ADULT = (
    r"mor|mora|moren|far|faren|mamma|pappa|papa|mand|mann|mannen|man|kone|kona|fru|frue|hustru|sambo\w*|kæreste|"
    r"søster|søstera|syster|systra|bror|broren|broder|farmor|mormor|farfar|morfar|bestemor|bestefar|bedstemor|bedstefar|"
    r"svigermor|svigerfar|svärmor|svärfar|nevø|niece|tante|faster|moster|onkel|farbror|nabo|naboen|granne|grannen|kollega|"
    r"mother|father|mum|mom|dad|wife|husband|partner|sister|brother|grandmother|grandfather|grandma|grandpa|aunt|uncle|"
    r"neighbour|colleague"
)
_CHILD_OF = re.compile(
    rf"(?i)\b(?:(?:{_OWN})\s+(?:\w+\s+)?(?:{_CHILD})|(?:{_CHILD})\s+(?:min|mi|vår|hans|hennes|hennar))\b"
)
_KIN = re.compile(rf"(?i)\b(?:(?:{_OWN})\s+(?:\w+\s+)?(?:{_ADULT})|(?:{_ADULT})\s+(?:min|mi|vår|hans|hennes|hennar))\b")
_IN_CLASS = re.compile(r"\b(?:i|in|fra|från|frå|from|på)\s+(?:klasse?\s+|year\s+)?\d{1,2}\s?\.?\s?[a-fA-F]\b")
_BEFORE = 40  # letters before a name in which an office (borgmesteren) can stand
_OFFICE_AFTER = re.compile(r",? (?:er |är |is )?([\w-]+)")
_MYSELF = (
    "jeg hedder",
    "jeg heter",
    "eg heiter",
    "jag heter",
    "mit navn er",
    "mitt navn er",
    "mitt namn är",
    "namnet mitt er",
    "my name is",
    "i am",
    "i'm",
    "i’m",
    "det er",
    "dette er",
    "det är",
    "this is",
)
"""What the sender says before their own name."""


class People(NamedTuple):
    """Who shows in a text beside its sender."""

    named: tuple[str, ...]
    """Given names that are known, and surnames after them."""
    unknown: tuple[str, ...]
    """Two words with capitals within a sentence: a name that is in no list, and as often a place or a firm."""
    young: bool
    """Whether somebody is not grown up by the age given."""
    old: bool
    kin: bool
    """A relative, a neighbour or a colleague of somebody: my mother, hennes granne."""
    child_of: bool
    in_class: bool
    proper: tuple[str, ...]
    """Words with a capital within a sentence that are no given names: institutions, places, firms."""
    leading: tuple[str, ...]
    """The same at the beginning of a sentence, where most are ordinary words."""

    @property
    def one(self) -> bool:
        """Whether any single person shows."""
        return bool(self.named) or self.young or self.old or self.kin or self.child_of or self.in_class

    @property
    def anybody(self) -> bool:
        """Whether somebody beside the sender may show: else there is no third party, whatever the words say."""
        return self.one or bool(self.unknown)


def people(subject: str, message: str) -> People:
    """The people in a text. `message` is the body without its signature: the sender's own name is not a third party."""
    text = f"{subject}\n{message}"
    spoken = set(text.lower().split())
    ages = [int(next(filter(None, found))) for found in _AGE.findall(text)]
    known = names()
    written = list(_capitalised(_without_greetings(text), known))
    named, unknown = _names(written, known)
    capitals = [word for word in written if word.written not in named and not (word.within and _given(word, known))]
    return People(
        named=named,
        unknown=unknown,
        young=any(0 < age < GROWN for age in ages),
        old=any(age >= OLD for age in ages),
        kin=bool(_KIN.search(text)) if spoken & _OWNERS else False,
        child_of=bool(_CHILD_OF.search(text)) if spoken & _OWNERS else False,
        in_class=bool(_IN_CLASS.search(text)),
        proper=tuple(dict.fromkeys(word.written for word in capitals if word.within)),
        leading=tuple(dict.fromkeys(word.written for word in capitals if not word.within)),
    )


def _without_greetings(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not _GREETING.match(line))


def _names(written: Iterable[_Word], known: Names) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of people and the names that are in no list; public figures in office and the sender are left out."""
    named: dict[str, None] = {}
    unknown: dict[str, None] = {}
    before: _Word | None = None
    for word in written:
        beside = before is not None and word.beside
        if beside and before is not None and (before.in_office or word.in_office):
            word = word._replace(in_office=True)  # Mayor Kari Nordmann; Kari Nordmann, mayor
            named.pop(before.written, None)
        elif beside and before is not None and (before.written in named or _given(before, known)):
            named |= {before.written: None, word.written: None}
        elif beside and word.written.endswith(known.surname_endings):
            named[word.written] = None
        elif beside and before is not None and before.within:
            unknown[f"{before.written} {word.written}"] = None
        if not word.in_office and _given(word, known) and _alone(word, known):
            named[word.written] = None
        before = word
    return tuple(named), tuple(unknown)


def _alone(word: _Word, known: Names) -> bool:
    """Whether a given name without a surname names somebody."""
    return word.written not in known.elsewhere and (word.within or word.written not in known.ambiguous)


class _Word(NamedTuple):
    written: str
    beside: bool
    """With nothing but a space between it and another such word before it."""
    within: bool
    """Within a sentence, where a capital says more than at its beginning."""
    in_office: bool
    """A public figure, or the sender who says their own name: no third party."""


def _capitalised(text: str, known: Names) -> Iterator[_Word]:
    public, ended = known.public_figures, -1
    for match in _CAPITALISED.finditer(text):
        ahead = text[max(0, match.start() - _BEFORE) : match.start()]
        last = ahead.rsplit(None, 1)[-1:] if ahead else []
        yield _Word(
            written=match.group(),
            beside=ended + 1 == match.start() and text[ended] == " ",
            within=ahead.rstrip(" \t")[-1:].isalnum() or ahead.rstrip(" \t")[-1:] in {",", "(", "/"},
            in_office=(bool(last) and last[0].lower().strip(",.") in public)
            or bool((after := _OFFICE_AFTER.match(text, match.end())) and after[1].lower() in public)
            or ahead.rstrip().lower().endswith(_MYSELF),
        )
        ended = match.end()


def _given(word: _Word, known: Names) -> bool:
    first = word.written.split("-", 1)[0]
    return any(name in known.names for name in (word.written, word.written.removesuffix("s"), first))
