"""The last of every page function: HEAD gets no body, and what nobody foresaw gets a page too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger

from lyspunkt.pages import answer
from lyspunkt.pages.frame import broken_page

logger = Logger()


def serve(
    event: dict[str, Any], respond: Callable[[dict[str, Any]], answer.Answer], *, first: str = "da"
) -> answer.Answer:
    """What `respond` answers; a plain page with status 500 where it raises, in the reader's language or `first`.

    The error's type alone is logged, for its text may quote what a person wrote.
    """
    try:
        given = respond(event)
    except Exception as wrong:
        # Someone reads this, and API Gateway's own error has none of our headers (bar H3)
        logger.error("page failed", extra={"error": type(wrong).__name__, "route": event.get("routeKey")})
        given = answer.page(broken_page(answer.language_of(event, first)), status=500)
    return answer.without_body(given) if answer.method(event) == "HEAD" else given
