"""From a template and its words to text."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from lyspunkt.pages.moments import day_in_words, in_words
from lyspunkt.words.wording import words

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, language: str, **context: object) -> str:
    """The template with its words in `language`. HTML is escaped; a name that the template misses raises.

    Templates find beside their context: `say(key, **values)`, `language`, `when(moment, zone)`, `day(moment, zone)`.
    """
    wording = words(language)
    return (
        _environment()
        .get_template(template)
        .render(
            say=wording.say,
            language=language,
            when=lambda moment, zone: in_words(moment, zone, wording),
            day=lambda moment, zone: day_in_words(moment, zone, wording),
            **context,
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html", "xml"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["paragraphs"] = paragraphs
    return environment


def paragraphs(text: str) -> Markup:
    """Plain text as HTML paragraphs: an empty line parts two, a single line break stays one."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]
    lines = (Markup("<br>\n").join(escape(line) for line in part.split("\n")) for part in parts)
    return Markup("\n").join(Markup("<p>{}</p>").format(line) for line in lines)
