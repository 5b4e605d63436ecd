"""Derived pictures for a page of ours: the bucket is private, so they come by the page's own origin."""

from __future__ import annotations

from lyspunkt.aws.clients import client
from lyspunkt.newsroom.story import Story
from lyspunkt.settings import settings


def shown_picture(story: Story, name: str) -> bytes | None:
    """The JPEG called `NUMBER-WIDTH.jpg` of a story; None where the story has none of that name."""
    keys = {
        f"{picture.number}-{width}.jpg": f"{picture.key}-{width}.jpg"
        for picture in story.pictures
        for width in picture.widths
    }
    if name not in keys:
        return None
    return client("s3").get_object(Bucket=settings().pictures_bucket, Key=keys[name])["Body"].read()
