"""Pictures that a browser sends straight to the raw bucket: one presigned form, and a second look at what came.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lyspunkt.aws.clients import client
from lyspunkt.newsroom.events import PictureReceived
from lyspunkt.newsroom.intake import Limits
from lyspunkt.settings import settings

GOOD_FOR = timedelta(hours=1)
MEGABYTE = 1024 * 1024
CONTENT_TYPE = "application/octet-stream"
"""What every upload is stored as: a browser calls HEIC so anyhow, and nothing of this type is ever run or shown."""
_NAME = re.compile(r"[a-z0-9]{16,40}")
_PIECE = 1024 * 1024
"""Bytes read at a time."""


class UploadForm(BaseModel):
    """A form that a browser posts to the bucket: the file goes last, in a field called `file`."""

    model_config = ConfigDict(frozen=True)

    address: str
    fields: dict[str, str]

    @property
    def origin(self) -> str:
        """For the page's Content-Security-Policy."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"


class Uploaded(BaseModel):
    """What lies in the bucket: `name` is ours, `size` is in bytes."""

    model_config = ConfigDict(frozen=True)

    name: str
    size: int
    at: AwareDatetime


def form(draft: str, back_to: str, limits: Limits) -> UploadForm:
    """A form for one more picture of a draft: its size, its type and where it goes are signed and cannot be changed.

    After it the bucket sends the browser `back_to`. A script may send several, each under a name of its own.
    """
    signed = client("s3").generate_presigned_post(
        Bucket=settings().raw_bucket,
        # boto3 signs such a key as "begins with"; any other as exactly this one, and then a script could send no second
        Key=f"{_folder(draft)}${{filename}}",
        Fields={"Content-Type": CONTENT_TYPE, "success_action_redirect": back_to},
        Conditions=[
            {"Content-Type": CONTENT_TYPE},
            {"success_action_redirect": back_to},
            ["content-length-range", 1, limits.picture_megabytes * MEGABYTE],
        ],
        ExpiresIn=int(GOOD_FOR.total_seconds()),
    )
    local = settings().upload_address
    address = f"{local}/{settings().raw_bucket}" if local else signed["url"]
    return UploadForm(address=address, fields=signed["fields"] | {"key": f"{_folder(draft)}{secrets.token_hex(16)}"})


def uploaded(draft: str, limits: Limits) -> tuple[Uploaded, ...]:
    """The pictures of a draft, first come first; no more than a story may have."""
    listed = client("s3").list_objects_v2(Bucket=settings().raw_bucket, Prefix=_folder(draft))
    found = [
        Uploaded(name=name, size=item["Size"], at=item["LastModified"])
        for item in listed.get("Contents", [])
        if _NAME.fullmatch(name := item["Key"].removeprefix(_folder(draft)))
        and 0 < item["Size"] <= limits.picture_megabytes * MEGABYTE
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.name))[: limits.pictures])


def received(draft: str, one: Uploaded, number: int) -> PictureReceived:
    """An upload as a picture of a story; what it really is, derive_pictures finds out."""
    key = f"{_folder(draft)}{one.name}"
    body = client("s3").get_object(Bucket=settings().raw_bucket, Key=key)["Body"]
    digest = hashlib.sha256()
    for piece in body.iter_chunks(_PIECE):
        digest.update(piece)
    return PictureReceived(number=number, key=key, digest=digest.hexdigest(), size=one.size)


def _folder(draft: str) -> str:
    return f"uploads/{draft}/"
