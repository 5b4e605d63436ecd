"""What the words before a number say that it is: an identity number, a telephone, an account, an order, a day.

The nearest word counts. What a word clears, and what it does not, `id_numbers` says.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, cast, get_args

Label = Literal["id", "duf", "order", "other", "unit", "time", "camera", "call", ""]
"""`duf`: of Norway's immigration office, which has no day in it. `order`: of goods and papers, which are numbered in
any form. `other`: telephones, accounts and the like. `unit`: of a Danish workplace, which Swedes read as a person's.
`camera`: what cameras and scanners begin their file names with. `call`: somewhere before it somebody is to be called.
"""

_LOOKED_AT = 64  # characters before the number
_ID = (
    r"cpr|pers(?:on)?[-. ]{0,2}(?:nr|nummer|numret|id)|samordningsn|erstatnings-?(?:cpr|person)"
    r"|f[øoö]d(?:sel|else)(?:s|ns|n)?-?n(?:r|um)"
    r"|hjelpen|identitetsn|social security|national id|(?:personal|identity|civil registration) (?:id|n)"
    r"|(?<![^\W_])(?:pnr|p-nr|fnr|ssn|id-?n|[dhf]-?n(?=r|um)|fh-?n(?=r|um))"
)
_WORDS: dict[str, str] = {
    "duf": r"duf\w*(?:-\w+)?",
    "order": (
        r"ordren?(?:nr)?|ordrenumm\w*|order\w*|best[iä]lln?ing\w*|faktura\w*|invoice|kvitt\w*|receipt|booking\w*|bokning\w*"
        r"|vare\w*|varunummer|art(?:ik\w*)?|model\w*|serie\w*|serial|batch|lot|ean|gln|gtin|isbn\w*|issn|pakke\w*|paket\w*"
        r"|kolli\w*|parcel|tracking\w*|sporing\w*|spårning\w*|forsendelse\w*|sendings?\w*|rekvisition\w*|indkøbs\w*"
        r"|innkjøps\w*|inköps\w*|kid\w*|ocr\w*"
    ),
    "other": (
        r"tlf|tel|telefon\w*|telephone|phone\w*|mobil\w*|mob|cell|sms(?::\w+)?|ring\w?|ringe|fax|faks|call|vakt\w*|vagt\w*"
        r"|(?:bank|giro|løn|løns|post)?konto\w*|account|bankgiro|plusgiro|bg|pg|reg|clearing\w*|vipps|swish|mobilepay|iban"
        r"|sagsn\w*|saksn\w*|journaln\w*|jnr|j\.nr|diarien\w*|ärenden\w*|case|ref|referen[cs]e?\w*|dokumentn\w*|zoom\w*"
        r"|(?:meeting|møde|møte|mötes)-? ?id"
    ),
    "unit": r"p-?nummer|p-?enhed\w*|produktionsenhed\w*",
    "time": (
        r"d|den|dato\w*|datum|date|dated|kl|klokken|klockan|at|on"
        r"|(?:man|tirs|ons|tors|fre|lør|søn|mån|tis|lör|sön|lau|sun|mon|tues|wednes|thurs|fri|satur)(?:da[gy])\w*"
    ),
    "camera": (
        r"img|vid|dsc\w?|pxl|mvimg|scan\w*|screenshot\w*|sk[æäj]\w{0,2}rm(?:billede|bilde|bild)\w*|whatsapp[ -]\w+|cam"
    ),
}
_CALL = r"(?<![^\W_])(?:kontakt|ring|mobil|telefon|tfn|sms|call|phone|nås|når|tel\b)"
_AND = r"[\s:.#=\-–—_()\[\]\"'*/>|]"
_FILLER = r"(?:n(?:r|o|umber|ummer|ummeret|umret|um)|er|är|is|på|til|till|to|via|vores|vårt|our|mit|mitt|my)"
_TAG = re.compile(r"<[^<>]*>")


def label_before(text: str, at: int) -> Label:
    """What the words before `at` say of the number there; "" where they say nothing."""
    before = _TAG.sub("", text[max(0, at - _LOOKED_AT) : at])
    near, far, called = (pattern.search(before) for pattern in _patterns())
    if far and (near is None or far.start() >= near.start()):
        return "id"
    if near and near.lastgroup in get_args(Label):
        return cast(Label, near.lastgroup)
    return "call" if called else ""


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Words just before a number; and the two kinds that may stand some words before it. Made when needed, for most
    functions never see a number."""
    words = "|".join(f"(?P<{label}>{words})" for label, words in _WORDS.items())
    near = rf"(?<![^\W_])(?:{words})(?![^\W\d_]){_AND}{{0,5}}(?:{_FILLER}{_AND}{{1,4}}){{0,3}}$"
    further = (rf"(?:{words})[^\d•]{{0,36}}$" for words in (_ID, _CALL))
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in (near, *further))
