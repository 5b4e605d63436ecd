"""A page as a browser reads it, for tests: its tags with their attributes, and its text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

HOSTILE = "<script>alert(1)</script>\" onmouseover='x' {{ 7 * 7 }} {url} <img src=x onerror=y>"
"""What nobody should be able to make a page, letter or feed do something with."""


class Page(HTMLParser):
    """`tags` in their order; `read` is all text, that of `title` and `style` included."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.read = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.read += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def shape(self) -> set[tuple[str, ...]]:
        """Each kind of tag with the names of its attributes: what hostile words must not change."""
        return {(tag, *sorted(attributes)) for tag, attributes in self.tags}


def active(page: Page) -> list[str]:
    """What would run, load from elsewhere or break the page's policy, each said in a line (bars H3, H4, A7).

    A script of our own, which lies in a file of its own, is what the policy allows.
    """
    found = [
        tag
        for tag, attributes in page.tags
        if tag in {"script", "style", "iframe", "object", "embed", "svg", "base"}
        and not (tag == "script" and re.fullmatch(r"/assets/[a-z-]+\.js", attributes.get("src") or ""))
    ]
    for tag, attributes in page.tags:
        found += [f"{tag} {name}" for name in attributes if name.startswith("on") or name in {"style", "http-equiv"}]
        for name in ("src", "srcset", "action", "formaction", "href"):
            address = attributes.get(name) or "/"
            if tag != "a" and (not address.startswith("/") or address.startswith("//")):
                found.append(f"{tag} {name}={address}")
            if tag == "a" and not address.startswith(("/", "#", "mailto:", "https://")):
                found.append(f"{tag} {name}={address}")
    return found
