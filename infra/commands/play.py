"""Plays the people: hands samples in, opens mailed links and decides, works at the desk where a story waits."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from infra.commands import organisation as organisation_file
from infra.commands import webhook
from infra.commands.samples import Sample, hand_in
from infra.local.recorder import SentLetter
from infra.local.runtime import Runtime
from infra.local.visitor import Form, Page, Visitor
from lyspunkt.aws import clock, desk, ledger
from lyspunkt.aws import organisation as kept
from lyspunkt.newsroom.organisation import Organisation
from lyspunkt.newsroom.story import Story
from lyspunkt.settings import settings

LYNGVIG = Path(__file__).resolve().parents[1] / "lyngvig.yaml"
ASKED = {"approval-asked"}
"""Kinds of letters that ask their reader for a decision."""
LONGEST = timedelta(days=21)
"""How far the clock is moved at most."""


@dataclass
class Played:
    """One sample on its way; `letters` are those that went out while it was handed in."""

    sample: Sample
    story_id: str | None = None
    letters: list[SentLetter] = field(default_factory=list)

    def story(self) -> Story | None:
        return ledger.read(self.story_id) if self.story_id else None

    @property
    def ended_as(self) -> str:
        """The story's status; without a story, `answered` where a letter went to the sender, else `set-aside`."""
        story = self.story()
        if story is not None:
            return story.status
        return "answered" if any(self.sample.sender in letter.to for letter in self.letters) else "set-aside"

    @property
    def as_expected(self) -> bool:
        return self.ended_as == self.sample.end


def prepare(organisation: Path = LYNGVIG) -> Organisation:
    """Put the organisation in the table, unless one is there, and give each source a secret."""
    if not kept.revision():
        kept.apply(organisation_file.read(organisation), by="local", on_revision=0)
    webhook.make_secrets(kept.organisation())
    return kept.organisation()


def submit(runtime: Runtime, sample: Sample) -> Played:
    """Hand a sample in, carry everything, and find the story that it became."""
    sent = len(runtime.letters())
    before = set(_changed_today())
    said = hand_in(runtime, sample)
    runtime.settle()
    if sample.door == "webhook":
        story_id: str | None = json.loads(said)["story"]
    else:
        story_id = next(iter(set(_changed_today()) - before), None)
    return Played(sample, story_id, runtime.letters()[sent:])


def play(runtime: Runtime, played: list[Played]) -> None:
    """Approve what is asked, send what waits, and move the clock until each story is where it should end."""
    answered: set[str] = set()
    until = clock.now() + LONGEST
    while clock.now() < until:
        moved = _decide(runtime, answered) + _work_at_the_desk(runtime, played)
        runtime.settle()
        if moved:
            continue
        if all(one.as_expected for one in played):
            return
        due = runtime.alarms.next_time(rates=False)
        if due is None or due > until:
            return
        runtime.advance(max(due - clock.now(), timedelta()) + timedelta(seconds=1))


def _decide(runtime: Runtime, answered: set[str]) -> int:
    """Open the link of each letter that asks for a decision, look at the page, and approve."""
    made = 0
    for letter in runtime.letters():
        if letter.kind not in ASKED or letter.message_id in answered:
            continue
        answered.add(letter.message_id)
        approve(runtime, letter)
        made += 1
    return made


def approve(runtime: Runtime, letter: SentLetter) -> Page:
    """Do as an approver does: a mail scanner opens the link first, then the person does, chooses and sends."""
    visitor = Visitor(runtime, settings().address)
    [link] = [url for url in letter.links if url.startswith(settings().address)]
    visitor.open(link, "HEAD")
    page = visitor.open(link)
    form = next((form for form in page.forms for name in _names(form) if _approving(form.values(name))), None)
    if form is None:
        raise RuntimeError(f"the approval page answers {page.status} and has no way to approve")
    name = next(name for name in _names(form) if _approving(form.values(name)))
    after = visitor.submit(page, form, **{name: str(_approving(form.values(name)))})
    if after.status >= 400:
        raise RuntimeError(f"approving was answered with {after.status}")
    return after


def sign_in(runtime: Runtime, address: str) -> Visitor:
    """Sign in to the desk as the person with this address: ask for a link, open it from the letter, confirm."""
    visitor = Visitor(runtime, settings().address)
    page = visitor.open("/desk")
    visitor.submit(page, page.form("address"), address=address)
    runtime.settle()
    letter = next(letter for letter in reversed(runtime.letters()) if address in letter.to and letter.kind == "sign-in")
    page = visitor.open(next(url for url in letter.links if url.startswith(settings().address)))
    if page.forms:
        visitor.submit(page, page.forms[0])
    return visitor


def _work_at_the_desk(runtime: Runtime, played: list[Played]) -> int:
    """Do what waits for a communicator: place what Lyspunkt was unsure of, send for approval what should go out."""
    made = 0
    for one in played:
        story = one.story()
        if story is None or one.as_expected or story.phase != "routed":
            continue
        misplaced = story.routed_because == "unsure" or one.sample.end == "forwarded"
        if misplaced and one.sample.area and one.sample.kind:
            _do(runtime, story, "place", area=one.sample.area, kind=one.sample.kind)
            made += 1
        elif one.sample.end == "published":
            _do(runtime, story, "send")
            made += 1
    return made


def _misplaced(story: Story, sample: Sample) -> bool:
    """Whether a communicator would say what the story is about: nobody was sure, or Lyspunkt was wrong."""
    if story.placement is None or story.placement.by != "rules" or not (sample.area and sample.kind):
        return False
    found = (story.placement.area, story.placement.kind)
    return story.routed_because == "unsure" or found != (sample.area, sample.kind)


def _do(runtime: Runtime, story: Story, action: str, **given: str) -> None:
    """Sign in as the story's communicator, open its page, and send the form for this action with its boxes ticked."""
    person = kept.organisation().person(story.communicator or "")
    if person is None:
        raise RuntimeError(f"{story.id} lies with nobody")
    visitor = sign_in(runtime, person.address)
    page = visitor.open(f"/desk/stories/{story.id}")
    form = next((form for form in page.forms if form.action.endswith(f"/{action}")), None)
    if form is None:
        raise RuntimeError(f"the desk's page of {story.id} answers {page.status} and has no form to {action} it")
    boxes = {control.name: control.value for control in form.controls if control.kind == "checkbox"}
    after = visitor.submit(page, form, **boxes, **given)
    if after.status >= 400:
        raise RuntimeError(f"{action} of {story.id} was answered with {after.status}")


def _names(form: Form) -> list[str]:
    return list(dict.fromkeys(control.name for control in form.controls))


def _approving(values: list[str]) -> str | None:
    return next((value for value in values if value.startswith("approve")), None)


def _changed_today() -> list[str]:
    return desk.on_day(f"{clock.now():%Y-%m-%d}", "CHANGED")
