"""One story, sent by form and by mail: the communicator is asked, joins them, and one story is published."""

from __future__ import annotations

import json
from email.message import EmailMessage
from email.utils import make_msgid

import pytest

from infra.commands import webhook
from infra.commands.play import ASKED, approve, prepare, sign_in
from infra.local.runtime import Runtime
from infra.local.visitor import Page, Visitor
from lyspunkt.aws import ledger
from lyspunkt.newsroom.story import Story
from lyspunkt.settings import settings
from tests.test_journeys import dead, desk, every_row_is_documented, on_site, site_keys

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")

STORY = (
    "Vejfolkene åbnede i dag cykelstien langs Engvej. Asfalten, fortovet og gadelygterne er nye, og stien er 1800 "
    "meter lang. Nu kan børnene cykle sikkert fra Søndermarken til hallen."
)


def by_form(runtime: Runtime) -> Story:
    body = json.dumps({"title": "Den nye cykelsti er åben", "story": STORY, "email": "vej@lyngvig.example"}).encode()
    answer = runtime.request("POST", "/webhooks/staff-form", webhook.headers("staff-form", body), body)
    runtime.settle()
    return ledger.story(json.loads(answer.text)["story"])


def by_mail(runtime: Runtime, known: Story) -> Story:
    mail = EmailMessage()
    mail["From"], mail["To"] = "borger@posthus.example", f"historier@{settings().mail_domain}"
    mail["Subject"], mail["Message-ID"] = "Tip om stien", make_msgid(domain="posthus.example")
    said = STORY.replace("i dag", "endelig").replace("er nye", "er helt nye")
    mail.set_content(f"Hej kommune\n\n{said} Vi kom ud alle sammen.\n\nMed venlig hilsen\nNaboerne på vejen\n")
    runtime.mail(mail.as_bytes(), "borger@posthus.example", [mail["To"]])
    runtime.settle()
    address = next(person.address for person in prepare().people if person.id == known.communicator)
    colleague = sign_in(runtime, address)
    [story_id] = {
        link.split("/")[-1] for link in links_of(colleague.open("/desk")) if link != f"/desk/stories/{known.id}"
    }
    return ledger.story(story_id)


def links_of(page: Page) -> list[str]:
    return [part.split('"')[0] for part in page.text.split('href="') if part.startswith("/desk/stories/")]


def press(visitor: Visitor, runtime: Runtime, story: Story, action: str) -> None:
    page = visitor.open(f"/desk/stories/{story.id}")
    form = next(form for form in page.forms if form.action.endswith(f"/{action}"))
    assert visitor.submit(page, form).status == 200
    runtime.settle()


def test_one_story_by_form_and_by_mail_is_joined_by_its_communicator_and_published_once() -> None:
    with desk() as runtime:
        first = by_form(runtime)
        assert first.phase == "in-review"
        second = by_mail(runtime, first)
        assert second.phase == "routed", "nobody is asked to approve it before a communicator has looked"
        [suspicion] = second.suspicions
        assert suspicion.other == first.id
        address = next(person.address for person in prepare().people if person.id == second.communicator)
        colleague = sign_in(runtime, address)
        assert "Kan være den samme" in colleague.open("/desk").text
        press(colleague, runtime, second, "merge")
        assert f"/desk/stories/{second.id}" not in colleague.open("/desk").text
        joined = colleague.open(f"/desk/stories/{first.id}").text
        assert "Vi kom ud alle sammen." in joined
        for letter in runtime.letters():
            if letter.kind in ASKED:
                approve(runtime, letter)
        runtime.settle()
        assert (ledger.story(first.id).status, ledger.story(second.id).status) == ("published", "merged")
        pages = [key for key in site_keys(runtime) if key.startswith("stories/")]
        assert pages == ["stories/STORY/index.html"]
        assert "Vi kom ud alle sammen." not in on_site(runtime, f"/stories/{first.id}/").text, "not approved by anyone"
        assert dead(runtime) == 0
        every_row_is_documented(runtime)
