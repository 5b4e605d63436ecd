"""The story site's channel in moto: publish, find, take down, each again (bars E1, E7, C10, H4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError
from PIL import Image

from lyspunkt.aws.clients import client
from lyspunkt.channels import site
from lyspunkt.channels.channel import ChannelError
from lyspunkt.channels.open import open_channel
from lyspunkt.channels.site import Site
from lyspunkt.newsroom.events import PictureDerived
from lyspunkt.newsroom.outgoing import Outgoing, OutgoingPicture
from lyspunkt.pages.site import story_page
from lyspunkt.settings import settings
from tests.support.lyngvig import NOON, lyngvig
from tests.support.markup import HOSTILE, Page, active
from tests.support.rooms import rooms

ADDRESS = "https://historier.lyngvig.example"
PAGE = "stories/s1/index.html"
PICTURE = PictureDerived(number=1, key="derived/s1/1", widths=(480, 1600), width=1600, height=1200)
KEYS = {PAGE, "stories/s1/1-480.jpg", "stories/s1/1-1600.jpg"}


def outgoing(said: str = "Ny cykelsti", **other: Any) -> Outgoing:
    given: dict[str, Any] = {
        "story_id": "s1",
        "publication_id": "site-v1",
        "channel": "site",
        "version": 1,
        "headline": said,
        "lead": f"lead {said}",
        "body": f"{said}\n\nAndet afsnit.",
        "language": "da",
        "area": "roads-property",
        "kind": "good-story",
        "pictures": (OutgoingPicture(picture=PICTURE, alt=said),),
        "published_at": NOON,
        "changed_at": NOON,
    }
    return Outgoing(**given | other)


@pytest.fixture(scope="module")
def house() -> Iterator[None]:
    """The site's rooms in moto, made once."""
    with rooms(), patch.dict("os.environ", {"LYSPUNKT_SITE_ADDRESS": ADDRESS}):
        settings.cache_clear()
        client("s3").create_bucket(
            Bucket=settings().site_bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        yield


@pytest.fixture
def channel(house: None) -> Site:
    """The site, its empty bucket, and a story's pictures as derive_pictures leaves them."""
    for key in objects():
        client("s3").delete_object(Bucket=settings().site_bucket, Key=key)
    for width in PICTURE.widths:
        data = BytesIO()
        Image.new("RGB", (width, width * 3 // 4)).save(data, "JPEG")
        key = f"{PICTURE.key}-{width}.jpg"
        client("s3").put_object(Bucket=settings().pictures_bucket, Key=key, Body=data.getvalue())
    return Site(lyngvig())


def objects() -> dict[str, bytes]:
    s3, bucket = client("s3"), settings().site_bucket
    listed = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {item["Key"]: s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read() for item in listed}


def json_ld(html: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(html.split('<script type="application/ld+json">')[1].split("</script>")[0])
    return found


def test_a_story_is_published_and_found_by_its_marker_bar_e1(channel: Site) -> None:
    assert channel.find(outgoing()) is None
    where = channel.publish(outgoing())
    assert where == f"{ADDRESS}/stories/s1/"
    assert channel.find(outgoing()) == where
    assert set(objects()) == KEYS


def test_publishing_twice_leaves_the_same_objects_bar_e1(channel: Site) -> None:
    channel.publish(outgoing())
    once = objects()
    channel.publish(outgoing())
    assert objects() == once


def test_the_marker_of_another_publication_is_not_ours_bar_e1(channel: Site) -> None:
    channel.publish(outgoing())
    assert channel.find(outgoing(publication_id="site-v2")) is None
    channel.publish(outgoing(publication_id="site-v2", version=2))
    assert channel.find(outgoing()) is None


def test_a_story_taken_down_leaves_a_page_that_says_so_and_no_picture_bar_e7(channel: Site) -> None:
    where = channel.publish(outgoing())
    for _ in range(2):
        channel.retract(outgoing(), where)
        assert set(objects()) == {PAGE}
        html = objects()[PAGE].decode()
        assert "Ny cykelsti" not in html
        assert {"name": "robots", "content": "noindex"} in Page(html).all("meta")
        assert channel.find(outgoing()) is None
    head = client("s3").head_object(Bucket=settings().site_bucket, Key=PAGE)
    assert head["Metadata"] == {"gone": "yes"}


def test_taking_down_what_was_never_out_is_no_error_bar_e7(channel: Site) -> None:
    channel.retract(outgoing(), "")
    assert set(objects()) == {PAGE}


def test_a_taken_down_story_may_come_back(channel: Site) -> None:
    channel.retract(outgoing(), channel.publish(outgoing()))
    channel.publish(outgoing(publication_id="site-v2"))
    assert set(objects()) == KEYS
    assert channel.find(outgoing(publication_id="site-v2")) is not None


def test_the_pictures_are_the_derived_ones_without_metadata_and_kept_for_a_while_bar_c10(channel: Site) -> None:
    channel.publish(outgoing())
    found = client("s3").get_object(Bucket=settings().site_bucket, Key="stories/s1/1-1600.jpg")
    assert found["ContentType"] == "image/jpeg"
    assert found["CacheControl"] == "public, max-age=300"
    data = found["Body"].read()
    assert b"Exif" not in data
    assert not Image.open(BytesIO(data)).getexif()


def test_a_missing_picture_puts_no_page_out_and_may_be_tried_again(channel: Site) -> None:
    client("s3").delete_object(Bucket=settings().pictures_bucket, Key=f"{PICTURE.key}-1600.jpg")
    with pytest.raises(ChannelError) as wrong:
        channel.publish(outgoing())
    assert wrong.value.retry
    assert PAGE not in objects()


def test_an_answer_that_is_no_answer_rises_so_that_find_never_guesses_bar_e2(channel: Site) -> None:
    channel.publish(outgoing())
    broken = ClientError({"Error": {"Code": "500", "Message": ""}}, "HeadObject")
    with patch.object(client("s3"), "head_object", side_effect=broken), pytest.raises(ClientError):
        channel.find(outgoing())


def test_a_storys_page_has_times_canonical_metadata_and_pictures_for_every_screen(channel: Site) -> None:
    channel.publish(outgoing(changed_at=NOON + timedelta(days=1)))
    html = objects()[PAGE].decode()
    page = Page(html)
    assert page.all("html") == [{"lang": "da"}]
    assert {"rel": "canonical", "href": f"{ADDRESS}/stories/s1/"} in page.all("link")
    assert [time["datetime"] for time in page.all("time")] == ["2026-11-23T11:00:00+00:00", "2026-11-24T11:00:00+00:00"]
    assert "mandag den 23. november 2026 kl. 12.00" in page.read
    [figure] = [img for img in page.all("img") if "srcset" in img]
    assert figure["srcset"] == "1-480.jpg 480w, 1-1600.jpg 1600w"
    assert (figure["src"], figure["width"], figure["height"]) == ("1-1600.jpg", "1600", "1200")
    assert figure["alt"] == "Ny cykelsti"
    assert {"property": "og:image", "content": f"{ADDRESS}/stories/s1/1-1600.jpg"} in page.all("meta")
    about = json_ld(html)
    assert about["@type"] == "NewsArticle"
    assert about["headline"] == "Ny cykelsti"
    assert (about["datePublished"], about["dateModified"]) == ("2026-11-23T11:00:00+00:00", "2026-11-24T11:00:00+00:00")
    assert about["image"] == [f"{ADDRESS}/stories/s1/1-1600.jpg"]


def test_an_unchanged_story_tells_one_time(channel: Site) -> None:
    assert len(Page(story_page(outgoing(), lyngvig())).all("time")) == 1


@pytest.mark.parametrize("language", ["da", "sv", "nb", "nn", "en"])
def test_nothing_that_was_written_does_anything_on_a_storys_page_bar_h4(channel: Site, language: str) -> None:
    said = HOSTILE + "</script><!--<script>\u2028"
    hostile, plain = (Page(story_page(outgoing(it, language=language), lyngvig())) for it in (said, "Plain"))
    assert hostile.shape == plain.shape
    assert hostile.all("script") == [{"type": "application/ld+json"}]
    assert [line for line in active(hostile) if not line.startswith(("script", "link href=", "img src"))] == [
        line for line in active(plain) if not line.startswith(("script", "link href=", "img src"))
    ]
    assert json_ld(story_page(outgoing(said), lyngvig()))["headline"] == said
    assert HOSTILE in hostile.read


def test_a_long_story_is_a_light_page(channel: Site) -> None:
    assert len(story_page(outgoing(body="Et afsnit om stien.\n\n" * 2000), lyngvig()).encode()) < 150_000


def test_a_list_shows_the_picture_in_a_width_that_suits_it() -> None:
    found = site.listed(outgoing()).picture
    assert found is not None
    assert (found.name, found.width, found.height) == ("1-480.jpg", 480, 360)
    assert site.listed(outgoing(pictures=())).picture is None


def test_a_channel_that_is_no_more_is_refused_for_good_and_the_site_is_opened_by_its_id() -> None:
    with pytest.raises(ChannelError, match="channel-unknown") as wrong:
        open_channel("fax", lyngvig())
    assert not wrong.value.retry
    assert isinstance(open_channel("site", lyngvig()), Site)
