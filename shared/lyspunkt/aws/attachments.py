"""The files beside a story: kept as they came, under names of ours, and given only to be saved (bar C11)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict, Field

from lyspunkt.aws.clients import client
from lyspunkt.newsroom.attachments import SERVED
from lyspunkt.newsroom.events import AttachmentReceived
from lyspunkt.newsroom.file_types import kind_named
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.story import Story
from lyspunkt.settings import settings

ANSWERED = 4 * 1024 * 1024
"""Bytes, at most, that a function answers itself: Lambda's 6 MB, less what base64 adds."""
ADDRESS_LIVES = 60
"""Seconds that the address of a larger file works."""
LONGEST_NAME = 120
_ALSO = {"tif": "tiff", "mp4": "mov|m4v|m4a"}
"""Other endings that are true of the same content."""
_OPAQUE = "application/octet-stream"
_RISKY = re.compile(r'[\x00-\x1f\x7f-\x9f"*/:<>?\\|\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+')


class Fetched(BaseModel):
    """A file to hand over: its bytes, or the `address` where it can be had for a minute."""

    model_config = ConfigDict(frozen=True)

    disposition: str
    """The header that says that it is to be saved, and under which name."""
    data: bytes = Field(default=b"", repr=False)
    address: str = ""


def keep(place: str, files: Iterable[tuple[str, bytes]]) -> tuple[AttachmentReceived, ...]:
    """Put files, each a media type and its bytes, into the raw bucket as `attachments/PLACE/1` and so on.

    Call it before the story names them. Who wrote them may read them elsewhere too, so the object itself says that it
    is nothing that a browser shows. The same delivery once more writes the same again.
    """
    kept: list[AttachmentReceived] = []
    for number, (media_type, data) in enumerate(files, start=1):
        key = f"attachments/{place}/{number}"
        client("s3").put_object(
            Bucket=settings().raw_bucket, Key=key, Body=data, ContentType=_OPAQUE, ContentDisposition="attachment"
        )
        digest = hashlib.sha256(data).hexdigest()
        kept.append(AttachmentReceived(number=number, key=key, digest=digest, size=len(data), media_type=media_type))
    return tuple(kept)


def fetch(story: Story, number: int, name: str) -> Fetched:
    """A story's file, to be saved as `name`, with an ending that is true of its content.

    Raises Refused("attachment-unknown"), also for one of a kind that is never served, and what botocore raises.
    """
    found = next((attachment for attachment in story.attachments if attachment.number == number), None)
    if found is None or kind_named(found.media_type).family not in SERVED:
        raise Refused("attachment-unknown")
    saved_as = disposition(name or str(number), kind_named(found.media_type).extension)
    if found.size <= ANSWERED:
        return Fetched(disposition=saved_as, data=_read(found.key))
    given = {
        "Bucket": settings().raw_bucket,
        "Key": found.key,
        "ResponseContentDisposition": saved_as,
        "ResponseContentType": _OPAQUE,
    }
    address = client("s3").generate_presigned_url("get_object", Params=given, ExpiresIn=ADDRESS_LIVES)
    return Fetched(disposition=saved_as, address=address)


def _read(key: str) -> bytes:
    try:
        return client("s3").get_object(Bucket=settings().raw_bucket, Key=key)["Body"].read(ANSWERED)
    except ClientError as wrong:
        # What was erased, or is older than the bucket keeps; a role that may not list is told AccessDenied
        if wrong.response["Error"]["Code"] in {"NoSuchKey", "AccessDenied"}:
            raise Refused("attachment-unknown") from wrong
        raise


def safe_name(name: str, extension: str) -> str:
    """The last part of what a file was called, without letters that steer a header, a path or the order of reading."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    bare = " ".join(_RISKY.sub(" ", last.encode("utf-8", "ignore").decode()).split())
    stem = re.sub(rf"\.({extension}|{_ALSO.get(extension, extension)})$", "", bare, flags=re.IGNORECASE)
    return f"{stem.strip('. ')[:LONGEST_NAME] or 'file'}.{extension}"


def disposition(name: str, extension: str) -> str:
    """`attachment` with the name twice: in plain letters for old programs (RFC 6266), and as it is (RFC 8187)."""
    safe = safe_name(name, extension)
    plain = unicodedata.normalize("NFKD", safe).encode("ascii", "ignore").decode().replace("%", "")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"
