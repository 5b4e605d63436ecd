"""Signatures off: the block after `-- `, what a telephone adds, the lines of contact below a greeting, disclaimers.

The greeting and the name stay, for a person wrote them; so does every line of prose. In doubt, a line stays.
"""

from __future__ import annotations

import re

_LONGEST = 15
"""Lines, at most, of a signature; what is longer was written."""
_SENT_FROM = re.compile(
    r"[\s<*_(\[]*(?:(?:sendt|skickat|skickades|sänt|sent|envoyé|gesendet|hentet|verzonden|enviado|lähetetty|från) "
    r"(?:via |from |fra |från |frå |with |med |using |mit |von |à partir |de |depuis |van |desde |by |min )+.{0,70}"
    r"|(?:hent|hämta|skaffa|skaff deg|få|last ned|get|download|holen sie sich|obtenir|télécharger) outlook\b.{0,60}"
    r"|von meinem .{2,40} gesendet.{0,20}|diese nachricht wurde von .{0,60} gesendet"
    r"|(?:sent|sendt|skickat)(?: -)? (?:mobilt|mobile|mobil).{0,30})[\s>*_)\].]*",
    re.IGNORECASE,
)
_NOT_SENT_FROM = re.compile(r"[.!?]\s+\S")
_CLOSING = re.compile(
    r"[\s*_]*(?:(?:med|mange|hjertelige?|de)?\s*(?:vänliga?|venlige?|venleg|vennlige?|bedste|beste|varma?|varme|"
    r"hjärtliga?|kærlige?|glade?|gode?|goda?|sommer|sol|somriga?|kollegial|många|bästa|soliga?|kristne|best|"
    r"kind|kindest|"
    r"warm|warmest|with|many|freundlichen?|viele|liebe|beste)*\s*(?:kind |best |warm )?"
    r"(?:hilsner?|hilsen|helsing(?:ar)?|hälsning(?:ar|en)?|hälsn|regards|wishes|grüße(?:n)?|gruß|hilsninger|"
    r"greetings)"
    r"|(?:d?[mvb][vb]h|vh|kh|mvh|dbh|vhs|mbh|br|mfg|vbh|kvh)\b|sincerely|yours (?:sincerely|faithfully|truly)|cheers|"
    r"cordialement|bien à vous|hej hej|hej då)"
    r"(?P<rest>[\s,.!:;/*_-]*(?:(?:fra|från|frå|from|til dig|til jer)\s)?[^.!?@\d]{0,50})$",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"\+?\(?\d[\d\s().–-]{6,}\d|[^\s@]+@[^\s@]+\.[a-z]{2,}|www\.|https?://|"
    r"\b(?:tlf|tel|telefon|telefonnummer|phone|mobil|mobile|mob|cell|direkte|direct|direktnr|fax|växel|sentralbord|"
    r"omstilling|ean|cvr|org\.?\s?nr|cvr-nr|facebook|linkedin|instagram|e-?mail|e-?post|epost|postadress[e]?|"
    r"besöksadress|besøksadresse|adresse?)\b\.?\s*:?|"
    r"^(?:[A-Z]{1,2}-)?\d{3}\s?\d{1,2}\s+[^\W\d_]|,\s*(?:[A-Z]{1,2}-)?\d{3}\s?\d{1,2}\s+[^\W\d_]|"
    r"\b(?:dk|se|no|s|n)-\d{4}",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"(?:denne|dette|denna|detta|this|the|diese|dieses)\s(?:e-?mail|e-?post|mail|mejl|meddelelse|meddelande|"
    r"melding\w*|"
    r"message|communication|information|e-?postmeld\w+|besked|transmission|content\w*).{0,400}?(?:fortrolig|"
    r"konfidensiel|"
    r"konfidentiel|confidential|privileged|sekretess|intended|tilsigtet|avsedd|beregnet|virus|vertraulich|ment for)|"
    r"(?:if you (?:are not|have received)|hvis du (?:ikke|har) (?:er den|modtaget|mottatt)|om du (?:inte|"
    r"har) .{0,30}mottag).{0,200}"
    r"(?:mail|post|meddel|message|delete|slet|radera|slett)|"
    r"(?:confidentiality|disclaimer|fortrolighed\w*|konfidentialitet|personvern)\b.{0,40}:|"
    r"(?:tænk|tenk|tänk|think|please consider)\b.{0,60}(?:print|skriver? ut|miljø|environment)|"
    r"(?:når du|när du|if you|by (?:sending|contacting)).{0,120}(?:personuppgifter|personoplysninger|"
    r"personopplysninger|personal data)|"
    r"(?:læs|les|läs|read) (?:mere|mer|meir|more).{0,60}(?:personuppgifter|personoplysninger|personopplysninger|"
    r"personal data|gdpr)",
    re.IGNORECASE | re.DOTALL,
)
_BANNER = re.compile(
    r"\[?(?:caution|warning|advarsel|obs|varning|notice|external(?: (?:e-?mail|sender))?|ekstern(?: (?:mail|"
    r"e-?post|afsender|avsender))?|extern(?:t)?)\]?\s*"
    r"[:!]?\s.{0,30}(?:this|denne|dette|detta|mailen|e-?posten|mail|e-?mail).{0,300}(?:outside|external|ekstern|"
    r"extern|udefra|utenfor|utanför|utifrån).{0,300}|"
    r"\[(?:external|ekstern|extern)\]|"
    r"(?:you don't often get email from|du får ikke ofte mails? fra|du får inte ofta e-post från|"
    r"du mottar ikke ofte e-post fra|"
    r"du får ikke ofte e-post fra|some people who received this message don't often).{0,300}",
    re.IGNORECASE | re.DOTALL,
)
_LIST_FOOTER = re.compile(
    r"(?:mailing list|listinfo|unsubscribe|avmeld|afmeld|avregistrer|yahoogroups|groups\.google)", re.IGNORECASE
)
_RULE = re.compile(r"\s*(?:[_=*~-]{3,}|[-–—]{1,2})\s*")


def removed(text: str) -> str:
    """`text` without what stands under it or over it that nobody wrote for this mail."""
    lines = _without_banner(text.split("\n"))
    lines = _without_block(lines)
    lines = _without_footers(lines)
    lines = _without_contact(lines)
    return "\n".join(lines).strip()


def _full(lines: list[str]) -> int:
    return sum(bool(line.strip()) for line in lines)


def _last(lines: list[str], most: int) -> int:
    """The first line after which no more than `most` are written on."""
    full = 0
    for number in range(len(lines) - 1, -1, -1):
        if full > most:
            return number + 1
        full += bool(lines[number].strip())
    return 0


def _without_banner(lines: list[str]) -> list[str]:
    """Without the warning about strangers that a mail server wrote on top."""
    text = "\n".join(lines).lstrip()
    first, _, rest = text.partition("\n\n")
    if len(first) < 700 and _BANNER.fullmatch(" ".join(first.split())) and rest.strip():
        return rest.split("\n")
    return lines


def _without_block(lines: list[str]) -> list[str]:
    """Up to the line `-- `, where what follows it is no longer than a signature."""
    for number in range(_last(lines, _LONGEST), len(lines)):
        if lines[number].rstrip() == "--" and _full(lines[:number]):
            return lines[:number]
    return lines


def _without_footers(lines: list[str]) -> list[str]:
    """Without what stands at the very end: a telephone's word, a list's footer, a disclaimer, a rule above them."""
    lines = list(lines)
    while lines:
        last = lines[-1].strip()
        if not last or _is_sent_from(last) or _RULE.fullmatch(last):
            lines.pop()
            continue
        begin = _last_paragraph(lines)
        paragraph = " ".join(" ".join(lines[begin:]).split())
        if begin and len(paragraph) < 3_000 and (_DISCLAIMER.match(paragraph) or _is_list_footer(lines, begin)):
            del lines[begin:]
            continue
        break
    return lines


def _is_sent_from(line: str) -> bool:
    return len(line) < 100 and bool(_SENT_FROM.fullmatch(line)) and not _NOT_SENT_FROM.search(line)


def _is_list_footer(lines: list[str], begin: int) -> bool:
    drawn = bool(re.fullmatch(r"\s*[_=-]{10,}\s*", lines[begin]))
    return drawn and len(lines) - begin <= 8 and bool(_LIST_FOOTER.search("\n".join(lines[begin:])))


def _last_paragraph(lines: list[str]) -> int:
    begin = len(lines)
    while begin and lines[begin - 1].strip():
        begin -= 1
    return begin


def _without_contact(lines: list[str]) -> list[str]:
    """Without the lines of titles, telephones and addresses below the last greeting; prose among them stays."""
    latest = range(len(lines) - 1, _last(lines, _LONGEST + 10) - 1, -1)
    closing = next((number for number in latest if _closes(lines[number].strip())), None)
    if closing is None:
        return lines
    after = lines[closing + 1 :]
    contacts = [bool(_CONTACT.search(line)) and not _is_prose(line) for line in after]
    if not any(contacts):
        return lines
    named = next((n for n, line in enumerate(after) if line.strip() and not _RULE.fullmatch(line)), 0)
    kept: list[str] = []
    for number, line in enumerate(after):
        if number <= named and not contacts[number] and not _RULE.fullmatch(line):
            kept.append(line)
        elif _is_prose(line) and not _DISCLAIMER.search(line):
            kept += ["", line]
    return [*lines[: closing + 1], *kept]


def _closes(line: str) -> bool:
    return 0 < len(line) <= 70 and bool(_CLOSING.match(line))


def _is_prose(line: str) -> bool:
    """Whether a line was written as a sentence: many words, or few with an end, or an afterthought."""
    line = line.strip()
    if re.match(r"(?:p\.?\s?s\.?|n\.?b\.?)\b[.:]?\s", line, re.IGNORECASE):
        return True
    words = len(line.split())
    if words >= 9:
        return not (len(re.findall(r"[|·•]", line)) or len(re.findall(r"\d{2}\s?\d{2}\s?\d{2}", line)) > 0)
    return words >= 4 and line.endswith((".", "!", "?")) and not _CONTACT.search(line)
