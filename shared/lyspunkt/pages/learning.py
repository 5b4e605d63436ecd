"""The desk's page of what colleagues' corrections have taught, each with a way to take it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lyspunkt.aws import lessons, past
from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.newsroom.learning import Lesson, Standing, all_counting, learned
from lyspunkt.newsroom.organisation import Organisation, Person
from lyspunkt.newsroom.refusals import Refused
from lyspunkt.newsroom.rehearsal import Change, Rules, changes
from lyspunkt.pages.frame import frame
from lyspunkt.pages.render import render
from lyspunkt.words.wording import Wording, words

SHOWN = 100
REHEARSED_DAYS = 30
CHOICES: dict[str, Standing] = {"undo": "undone", "count": "counts"}


def learning_page(me: Person, organisation: Organisation, *, form: str, at: datetime, rehearse: bool) -> str:
    """The newest lessons; with `rehearse`, also what would change if those that wait counted."""
    everything = lessons.everything()
    wording = words(me.language)
    return render(
        "desk-learning.html",
        me.language,
        **frame(organisation, me.language),
        form=form,
        zone=organisation.zone,
        learning=organisation.learning,
        lessons=[_shown(lesson, organisation, wording) for lesson in everything[:SHOWN]],
        waiting=sum(lesson.standing == "waits" for lesson in everything),
        rehearsed=rehearse,
        days=REHEARSED_DAYS,
        changes=[_told(change, organisation, wording) for change in _rehearse(everything, organisation, at)]
        if rehearse
        else [],
    )


def choose(lesson_id: str, choice: str) -> None:
    """Take a lesson back, or let it count."""
    if choice not in CHOICES:
        raise Refused("unknown-choice")
    if lessons.stand(lesson_id, CHOICES[choice]) is None:
        raise Refused("lesson-unknown")


def _rehearse(everything: Sequence[Lesson], organisation: Organisation, at: datetime) -> list[Change]:
    before = Rules(organisation=organisation, learned=learned(everything))
    after = Rules(organisation=organisation, learned=learned(all_counting(everything)))
    return list(changes(past.lately(at, REHEARSED_DAYS), before, after))


def _shown(lesson: Lesson, organisation: Organisation, wording: Wording) -> dict[str, object]:
    person = organisation.person(lesson.by)
    return {
        "id": lesson.id,
        "story_id": lesson.story_id,
        "at": lesson.at,
        "by": organisation.say(person.title, wording.language) if person else lesson.by,
        "wrong": wording.say(f"{lesson.group}.{lesson.wrong}"),
        "right": wording.say(f"{lesson.group}.{lesson.right}") if lesson.right else "",
        "standing": lesson.standing,
        "words": len(lesson.words),
    }


def _told(change: Change, organisation: Organisation, wording: Wording) -> dict[str, str]:
    def said(area: str, kind: str, communicator: str) -> str:
        person = organisation.person(communicator)
        who = organisation.say(person.title, wording.language) if person else wording.say("status.forwarded")
        return f"{wording.say(f'area.{area}')}, {wording.say(f'kind.{kind}')}: {who}"

    return {
        "story_id": change.story_id,
        "headline": mask(change.headline),
        "before": said(**change.before.model_dump()),
        "after": said(**change.after.model_dump()),
    }
