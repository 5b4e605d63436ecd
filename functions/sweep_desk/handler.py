"""Every minute: what should have happened and did not -> it happens now, or someone hears of it.

Four questions, each answered by an index: which facts are not on the bus, which times have passed, which steps are
owed, and, once a day and at each change of the organisation, what lies with somebody who is away.
"""

from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import alarms, clock, desk, drafts, ledger, sweeping
from lyspunkt.aws.organisation import organisation, organisation_and_revision
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.refusals import Refused

logger = Logger()
metrics = Metrics(namespace="Lyspunkt", service="lyspunkt")

IN_FLIGHT = timedelta(minutes=2)
"""What is younger is on its way, not missing."""
MOST = 200
"""Things mended in one run; the rest comes with the next, a minute later."""


def sweep(at: datetime) -> dict[str, int]:
    """Mend what is overdue at `at`; how many of each kind were mended. Notes how far it came when nothing is left."""
    before = desk.swept(at)
    mended = {"relayed": 0, "rung": 0, "chased": 0, "late": 0, "stood_in": 0, "sent": 0, "stuck": 0, "left": 0}
    for key, sort in desk.unrelayed(before.until, at - IN_FLIGHT):
        mended["relayed"] += sweeping.relay_again(key, sort, at)
    there, revision = organisation_and_revision()
    today = f"{at.astimezone(there.zone).date()}#{revision}"
    if today != before.stood_in:
        mended["stood_in"] = sweeping.stand_in(there, at, most=MOST)
    for item in desk.overdue(before.until, at):
        if sum(mended.values()) >= MOST:
            mended["left"] += 1
            continue
        mended[_mend(item, at)] += 1
    if not any(mended.values()):
        desk.note_swept(desk.Swept(until=at - IN_FLIGHT, stood_in=today))
    return mended


def _mend(item: desk.Overdue, at: datetime) -> str:
    kind, _, name = item.row.partition("#")
    if kind == "DRAFT":
        drafts.send_overdue(name, at)
        return "sent"
    if kind == "PUBLICATION" and not _comes_down(item.story_id, name):
        alarms.ring(item.story_id, name)
        return "rung"
    if kind == "APPROVAL":
        try:
            ledger.record(item.story_id, decide.chase, approval_id=name, organisation=organisation(), at=at)
        except Refused as refused:
            logger.info("refused", extra={"story_id": item.story_id, "reason": refused.reason})
        return "chased"
    if sweeping.answer_is_late(item.story_id, at):
        return "late"
    sweeping.step_again(item.story_id, at)
    return "stuck"


def _comes_down(story_id: str, publication_id: str) -> bool:
    story = ledger.read(story_id)
    publication = story.publication(publication_id) if story else None
    return publication is not None and publication.status == "retracting"


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    mended = sweep(clock.now())
    for name, count in mended.items():
        if count:
            metrics.add_metric(name=f"Swept{name.capitalize()}", unit=MetricUnit.Count, value=count)
            logger.warning("swept", extra={"what": name, "count": count})
    if any(mended.values()):
        metrics.flush_metrics()
    return mended
