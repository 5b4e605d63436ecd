"""Pictures made fit to show: upright, in three sizes, and with nothing in them but what is seen (bar C10).

The one module that needs Pillow, which lies in a layer of its own.
"""

from __future__ import annotations

from io import BytesIO
from typing import Literal

from PIL import Image, ImageCms, ImageOps, WebPImagePlugin
from pydantic import BaseModel, ConfigDict, Field

from lyspunkt.aws.clients import client
from lyspunkt.aws.mail_parts import picture_type
from lyspunkt.newsroom.events import PictureDerived, PictureReceived
from lyspunkt.settings import settings

WIDTHS = (480, 960, 1600)
"""Pixels, at most; a picture is never made larger than it is."""
TALLEST = 2
"""Times the width: what is taller is made narrower."""
MOST_PIXELS = 50_000_000
LARGEST = 300 * 1024
"""Bytes of one derived picture."""
QUALITIES = (82, 74, 66, 58, 48, 38, 28, 18, 10)

# Named ones are read and no other of Pillow's many decoders; WebP's is loaded by its import, the rest by Pillow itself
_FORMATS = ("JPEG", "PNG", "GIF", WebPImagePlugin.WebPImageFile.format)

Reason = Literal["not-a-picture", "too-many-pixels", "damaged", "too-large"]


class NotShown(Exception):
    """A picture is kept but not shown; `reason` is a key for the communicator's page."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class Renditions(BaseModel):
    """JPEGs by their width in pixels; `width` and `height` are those of the largest."""

    model_config = ConfigDict(frozen=True)

    by_width: dict[int, bytes] = Field(repr=False)
    width: int
    height: int


def derive(story_id: str, received: PictureReceived) -> PictureDerived:
    """Read a picture as it came, write it as it may be shown; raises NotShown, and what botocore raises."""
    stored = client("s3").get_object(Bucket=settings().raw_bucket, Key=received.key)
    renditions = render(stored["Body"].read())
    key = f"pictures/{story_id}/{received.number}"
    for width, data in renditions.by_width.items():
        client("s3").put_object(
            Bucket=settings().pictures_bucket, Key=f"{key}-{width}.jpg", Body=data, ContentType="image/jpeg"
        )
    return PictureDerived(
        number=received.number,
        key=key,
        widths=tuple(renditions.by_width),
        width=renditions.width,
        height=renditions.height,
    )


def render(data: bytes) -> Renditions:
    """The sizes of one picture; raises NotShown for what is none, too large to unpack, or broken."""
    if picture_type(data) is None:
        raise NotShown("not-a-picture")
    picture = _opened(data)
    by_width: dict[int, bytes] = {}
    height = 0
    for width in _widths(*picture.size):
        height = max(1, round(picture.height * width / picture.width))
        by_width[width] = _jpeg(picture.resize((width, height), Image.Resampling.LANCZOS))
    return Renditions(by_width=by_width, width=max(by_width), height=height)


def _opened(data: bytes) -> Image.Image:
    """The pixels alone: upright, sRGB, on white, in a new picture to which none of the old one's metadata clings."""
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NotShown("too-many-pixels")
            # Four times the largest size is plenty; a JPEG is then decoded at a fraction of its cost
            opened.draft(None, (4 * WIDTHS[-1], 4 * WIDTHS[-1]))
            upright = ImageOps.exif_transpose(opened)
            flat = _on_white(_in_srgb(upright))
    except (NotShown, MemoryError):
        raise
    except Image.DecompressionBombError:
        raise NotShown("too-many-pixels") from None
    except Exception:
        # A decoder fed by a stranger raises whatever it likes; the same bytes would fail again, so nothing is retried
        raise NotShown("damaged") from None
    bare = Image.new("RGB", flat.size)
    bare.paste(flat)
    return bare


def _in_srgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "CMYK", "L"}:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        changed = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture  # a profile that cannot be read: the colours may be a little off
    return changed or picture


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in {"RGBA", "LA", "PA", "P"}:
        seen = picture.convert("RGBA")
        white = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(white, seen).convert("RGB")
    return picture.convert("RGB")


def _widths(width: int, height: int) -> tuple[int, ...]:
    narrow = max(1, min(width, WIDTHS[-1], TALLEST * WIDTHS[-1] * width // height))
    return (*(size for size in WIDTHS if size < narrow), narrow)


def _jpeg(picture: Image.Image) -> bytes:
    """As good as LARGEST allows; raises NotShown where nothing is small enough."""
    for quality in QUALITIES:
        out = BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        if out.tell() <= LARGEST:
            return out.getvalue()
    raise NotShown("too-large")
