"""The site for machines: Atom, JSON Feed 1.1, sitemaps (sitemaps.org), robots.txt."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from feedgenerator import Atom1Feed

from lyspunkt.newsroom.listing import Listed
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.settings import settings
from lyspunkt.words.wording import words

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


def atom(stories: Sequence[Listed], organisation: Organisation) -> str:
    """Atom (RFC 4287), newest first; each entry keeps its id for good."""
    language = organisation.first_language
    feed = Atom1Feed(
        title=_title(organisation),
        link=f"{settings().site_address}/",
        description=words(language).say("site.description"),
        language=language,
        feed_url=f"{settings().site_address}/feed.atom",
        author_name=organisation.say(organisation.municipality.name, language),
    )
    for story in stories:
        feed.add_item(
            title=story.headline,
            link=_address(story),
            description=story.lead,
            unique_id=_address(story),
            pubdate=story.published_at,
            updateddate=story.changed_at,
            categories=[words(language).say(f"area.{story.area}")],
        )
    return str(feed.writeString("utf-8"))


def json_feed(stories: Sequence[Listed], organisation: Organisation) -> str:
    """JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/."""
    language = organisation.first_language
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(organisation),
        "description": words(language).say("site.description"),
        "home_page_url": f"{settings().site_address}/",
        "feed_url": f"{settings().site_address}/feed.json",
        "language": language,
        "items": [_item(story, language) for story in stories],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def sitemap(stories: Sequence[Listed]) -> str:
    """The story pages of one month."""
    urls = "".join(
        f"<url><loc>{escape(_address(story))}</loc><lastmod>{story.changed_at:%Y-%m-%dT%H:%M:%SZ}</lastmod></url>\n"
        for story in stories
    )
    return f'{XML}<urlset xmlns="{SITEMAPS}">\n{urls}</urlset>\n'


def sitemap_index(months: Sequence[str]) -> str:
    base = escape(settings().site_address)
    found = "".join(f"<sitemap><loc>{base}/sitemaps/{month}.xml</loc></sitemap>\n" for month in months)
    return f'{XML}<sitemapindex xmlns="{SITEMAPS}">\n{found}</sitemapindex>\n'


def robots() -> str:
    return f"User-agent: *\nAllow: /\nSitemap: {settings().site_address}/sitemap.xml\n"


def _item(story: Listed, language: str) -> Mapping[str, object]:
    item: dict[str, object] = {
        "id": _address(story),
        "url": _address(story),
        "title": story.headline,
        "summary": story.lead,
        "content_text": story.lead,
        "date_published": story.published_at.isoformat(timespec="seconds"),
        "date_modified": story.changed_at.isoformat(timespec="seconds"),
        "language": story.language,
        "tags": [words(language).say(f"area.{story.area}")],
    }
    if story.picture:
        item["image"] = f"{_address(story)}{story.picture.name}"
    return item


def _title(organisation: Organisation) -> str:
    language = organisation.first_language
    municipality = organisation.say(organisation.municipality.name, language)
    return words(language).say("site.title", municipality=municipality)


def _address(story: Listed) -> str:
    return f"{settings().site_address}/stories/{story.story_id}/"
