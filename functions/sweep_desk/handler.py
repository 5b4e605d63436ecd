"""Every minute: what should have happened and did not -> it happens now, or someone hears of it.

Three questions, each answered by an index: which facts are not on the bus, which times have passed, which steps are
owed.
"""

from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lyspunkt.aws import alarms, clock, desk, drafts, ledger, sweeping
from lyspunkt.aws.organisation import organisation
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
    since = desk.swept_until(at)
    mended = {"relayed": 0, "rung": 0, "chased": 0, "sent": 0, "stuck": 0, "left": 0}
    for key, sort in desk.unrelayed(since, at - IN_FLIGHT):
        mended["relayed"] += sweeping.relay_again(key, sort, at)
    for item in desk.overdue(since, at):
        if sum(mended.values()) >= MOST:
            mended["left"] += 1
            continue
        mended[_mend(item, at)] += 1
    if not any(mended.values()):
        desk.note_swept(at - IN_FLIGHT)
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
