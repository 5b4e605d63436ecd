"""What is around every page: the municipality, whom to ask, and what to say when all else fails."""

from __future__ import annotations

from collections.abc import Sequence

from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.pages.render import render
from lyspunkt.words.wording import words


def frame(organisation: Organisation, language: str) -> dict[str, str]:
    """What `base.html` needs."""
    return {
        "municipality": organisation.say(organisation.municipality.name, language),
        "contact": organisation.municipality.contact,
    }


def message(heading: str, texts: Sequence[str], organisation: Organisation, language: str) -> str:
    """A page with a heading and some sentences, and nothing to do."""
    return render("message.html", language, **frame(organisation, language), heading=heading, texts=list(texts))


def broken_page(language: str) -> str:
    """When something failed that nobody foresaw: needs neither the organisation nor the table, for they may be it."""
    say = words(language).say
    texts = [say("page.broken-text")]
    return render("message.html", language, municipality="", contact="", heading=say("page.broken"), texts=texts)
