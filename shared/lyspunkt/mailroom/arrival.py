"""From a mail that was read to what arrived: the same values as through any other door."""

from __future__ import annotations

from lyspunkt.mailroom.read import Read
from lyspunkt.newsroom.submissions import BODY_LENGTH, Arrived, text_of
from lyspunkt.newsroom.texts import AttachmentText, PictureText, RefusedFile

_FILES_NAMED = 50


def arrived_by(mail: Read) -> Arrived:
    """What a readable mail brings; its files are numbered from 1, in order, and not stored yet."""
    body, cut = _fitting(mail.text)
    fields = {"author": str(mail.author or ""), "cut": cut}
    return Arrived(
        text=text_of(
            mail.headline,
            body,
            pictures=tuple(PictureText(number=n, name=file.name) for n, file in enumerate(mail.pictures, start=1)),
        ),
        name=mail.sender.name if mail.sender else None,
        address=mail.sender.address if mail.sender else None,
        subject=mail.subject or None,
        fields={name: value for name, value in fields.items() if value},
        verified=mail.verified,
        answerable=mail.answerable,
        attachment_names=tuple(
            AttachmentText(number=n, name=file.name) for n, file in enumerate(mail.attachments, start=1)
        ),
        refused_files=tuple(
            RefusedFile(name=file.name, reason=file.done.removeprefix("refused: "))
            for file in mail.refused[:_FILES_NAMED]
        ),
    )


def _fitting(body: str) -> tuple[str, str]:
    """The body, cut at a paragraph where it is longer than a story may be, and a word about that."""
    if len(body) <= BODY_LENGTH:
        return body, ""
    end = body.rfind("\n\n", 0, BODY_LENGTH)
    cut = body[: end if end > BODY_LENGTH // 2 else BODY_LENGTH].rstrip()
    return cut, f"{len(cut)} of {len(body)} characters; the whole lies in the raw mail"
