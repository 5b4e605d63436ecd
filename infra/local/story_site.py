"""The public story site: the objects of its bucket, by the rules that the CDN has on AWS."""

from __future__ import annotations

from botocore.exceptions import ClientError

from infra.local.requests import Request, Response, refused
from infra.local.world import World

NOT_FOUND = "404.html"


def serve(world: World, bucket: str, request: Request) -> Response:
    """An object as the CDN serves it: `/` and `/x/` are their index.html, `gone` is a 410, what is not there a 404."""
    if request.method not in {"GET", "HEAD"}:
        return refused(405, "Method Not Allowed")
    key = request.path.lstrip("/")
    if not key or key.endswith("/"):
        key += "index.html"
    found = _object(world, bucket, key, 200)
    if found is None and "." not in key.rsplit("/", 1)[-1] and _object(world, bucket, f"{key}/index.html", 200):
        return Response(301, {"location": f"/{key}/"})
    return found or _object(world, bucket, NOT_FOUND, 404) or _plain_404()


def _object(world: World, bucket: str, key: str, status: int) -> Response | None:
    try:
        found = world.client("s3").get_object(Bucket=bucket, Key=key)
    except ClientError as wrong:
        if wrong.response["Error"]["Code"] in {"NoSuchKey", "404", "NoSuchBucket"}:
            return None
        raise
    headers = {
        "content-type": found.get("ContentType", "application/octet-stream"),
        "x-content-type-options": "nosniff",
    }
    for name, given in (("cache-control", "CacheControl"), ("content-disposition", "ContentDisposition")):
        if given in found:
            headers[name] = found[given]
    gone = found.get("Metadata", {}).get("gone") == "yes"
    return Response(410 if gone else status, headers, found["Body"].read())


def _plain_404() -> Response:
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Not here</title>'
        "<h1>Not here</h1><p>No story is published at this address.</p></html>"
    )
    return Response(404, {"content-type": "text/html; charset=utf-8"}, page.encode())
