"""Where communicators work: sign in by a mailed link, see what waits, place, edit, send for approval, recall.

No page of the desk is shown without a session, and no form counts that does not carry the session's own token.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import attachments, desk, layout, ledger, links, mail, sessions, set_aside
from lyspunkt.aws.desk_actions import ACTIONS, act
from lyspunkt.aws.organisation import organisation
from lyspunkt.aws.shown_pictures import shown_picture
from lyspunkt.newsroom.organisation import Person
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.pages import answer
from lyspunkt.pages import desk as pages
from lyspunkt.pages.files import name_of
from lyspunkt.pages.letters import compose
from lyspunkt.pages.serving import serve
from lyspunkt.settings import settings

logger = Logger()

COOKIE = "__Host-lyspunkt"
SIGN_IN_LASTS = timedelta(minutes=15)

Page = Callable[[dict[str, Any], list[str], datetime], answer.Answer]


def respond(event: dict[str, Any]) -> answer.Answer:
    at = datetime.fromtimestamp(event["requestContext"]["timeEpoch"] / 1000, UTC)
    path = [part for part in event["rawPath"].split("/") if part]
    if path[:1] == ["assets"]:
        return answer.asset(path[-1]) or _not_found(event)
    if path[:1] != ["desk"]:
        return _not_found(event)
    posted = answer.method(event) == "POST"
    if answer.method(event) not in {"GET", "HEAD", "POST"}:
        return answer.page("", status=405, headers={"allow": "GET, HEAD, POST"})
    if posted and answer.from_elsewhere(event, settings().address):
        return _message(event, "page.elsewhere", "page.elsewhere-text", status=403)
    match path[1:]:
        case ["sign-in"]:
            return _ask_for_link(event, at) if posted else answer.page(pages.sign_in_page(organisation(), _said(event)))
        case ["enter", token]:
            return _enter(event, token, at, posted=posted)
    return _signed_in(event, path[1:], at, posted=posted)


def _signed_in(event: dict[str, Any], path: list[str], at: datetime, *, posted: bool) -> answer.Answer:
    cookie = answer.cookie(event, COOKIE)
    session = sessions.find(cookie, at)
    me = organisation().person(session.person) if session else None
    if me is None:
        return answer.redirect("/desk/sign-in")
    if posted and not sessions.is_form_token(cookie, answer.fields(event).get("form", "")):
        return _message(event, "desk.title", "desk.form-stale", status=403)
    try:
        match path, posted:
            case [], False:
                return _queue(me, cookie)
            case ["sign-out"], True:
                sessions.close(cookie, at)
                return answer.redirect("/desk/sign-in", cookies=[_cookie("", 0)])
            case ["incoming" | "learning" as page], _ if _is_central(me):
                return _of_the_central_desk(page, event, me, cookie, at, posted=posted)
            case ["explain"], _:
                return _explain(answer.fields(event) if posted else {}, me, cookie, at)
            case ["stories", story_id], False:
                return _story(story_id, me, cookie, at)
            case ["stories", story_id, "edit" | "look-again"], False:
                return _edit(story_id, me, cookie, at)
            case ["stories", story_id, "look-again"], True:
                return _edit(story_id, me, cookie, at, typed=answer.fields(event))
            case ["stories", story_id, "pictures", name], False:
                data = shown_picture(ledger.story(story_id), name)
                return answer.picture(data) if data else _not_found(event)
            case ["stories", story_id, "attachments", number], False if number.isdecimal() and len(number) < 4:
                return _attachment(story_id, int(number))
            case ["stories", story_id, action], True if action in ACTIONS:
                return _act(event, story_id, action, me, cookie, at)
    except Refused as refused:
        return _message(event, "page.not-found", f"refused.{refused.reason}", status=404)
    return _not_found(event)


def _act(event: dict[str, Any], story_id: str, action: str, me: Person, cookie: str, at: datetime) -> answer.Answer:
    given = answer.fields(event)
    try:
        act(action, story_id, given, by=me.id, at=at)
    except Refused as refused:
        again = _edit if action == "edit" else _story
        return again(story_id, me, cookie, at, error=refused.reason, typed=given)
    logger.info("done", extra={"story_id": story_id, "action": action, "by": me.id})
    return answer.redirect(f"/desk/stories/{story_id}")


def _queue(me: Person, cookie: str) -> answer.Answer:
    mine = [me.id, *([layout.CENTRAL_DESK] if _is_central(me) else [])]
    waiting = desk.waiting_for(mine)
    form = sessions.form_token(cookie)
    return answer.page(pages.queue_page(me, waiting, organisation(), form=form, incoming=_is_central(me)))


def _is_central(me: Person) -> bool:
    return me.id in organisation().central_desk.people


def _of_the_central_desk(
    page: str, event: dict[str, Any], me: Person, cookie: str, at: datetime, *, posted: bool
) -> answer.Answer:
    given = answer.fields(event) if posted else {}
    match page, posted:
        case "incoming", False:
            return _incoming(me, cookie, at)
        case "incoming", True:
            return _take_in(given.get("mail", ""), me, cookie, at)
        case "learning", False:
            return _learning(event, me, cookie, at)
    return _teach(given, me)


def _incoming(me: Person, cookie: str, at: datetime, *, error: str = "") -> answer.Answer:
    from lyspunkt.pages.incoming import SHOWN_DAYS, incoming_page

    mails = set_aside.lately(at, SHOWN_DAYS)
    html = incoming_page(me, mails, organisation(), form=sessions.form_token(cookie), error=error)
    return answer.page(html, status=422 if error else 200)


def _take_in(key: str, me: Person, cookie: str, at: datetime) -> answer.Answer:
    from lyspunkt.aws import incoming_mail  # brings the reading of mails, which no other page of the desk needs

    kept = set_aside.find(key, at)
    if kept is None:
        raise Refused("story-unknown")
    try:
        story = incoming_mail.take_in(kept, by=me.id, at=at)
    except Refused as refused:
        return _incoming(me, cookie, at, error=refused.reason)
    logger.info("taken in", extra={"story_id": story.id, "mail": kept.mail, "by": me.id})
    return answer.redirect(f"/desk/stories/{story.id}")


def _learning(event: dict[str, Any], me: Person, cookie: str, at: datetime) -> answer.Answer:
    from lyspunkt.pages.learning import learning_page  # brings the trained model, as `explaining` does

    rehearse = event.get("queryStringParameters", {}).get("rehearse") == "yes"
    form = sessions.form_token(cookie)
    return answer.page(learning_page(me, organisation(), form=form, at=at, rehearse=rehearse))


def _teach(given: dict[str, str], me: Person) -> answer.Answer:
    from lyspunkt.pages.learning import choose

    choose(given.get("lesson", ""), given.get("choice", ""))
    logger.info("lesson", extra={"lesson": given.get("lesson", "")[:80], "choice": given["choice"], "by": me.id})
    return answer.redirect("/desk/learning")


def _explain(given: dict[str, str], me: Person, cookie: str, at: datetime) -> answer.Answer:
    from lyspunkt.aws import lessons
    from lyspunkt.pages.explaining import explain_page

    typed = {name: given.get(name, "") for name in ("subject", "body")}
    form = sessions.form_token(cookie)
    return answer.page(explain_page(me, organisation(), form=form, at=at, learned=lessons.weights(), **typed))


def _story(
    story_id: str, me: Person, cookie: str, at: datetime, *, error: str = "", typed: dict[str, str] | None = None
) -> answer.Answer:
    whole, form = desk.whole_story(story_id), sessions.form_token(cookie)
    html = pages.story_page(whole, me, organisation(), form=form, at=at, error=error, typed=typed or {})
    return answer.page(html, status=422 if error else 200)


def _edit(
    story_id: str, me: Person, cookie: str, _at: datetime, *, error: str = "", typed: dict[str, str] | None = None
) -> answer.Answer:
    """The text to edit; `typed` without an error is looked at again, and nothing of it is kept."""
    whole, form = desk.whole_story(story_id), sessions.form_token(cookie)
    html = pages.edit_page(whole, me, organisation(), form=form, error=error, typed=typed or {})
    return answer.page(html, status=422 if error else 200, headers=answer.with_script())


def _attachment(story_id: str, number: int) -> answer.Answer:
    whole = desk.whole_story(story_id)
    file = attachments.fetch(whole.story, number, name_of(whole, number))
    return answer.redirect(file.address) if file.address else answer.download(file.data, file.disposition)


def _ask_for_link(event: dict[str, Any], at: datetime) -> answer.Answer:
    """The same answer for every address; a link goes out only to people of the organisation."""
    person = organisation().person_at(answer.fields(event).get("address", ""))
    if person is not None:
        link = links.Link(kind="sign-in", person=person.id, expires_at=at + SIGN_IN_LASTS, nonce=token_hex(16))
        municipality = organisation().say(organisation().municipality.name, person.language)
        letter = compose(
            "sign-in",
            person.language,
            municipality=municipality,
            contact=organisation().municipality.contact,
            url=f"{settings().address}/desk/enter/{links.mint(link)}",
            minutes=int(SIGN_IN_LASTS.total_seconds() // 60),
        )
        mail.send(
            to=person.address,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            kind="sign-in",
            marker=person.id,
            language=person.language,
            sender_name=municipality,
        )
    return _message(event, "desk.link-sent", "desk.link-sent-text")


def _enter(event: dict[str, Any], token: str, at: datetime, *, posted: bool) -> answer.Answer:
    """Opening the mailed link spends nothing, for scanners open it first; its button does, once."""
    link = links.find(token)
    if link is None or link.kind != "sign-in":
        return _message(event, "desk.sign-in", "refused.link-unknown", status=404)
    if link.expires_at <= at:
        return _message(event, "desk.sign-in", "refused.link-expired", status=410)
    person = organisation().person(link.person)
    if person is None:
        return _message(event, "desk.sign-in", "refused.link-unknown", status=404)
    if not posted:
        return answer.page(pages.enter_page(person, organisation()))
    if not links.use(token, at):
        return _message(event, "desk.sign-in", "refused.link-used", status=410)
    cookie = sessions.open_for(person.id, at)
    return answer.redirect("/desk", cookies=[_cookie(cookie, int(sessions.LASTS.total_seconds()))])


def _cookie(value: str, seconds: int) -> str:
    return f"{COOKIE}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax"


def _said(event: dict[str, Any]) -> str:
    return answer.language_of(event, organisation().first_language)


def _message(event: dict[str, Any], heading: str, text: str, *, status: int = 200) -> answer.Answer:
    return answer.page(pages.message_page(heading, text, organisation(), _said(event)), status=status)


def _not_found(event: dict[str, Any]) -> answer.Answer:
    return _message(event, "page.not-found", "page.not-found-text", status=404)


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> answer.Answer:
    return serve(event, respond)
