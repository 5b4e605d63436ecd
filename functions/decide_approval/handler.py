"""The link in the approver's letter: GET shows, POST decides -> ApprovalGiven, ChangesRequested, StoryRejected, ..."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import layout, ledger, links
from lyspunkt.aws.organisation import organisation
from lyspunkt.aws.shown_pictures import shown_picture
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.id_numbers import begin
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.story import Approval, Story
from lyspunkt.newsroom.texts import Note, Text
from lyspunkt.pages import answer, approval
from lyspunkt.pages.serving import serve
from lyspunkt.settings import settings

logger = Logger()

RULES: dict[str, ledger.Decision] = {
    "approve": decide.approve,
    "request-changes": decide.request_changes,
    "reject": decide.reject,
    "hand-over": decide.hand_over,
}
LONGEST_COMMENT = 4000
"""Characters."""


def respond(event: dict[str, Any]) -> answer.Answer:
    token = event["pathParameters"]["token"]
    at = datetime.fromtimestamp(event["requestContext"]["timeEpoch"] / 1000, UTC)
    language = answer.language_of(event, organisation().first_language)
    try:
        link = links.find(token)
        if link is None or link.kind != "approval":
            raise Refused("link-unknown")
        person = organisation().person(link.person)
        language = person.language if person else language
        story, text, _nothing = ledger.story_and_text(link.story_id, link.version)
        asked = _asked(story, link, at)
        if "name" in event["pathParameters"]:
            return _picture(story, event["pathParameters"]["name"], language)
        if asked.decision is not None:
            return answer.page(approval.decided_page(asked, organisation(), language=language, thanks=False))
        if answer.method(event) == "POST":
            return _decide(event, story, text, asked, link, at, language)
        if answer.method(event) not in {"GET", "HEAD"}:
            return answer.page("", status=405, headers={"allow": "GET, HEAD, POST"})
        return answer.page(_form(event, story, text, asked, language))
    except Refused as refused:
        status = {"link-unknown": 404, "story-unknown": 404}.get(refused.reason, 410)
        return answer.page(approval.refused_page(refused.reason, organisation(), language=language), status=status)


def _asked(story: Story, link: links.Link, at: datetime) -> Approval:
    """The approval that the link is for; refuses by name where there is nothing to decide any more (bar A4)."""
    asked = story.round.approval(link.approval_id) if story.round else None
    if asked is not None and asked.decision is not None and asked.approver == link.person:
        return asked
    if link.expires_at <= at:
        raise Refused("link-expired")
    decide.may_decide(story, approval_id=link.approval_id, version=link.version, approver=link.person)
    if asked is None:
        raise Refused("not-in-review")
    return asked


def _decide(
    event: dict[str, Any],
    story: Story,
    text: Text,
    asked: Approval,
    link: links.Link,
    at: datetime,
    language: str,
) -> answer.Answer:
    if answer.from_elsewhere(event, settings().address):
        return answer.page(approval.message_page("elsewhere", organisation(), language=language), status=403)
    given = answer.fields(event)
    choice, comment = given.get("decision", ""), begin(given.get("comment", "").strip(), LONGEST_COMMENT)
    error = _error(choice, comment)
    more: dict[str, Any] = {}
    if choice == "approve":
        more = {"id_number": text.has_id_number}
    if choice == "hand-over":
        more = {"to": given.get("to", ""), "organisation": organisation()}
    if error:
        page = _form(event, story, text, asked, language, error=error, comment=comment)
        return answer.page(page, status=422)
    note = Note(by=link.person, comment=comment)
    try:
        after = ledger.record(
            story.id,
            RULES[choice],
            also=lambda _story, events: [layout.story_row(story.id, layout.note_key(events[0].number), note)],
            approval_id=asked.id,
            version=link.version,
            approver=link.person,
            at=at,
            **more,
        )
    except Refused as refused:
        if refused.reason not in {"unknown-person", "absent-person"}:
            raise
        page = _form(event, story, text, asked, language, error=f"refused.{refused.reason}", comment=comment)
        return answer.page(page, status=422)
    logger.info("decided", extra={"story_id": story.id, "approval_id": asked.id, "choice": choice})
    decided = after.round.approval(asked.id) if after.round else None
    return answer.page(approval.decided_page(decided or asked, organisation(), language=language, thanks=True))


def _error(choice: str, comment: str) -> str:
    if choice not in RULES:
        return "approval.choose"
    return "approval.say-what" if choice == "request-changes" and not comment else ""


def _form(event: dict[str, Any], story: Story, text: Text, asked: Approval, language: str, **more: str) -> str:
    base = event["rawPath"].rstrip("/")
    at = datetime.fromtimestamp(event["requestContext"]["timeEpoch"] / 1000, UTC)
    return approval.approval_page(story, text, asked, organisation(), language=language, base=base, at=at, **more)


def _picture(story: Story, name: str, language: str) -> answer.Answer:
    data = shown_picture(story, name)
    if data is None:
        return answer.page(approval.message_page("not-found", organisation(), language=language), status=404)
    return answer.picture(data)


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> answer.Answer:
    return serve(event, respond)
