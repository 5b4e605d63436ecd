"""Which of a mail's parts hold its words, and those words in order."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field

from lyspunkt.mailroom import markup, plain
from lyspunkt.mailroom.headers import Mailbox
from lyspunkt.mailroom.limits import MESSAGES, Unreadable
from lyspunkt.mailroom.parts import Part
from lyspunkt.mailroom.replies import Written, written
from lyspunkt.mailroom.transfer import uuencoded

_FILES_OF_TEXT = re.compile(
    r"text/(?:calendar|x-vcard|vcard|directory|rtf|css|csv|xml|x-amp-html|watch-html|javascript|x-[a-z.+-]+|"
    r"comma-separated-values|tab-separated-values|rfc822-headers)"
)
_NO_HTML = re.compile(
    r"(?:does ?n[o']t|ikke|inte|ikkje|cannot|can't|unable to|unterstützt)\s.{0,40}html|"
    r"html.{0,60}(?:not supported|ikke|inte|ikkje|support)|"
    r"(?:view|read|see) (?:this|it|the) (?:e-?mail|message|newsletter)? ?(?:in|with|as|using) .{0,20}(?:browser|"
    r"html)|"
    r"html[- ](?:version|e-?mail|mail|format|message|capable|compatible)|this is a multi-?part message in mime",
    re.IGNORECASE | re.DOTALL,
)
_LOST_LETTER = re.compile(r"[^\W\d_]\?[^\W\d_]|\ufffd")
_MOST_MESSAGES = 5


class Body(BaseModel):
    """What was found while reading: the words, and files that stood in the middle of text."""

    model_config = ConfigDict(frozen=True)

    text: str
    author: Mailbox | None = None
    sent_on: bool = False
    embedded: tuple[tuple[str, bytes], ...] = Field(default=(), repr=False)


class _Reader:
    def __init__(self) -> None:
        self.embedded: list[tuple[str, bytes]] = []
        self.secret = False

    def text(self, part: Part, *, alone: bool = True) -> str:
        """The words of a part and of those in it; of alternatives the plain one, unless the other says more."""
        kind = part.type
        if kind in MESSAGES or part.is_winmail:
            return ""  # the words in a winmail.dat are those beside it, mostly
        if part.parts:
            return self._of_parts(part, kind)
        if kind == "multipart/encrypted" or _is_sealed(part):
            self.secret = True
            return ""
        return self.leaf(part) if is_words(part, alone=alone) else ""

    def leaf(self, part: Part) -> str:
        """The words of a part that has no parts."""
        text = part.text()
        if _is_binary(text):
            return ""
        if part.type == "text/html" or plain.is_html(text):
            return markup.readable(text)
        if part.type in {"text/enriched", "text/richtext"}:
            return plain.enriched(text)
        if plain.is_secret(text):
            self.secret = True
            return ""
        if "\nbegin" in text or text.startswith("begin"):
            text = self._without_embedded(text)
        return plain.typed(
            text,
            flowed_as=part.headers.parameter("content-type", "format"),
            delete_space=part.headers.parameter("content-type", "delsp").lower() == "yes",
        )

    def _of_parts(self, part: Part, kind: str) -> str:
        if kind == "multipart/encrypted":
            self.secret = True
            return ""
        if kind == "multipart/signed":
            return self.text(part.parts[0])
        if kind == "multipart/alternative":
            return self._alternative(part)
        first = next((inner for inner in part.parts if inner.parts or is_words(inner, alone=True)), None)
        texts = [
            self.text(inner, alone=inner is first)
            for inner in part.parts
            if not (kind == "multipart/related" and inner is not first and inner.content_id and not inner.parts)
        ]
        return "\n\n".join(text for text in texts if text)

    def _alternative(self, part: Part) -> str:
        texts = [(inner.type, self.text(inner)) for inner in part.parts]
        plainest = next((text for kind, text in texts if kind == "text/plain" and text), "")
        richest = next((text for kind, text in reversed(texts) if kind != "text/plain" and text), "")
        return richest if not plainest or (richest and _says_more(richest, plainest)) else plainest

    def _without_embedded(self, text: str) -> str:
        data = text.encode("utf-8", "surrogatepass")
        pieces: list[bytes] = []
        place = 0
        for start, end, content, name in uuencoded(data):
            pieces.append(data[place:start])
            self.embedded.append((name.decode("utf-8", "replace"), content))
            place = end
        return b"".join([*pieces, data[place:]]).decode("utf-8", "replace")


def is_words(part: Part, *, alone: bool) -> bool:
    """Whether a part without parts holds words to read and is no file; the part that stands first may have a name."""
    if not part.type.startswith("text/") or _FILES_OF_TEXT.fullmatch(part.type):
        return False
    if part.disposition == "attachment":
        return False
    return alone or not part.name


def read_body(mail: Part, subject: str) -> Body:
    """The words of a mail, those of the mails that came with it after them; raises Unreadable where they are secret."""
    reader = _Reader()
    said = _said(reader, mail, mail, subject)
    texts = [said.text]
    author, sent_on = said.author, said.sent_on
    for message in [part for part in mail.walk() if part.type in MESSAGES and part.parts][:_MOST_MESSAGES]:
        inner = message.parts[0]
        told = _said(reader, inner, inner, inner.headers.one("subject"), inside=True)
        if told.text:
            texts.append(told.text)
            author = author or told.author or inner.headers.sender()
            sent_on = True
    text = "\n\n".join(text for text in texts if text) or _whatever(reader, mail)
    if not text and reader.secret:
        raise Unreadable("encrypted")
    return Body(text=text, author=author, sent_on=sent_on, embedded=tuple(reader.embedded))


def _said(reader: _Reader, part: Part, mail: Part, subject: str, *, inside: bool = False) -> Written:
    text = reader.text(part)
    if not text:
        return Written(text="")
    answering = bool(mail.headers.ids("in-reply-to", "references")) and not inside
    return written(text, subject, answering=answering)


def _whatever(reader: _Reader, mail: Part) -> str:
    """Words where none stood in their place: in an attached text, or before the first part."""
    boxed = {inner for part in mail.walk() if part.is_winmail for inner in part.parts}
    for part in mail.walk():
        beside = part.disposition == "attachment" or part.name or part in boxed
        if beside and not part.parts and part.type in {"text/plain", "text/html"} and (text := reader.leaf(part)):
            return text
    preamble = plain.typed(mail.preamble.decode("utf-8", "replace")) if mail.preamble else ""
    return "" if _NO_HTML.search(preamble) or "mime" in preamble.lower() else preamble


def _is_sealed(part: Part) -> bool:
    """S/MIME that is encrypted, by its label or by the first bytes of what it holds."""
    if part.type not in {"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"}:
        return False
    return part.type == "application/pgp-encrypted" or "signed" not in part.headers.parameter(
        "content-type", "smime-type"
    )


def _says_more(rich: str, poor: str) -> bool:
    """Whether the HTML of a mail holds words or letters that its plain part lost."""
    words, fewer = len(rich.split()), len(poor.split())
    if (len(poor) < 600 and _NO_HTML.search(poor) and words > fewer) or plain.is_html(poor):
        return True
    if words > 3 * fewer + 20:
        return True
    lost = len(_LOST_LETTER.findall(poor))
    return lost > 0 and lost > 2 * len(_LOST_LETTER.findall(rich)) and words * 10 >= fewer * 8


def _is_binary(text: str) -> bool:
    """Whether a part that says it is text is a file: people do not type control characters."""
    controls = sum(letter < " " and letter not in "\t\n\v\f\r\x1b" for letter in text[:50_000])
    return controls * 12 > min(len(text), 50_000)
