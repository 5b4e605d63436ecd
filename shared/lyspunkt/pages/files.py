"""The files beside a story on its page: what can be saved, and what was not kept and why."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from lyspunkt.aws.desk import WholeStory
from lyspunkt.newsroom.attachments import BOUNDS, MEGABYTE, REASONS, SERVED
from lyspunkt.newsroom.file_types import kind_named
from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.newsroom.intake import Limits
from lyspunkt.newsroom.texts import Submission
from lyspunkt.words.wording import Wording


class FileShown(BaseModel):
    """A file that can be saved from `address`; `about` is its type and size."""

    model_config = ConfigDict(frozen=True)

    name: str
    address: str
    about: str


class FileRefused(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str
    reason: str


def name_of(whole: WholeStory, number: int) -> str:
    """What a file was called, less an id number in it; empty where nobody said or its words are erased."""
    names = {file.number: file.name for sent in _sent(whole) for file in sent.attachments}
    return mask(names.get(number, ""))


def shown(whole: WholeStory, wording: Wording) -> list[FileShown]:
    return [
        FileShown(
            name=name_of(whole, file.number) or wording.say("desk.file", number=file.number),
            address=f"/desk/stories/{whole.story.id}/attachments/{file.number}",
            about=f"{kind_named(file.media_type).extension.upper()}, {size_of(file.size, wording.language)}",
        )
        for file in whole.story.attachments
        if kind_named(file.media_type).family in SERVED
    ]


def refused(whole: WholeStory, limits: Limits, wording: Wording) -> list[FileRefused]:
    """The pictures and files that were not kept, each with the reason and the limit that it passed."""
    found = [
        FileRefused(
            name=wording.say("desk.picture", number=picture.number),
            reason=wording.say(f"refused-picture.{picture.reason}", megapixels=limits.megapixels),
        )
        for picture in whole.story.pictures_refused
    ]
    for sent in _sent(whole):
        found += [
            FileRefused(name=mask(file.name), reason=reason_of(file.reason, limits, wording))
            for file in sent.refused_files
        ]
    return found


def reason_of(reason: str, limits: Limits, wording: Wording) -> str:
    """Why a file was not kept, in words; what is no reason that we know says that we do not know the file."""
    return wording.say(
        f"refused-file.{reason if reason in REASONS else 'other'}",
        megabytes=limits.attachment_megabytes,
        picture_megabytes=limits.picture_megabytes,
        files=limits.attachments,
        pictures=limits.pictures,
        unpacked=BOUNDS.inflated // MEGABYTE,
    )


def size_of(size: int, language: str) -> str:
    if size < MEGABYTE:
        return f"{max(1, size // 1024)} kB"
    megabytes = f"{size / MEGABYTE:.1f} MB"
    return megabytes if language == "en" else megabytes.replace(".", ",")


def _sent(whole: WholeStory) -> Iterator[Submission]:
    if whole.submission:
        yield whole.submission
    yield from whole.additions.values()
