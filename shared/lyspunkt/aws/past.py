"""Past stories as they came in, for rules to be rehearsed on."""

from __future__ import annotations

from datetime import datetime, timedelta

from lyspunkt.aws import desk, layout, table
from lyspunkt.newsroom.rehearsal import Past
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.texts import Text


def lately(at: datetime, days: int, *, most: int = 200) -> list[Past]:
    """The stories that changed within the last `days`, newest first, at most `most`; erased ones are left out.

    One query of the calendar a day, and one read of what they name for each hundred rows.
    """
    ids: dict[str, None] = {}
    for back in range(days):
        day = layout.day(at - timedelta(days=back))
        ids |= dict.fromkeys(reversed(desk.on_day(day, "CHANGED")))
        if len(ids) >= most:
            break
    wanted = [
        (layout.story_key(story_id), row) for story_id in list(ids)[:most] for row in (layout.STATE, layout.text_key(1))
    ]
    rows = {(row["PK"], row["SK"]): row["body"] for row in table.get_many(wanted)}
    found = []
    for story_id in list(ids)[:most]:
        key = layout.story_key(story_id)
        if (key, layout.STATE) in rows and (key, layout.text_key(1)) in rows:
            story = Story.model_validate_json(rows[key, layout.STATE])
            text = Text.model_validate_json(rows[key, layout.text_key(1)])
            found.append(
                Past(
                    story_id=story_id,
                    source=story.source,
                    submitted_at=story.submitted_at,
                    headline=text.headline,
                    body=text.body,
                )
            )
    return found
