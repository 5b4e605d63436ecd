"""StoryPublished, PublicationRetracted -> the pages that stories share: lists, feeds, sitemaps.

The queue is FIFO, so one run at a time builds from the listing as it is; a batch touches each page once.
"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import ledger, listing, queue, site_files
from lyspunkt.aws.organisation import organisation
from lyspunkt.newsroom.events import PublicationRetracted, StoryPublished
from lyspunkt.newsroom.outgoing import first_out
from lyspunkt.pages import answer, feeds, site
from lyspunkt.words.wording import words

logger = Logger()

ASSETS = ("site.css", "mark.svg")


def step(fact: StoryPublished | PublicationRetracted) -> None:
    story = ledger.story(fact.story_id)
    channel = organisation().channel(fact.channel)
    out_at = first_out(story, fact.channel)
    if channel is None or channel.type != "site" or story.placement is None or out_at is None:
        return
    build(story.placement.area, f"{out_at:%Y-%m}")


def build(area: str, month: str) -> None:
    """Write what a story of this area and month stands on; the number of pages does not grow with the archive."""
    months = listing.months()
    newest = listing.newest(months)
    in_month = listing.in_month(month)
    where = organisation()
    say = words(where.first_language).say
    title = say("site.title", municipality=where.say(where.municipality.name, where.first_language))
    year, number = month.split("-")
    front = site.list_page(
        title, "", newest, where, areas=list(dict.fromkeys(listed.area for listed in newest)), months=months
    )
    month_title = f"{say(f'calendar.month{int(number)}').capitalize()} {year}"
    pages = {
        "index.html": front,
        f"areas/{area}/index.html": site.list_page(
            site.title_of(area, where), f"areas/{area}/", listing.in_area(area), where
        ),
        f"months/{month}/index.html": site.list_page(month_title, f"months/{month}/", in_month, where),
        "feed.atom": feeds.atom(newest, where),
        "feed.json": feeds.json_feed(newest, where),
        f"sitemaps/{month}.xml": feeds.sitemap(in_month),
        "sitemap.xml": feeds.sitemap_index(months),
        "robots.txt": feeds.robots(),
        "404.html": site.not_found_page(where),
    }
    for key, text in pages.items():
        site_files.put(key, text)
    for name in ASSETS:
        asset = answer.asset(name)
        if asset:
            site_files.put(f"assets/{name}", asset["body"])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return queue.each_in_order(event, context, lambda body: step(queue.fact_in(body)))  # type: ignore[arg-type]
