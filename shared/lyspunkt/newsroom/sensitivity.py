"""What a person must look at before a text goes anywhere: people who can be recognised, and what must stay inside."""

import re

from lyspunkt.newsroom import id_numbers
from lyspunkt.newsroom.lexicons import Names, names
from lyspunkt.newsroom.weighing import Evidence

_CAPITALISED = re.compile(r"[A-ZÆØÅÄÖÉÜ][\wæøåäöéü]+(?:-[A-ZÆØÅÄÖ][\w]+)?")
_AGE = re.compile(r"\b(\d{1,2})[- ]?(?:årig|åring|år gam|år gammal|year-old|years? old|-year)", re.IGNORECASE)
_GREETING = re.compile(
    r"(?i)^\s*(?:kære|hej|hei|hallo|hallå|goddag|god dag|kjære|dear|hello|hi|til|bästa)\b[^\n]{0,40}$"
)
GROWN = 18
_BEFORE = 40  # letters before a name in which an office (borgmesteren) can stand


def flags(subject: str, body: str, message: str, evidence: Evidence) -> tuple[str, ...]:
    """The flags of a text. `message` is the body without its signature: the sender's own name is not a third party."""
    named = third_parties(f"{subject}\n{message}", names())
    young = any(int(age) < GROWN for age in _AGE.findall(message))
    about_someone = named or young or evidence.score("flag", "person") >= 1
    found = []
    if evidence.score("flag", "pictures") or young or (named and evidence.score("flag", "child") >= 1):
        found.append("child")
    if about_someone and evidence.score("flag", "health") >= 1:
        found.append("health")
    if about_someone and evidence.score("flag", "social-case") >= 1:
        found.append("social-case")
    if id_numbers.find(f"{subject}\n{body}"):
        found.append("id-number")
    if named:
        found.append("named-third-party")
    if evidence.score("flag", "confidential") >= 1:
        found.append("confidential")
    return tuple(found)


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
