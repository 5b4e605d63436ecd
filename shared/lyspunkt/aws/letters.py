"""Letters that are claimed before they are sent: mail cannot be exactly once, so what nobody knows is kept to see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lyspunkt.aws import layout, rates, table
from lyspunkt.aws.layout import Row
from lyspunkt.newsroom.intake import Rates
from lyspunkt.newsroom.letters import Because, Letter
from lyspunkt.newsroom.texts import Submission

Outcome = Literal["sent", "held", "known"]


class Held(Exception):
    """This letter does not go out; `because` is a key under `held` in words/."""

    def __init__(self, because: Because) -> None:
        super().__init__(because)
        self.because: Because = because


class HeldBack(BaseModel):
    """A letter that somebody might wait for, and that was not sent."""

    model_config = ConfigDict(frozen=True)

    letter: Letter
    because: Because
    at: AwareDatetime


def send_once(story_id: str, letter: Letter, send: Callable[[], str], at: datetime) -> Outcome:
    """Send a letter unless it was sent or held back before; `send` gives SES's id or raises Held.

    The claim is written first. A letter whose claim stands and whose end is unknown is sent again only where that does
    no harm (`may_repeat`); else its row stays `claimed`, for a person to see. So does one that is held back.
    """
    key = (layout.story_key(story_id), layout.letter_key(letter.key))
    claim = layout.story_row(story_id, key[1], letter, status="claimed", claimed_at=layout.moment(at))
    if not table.put_new(claim):
        known = table.get(*key)
        if known is None or known["status"] != "claimed" or not letter.may_repeat:
            return "known"
    try:
        message_id = send()
    except Held as held:
        table.update(*key, set_={"status": "held", "because": held.because})
        return "held"
    table.update(*key, set_={"status": "sent", "sent_at": layout.moment(at), "message_id": message_id})
    return "sent"


def may_go_out(story_id: str, letter: Letter, submission: Submission, allowed: Rates, at: datetime) -> None:
    """Raises Held where a letter to a submitter is not to go out: machines and strangers get few of ours (bars C6, H7).

    An address that nobody has proven to be the sender's gets so many letters of ours in an hour, whatever they are;
    any address gets so many acknowledgements in a day.
    """
    if not submission.answerable:
        raise Held("not-answerable")
    given: dict[str, Any] = {"who": submission.address or "", "delivery": f"{story_id}#{letter.key}", "at": at}
    if not submission.verified:
        to_one = {**given, "limit": allowed.letters_per_unverified_per_hour}
        to_all = {**given, "who": submission.source, "limit": allowed.letters_per_source_per_hour}
        hour = timedelta(hours=1)
        if not rates.allow("unverified", window=hour, **to_one) or not rates.allow("strangers", window=hour, **to_all):
            raise Held("too-many")
    if letter.kind == "acknowledgement" and not rates.allow(
        "acknowledged", limit=allowed.acknowledgements_per_address_per_day, window=timedelta(days=1), **given
    ):
        raise Held("too-many")


def held_back(rows: Iterable[Row]) -> tuple[HeldBack, ...]:
    """The letters among a story's rows that were not sent, in the order of their facts."""
    return tuple(
        HeldBack(
            letter=Letter.model_validate_json(row["body"]),
            because=row["because"],
            at=datetime.fromisoformat(row["claimed_at"]),
        )
        for row in rows
        if row["SK"].startswith(layout.letter_key("")) and row["status"] == "held"
    )
