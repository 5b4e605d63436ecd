"""The public story site: one page a story, written to a bucket that the CDN serves.

The page's key is the story's, so publishing again writes the same objects; the marker stands in the page's metadata.
The pages that stories share (lists, feeds) are built by `build_site`.
"""

from __future__ import annotations

from botocore.exceptions import ClientError

from lyspunkt.aws.clients import client
from lyspunkt.channels.channel import ChannelError
from lyspunkt.newsroom.listing import Listed, ListedPicture
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.outgoing import Outgoing
from lyspunkt.pages.site import gone_page, story_page
from lyspunkt.settings import settings

PAGES_KEPT = "public, max-age=60"
PICTURES_KEPT = "public, max-age=300"
LIST_WIDTH = 960
"""Pixels, about, of a picture in a list."""
HTML = "text/html; charset=utf-8"


class Site:
    repeatable = True
    listed = True

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation

    def publish(self, outgoing: Outgoing) -> str:
        try:
            for picture in outgoing.pictures:
                for width in picture.picture.widths:
                    _copy(f"{picture.picture.key}-{width}.jpg", _picture_key(outgoing, picture.picture.number, width))
            client("s3").put_object(
                Bucket=settings().site_bucket,
                Key=_page_key(outgoing),
                Body=story_page(outgoing, self._organisation).encode(),
                ContentType=HTML,
                CacheControl=PAGES_KEPT,
                Metadata={"marker": outgoing.marker},
            )
        except ClientError as wrong:
            raise ChannelError(wrong.response["Error"]["Code"], retry=True) from wrong
        return address(outgoing.story_id)

    def find(self, outgoing: Outgoing) -> str | None:
        try:
            page = client("s3").head_object(Bucket=settings().site_bucket, Key=_page_key(outgoing))
        except ClientError as wrong:
            if wrong.response["Error"]["Code"] in {"404", "NoSuchKey", "403"}:
                return None
            raise
        return address(outgoing.story_id) if page["Metadata"].get("marker") == outgoing.marker else None

    def retract(self, outgoing: Outgoing, where: str) -> None:
        """The page says that the story is gone (answered 410 at the edge); its pictures are deleted."""
        try:
            client("s3").put_object(
                Bucket=settings().site_bucket,
                Key=_page_key(outgoing),
                Body=gone_page(outgoing.language, self._organisation).encode(),
                ContentType=HTML,
                CacheControl=PAGES_KEPT,
                Metadata={"gone": "yes"},
            )
            for picture in outgoing.pictures:
                for width in picture.picture.widths:
                    key = _picture_key(outgoing, picture.picture.number, width)
                    client("s3").delete_object(Bucket=settings().site_bucket, Key=key)
        except ClientError as wrong:
            raise ChannelError(wrong.response["Error"]["Code"], retry=True) from wrong


def listed(outgoing: Outgoing) -> Listed:
    """What the lists and feeds say of it."""
    picture = None
    if outgoing.pictures:
        shown = outgoing.pictures[0]
        width = min(shown.picture.widths, key=lambda wide: abs(wide - LIST_WIDTH))
        picture = ListedPicture(
            name=f"{shown.picture.number}-{width}.jpg",
            alt=shown.alt,
            width=width,
            height=round(shown.picture.height * width / shown.picture.width),
        )
    return Listed(picture=picture, **outgoing.model_dump(include=set(Listed.model_fields) - {"picture"}))


def address(story_id: str) -> str:
    """Where a story's page is read."""
    return f"{settings().site_address}/stories/{story_id}/"


def _page_key(outgoing: Outgoing) -> str:
    return f"stories/{outgoing.story_id}/index.html"


def _picture_key(outgoing: Outgoing, number: int, width: int) -> str:
    return f"stories/{outgoing.story_id}/{number}-{width}.jpg"


def _copy(source: str, target: str) -> None:
    client("s3").copy_object(
        Bucket=settings().site_bucket,
        Key=target,
        CopySource={"Bucket": settings().pictures_bucket, "Key": source},
        ContentType="image/jpeg",
        CacheControl=PICTURES_KEPT,
        MetadataDirective="REPLACE",
    )
