"""An identity number in every field of every door: it comes as far as the page where a person removes it (G6, H2).

One journey through the local runtime, with a number of its own in each field; then everything that came out is read:
pages, letters, logs, events, what goes over the bus, names of objects, the public site, workbench and command line.
"""

from __future__ import annotations

import html
import json
import logging
import re
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import make_msgid
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote

import pytest

from infra import cli
from infra.commands import trail, webhook
from infra.commands.play import prepare, sign_in
from infra.local.mail_door import PASS
from infra.local.recorder import SentLetter
from infra.local.requests import Request, Response
from infra.local.runtime import Runtime
from infra.local.visitor import Form, Page, Visitor
from infra.local.workbench import Places, Workbench
from lyspunkt.aws import ledger
from lyspunkt.aws.table import from_wire
from lyspunkt.newsroom.story import Story
from lyspunkt.settings import settings
from tests.support.files import PDF, zipped
from tests.support.phone import Phone, photo
from tests.test_journeys import dead, desk

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")

WRITTEN = (
    "{day}-{rest}",
    "{day} {rest}",
    "{day}{rest}",
    "{day}–{rest}",
    "{day}\u00a0{rest}",
    "{d} {m} {y}-{rest}",
    "{d}.{m}.{y}-{rest}",
    "CPR{day}-{rest}",
)
EDIT = re.compile(r"/desk/stories/[^/]+/(?:edit|look-again)$")
ESCAPED = re.compile(r"\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\[nrt]")
"""How a log and JSON write what is no plain letter."""
ERASABLE = ("TEXT#", "SUBMISSION", "ADDITION#", "NOTE#", "REASONS", "READINESS", "DRAFT#")
"""Rows that hold the words of people; and `SETASIDE#` is such a partition."""
PATH = (
    "Vejfolkene åbnede i går den nye cykelsti ved Byskolen. Asfalten er lagt, fortovet og gadelygterne er nye, og "
    "cyklisterne fra Søndermarken er glade for vejen."
)
SENDER = "borger@posthus.example"
CHIEF = "kommunikationschef@lyngvig.example"
CLEAN = {"headline": "Den nye cykelsti", "lead": "Stien er åben.", "body": PATH}


@dataclass
class Journey:
    """What was put in, and what came out of each kind of opening."""

    runtime: Runtime
    planted: dict[str, str] = field(default_factory=dict)
    """The ten digits, by the field that they were written in."""
    out: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Where it was seen and what it said, by its kind."""
    edit_pages: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Where a version with a number in it was refused on its way."""

    def number(self, where: str, *, broken: bool = False) -> str:
        """A new number to write in a field, each time in another form; `broken`: on two lines."""
        assert where not in self.planted
        count = len(self.planted)
        day, month, rest = f"{count % 28 + 1:02}", f"{count // 28 + 1:02}", f"{4321 + 37 * count}"
        self.planted[where] = f"{day}{month}90{rest}"
        form = "{day}-\n{rest}" if broken else WRITTEN[count % len(WRITTEN)]
        return form.format(day=f"{day}{month}90", rest=rest, d=day, m=month, y="90")

    def came_out(self, kind: str, where: str, said: str) -> None:
        self.out.setdefault(kind, []).append((where, said))

    def leaks(self, kind: str) -> list[tuple[str, str]]:
        """(Where it was seen, the field it was written in) of each number that came out, in any form or in half."""
        found: list[tuple[str, str]] = []
        for where, said in self.out[kind]:
            plain = ESCAPED.sub(" ", unquote(html.unescape(said)))
            digits = re.sub(r"\D", "", plain)
            halves = set(re.findall(r"(?<![^\W_])(?<!\.)\d{6}(?![^\W_])", plain))  # and no microseconds
            found += [(where, of) for of, number in self.planted.items() if number in digits or number[:6] in halves]
        return found

    def stories(self) -> list[Story]:
        ids = {row["PK"].removeprefix("STORY#") for row in self.rows() if row["PK"].startswith("STORY#")}
        return sorted(map(ledger.story, ids), key=lambda story: story.submitted_at)

    def rows(self) -> list[dict[str, Any]]:
        pages = self.runtime.world.client("dynamodb").get_paginator("scan").paginate(TableName=settings().table)
        return [from_wire(row) for page in pages for row in page["Items"] if row["PK"]["S"] != "ORGANISATION"]

    def letters(self, kind: str) -> list[SentLetter]:
        return [letter for letter in self.runtime.letters() if letter.kind == kind]


class Listening(logging.Handler):
    """All that each record holds, also what a formatter would leave out."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.said: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        raised = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        self.said.append((record.name, f"{record.getMessage()} {record.__dict__} {raised}"))


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    listening = Listening()
    # Powertools keeps what is its own from the handlers of the root, and wants to be the first with its own logger
    loggers = [logging.getLogger(), logging.getLogger("lyspunkt")]
    try:
        with desk() as runtime:
            runtime.functions.check()
            for logger in loggers:
                logger.addHandler(listening)
            journey = Journey(runtime)
            with patch.object(runtime, "request", watched(journey)):
                by_form(journey)
                by_webhook(journey)
                by_mail(journey)
                by_answers(journey)
                at_the_desk(journey)
                to_the_public(journey)
            journey.out["logs"] = listening.said
            look_around(journey)
            print_everything(journey, tmp_path_factory.mktemp("files"))
            yield journey
    finally:
        for logger in loggers:
            logger.removeHandler(listening)


def watched(journey: Journey) -> Any:
    """Every request by form, page or webhook, and what it was answered; the edit page by itself."""
    asked = journey.runtime.request

    def request(method: str, path: str, *more: Any, **given: Any) -> Response:
        response = asked(method, path, *more, **given)
        picture = "image" in response.headers.get("content-type", "")
        said = f"{dict(response.headers)} {'' if picture else response.text}"
        if EDIT.search(path) and response.status != 303:
            journey.edit_pages.append(said)
        else:
            journey.came_out("pages", f"{method} {path}", said)
        return response

    return request


# In by each door


def by_form(journey: Journey) -> None:
    phone, number = Phone(journey.runtime), journey.number
    typed = {
        "what": f"{PATH} Ring til {number('form: what')}.\n\nHun har {number('form: two lines', broken=True)}.",
        **{name: f"Om {number(f'form: {name}')} her." for name in ("why", "contacts", "name", "purpose", "audience")},
        **{name: f"Se {number(f'form: {name}')} her." for name in ("message", "timing", "channels", "phone")},
    }
    answers = [
        phone.send(**typed, address=f"ingen adresse {number('form: address')}"),
        phone.send(**typed, address=SENDER, website=f"en robot {number('form: trap')}"),
        phone.send(**typed, address=SENDER, wait=0),
    ]
    assert [answer.status for answer in answers] == [422] * 3
    path = phone.send(**typed, address=SENDER, next="pictures").headers["location"]
    phone.upload(phone.get(path), photo())
    sent = phone.describe(path, alt=f"En sti, {number('picture: alt')}", who=f"Ida, {number('picture: who')}")
    phone.get(sent.headers["location"])
    journey.runtime.settle()


def by_webhook(journey: Journey) -> None:
    number = journey.number
    given = {
        "title": f"Bænken på torvet, {number('webhook: title')}",
        "story": f"Folk sidder på den nye bænk foran biblioteket. {number('webhook: story')} var der også.",
        **{name: f"Ib {number(f'webhook: {name}')}" for name in ("name", "email", "phone", "place", "wished")},
        "CPR-nummer": number("webhook: a field of the form's own"),
        f"Barn {number('webhook: the name of a field')}": "Ja",
    }
    for more in ("", f" Og {number('webhook: other words')}."):
        body = json.dumps(given | {"story": given["story"] + more}).encode()
        headers = webhook.headers("staff-form", body, delivery="msg_the-same")
        assert journey.runtime.request("POST", "/webhooks/staff-form", headers, body).status == 202
        journey.runtime.settle()
    empty = json.dumps(given | {"story": ""}).encode()
    headers = webhook.headers("staff-form", empty)
    assert journey.runtime.request("POST", "/webhooks/staff-form", headers, empty).status == 422


def letter_with(journey: Journey, name: str, body: str, *, to: str = "", **headers: str) -> EmailMessage:
    """A mail with a number in each part that a person writes, and in the name of each file."""
    number = journey.number
    mail = EmailMessage()
    mail["From"] = f'"Ole {number(f"{name}: sender")}" <{SENDER}>'
    mail["To"] = to or f"historier@{settings().mail_domain}"
    mail["Subject"] = f"Nyt om {number(f'{name}: subject')}"
    mail["Message-ID"] = make_msgid(domain="posthus.example")
    for header, value in headers.items():
        mail[header] = value
    end = f"Hilsen Ole\nCPR {number(f'{name}: signature')}\n"
    mail.set_content(f"Hej\n\n{body} Spørg {number(f'{name}: body')}.\n\n{end}")
    files = {"pdf": (PDF, "application/pdf"), "jpg": (photo(), "image/jpeg"), "zip": (zipped({"a": b"b"}), "a/b")}
    for ending, (data, kind) in files.items():
        main, sub = kind.split("/")
        called = f"sag_{number(f'{name}: file name, {ending}')}.{ending}"
        mail.add_attachment(data, maintype=main, subtype=sub, filename=called)
    return mail


def by_mail(journey: Journey) -> None:
    mails = [
        (letter_with(journey, "mail", f"{PATH} Vi var der alle sammen."), {}),
        (letter_with(journey, "mail set aside", "Køb billige cykler hos os."), {"spam": "FAIL"}),
        (letter_with(journey, "mail of a machine", "Jeg er væk.", **{"Auto-Submitted": "auto-replied"}), {}),
    ]
    for mail, verdicts in mails:
        journey.runtime.mail(mail.as_bytes(), SENDER, [mail["To"]], {**PASS, **verdicts})
        journey.runtime.settle()


def by_answers(journey: Journey) -> None:
    """By mail and by the page of one's own."""
    receipts = journey.letters("acknowledgement")
    assert len(receipts) >= 2
    to = str(receipts[-1].message["Reply-To"])
    mail = letter_with(journey, "reply", "Der kom to til, og de var glade for stien.", to=to)
    journey.runtime.mail(mail.as_bytes(), SENDER, [to], PASS)
    for receipt in receipts:
        visitor = Visitor(journey.runtime, settings().address)
        page = visitor.open(next(url for url in receipt.links if "/submissions/" in url))
        form, text = page.form("about"), f"Mere om stien, {journey.number(f'own page {receipt.number}')}."
        assert visitor.submit(page, form, text=text).status == 422
        assert visitor.submit(page, form, text=text, about="new").status == 200
    journey.runtime.settle()


# On the desk and out


def at_the_desk(journey: Journey) -> None:
    chief = sign_in(journey.runtime, CHIEF)
    aside = chief.open("/desk/incoming")
    assert aside.text.count('name="mail"') == 2
    chief.submit(aside, aside.form("mail"))
    journey.runtime.settle()
    for story in journey.stories():
        page = chief.open(f"/desk/stories/{story.id}")
        for link in re.findall(rf"/desk/stories/{story.id}/attachments/\d+", page.text):
            chief.open(link)
        chief.open(f"/desk/stories/{story.id}/edit")
        if story.phase in {"routed", "classified", "forwarded"}:
            place(journey, chief, story)
        assert send(chief, story).status == 422, "there is a number in it"
        journey.refused.append(story.source)
    beside_the_stories(journey, chief)
    [twin] = [story for story in journey.stories() if story.may_be_a_duplicate]
    page = chief.open(f"/desk/stories/{twin.id}")
    assert chief.submit(page, form_to(page, "merge")).status == 200
    journey.runtime.settle()
    for story in journey.stories():
        chief.open(f"/desk/stories/{story.id}")
    for person in prepare().people:
        if any(person.id == story.communicator for story in journey.stories()):
            sign_in(journey.runtime, person.address).open("/desk")
    for receipt in journey.letters("acknowledgement"):
        Visitor(journey.runtime, settings().address).open(next(url for url in receipt.links if "/submissions/" in url))


def beside_the_stories(journey: Journey, chief: Visitor) -> None:
    """The readiness card of a criticism, the page that explains a text, the edit page that only looks again."""
    number = journey.number
    page = chief.open("/desk/explain")
    given = {"subject": f"Om {number('explain: subject')}", "body": f"{PATH} {number('explain: body')}"}
    assert chief.submit(page, page.form("subject"), **given).status == 200
    story = next(story for story in journey.stories() if story.source == "form" and not story.ended)
    page = chief.open(f"/desk/stories/{story.id}/edit")
    again = chief.submit(page, replace(page.forms[-1], action=f"/desk/stories/{story.id}/look-again"))
    assert again.status == 200
    place(journey, chief, story, kind="criticism")
    page = chief.open(f"/desk/stories/{story.id}")
    noted = {name: f"Spørg {number(f'card: {name}')}" for name in ("known", "answer", "not_yet")}
    assert chief.submit(page, form_to(page, "readiness"), **noted).status == 200
    chief.submit(page, form_to(page, "answered"), **noted)
    journey.runtime.settle()
    place(journey, chief, story)
    chief.open("/desk/learning?rehearse=yes")


def to_the_public(journey: Journey) -> None:
    """The form's story: number after number is removed, it is sent back and forth with comments, and published."""
    runtime, number = journey.runtime, journey.number
    story = next(story for story in journey.stories() if story.source == "form" and not story.ended)
    chief = sign_in(runtime, CHIEF)
    for where in ("headline", "lead", "body"):
        edit(chief, story, **CLEAN | {where: f"{CLEAN[where]} {number(f'edit: {where}')}"}, alt="En sti")
        assert send(chief, story).status == 422
        journey.refused.append(where)
    edit(chief, story, **CLEAN, alt=f"En sti {number('edit: alt')}")
    assert send(chief, story).status == 422
    journey.refused.append("alt")
    edit(chief, story, **CLEAN, alt="En sti")
    assert send(chief, story).status == 200
    runtime.settle()
    (page, approver), *_ = asked(journey)
    form = page.form("decision")
    for_nothing = approver.submit(page, form, comment=f"Ring til {number('comment without a choice')}")
    assert for_nothing.status == 422
    approver.submit(page, form, decision="request-changes", comment=f"Spørg {number('comment: changes')}")
    runtime.settle()
    chief.open(f"/desk/stories/{story.id}")
    edit(chief, story, **CLEAN | {"lead": "Stien er åben for alle."}, alt="En sti")
    send(chief, story)
    runtime.settle()
    for page, approver in asked(journey):
        comment = f"Hils {number(f'comment: approval {page.url}')}"
        approver.submit(page, page.form("decision"), decision="approve", comment=comment)
    runtime.settle()
    runtime.advance(timedelta(days=4))
    assert ledger.story(story.id).status == "published"
    chief.open(f"/desk/stories/{story.id}")
    chief.open("/desk")


def place(journey: Journey, chief: Visitor, story: Story, kind: str = "good-story") -> None:
    page = chief.open(f"/desk/stories/{story.id}")
    assert chief.submit(page, form_to(page, "place"), area="roads-property", kind=kind).status == 200
    journey.runtime.settle()


def send(chief: Visitor, story: Story) -> Page:
    page = chief.open(f"/desk/stories/{story.id}")
    return chief.submit(page, form_to(page, "send"), reviewed="yes")


def edit(chief: Visitor, story: Story, *, alt: str, **typed: str) -> None:
    page = chief.open(f"/desk/stories/{story.id}/edit")
    assert chief.submit(page, form_to(page, "edit"), **typed, **{"alt-1": alt}).status == 200


def form_to(page: Page, action: str) -> Form:
    return next(form for form in page.forms if form.action.endswith(f"/{action}"))


def asked(journey: Journey) -> list[tuple[Page, Visitor]]:
    """The approval pages on which a decision can be made now, each with its reader's browser."""
    pages = []
    for letter in journey.letters("approval-asked"):
        approver = Visitor(journey.runtime, settings().address)
        page = approver.open(next(url for url in letter.links if "/approvals/" in url))
        if page.status == 200 and page.forms:
            pages.append((page, approver))
    return pages


# What is left behind


def look_around(journey: Journey) -> None:
    runtime = journey.runtime
    for letter in runtime.letters():
        said = " ".join(f"{name}: {value}" for name, value in letter.message.items())
        journey.came_out("letters", f"{letter.kind} to {letter.to}", f"{said} {letter.text} {letter.html}")
    for row in journey.rows():
        if not row["SK"].startswith(ERASABLE) and not row["PK"].startswith("SETASIDE#"):
            journey.came_out("events", f"{row['PK']} {row['SK']}", str(row))
    for call in runtime.calls:
        if call.service in {"eventbridge", "sqs", "sns", "scheduler"}:
            journey.came_out("bus", f"{call.service}.{call.operation}", str(call.parameters))
    s3 = runtime.world.client("s3")
    for bucket in (settings().raw_bucket, settings().pictures_bucket, settings().site_bucket):
        for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            journey.came_out("object names", bucket, entry["Key"])
            if bucket == settings().site_bucket and not entry["Key"].endswith(".jpg"):
                body = s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read().decode()
                journey.came_out("the public site", entry["Key"], body)
    places = Places("http://localhost", settings().address, settings().site_address, 25, "x.example", "Europe/Oslo")
    workbench = Workbench(runtime, places, lambda: None)
    paths = ["/", "/stories", *(f"/stories/{story.id}" for story in journey.stories()), "/mailbox"]
    for path in [*paths, *(f"/mailbox/{letter.number}" for letter in runtime.letters())]:
        journey.came_out("the workbench", path, workbench.answer(Request("GET", path, "", (), b"")).text)


def print_everything(journey: Journey, folder: Path) -> None:
    for number, mail in enumerate(raw_mails(journey)):
        (folder / f"{number}.eml").write_bytes(mail)
    number_of = journey.planted
    text = f"Om {number_of['form: what']}\n\n{PATH} Hun har {number_of['form: why']}."
    (folder / "text.txt").write_text(text, encoding="utf-8")
    lines = [{"id": "a", "subject": number_of["form: what"], "body": text}]
    (folder / "stories.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    body = {"title": text, "story": text, "CPR": number_of["form: name"], number_of["form: phone"]: "Ja"}
    (folder / "hook.json").write_text(json.dumps(body), encoding="utf-8")
    commands = [
        ["mail", "try", *map(str, folder.glob("*.eml"))],
        ["mail", "try", "--json", *map(str, folder.glob("*.eml"))],
        ["webhook", "try", "staff-form", str(folder / "hook.json")],
        ["classify", str(folder / "stories.jsonl")],
        ["classify", "--json", str(folder / "stories.jsonl")],
        ["explain", str(folder / "text.txt")],
    ]
    for command in commands:
        printed = StringIO()
        with redirect_stdout(printed), redirect_stderr(printed):
            cli.main(command)
        journey.came_out("the command line", " ".join(command[:3]), printed.getvalue())
    for as_json in (False, True):
        printed = StringIO()
        with redirect_stdout(printed):
            trail.list_stories(days=7, as_json=as_json)
            for story in journey.stories():
                trail.show(story.id, as_json=as_json)
        journey.came_out("the command line", "stories and trail", printed.getvalue())


def raw_mails(journey: Journey) -> Iterator[bytes]:
    s3 = journey.runtime.world.client("s3")
    for entry in s3.list_objects_v2(Bucket=settings().raw_bucket)["Contents"]:
        body = s3.get_object(Bucket=settings().raw_bucket, Key=entry["Key"])["Body"].read()
        if b"Message-ID:" in body:
            yield body


KINDS = (
    "pages",
    "letters",
    "logs",
    "events",
    "bus",
    "object names",
    "the public site",
    "the workbench",
    "the command line",
)


@pytest.mark.parametrize("kind", KINDS)
def test_no_number_comes_out_in_any_form_bars_g6_h2(journey: Journey, kind: str) -> None:
    assert len(journey.out[kind]) > 5
    assert journey.leaks(kind) == []


def test_every_number_came_in(journey: Journey) -> None:
    """Else the tests above would find nothing because there was nothing."""
    kept = [" ".join(map(str, row.values())) for row in journey.rows()]
    kept += [said for mail in raw_mails(journey) for said in spoken(mail)]
    digits = re.sub(r"\D", "", ESCAPED.sub(" ", " ".join(kept)))
    kept_nowhere = {"form: address", "form: trap", "comment without a choice", "explain: subject", "explain: body"}
    assert {of for of, number in journey.planted.items() if number not in digits} == kept_nowhere
    assert len(journey.planted) > 60


def spoken(raw: bytes) -> list[str]:
    """A mail's headers, names of files and text, as its reader sees them."""
    mail = message_from_bytes(raw, policy=default)
    names = [str(part.get_filename()) for part in mail.walk()]
    return [*map(str, mail.values()), *names, str(mail.get_body(("plain",)).get_content())]  # type: ignore[union-attr]


def test_the_page_where_it_is_removed_shows_it_and_is_the_only_one(journey: Journey) -> None:
    digits = re.sub(r"\D", "", html.unescape(" ".join(journey.edit_pages)))
    for of in ("form: what", "webhook: title", "mail: subject", "edit: headline", "picture: alt"):
        assert journey.planted[of] in digits, of


def test_a_version_with_a_number_in_it_is_not_sent_wherever_it_stands_bar_g6(journey: Journey) -> None:
    assert {"form", "mail", "webhook:staff-form", "headline", "lead", "body", "alt"} <= set(journey.refused)


def test_nothing_failed_on_the_way(journey: Journey) -> None:
    assert [run for run in journey.runtime.functions.runs if run.error] == []
    assert dead(journey.runtime) == 0
