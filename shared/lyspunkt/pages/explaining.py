"""The desk's page that says what would become of a text; nothing of it is stored."""

from __future__ import annotations

from datetime import datetime

from lyspunkt.newsroom.classification import classify
from lyspunkt.newsroom.explanation import Explanation, explain
from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.newsroom.learned import Learned
from lyspunkt.newsroom.organisation import Organisation, Person
from lyspunkt.newsroom.subjects import Classification
from lyspunkt.pages.frame import frame
from lyspunkt.pages.moments import in_words
from lyspunkt.pages.reasons import weighed
from lyspunkt.pages.render import render
from lyspunkt.words.wording import words

LONGEST = 20_000
"""Characters that are read."""


def explain_page(
    me: Person,
    organisation: Organisation,
    *,
    form: str,
    at: datetime,
    learned: Learned,
    subject: str = "",
    body: str = "",
) -> str:
    """An empty form, or what the rules make of what was typed into it; an id number does not come back (bar G6)."""
    subject, body = subject.strip()[:300], body.strip()[:LONGEST]
    found = classify(subject, body, own=organisation.own_words, learned=learned) if subject or body else None
    return render(
        "desk-explain.html",
        me.language,
        **frame(organisation, me.language),
        form=form,
        subject=mask(subject),
        body=mask(body),
        found=found,
        reasons=weighed(found, me.language),
        way=_said(explain(found, organisation, at), found, organisation, me.language) if found else [],
    )


def _said(way: Explanation, found: Classification, organisation: Organisation, language: str) -> list[tuple[str, str]]:
    """Each rule that fired, in the order of a story's way: a label and what it says."""
    wording = words(language)
    say = wording.say
    if way.forwarded:
        return [(say("explain.to"), say("explain.forwarded"))]
    channels = [channel for id_ in way.channels if (channel := organisation.channel(id_))]
    flags = [say(f"sensitive.{flag}") for flag in found.sensitive]
    lines = [
        (say("explain.flags"), ", ".join([*([say("desk.strategic")] if found.strategic else []), *flags])),
        (say("explain.to"), f"{_titles([way.communicator], organisation, language)}. {say(f'routed.{way.because}')}"),
        (say("explain.rules"), ", ".join(way.rules)),
        (say("desk.informed"), _titles(way.informed, organisation, language)),
        (say("readiness.by-when"), in_words(way.answer_by, organisation.zone, wording) if way.answer_by else ""),
        (say("readiness.who-answers"), _titles([way.who_answers] if way.who_answers else [], organisation, language)),
        (say("readiness.not-yet"), " · ".join(say(f"caution.{caution}") for caution in way.cautions)),
        (say("explain.held"), say("refused.id-number-in-text") if way.held_by_id_number else ""),
        (say("desk.send"), _sent(way, language)),
        (say("desk.approvals"), _titles(way.approvers, organisation, language)),
        (say("explain.policy"), way.policy and say("explain.needed", policy=way.policy, needed=way.needed)),
        (say("desk.publications"), ", ".join(organisation.say(channel.name, language) for channel in channels)),
    ]
    return [(label, text) for label, text in lines if text]


def _sent(way: Explanation, language: str) -> str:
    if way.who_answers:
        return words(language).say("refused.to-be-answered")
    return words(language).say("explain.by-policy" if way.sent_by_policy else "explain.by-hand")


def _titles(ids: list[str] | tuple[str, ...], organisation: Organisation, language: str) -> str:
    people = [person for id_ in ids if (person := organisation.person(id_))]
    return ", ".join(organisation.say(person.title, language) for person in people)
