"""The public form: what happened, its pictures, thank you -> StorySubmitted."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import drafts, ledger, links, rates, tracking, uploads
from lyspunkt.aws.organisation import organisation
from lyspunkt.newsroom import form as rules
from lyspunkt.newsroom.form import Form
from lyspunkt.newsroom.language import LANGUAGES
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.texts import Text
from lyspunkt.pages import answer
from lyspunkt.pages import form as pages
from lyspunkt.pages.serving import serve
from lyspunkt.settings import settings

logger = Logger()

HOUR = timedelta(hours=1)
TRAP = "website"
"""A field that people do not see and robots fill in."""


def respond(event: dict[str, Any]) -> answer.Answer:
    at = datetime.fromtimestamp(event["requestContext"]["timeEpoch"] / 1000, UTC)
    path = [part for part in event["rawPath"].split("/") if part][1:]
    language = path[0] if path else answer.language_of(event, organisation().first_language)
    if language not in LANGUAGES:
        return _message("not-found", answer.language_of(event, organisation().first_language), 404)
    request = Request(event, language, at)
    method = answer.method(event)
    if method not in {"GET", "HEAD", "POST"}:
        return answer.page("", status=405, headers={"allow": "GET, HEAD, POST"})
    if method == "POST" and answer.from_elsewhere(event, settings().address):
        return _message("elsewhere", language, 403)
    match path[1:]:
        case []:
            return request.sent() if method == "POST" else request.form(Form())
        case ["pictures", token]:
            return request.pictures(token, posted=method == "POST")
        case ["thanks", token]:
            return request.thanks(token)
    return _message("not-found", language, 404)


class Request:
    """One request for a page of the form in one language."""

    def __init__(self, event: dict[str, Any], language: str, at: datetime) -> None:
        self.event, self.language, self.at = event, language, at

    def form(self, filled: Form, *, status: int = 200, **more: Any) -> answer.Answer:
        html = pages.form_page(filled, organisation(), language=self.language, stamp=drafts.stamp(self.at), **more)
        return answer.page(html, status=status, headers=answer.with_script())

    def sent(self) -> answer.Answer:
        """What was filled in becomes a story, or a draft that waits for its pictures; what is wrong is said."""
        given = answer.fields(self.event)
        where = organisation()
        filled = rules.read(given, [channel.id for channel in where.channels])
        wrong = rules.problems(filled, self.at.astimezone(where.zone).date())
        if wrong:
            return self.form(filled, status=422, wrong=wrong)
        stamped = given.get("stamp", "")
        again = self._not_a_person(stamped, given.get(TRAP, ""))
        if again:
            return self.form(filled, status=422, again=again, trap=given.get(TRAP, "")[:100])
        token = drafts.token_of(stamped)
        if not self._in_measure(filled, drafts.id_of(token)):
            return self.form(filled, status=429, again="too-often")
        if given.get("next") == "pictures":
            draft = drafts.keep(token, filled, self.language, self.at)
            if not draft.sent:
                return answer.redirect(f"/submit/{self.language}/pictures/{token}")
        return self._thank(drafts.send_now(token, filled, self.language, self.at), filled)

    def pictures(self, token: str, *, posted: bool) -> answer.Answer:
        draft = drafts.find(token)
        if draft is None:
            html = pages.no_draft_page(organisation(), language=self.language)
            return answer.page(html, status=404)
        if draft.sent:
            return self._thank(ledger.story(draft.sent), draft.form)
        limits = organisation().intake.limits
        come = uploads.uploaded(draft.id, limits)
        if posted:
            notes = rules.picture_notes(answer.fields(self.event), [one.name for one in come])
            return self._thank(drafts.send(draft, notes, self.at), draft.form)
        base = f"/submit/{self.language}/pictures/{token}"
        upload = uploads.form(draft.id, f"{settings().address}{base}", limits)
        html = pages.pictures_page(
            organisation(),
            language=self.language,
            base=base,
            upload=upload,
            uploaded=come,
            sent_by_itself_at=draft.sent_by_itself_at,
        )
        return answer.page(html, headers=answer.with_script(sends_to=upload.origin))

    def thanks(self, token: str) -> answer.Answer:
        mailed = (self.event.get("queryStringParameters") or {}).get("mailed") == "yes"
        url = f"{settings().address}/submissions/{token}"
        sent = self._sent(token)
        html = pages.thanks_page(organisation(), language=self.language, url=url, mailed=mailed, sent=sent)
        return answer.page(html, headers=answer.with_script())

    def _sent(self, token: str) -> Text | None:
        """The words that the thanks are for; None behind an address that is not (or no longer) a sender's own."""
        link = links.find(token)
        if link is None or link.kind != "tracking" or link.expires_at <= self.at:
            return None
        try:
            return ledger.text(link.story_id, 1)
        except Refused:  # erased
            return None

    def _not_a_person(self, stamped: str, trap: str) -> str:
        """Why it may have been a machine, as a key in words/; a person just presses the button once more."""
        if trap:
            return "robot"
        age = drafts.age(stamped, self.at)
        if age is None or age > drafts.OLDEST:
            return "too-old"
        return "too-quick" if age < drafts.YOUNGEST else ""

    def _in_measure(self, filled: Form, delivery: str) -> bool:
        """Whether this sender, and whoever else sends from the same place, may send one more (bar H7)."""
        most = organisation().intake.rates
        asked = [("form-from", _viewer(self.event), most.per_source_per_hour)]
        if filled.address:
            asked.append(("form-by", filled.address, most.per_sender_per_hour))
        return all(
            rates.allow(what, who, limit=limit, window=HOUR, at=self.at, delivery=delivery)
            for what, who, limit in asked
        )

    def _thank(self, story: Story, filled: Form) -> answer.Answer:
        """To a page of its own, so that loading it again sends nothing again."""
        logger.info("received", extra={"story_id": story.id, "source": drafts.SOURCE})
        token = tracking.address_of(story).rsplit("/", 1)[1]
        return answer.redirect(f"/submit/{self.language}/thanks/{token}{'?mailed=yes' if filled.address else ''}")


def _viewer(event: dict[str, Any]) -> str:
    """Whose browser it is: the address that the CDN saw, else the one that the API sees."""
    forwarded = [part.strip() for part in (event.get("headers") or {}).get("x-forwarded-for", "").split(",")]
    return forwarded[-2] if len(forwarded) > 1 else str(event["requestContext"]["http"]["sourceIp"])


def _message(key: str, language: str, status: int) -> answer.Answer:
    return answer.page(pages.message_page(key, organisation(), language=language), status=status)


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> answer.Answer:
    return serve(event, respond)
