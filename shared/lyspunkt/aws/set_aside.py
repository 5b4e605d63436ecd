"""Mail that became neither a story nor more of one: a row each, so that a person can see it and take it in.

The rows go after thirty days; the raw mail stays as long as any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lyspunkt.aws import layout, table
from lyspunkt.aws.layout import Row
from lyspunkt.mailroom.automatic import Aside, Verdicts
from lyspunkt.mailroom.limits import Problem
from lyspunkt.newsroom.id_numbers import begin
from lyspunkt.newsroom.submissions import clean

KEPT = timedelta(days=30)
MOST_A_DAY = 200
"""How many of a day are read, the newest: a flood is not to be a page that nobody can open."""
_LONGEST_KEY = 200

Reason = Aside | Problem | Literal["too-often"]
"""Why a mail is no story; each is a key under `[incoming]` in words/, as `because-spam`."""
Status = Literal["set-aside", "held", "answered", "taken-in"]
"""Held is a person's own mail that came too often; answered one whose sender was asked for a better copy."""


class SetAside(BaseModel):
    """One such mail. `mail` is SES's id of it, `verdicts` what SES said of it when it came."""

    model_config = ConfigDict(frozen=True)

    mail: str
    reason: Reason
    status: Status
    sender: str = ""
    subject: str = ""
    raw_key: str
    verdicts: Verdicts = Verdicts()
    received_at: AwareDatetime
    story_id: str | None = None
    taken_in_by: str | None = None

    @property
    def key(self) -> str:
        """Names it in the desk's forms; begins with its day."""
        return layout.set_aside_sort(self.received_at, self.mail)

    @property
    def may_be_taken_in(self) -> bool:
        """Whether a person may: not twice, and nothing that the scan did not pass."""
        return self.status != "taken-in" and self.reason != "virus"


def keep(mail: SetAside) -> None:
    """Write its row; what stands there already stays, for a mail comes again."""
    said = {"sender": begin(clean(mail.sender), 320), "subject": begin(clean(mail.subject), 300)}
    table.put_new(_keys(mail.key) | _body(mail.model_copy(update=said)))


def find(key: str, at: datetime) -> SetAside | None:
    """The mail with this `key`, None where there is none or its time is up (bar G5)."""
    row = table.get(*_keys(key).values()) if 0 < len(key) <= _LONGEST_KEY else None
    return _read(row) if row and _alive(row, at) else None


def lately(at: datetime, days: int) -> Iterator[SetAside]:
    """The mails of the last days (UTC), newest first, at most MOST_A_DAY of each; none whose time is up (bar G5)."""
    for back in range(days):
        key = layout.set_aside_key(layout.day(at - timedelta(days=back)))
        for row in table.partition(key, newest_first=True, limit=MOST_A_DAY):
            if _alive(row, at):
                yield _read(row)


def take_in(mail: SetAside, story_id: str, by: str) -> None:
    """Note that a person made it a story; once more changes nothing but who did it last."""
    taken = mail.model_copy(update={"status": "taken-in", "story_id": story_id, "taken_in_by": by})
    table.update(*_keys(mail.key).values(), set_=_body(taken))


def _keys(key: str) -> Row:
    return {"PK": layout.set_aside_key(key[:10]), "SK": key}


def _body(mail: SetAside) -> Row:
    return {"body": mail.model_dump_json(), "expires": int((mail.received_at + KEPT).timestamp())}


def _read(row: Row) -> SetAside:
    return SetAside.model_validate_json(row["body"])


def _alive(row: Row, at: datetime) -> bool:
    return int(row["expires"]) > at.timestamp()
