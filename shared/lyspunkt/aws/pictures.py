"""Pictures made fit to show: upright, in three sizes, and with nothing in them but what is seen (bar C10).

The one module that needs Pillow and libheif, which lie in a layer of their own.
"""

from __future__ import annotations

from io import BytesIO
from typing import Literal

from PIL import AvifImagePlugin, Image, ImageCms, ImageOps, WebPImagePlugin
from pillow_heif import HeifImageFile, register_heif_opener
from pydantic import BaseModel, ConfigDict, Field

from lyspunkt.aws.clients import client
from lyspunkt.newsroom.events import PictureDerived, PictureReceived
from lyspunkt.newsroom.file_types import kind_of
from lyspunkt.newsroom.intake import Limits
from lyspunkt.settings import settings

WIDTHS = (480, 960, 1600)
"""Pixels, at most; a picture is never made larger than it is."""
TALLEST = 2
"""Times the width: what is taller is made narrower."""
MEGAPIXEL = 1_000_000
LARGEST = 300 * 1024
"""Bytes of one derived picture."""
QUALITIES = (82, 74, 66, 58, 48, 38, 28, 18, 10)

ENOUGH = TALLEST * WIDTHS[-1]
"""Pixels of the longer side: what has many more is made smaller at once, and held in memory whole only once."""

# Named ones are read and no other of Pillow's many decoders; those of plug-ins are loaded by their imports
_FORMATS = (
    "JPEG",
    "PNG",
    "GIF",
    WebPImagePlugin.WebPImageFile.format,
    AvifImagePlugin.AvifImageFile.format,
    HeifImageFile.format,
)
# A thumbnail or a map of depths is never read in the picture's stead
register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
# Pillow warns above its own limit, which is lower than what an organisation may choose; ours is checked before decoding
Image.MAX_IMAGE_PIXELS = 200 * MEGAPIXEL

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


def derive(story_id: str, received: PictureReceived, limits: Limits) -> PictureDerived:
    """Read a picture as it came, write it as it may be shown; raises NotShown, and what botocore raises."""
    stored = client("s3").get_object(Bucket=settings().raw_bucket, Key=received.key)
    renditions = render(stored["Body"].read(), limits)
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


def render(data: bytes, limits: Limits) -> Renditions:
    """The sizes of one picture; raises NotShown for what is none, too large to unpack, or broken."""
    if kind_of(data).family != "picture":
        raise NotShown("not-a-picture")
    picture = _opened(data, limits.megapixels * MEGAPIXEL)
    by_width: dict[int, bytes] = {}
    height = 0
    for width in _widths(*picture.size):
        height = max(1, round(picture.height * width / picture.width))
        by_width[width] = _jpeg(picture.resize((width, height), Image.Resampling.LANCZOS))
    return Renditions(by_width=by_width, width=max(by_width), height=height)


def _opened(data: bytes, most_pixels: int) -> Image.Image:
    """The pixels alone: upright, sRGB, on white, in a new picture to which none of the old one's metadata clings."""
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as opened:
            if opened.width * opened.height > most_pixels:
                raise NotShown("too-many-pixels")
            # A JPEG is decoded at a fraction of its size where it can be, and so of its cost
            opened.draft(None, _enough(opened))
            flat = _in_srgb(_on_white(_smaller(_plain(opened))), opened.info.get("icc_profile"))
            upright = ImageOps.exif_transpose(flat)
    except (NotShown, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotShown("too-many-pixels") from None
    except Exception:
        # A decoder fed by a stranger raises whatever it likes; the same bytes would fail again, so nothing is retried
        raise NotShown("damaged") from None
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    return bare


def _plain(picture: Image.Image) -> Image.Image:
    """Eight bits a colour and no palette."""
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode in {"P", "PA", "LA"}:
        return picture.convert("RGBA")
    return picture.convert("L") if picture.mode == "1" else picture


def _smaller(picture: Image.Image) -> Image.Image:
    factor = max(picture.size) // ENOUGH
    return picture.reduce(factor) if factor > 1 else picture


def _enough(picture: Image.Image) -> tuple[int, int]:
    longer = max(picture.size)
    return max(1, picture.width * ENOUGH // longer), max(1, picture.height * ENOUGH // longer)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            changed = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            picture = changed or picture
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile that cannot be read, or of another kind of picture: the colours may be a little off
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
