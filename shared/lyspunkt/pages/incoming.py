"""The desk's page of mails that became no story: what came, from whom, why it lies there, and a way to take it in."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from lyspunkt.aws.set_aside import SetAside
from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.newsroom.organisation import Organisation, Person
from lyspunkt.pages.frame import frame
from lyspunkt.pages.render import render
from lyspunkt.words.wording import words

SHOWN_DAYS = 14


def incoming_page(
    me: Person, mails: Iterable[SetAside], organisation: Organisation, *, form: str, error: str = ""
) -> str:
    """By day, newest first. `error` is a refusal's reason."""
    say = words(me.language).say
    return render(
        "desk-incoming.html",
        me.language,
        **frame(organisation, me.language),
        form=form,
        error=say(f"refused.{error}") if error else "",
        days=[
            (day, [_shown(mail) for mail in of_day])
            for day, of_day in groupby(mails, key=lambda mail: mail.received_at.astimezone(organisation.zone).date())
        ],
        shown_days=SHOWN_DAYS,
        zone=organisation.zone,
    )


def _shown(mail: SetAside) -> dict[str, object]:
    return {
        "at": mail.received_at,
        "subject": mask(mail.subject),
        "sender": mask(mail.sender),
        "because": f"incoming.because-{mail.reason}",
        "answered": mail.status == "answered",
        "story_id": mail.story_id,
        "may_be_taken_in": mail.may_be_taken_in,
        "key": mail.key,
    }
