"""What a person must look at before a text goes anywhere: people who can be recognised, and what must stay inside."""

import re
from dataclasses import dataclass

from lyspunkt.newsroom.lexicons import Names, names

_CAPITALISED = re.compile(r"[A-ZÆØÅÄÖÉÜ][\wæøåäöéü]+(?:-[A-ZÆØÅÄÖ][\w]+)?")
_AGE = re.compile(r"\b(\d{1,2})[- ]?(?:årig|åring|år gam|år gammal|year-old|years? old|-year)", re.IGNORECASE)
_GREETING = re.compile(
    r"(?i)^\s*(?:kære|hej|hei|hallo|hallå|goddag|god dag|kjære|dear|hello|hi|til|bästa)\b[^\n]{0,40}$"
)
GROWN = 18
_BEFORE = 40  # letters before a name in which an office (borgmesteren) can stand


@dataclass(frozen=True, slots=True)
class People:
    """Who shows in a text beside its sender: the names, and whether someone is not grown up by the age given."""

    named: tuple[str, ...]
    young: bool


def people(subject: str, message: str) -> People:
    """The people in a text. `message` is the body without its signature: the sender's own name is not a third party."""
    return People(
        named=third_parties(f"{subject}\n{message}", names()),
        young=any(int(age) < GROWN for age in _AGE.findall(message)),
    )


def third_parties(text: str, known: Names) -> tuple[str, ...]:
    """Names of people in the text, those addressed in the greeting and public figures in office left out."""
    text = "\n".join(line for line in text.splitlines() if not _GREETING.match(line))
    found = []
    previous_end = -1
    for match in _CAPITALISED.finditer(text):
        word = match.group()
        before = text[max(0, match.start() - _BEFORE) : match.start()].rsplit(None, 1)[-1:]
        in_office = bool(before) and before[0].lower().strip(",.") in known.public_figures
        follows_name = previous_end >= 0 and text[previous_end : match.start()] == " "
        surname = follows_name and len(word) > 5 and word.endswith(known.surname_endings)
        if not in_office and (surname or word in known.names or word.removesuffix("s") in known.names):
            found.append(word)
        previous_end = match.end()
    return tuple(dict.fromkeys(found))
