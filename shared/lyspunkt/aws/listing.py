"""The rows that the shared pages of the site are built from, written in the publication's own transaction."""

from __future__ import annotations

from lyspunkt.aws import ledger, table
from lyspunkt.aws.layout import Row
from lyspunkt.newsroom.listing import Listed, page_names

MONTHS = "MONTHS"
"""The page that lists the months in which something came out, one row a month."""
NEWEST = 20
"""Stories on the front page, on an area's page and in the feeds, at most."""
MOST_IN_A_MONTH = 1000


def rows(listed: Listed) -> list[Row]:
    """What stands for a story on the shared pages; putting it again changes nothing."""
    body = listed.model_dump_json()
    found: list[Row] = [{"PK": _key(name), "SK": _place(listed), "body": body} for name in page_names(listed)]
    return [*found, {"PK": _key(MONTHS), "SK": listed.month}]


def removals(listed: Listed) -> list[Row]:
    """What takes a story off the shared pages."""
    return [ledger.removal(_key(name), _place(listed)) for name in page_names(listed)]


def months() -> list[str]:
    """The months with stories, newest first."""
    return [str(row["SK"]) for row in table.partition(_key(MONTHS), newest_first=True)]


def in_month(month: str) -> list[Listed]:
    return _on(f"MONTH#{month}", MOST_IN_A_MONTH)


def in_area(area: str) -> list[Listed]:
    return _on(f"AREA#{area}", NEWEST)


def newest(known_months: list[str]) -> list[Listed]:
    """The newest stories of all, from as many months as it takes."""
    found: list[Listed] = []
    for month in known_months:
        found += _on(f"MONTH#{month}", NEWEST - len(found))
        if len(found) >= NEWEST:
            break
    return found


def _on(page: str, limit: int) -> list[Listed]:
    listed = table.partition(_key(page), newest_first=True, limit=limit)
    return [Listed.model_validate_json(row["body"]) for row in listed]


def _key(page: str) -> str:
    return f"LISTING#{page}"


def _place(listed: Listed) -> str:
    return f"{listed.published_at:%Y-%m-%dT%H:%M:%S}#{listed.story_id}"
