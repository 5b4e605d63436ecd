"""The facts on the bus as others see them: `python -m infra.schemas` writes a JSON Schema and a sample of each.

events/schemas/EVENT.json is for whoever listens to the bus; events/facts/EVENT.json for whoever tries a rule or a step.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

from lyspunkt.newsroom import events as facts
from lyspunkt.newsroom.events import Event, Fact

EVENTS = Path(__file__).resolve().parents[1] / "events"
STORY = "sabcdefghij234567klm"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_ASKED = facts.ApprovalAsked(
    id="r1a1", approver="planning-head", remind_at=MONDAY + timedelta(days=1), deadline_at=MONDAY + timedelta(days=3)
)
_PICTURE = facts.PictureReceived(number=1, key=f"pictures/{STORY}/1", digest=_DIGEST, size=184_320)
_DERIVED = facts.PictureDerived(number=1, key=f"pictures/{STORY}/1", widths=(640, 1280), width=1280, height=960)
_OUT = {"publication_id": "p1"}
_ON_SITE = {**_OUT, "channel": "site"}
_BY = {"by": "planning-communicator"}

GIVEN: dict[str, dict[str, Any]] = {
    "StorySubmitted": {
        "source": "mail",
        "delivery_digest": _DIGEST,
        "text_digest": _DIGEST,
        "pictures": (_PICTURE,),
        "with_pictures": True,
        "wished_at": MONDAY + timedelta(days=2),
    },
    "PicturesDerived": {"pictures": (_DERIVED,)},
    "StoryClassified": {
        "language": "da",
        "area": "planning-environment",
        "area_confidence": 0.94,
        "kind": "good-story",
        "kind_confidence": 0.81,
        "sensitive": ("child",),
    },
    "StoryPlaced": {"area": "planning-environment", "kind": "good-story", **_BY},
    "StoryRouted": {"department": "planning", "communicator": "planning-communicator", "because": "area"},
    "StoryHandedOver": {
        "department": "roads",
        "communicator": "roads-communicator",
        "because": "handed-over",
        **_BY,
    },
    "StoryReturned": {"communicator": "press-officer", **_BY},
    "AnswerOverdue": {"answer_by": MONDAY + timedelta(hours=24)},
    "ReadinessNoted": {"by": "press-officer"},
    "StoryAnswered": {"by": "press-officer"},
    "StoryForwarded": {"by": "rules"},
    "StoryEdited": {"version": 2, "text_digest": _DIGEST, **_BY},
    "StorySentForApproval": {"version": 1, "by": "policy"},
    "ApprovalsRequested": {"round": 1, "version": 1, "needed": 1, "approvals": (_ASKED,), "policy": "ordinary"},
    "ApprovalReminded": {"approval_id": "r1a1"},
    "ApprovalGiven": {"approval_id": "r1a1"},
    "ChangesRequested": {"approval_id": "r1a1"},
    "StoryRejected": {"approval_id": "r1a1"},
    "ApprovalHandedOver": {
        "approval_id": "r1a1",
        "to": _ASKED.model_copy(update={"id": "r1a2", "approver": "roads-head"}),
        "by": "planning-head",
    },
    "StoryApproved": {"version": 1},
    "PublicationScheduled": {
        **_ON_SITE,
        "version": 1,
        "due_at": MONDAY + timedelta(days=2),
        "local": "2026-11-25T10:00:00",
        "time_zone": "Europe/Copenhagen",
        "because": "wished",
    },
    "PublicationCancelled": {**_OUT, "because": "edited-since"},
    "PublicationStarted": {**_OUT, "claim": "5e1d4c0f9b3a42d8a7c61f0e2b9d8c35"},
    "StoryPublished": {**_ON_SITE, "where": f"https://historier.lyngvig.example/stories/{STORY}/"},
    "PublicationInDoubt": {**_OUT, "because": "mail-unknown"},
    "PublicationParked": {**_OUT, "because": "channel-unknown"},
    "StoryWithdrawn": {"by": "submitter"},
    "StoryRecalled": _BY,
    "RetractionOrdered": _OUT,
    "RetractionStarted": {**_OUT, "claim": "0b7a9e6c4d2f4f1e9c8d3a5b6e7f8091"},
    "PublicationRetracted": _ON_SITE,
    "RetractionInDoubt": {**_OUT, "because": "retraction-unknown"},
    "StoryRetracted": {},
    "MaterialAdded": {
        "addition": 1,
        "because": "tracking-page",
        "source": "form",
        "delivery_digest": _DIGEST,
        "by": "submitter",
    },
    "DuplicateSuspected": {"other": "sklmnopqrstu765432abc", "likeness": 0.82},
    "DuplicateDismissed": {"other": "sklmnopqrstu765432abc", **_BY},
    "StoryMerged": {"into": "sklmnopqrstu765432abc", **_BY},
}
"""What each sample says beside story, time and number."""


def models() -> dict[str, type[Fact]]:
    """Every fact that can be on the bus, by its detail-type, in the order in which a story meets them."""
    union = get_args(Event)[0]
    return {model.__name__: model for model in get_args(union)}


def samples() -> dict[str, Fact]:
    """One sample of each fact, by its detail-type; raises KeyError where GIVEN has none."""
    return {
        name: model(story_id=STORY, at=MONDAY + timedelta(minutes=number), number=number, **GIVEN[name])
        for number, (name, model) in enumerate(models().items(), start=1)
    }


def files() -> dict[Path, str]:
    """What each file should hold, by its path under events/."""
    found: dict[Path, str] = {}
    for name, model in models().items():
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **model.model_json_schema(mode="serialization"),
        }
        found[Path("schemas") / f"{name}.json"] = _written(schema)
    for name, sample in samples().items():
        found[Path("facts") / f"{name}.json"] = _written(sample.model_dump(mode="json"))
    return found


def write(folder: Path = EVENTS) -> int:
    """Bring the files in line with the code; how many were written or taken away."""
    changed = 0
    wanted = files()
    for path, text in wanted.items():
        target = folder / path
        if target.is_file() and target.read_text(encoding="utf-8") == text:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        changed += 1
    for kind in ("schemas", "facts"):
        for left in (folder / kind).glob("*.json"):
            if left.relative_to(folder) not in wanted:
                left.unlink()
                changed += 1
    return changed


def _written(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(f"{write()} files of events/schemas and events/facts changed")
    sys.exit(0)
