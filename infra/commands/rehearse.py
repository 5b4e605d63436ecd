"""`lyspunkt rehearse`: new rules or waiting lessons tried on past stories, before they are switched on."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

from infra.commands import organisation as organisations
from infra.commands.trail import table
from lyspunkt.aws import lessons, past
from lyspunkt.aws.organisation import organisation
from lyspunkt.newsroom.id_numbers import mask
from lyspunkt.newsroom.learning import all_counting, learned
from lyspunkt.newsroom.rehearsal import Change, Rules, changes


def rehearse(path: Path | None, *, days: int, at: datetime, as_json: bool) -> int:
    """Print each story of the last `days` that would go another way; 0 also where some would, 1 for an unusable file.

    With a file: by its rules instead of those in place. Lessons that wait for somebody to let them count do count.
    """
    try:
        new = organisations.read(path) if path else organisation()
    except organisations.BadOrganisation as bad:
        print("\n".join(bad.problems), file=sys.stderr)
        return 1
    everything = lessons.everything()
    before = Rules(organisation=organisation(), learned=learned(everything))
    after = Rules(organisation=new, learned=learned(all_counting(everything)))
    tried = past.lately(at, days)
    found = [one.model_copy(update={"headline": mask(one.headline)}) for one in changes(tried, before, after)]
    if as_json:
        print(json.dumps([change.model_dump() for change in found], ensure_ascii=False))
        return 0
    if found:
        print(table([["story", "headline", "now", "then"], *map(_row, found)]))
    print(f"{len(found)} of {len(tried)} stories of the last {days} days would go another way.")
    return 0


def _row(change: Change) -> list[str]:
    def said(area: str, kind: str, communicator: str) -> str:
        return f"{area}, {kind}: {communicator or 'told where to turn'}"

    return [
        change.story_id,
        change.headline,
        said(**change.before.model_dump()),
        said(**change.after.model_dump()),
    ]
