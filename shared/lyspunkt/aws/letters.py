"""Letters that are claimed before they are sent: mail cannot be exactly once, so what nobody knows is kept to see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from lyspunkt.aws import layout, table
from lyspunkt.newsroom.letters import Letter


def send_once(story_id: str, letter: Letter, send: Callable[[], str], at: datetime) -> bool:
    """Send a letter unless it was sent before; whether it went out now.

    The claim is written first. A letter whose claim stands and whose end is unknown is sent again only where that does
    no harm (`may_repeat`); else its row stays `claimed`, for a person to see.
    """
    key = (layout.story_key(story_id), layout.letter_key(letter.key))
    claim = layout.story_row(story_id, key[1], letter, status="claimed", claimed_at=layout.moment(at))
    if not table.put_new(claim):
        known = table.get(*key)
        if known is None or known["status"] == "sent" or not letter.may_repeat:
            return False
    message_id = send()
    table.update(*key, set_={"status": "sent", "sent_at": layout.moment(at), "message_id": message_id})
    return True
