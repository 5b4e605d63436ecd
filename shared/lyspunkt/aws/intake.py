"""From what arrived to a story: its words on rows of their own, the fact in the history, in one transaction."""

from __future__ import annotations

import secrets
from datetime import datetime

from lyspunkt.aws import layout, ledger
from lyspunkt.newsroom import decide
from lyspunkt.newsroom.story import Story
from lyspunkt.newsroom.submissions import Arrived, delivery_digest, story_id
from lyspunkt.newsroom.texts import Submission


def receive(arrived: Arrived, *, source: str, delivery: str, at: datetime, raw_key: str) -> Story:
    """The story of a delivery: a new one, or the one that the same delivery made before."""
    text = arrived.text.model_copy(update={"salt": secrets.token_hex(16)})
    submission = Submission(
        source=source,
        received_at=at,
        name=arrived.name,
        address=arrived.address,
        phone=arrived.phone,
        subject=arrived.subject,
        raw_key=raw_key,
        verified=arrived.verified,
        language=arrived.language,
        fields=arrived.fields,
    )
    id_ = story_id(source, delivery)
    return ledger.record(
        id_,
        decide.submit,
        also=lambda _story, _events: [
            layout.story_row(id_, layout.text_key(1), text),
            layout.story_row(id_, layout.SUBMISSION, submission),
        ],
        source=source,
        delivery_digest=delivery_digest(source, delivery),
        text_digest=text.digest,
        at=at,
        submitter=arrived.submitter,
        language=arrived.language,
        pictures=arrived.pictures,
        wished_at=arrived.wished_at,
    )
