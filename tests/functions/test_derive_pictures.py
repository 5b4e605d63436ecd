"""derive_pictures on the message that the bus's rule puts into its queue (bars C10, D1)."""

from __future__ import annotations

import json
import random
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from types import ModuleType
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin
from pillow_heif import from_pillow

from lyspunkt.aws import clock, intake, ledger, pictures
from lyspunkt.aws.clients import client
from lyspunkt.newsroom.events import MaterialAdded, PictureReceived, PicturesDerived
from lyspunkt.newsroom.intake import Limits
from lyspunkt.newsroom.submissions import Arrived, story_id, text_of
from lyspunkt.settings import settings
from tests.support.rooms import context, handler_of, keys, rooms, sample

PLACES = (b"Exif", b"GPS", b"http://ns.adobe.com", b"xpacket", b"8BIM", b"ICC_PROFILE", b"secret", b"tEXt", b"MPF")
RIGHT_TOP = 6
"""EXIF: the picture is stored lying on its side."""


@pytest.fixture
def derive() -> Iterator[ModuleType]:
    with rooms():
        yield handler_of("derive_pictures")


def drawn(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Red at the top left, blue elsewhere."""
    image = Image.new(mode, (width, height), "blue")
    ImageDraw.Draw(image).rectangle((0, 0, width // 2, height // 2), fill="red")
    return image


def told() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = "secret description"
    exif[0x0110] = "secret camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 30.0, 12.5), 3: "E", 4: (9.0, 15.0, 43.0)})
    return exif


def render(data: bytes) -> pictures.Renditions:
    return pictures.render(data, Limits())


def written(image: Image.Image, format_: str, **more: Any) -> bytes:
    out = BytesIO()
    image.save(out, format_, **more)
    return out.getvalue()


def with_everything(format_: str) -> bytes:
    """A picture that carries all the metadata that its format can."""
    exif, xmp = told(), b'<?xpacket begin=""?><x:xmpmeta>http://ns.adobe.com/ secret</x:xmpmeta>'
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if format_ == "JPEG":
        plain = written(drawn(700, 500), "JPEG", exif=exif, xmp=xmp, icc_profile=profile, comment=b"secret")
        iptc = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", 12) + b"\x1c\x02\x78\0\x06secret\0"
        thumbnail = b"JFXX\0\x10" + written(drawn(32, 32), "JPEG")
        segments = b"".join(
            marker + struct.pack(">H", len(data) + 2) + data
            for marker, data in ((b"\xff\xed", iptc), (b"\xff\xe0", thumbnail))
        )
        return plain[:2] + segments + plain[2:]
    if format_ == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", "secret")
        info.add_itxt("XML:com.adobe.xmp", xmp.decode())
        return written(drawn(700, 500), "PNG", pnginfo=info, exif=exif, icc_profile=profile)
    if format_ == "GIF":
        return written(drawn(700, 500), "GIF", comment=b"secret", xmp=xmp)
    if format_ == "HEIF":
        # As an iPhone writes it: metadata of three kinds, and a small picture beside the large one
        made = from_pillow(drawn(700, 500))
        made.info.update(exif=exif.tobytes(), xmp=xmp, icc_profile=profile)
        out = BytesIO()
        made.save(out, quality=80, thumbnails=[128])
        return out.getvalue()
    return written(drawn(700, 500), format_, exif=exif, xmp=xmp, icc_profile=profile)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "GIF", "WEBP", "HEIF", "AVIF"])
def test_nothing_but_what_is_seen_survives_bar_c10(format_: str) -> None:
    data = with_everything(format_)
    assert b"secret" in data
    assert (b"thmb" in data) == (format_ == "HEIF")
    renditions = render(data)
    assert list(renditions.by_width) == [480, 700]
    for width, derived in renditions.by_width.items():
        assert not [place for place in PLACES if place in derived]
        with Image.open(BytesIO(derived)) as opened:
            assert (opened.format, opened.width, opened.mode) == ("JPEG", width, "RGB")
            assert dict(opened.getexif()) == {}
            assert set(opened.info) <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "progressive",
                "progression",
            }
        # After the picture nothing follows, and in it there is only one
        assert (derived.endswith(b"\xff\xd9"), derived.count(b"\xff\xd8\xff")) == (True, 1)


def test_the_sample_says_where_it_was_taken_and_what_is_published_does_not_bar_c10() -> None:
    from email import message_from_bytes

    mail = message_from_bytes(sample("06-mail-da-pond-picture.eml").read_bytes())
    (part,) = [part for part in mail.walk() if part.get_content_type() == "image/jpeg"]
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    with Image.open(BytesIO(data)) as opened:
        assert opened.getexif().get_ifd(0x8825)[2] == (55.0, 30.0, 12.5)
    renditions = render(data)
    assert list(renditions.by_width) == [480, 960, 1200]
    for derived in renditions.by_width.values():
        assert not [place for place in PLACES if place in derived]


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_picture_is_turned_upright_before_its_orientation_is_forgotten_bar_c10(format_: str) -> None:
    exif = told()
    exif[0x0112] = RIGHT_TOP
    renditions = render(written(drawn(800, 400), format_, exif=exif.tobytes(), quality=95))
    assert (renditions.width, renditions.height) == (400, 800)
    with Image.open(BytesIO(renditions.by_width[400])) as opened:
        red, _, blue = opened.getpixel((350, 50))  # type: ignore[misc]
        assert red > 200 > blue


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((4000, 3000), (480, 960, 1600)),
        ((1600, 900), (480, 960, 1600)),
        ((1000, 700), (480, 960, 1000)),
        ((480, 480), (480,)),
        ((60, 40), (60,)),
        ((1000, 5000), (480, 640)),
    ],
)
def test_a_picture_is_made_smaller_and_never_larger(size: tuple[int, int], widths: tuple[int, ...]) -> None:
    renditions = render(written(drawn(*size), "JPEG"))
    assert tuple(renditions.by_width) == widths
    assert renditions.width == widths[-1]
    assert renditions.height == round(size[1] * widths[-1] / size[0])


def test_even_noise_becomes_at_most_300_kilobytes() -> None:
    noise = Image.frombytes("RGB", (1700, 1300), random.Random(1).randbytes(1700 * 1300 * 3))  # noqa: S311 - noise
    renditions = render(written(noise, "PNG", compress_level=1))
    assert max(map(len, renditions.by_width.values())) <= pictures.LARGEST


def test_what_is_transparent_becomes_white_and_every_mode_is_taken() -> None:
    clear = Image.new("RGBA", (50, 50), (255, 0, 0, 0))
    with Image.open(BytesIO(render(written(clear, "PNG")).by_width[50])) as opened:
        assert min(opened.getpixel((25, 25))) > 250  # type: ignore[arg-type]
    for mode in ("1", "L", "LA", "P", "I;16"):
        assert render(written(Image.new(mode, (50, 50)), "PNG")).width == 50
    assert render(written(drawn(50, 50, "CMYK"), "JPEG")).width == 50


def test_sixteen_bits_a_colour_become_eight_and_grey_stays_grey() -> None:
    with Image.open(BytesIO(render(written(Image.new("I;16", (50, 50), 128 * 256), "PNG")).by_width[50])) as opened:
        assert all(abs(colour - 128) <= 2 for colour in opened.getpixel((25, 25)))  # type: ignore[union-attr]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "CMYK", "L"])
def test_a_profile_of_another_kind_of_picture_loses_no_picture(mode: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    format_ = "JPEG" if mode == "CMYK" else "PNG"
    assert render(written(Image.new(mode, (50, 50)), format_, icc_profile=profile)).width == 50


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_become_those_of_the_web_bar_c10(mode: str) -> None:
    """A profile whose red is the web's green: what was said to be red must come out green."""
    swapped = with_swapped_primaries(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    data = written(Image.new(mode, (50, 50), (255, 0, 0)), "PNG", icc_profile=swapped)
    with Image.open(BytesIO(render(data).by_width[50])) as opened:
        red, green, _ = opened.getpixel((25, 25))  # type: ignore[misc]
    assert green > 200 > red


def with_swapped_primaries(profile: bytes) -> bytes:
    """The tag table of an ICC profile with the places of red and green exchanged."""
    return profile.replace(b"rXYZ", b"tXYZ").replace(b"gXYZ", b"rXYZ").replace(b"tXYZ", b"gXYZ")


def test_of_an_animation_the_first_picture_is_shown() -> None:
    red, blue = Image.new("RGB", (50, 50), "red"), Image.new("RGB", (50, 50), "blue")
    for format_ in ("GIF", "WEBP", "PNG"):
        data = written(red, format_, save_all=True, append_images=[blue])
        with Image.open(BytesIO(render(data).by_width[50])) as opened:
            assert opened.getpixel((25, 25))[0] > 200  # type: ignore[index]


def test_a_large_picture_is_made_smaller_without_losing_its_sides() -> None:
    for size, format_ in (((6500, 3300), "PNG"), ((3300, 6500), "JPEG"), ((9000, 300), "WEBP")):
        renditions = render(written(drawn(*size), format_))
        assert renditions.width == 1600
        assert abs(renditions.height - round(size[1] * 1600 / size[0])) <= 1


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says that it is enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def heic_bomb(width: int, height: int) -> bytes:
    """A HEIC of a few kilobytes whose header says that it is enormous."""
    data = written(drawn(64, 64), "HEIF")
    return data.replace(b"ispe" + struct.pack(">III", 0, 64, 64), b"ispe" + struct.pack(">III", 0, width, height))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not-a-picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "not-a-picture"),
        (b"%PDF-1.7", "not-a-picture"),
        (b"GIF89a<script>alert(1)</script>", "damaged"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 400, "damaged"),
        (written(drawn(400, 400), "JPEG")[:900], "damaged"),
        (bomb(10_000, 5_001), "too-many-pixels"),
        (bomb(60_000, 60_000), "too-many-pixels"),
        (bomb(100, 100), "damaged"),
        (written(drawn(400, 400), "HEIF")[:-200], "damaged"),
        (written(drawn(400, 400), "WEBP")[:300], "damaged"),
        (heic_bomb(10_000, 5_001), "too-many-pixels"),
        (heic_bomb(60_000, 60_000), "too-many-pixels"),
    ],
)
def test_what_cannot_or_must_not_be_shown_is_refused_with_a_reason_bar_c10_c11(data: bytes, reason: str) -> None:
    with pytest.raises(pictures.NotShown) as refused:
        render(data)
    assert refused.value.reason == reason


def test_how_many_pixels_a_picture_may_have_is_the_organisations_choice_bar_c10() -> None:
    data = written(drawn(1500, 800), "PNG")
    assert pictures.render(data, Limits(megapixels=2)).width == 1500
    with pytest.raises(pictures.NotShown, match="too-many-pixels"):
        pictures.render(data, Limits(megapixels=1))


def test_too_many_pixels_are_refused_before_one_is_decoded_bar_c10(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_: Image.Image) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", load)
    for data in (bomb(10_000, 5_001), heic_bomb(10_000, 5_001)):
        with pytest.raises(pictures.NotShown, match="too-many-pixels"):
            render(data)


def received(*datas: bytes) -> str:
    """A story with these pictures, as receive_mail leaves it."""
    id_ = story_id("mail", "<1@post.example>")
    kept = []
    for number, data in enumerate(datas, start=1):
        key = f"pictures/{id_}/{number}"
        client("s3").put_object(Bucket=settings().raw_bucket, Key=key, Body=data)
        kept.append(PictureReceived(number=number, key=key, digest="d", size=len(data)))
    arrived = Arrived(text=text_of("Hejren", "Hejren er tilbage."), pictures=tuple(kept))
    intake.receive(arrived, source="mail", delivery="<1@post.example>", at=clock.now(), raw_key="mail/1")
    return id_


def message(id_: str, number: int = 1) -> dict[str, Any]:
    """The documented sample with a fact of this story in it."""
    event: dict[str, Any] = json.loads(sample("23-sqs-story-submitted.json").read_text(encoding="utf-8"))
    body = json.loads(event["Records"][0]["body"])
    body["detail"] = json.loads(ledger.history(id_)[number - 1][0].model_dump_json())
    event["Records"][0]["body"] = json.dumps(body)
    return event


def test_good_pictures_are_derived_bad_ones_refused_and_the_step_is_taken_once_bar_d1(derive: ModuleType) -> None:
    id_ = received(written(drawn(700, 500), "JPEG", exif=told()), b"no picture", with_everything("PNG"))
    event = message(id_)
    for _ in range(2):
        assert derive.handler(event, context()) == {"batchItemFailures": []}
    story = ledger.story(id_)
    assert not story.pictures_pending
    assert [(picture.number, picture.key, picture.widths) for picture in story.pictures] == [
        (1, f"pictures/{id_}/1", (480, 700)),
        (3, f"pictures/{id_}/3", (480, 700)),
    ]
    assert [(picture.number, picture.reason) for picture in story.pictures_refused] == [(2, "not-a-picture")]
    assert [type(event) for event, _ in ledger.history(id_)][1:] == [PicturesDerived]
    assert keys(settings().pictures_bucket) == [
        f"pictures/{id_}/{number}-{width}.jpg" for number in (1, 3) for width in (480, 700)
    ]
    stored = client("s3").get_object(Bucket=settings().pictures_bucket, Key=f"pictures/{id_}/1-480.jpg")
    assert stored["ContentType"] == "image/jpeg"


def test_pictures_that_come_later_are_derived_and_the_first_ones_are_not_derived_again_bar_d1(
    derive: ModuleType,
) -> None:
    id_ = received(written(drawn(700, 500), "JPEG"))
    assert derive.handler(message(id_), context()) == {"batchItemFailures": []}
    client("s3").put_object(Bucket=settings().raw_bucket, Key="pictures/later/1", Body=with_everything("HEIF"))
    later = PictureReceived(number=1, key="pictures/later/1", digest="d", size=1)
    arrived = Arrived(text=text_of("", "Et billede til."), pictures=(later,))
    intake.add(id_, arrived, because="reply", source="mail", delivery="<2@post.example>", at=clock.now(), raw_key="m")
    fact, _ = ledger.history(id_)[-1]
    assert isinstance(fact, MaterialAdded)
    assert fact.with_pictures
    for _ in range(2):
        assert derive.handler(message(id_, fact.number), context()) == {"batchItemFailures": []}
    assert derive.handler(message(id_), context()) == {"batchItemFailures": []}
    story = ledger.story(id_)
    assert not story.pictures_pending
    assert [(picture.number, picture.key) for picture in story.pictures] == [
        (1, f"pictures/{id_}/1"),
        (2, f"pictures/{id_}/2"),
    ]
    assert sum(isinstance(event, PicturesDerived) for event, _ in ledger.history(id_)) == 2
    assert f"pictures/{id_}/2-700.jpg" in keys(settings().pictures_bucket)


def test_a_picture_that_is_not_there_yet_comes_back(derive: ModuleType) -> None:
    id_ = received(written(drawn(70, 50), "JPEG"))
    client("s3").delete_object(Bucket=settings().raw_bucket, Key=f"pictures/{id_}/1")
    event = message(id_)
    failures = derive.handler(event, context())["batchItemFailures"]
    assert [failure["itemIdentifier"] for failure in failures] == [event["Records"][0]["messageId"]]
    assert ledger.story(id_).pictures_pending
