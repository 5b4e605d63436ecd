"""The public story site: a story's page and the pages that stories share, as static HTML without a script."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from lyspunkt.newsroom.listing import Listed
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.outgoing import Outgoing
from lyspunkt.newsroom.subjects import Area
from lyspunkt.pages.render import render
from lyspunkt.settings import settings
from lyspunkt.words.wording import words


def story_page(outgoing: Outgoing, organisation: Organisation) -> str:
    """One story in its own language, with schema.org and Open Graph metadata."""
    base = f"{settings().site_address}/stories/{outgoing.story_id}/"
    pictures = [
        {
            "alt": shown.alt,
            "width": shown.picture.width,
            "height": shown.picture.height,
            "widths": [(width, f"{shown.picture.number}-{width}.jpg") for width in sorted(shown.picture.widths)],
        }
        for shown in outgoing.pictures
    ]
    images = [f"{base}{shown.picture.number}-{max(shown.picture.widths)}.jpg" for shown in outgoing.pictures]
    return render(
        "site/story.html",
        outgoing.language,
        **_frame(organisation, outgoing.language),
        story=outgoing,
        pictures=pictures,
        canonical=base,
        image=images[0] if images else "",
        json_ld=_json_ld(outgoing, organisation, base, images),
        zone=organisation.zone,
    )


def gone_page(language: str, organisation: Organisation) -> str:
    return render("site/gone.html", language, **_frame(organisation, language))


def not_found_page(organisation: Organisation) -> str:
    """What the edge answers where there is no page."""
    language = organisation.first_language
    return render("site/not-found.html", language, **_frame(organisation, language))


def list_page(
    title: str,
    path: str,
    stories: Sequence[Listed],
    organisation: Organisation,
    *,
    areas: Sequence[str] = (),
    months: Sequence[str] = (),
) -> str:
    """The front page, an area's or a month's: stories newest first, in the municipality's first language.

    `path` is where the page lies, from the site's root, ending in a slash where it is not the front page itself.
    """
    language = organisation.first_language
    return render(
        "site/list.html",
        language,
        **_frame(organisation, language),
        title=title,
        canonical=f"{settings().site_address}/{path}",
        front=not path,
        stories=stories,
        areas=areas,
        months=months,
        zone=organisation.zone,
    )


def title_of(area: str, organisation: Organisation) -> str:
    return words(organisation.first_language).say(f"area.{Area(area).value}")


def _frame(organisation: Organisation, language: str) -> dict[str, str]:
    return {
        "municipality": organisation.say(organisation.municipality.name, language),
        "contact": organisation.municipality.contact,
        "stories_to": f"historier@{settings().mail_domain}",
    }


def _json_ld(outgoing: Outgoing, organisation: Organisation, address: str, images: list[str]) -> Markup:
    """schema.org NewsArticle. Data, not script; `<` is written so that no text can end its element."""
    municipality = organisation.say(organisation.municipality.name, outgoing.language)
    about: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": outgoing.headline,
        "description": outgoing.lead,
        "inLanguage": outgoing.language,
        "datePublished": _iso(outgoing.published_at),
        "dateModified": _iso(outgoing.changed_at),
        "mainEntityOfPage": address,
        "articleSection": outgoing.area,
        "author": {"@type": "GovernmentOrganization", "name": municipality},
        "publisher": {"@type": "GovernmentOrganization", "name": municipality},
        "image": images,
    }
    return Markup(json.dumps(about, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 - escaped just here


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
