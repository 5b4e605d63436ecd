"""Files of the public site's bucket, each with its type and how long it may be kept."""

from __future__ import annotations

from lyspunkt.aws.clients import client
from lyspunkt.settings import settings

TYPES = {
    "html": "text/html; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
}


def put(key: str, text: str) -> None:
    """Write one file; the type follows the name's ending, KeyError for one that the site does not have."""
    client("s3").put_object(
        Bucket=settings().site_bucket,
        Key=key,
        Body=text.encode(),
        ContentType=TYPES[key.rsplit(".", 1)[1]],
        CacheControl="public, max-age=60",
    )
