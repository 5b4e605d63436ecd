"""A submitter's own link: GET shows where the story is; POST adds to it or takes it back."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import intake, ledger, links, rates, tracking
from lyspunkt.aws.organisation import organisation
from lyspunkt.aws.tracking import Tracked
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.submissions import BODY_LENGTH, Arrived, clean
from lyspunkt.newsroom.texts import Text
from lyspunkt.pages import answer
from lyspunkt.pages import tracking as pages
from lyspunkt.pages.approval import message_page
from lyspunkt.pages.serving import serve
from lyspunkt.pages.tracking import Wrong
from lyspunkt.settings import settings

logger = Logger()

HOUR = timedelta(hours=1)
MOST_SHOWN = 4 * BODY_LENGTH
"""Characters of a text that is too long which its page gives back, for an answer has a limit too."""


def respond(event: dict[str, Any]) -> answer.Answer:
    at = datetime.fromtimestamp(event["requestContext"]["timeEpoch"] / 1000, UTC)
    token, action = event["pathParameters"]["token"], event["pathParameters"].get("proxy", "").rstrip("/")
    language = answer.language_of(event, organisation().first_language)
    link = links.find(token)
    if link is None or link.kind != "tracking":
        return _nothing("unknown", language, 404)
    if link.expires_at <= at:
        return _nothing("expired", language, 410)
    try:
        tracked = tracking.tracked(link.story_id)
    except Refused:  # erased
        return _nothing("unknown", language, 404)
    sent_in = tracked.submission.language if tracked.submission else None
    page = Page(event, tracked, tracked.story.language or sent_in or language, at)
    method = answer.method(event)
    if action and action not in ACTIONS:
        return answer.page(message_page("not-found", organisation(), language=page.language), status=404)
    if method in {"GET", "HEAD"}:
        return page.show(said=(event.get("queryStringParameters") or {}).get("said", ""))
    if method != "POST" or not action:
        allow = "GET, HEAD, POST" if action else "GET, HEAD"
        return answer.page("", status=405, headers={"allow": allow})
    if answer.from_elsewhere(event, settings().address):
        return answer.page(message_page("elsewhere", organisation(), language=page.language), status=403)
    return ACTIONS[action](page)


class Page:
    """One request for one story's page."""

    def __init__(self, event: dict[str, Any], tracked: Tracked, language: str, at: datetime) -> None:
        self.event, self.tracked, self.language, self.at = event, tracked, language, at
        self.base = f"/submissions/{event['pathParameters']['token']}"

    def show(self, *, said: str = "", wrong: Wrong | None = None, typed: str = "", status: int = 200) -> answer.Answer:
        html = pages.tracking_page(
            self.tracked,
            organisation(),
            language=self.language,
            base=self.base,
            form=token_hex(12),
            longest=BODY_LENGTH,
            said=said if said in SAID else "",
            wrong=wrong,
            typed=typed,
        )
        return answer.page(html, status=status)

    def done(self, said: str) -> answer.Answer:
        """To the page itself, so that loading it again sends nothing again."""
        logger.info(said, extra={"story_id": self.tracked.story.id})
        return answer.redirect(f"{self.base}?said={said}")


def _add(page: Page) -> answer.Answer:
    given = answer.fields(page.event)
    text, about = clean(given.get("text", ""), lines=True), given.get("about", "")
    if not text:
        return page.show(wrong=Wrong("write"), status=422)
    if len(text) > BODY_LENGTH:
        return page.show(
            wrong=Wrong("too-long", count=len(text), limit=BODY_LENGTH), typed=text[:MOST_SHOWN], status=422
        )
    if about not in pages.ABOUT:
        return page.show(wrong=Wrong("choose"), typed=text, status=422)
    story, sent = page.tracked.story, page.tracked.submission
    arrived = Arrived(
        text=Text(headline="", body=text, language=page.tracked.sent.language),
        name=sent.name if sent else None,
        address=sent.address if sent else None,
        fields={"about": about},
        language=story.language if story.language_chosen else None,
        name_kept_out=story.name_kept_out,
    )
    delivery = _delivery(story.id, given.get("form", ""), text)
    most = organisation().intake.rates.per_sender_per_hour
    if not rates.allow("additions", story.id, limit=most, window=HOUR, at=page.at, delivery=delivery):
        return page.show(wrong=Wrong("too-often"), typed=text, status=429)
    intake.add(story.id, arrived, because="tracking-page", source="form", delivery=delivery, at=page.at, raw_key="")
    return page.done("added")


def _delivery(story_id: str, form: str, text: str) -> str:
    """The same form sent twice is one addition; sent again with another text it is two, for nothing is lost."""
    form = form if re.fullmatch(r"[0-9a-f]{24}", form) else ""
    return f"{story_id}#{form}#{hashlib.sha256(text.encode()).hexdigest()}"


def _withdraw(page: Page) -> answer.Answer:
    if answer.fields(page.event).get("sure") != "yes":
        return page.show(wrong=Wrong("tick"), status=422)
    try:
        ledger.record(page.tracked.story.id, decide.withdraw, by="submitter", at=page.at)
    except Refused:
        return page.show(wrong=Wrong("closed"), status=410)
    return page.done("withdrawn")


ACTIONS = {"additions": _add, "withdrawal": _withdraw}
SAID = {"added", "withdrawn"}


def _nothing(key: str, language: str, status: int) -> answer.Answer:
    return answer.page(pages.no_page(key, organisation(), language=language), status=status)


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> answer.Answer:
    return serve(event, respond)
