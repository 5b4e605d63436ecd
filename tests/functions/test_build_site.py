"""build_site from the listing: lists, feeds and sitemaps hold what is out and nothing else (bars D1, F6, H4)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest

from lyspunkt.aws import clock, ledger, listing, table
from lyspunkt.newsroom import decide, publishing
from lyspunkt.newsroom.events import Event, Fact, PublicationRetracted, RetractionOrdered, StoryPublished
from lyspunkt.newsroom.listing import Listed
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.texts import Text
from lyspunkt.settings import settings
from tests.support.house import BATCH, House
from tests.support.lyngvig import NOON, approved, lyngvig
from tests.support.markup import HOSTILE, Page

SHARED = (
    "index.html",
    "feed.atom",
    "feed.json",
    "areas/roads-property/index.html",
    "months/2026-11/index.html",
    "sitemaps/2026-11.xml",
)
"""Every page that stories of this area and month share."""
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
Entry = dict[str, Any]


def site(house: House, key: str) -> str:
    found = house.runtime.world.client("s3").get_object(Bucket=settings().site_bucket, Key=key)
    return str(found["Body"].read().decode())


def last(house: House, story_id: str, kind: type[Event]) -> Fact:
    found: Fact = [fact for fact in house.facts(story_id) if isinstance(fact, kind)][-1]
    return found


def publish(house: House, headline: str, *, minutes: int = 0, build: bool = True, **about: object) -> Story:
    """A story out on the site so long after NOON, and the shared pages built."""
    at = NOON + timedelta(minutes=minutes)
    house.set_clock(at)
    desk = approved(at=at, **about)  # type: ignore[arg-type]
    desk.take(publishing.schedule(desk.now, organisation=lyngvig(), at=at))
    words = Text(headline=headline, lead=f"Om {headline}", body=f"Hele historien om {headline}", salt="salt")
    story = house.keep(desk, words=words)
    house.ring(story.id, "site-v1")
    if build:
        assert house.tell("BuildSite", last(house, story.id, StoryPublished)) == BATCH
    return ledger.story(story.id)


def recall(house: House, story: Story) -> None:
    ledger.record(story.id, decide.recall, by="press-officer", at=clock.now())
    house.tell("RetractStory", last(house, story.id, RetractionOrdered))
    assert house.tell("BuildSite", last(house, story.id, PublicationRetracted)) == BATCH


def address(story: Story) -> str:
    return f"https://historier.lyngvig.example/stories/{story.id}/"


def links(html: str) -> list[str | None]:
    return [link["href"] for link in Page(html).all("a") if str(link["href"]).startswith("/stories/")]


def test_the_front_page_the_area_and_the_month_show_the_newest_first(house: House) -> None:
    stories = [publish(house, f"Historie {number}", minutes=number) for number in range(3)]
    newest_first = [f"/stories/{story.id}/" for story in reversed(stories)]
    for key in ("index.html", "areas/roads-property/index.html", "months/2026-11/index.html"):
        assert links(site(house, key)) == newest_first


def test_a_story_of_another_area_stands_on_the_front_page_and_its_own_area_only(house: House) -> None:
    publish(house, "Stien")
    other = publish(house, "Biblioteket", minutes=1, area="culture-leisure")
    assert "Biblioteket" in site(house, "index.html")
    assert links(site(house, "areas/culture-leisure/index.html")) == [f"/stories/{other.id}/"]
    assert "Biblioteket" not in site(house, "areas/roads-property/index.html")


def test_the_atom_feed_is_read_by_a_feed_reader(house: House) -> None:
    stories = [publish(house, f"Sti & <b>bro</b> {number}", minutes=number) for number in range(2)]
    feed = feedparser.parse(site(house, "feed.atom").encode())
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.title == "Historier fra Lyngvig Kommune"
    assert [entry.id for entry in feed.entries] == [address(story) for story in reversed(stories)]
    assert feed.entries[0].link == address(stories[1])
    for moment in (feed.entries[0].published, feed.entries[0].updated):
        assert moment.startswith("2026-11-23T11:01:00")
    assert ElementTree.fromstring(site(house, "feed.atom")) is not None  # noqa: S314 - our own feed


def test_the_json_feed_has_what_version_1_1_requires(house: House) -> None:
    stories = [publish(house, f"Sti {number}", minutes=number) for number in range(2)]
    feed = json.loads(site(house, "feed.json"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "Historier fra Lyngvig Kommune"
    assert feed["feed_url"].endswith("/feed.json")
    items: list[Entry] = feed["items"]
    assert [item["id"] for item in items] == [address(story) for story in reversed(stories)]
    for item in items:
        assert item["content_text"]
        assert item["date_published"].startswith("2026-11-23T11:0")


def test_the_sitemap_names_each_story_of_its_month_once(house: House) -> None:
    stories = [publish(house, f"Sti {number}", minutes=number) for number in range(2)]
    month = ElementTree.fromstring(site(house, "sitemaps/2026-11.xml"))  # noqa: S314 - our own sitemap
    found = [url.findtext(f"{SITEMAP}loc") for url in month]
    assert sorted(map(str, found)) == sorted(address(story) for story in stories)
    index = ElementTree.fromstring(site(house, "sitemap.xml"))  # noqa: S314
    assert "https://historier.lyngvig.example/sitemaps/2026-11.xml" in [one.findtext(f"{SITEMAP}loc") for one in index]
    assert "Sitemap: https://historier.lyngvig.example/sitemap.xml" in site(house, "robots.txt")


def test_a_story_taken_back_is_in_no_list_feed_or_sitemap_bars_e7_f6(house: House) -> None:
    stays, goes = publish(house, "Bliver"), publish(house, "Forsvinder", minutes=1)
    for key in SHARED:
        assert goes.id in site(house, key)
    recall(house, goes)
    for key in SHARED:
        text = site(house, key)
        assert goes.id not in text
        assert "Forsvinder" not in text
        assert stays.id in text
    assert "Forsvinder" not in str(house.page(goes.id))


def test_the_last_story_taken_back_leaves_pages_that_say_so(house: House) -> None:
    recall(house, publish(house, "Den eneste"))
    assert links(site(house, "index.html")) == []
    assert json.loads(site(house, "feed.json"))["items"] == []
    assert not feedparser.parse(site(house, "feed.atom").encode()).entries


def test_the_same_facts_twice_or_late_leave_the_same_pages_bar_d4(house: House) -> None:
    story = publish(house, "Stien")
    publish(house, "Broen", minutes=1)
    before = {key: site(house, key) for key in SHARED if key != "feed.atom"}
    fact = last(house, story.id, StoryPublished)
    assert house.tell("BuildSite", fact, fact) == BATCH
    assert {key: site(house, key) for key in before} == before


def test_what_was_written_does_nothing_on_the_shared_pages_bar_h4(house: House) -> None:
    publish(house, "Plain")
    plain = {key: Page(site(house, key)).shape for key in SHARED if key.endswith(".html")}
    house.clear()
    publish(house, HOSTILE)
    for key, shape in plain.items():
        page = Page(site(house, key))
        assert page.shape == shape
        assert HOSTILE in page.read
    assert json.loads(site(house, "feed.json"))["items"][0]["title"] == HOSTILE
    [entry] = ElementTree.fromstring(site(house, "feed.atom")).iter("{http://www.w3.org/2005/Atom}entry")  # noqa: S314
    assert entry.findtext("{http://www.w3.org/2005/Atom}title") == HOSTILE


def test_a_full_front_page_is_light_and_its_feeds_hold_twenty(house: House) -> None:
    dynamodb = house.runtime.world.client("dynamodb")
    for number in range(21):
        listed = Listed(
            story_id=f"s{number}",
            headline="lang overskrift " * 15,
            lead="lang indledning " * 15,
            language="da",
            area="roads-property",
            kind="good-story",
            published_at=NOON - timedelta(minutes=number),
            changed_at=NOON,
        )
        for row in listing.rows(listed):
            dynamodb.put_item(TableName=settings().table, Item=table.to_wire(row))
    publish(house, "Den nyeste", minutes=1)
    assert len(site(house, "index.html").encode()) < 150_000
    assert len(links(site(house, "index.html"))) == 20
    assert len(json.loads(site(house, "feed.json"))["items"]) == 20
    assert len(links(site(house, "months/2026-11/index.html"))) == 22


def test_a_publication_on_another_channel_builds_nothing(house: House) -> None:
    story = publish(house, "Stien", kind="experience")
    house.ring(story.id, "staff-v1")
    house.begin()
    fact = last(house, story.id, StoryPublished).model_copy(update={"channel": "staff"})
    assert house.tell("BuildSite", fact) == BATCH
    assert house.writes() == []


@pytest.mark.parametrize("key", ["assets/site.css", "assets/mark.svg"])
def test_the_site_has_its_style_and_mark(house: House, key: str) -> None:
    publish(house, "Stien")
    assert site(house, key)
