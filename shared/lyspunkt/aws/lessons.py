"""What colleagues' corrections have taught: a row for each lesson, and one with the weights that they make together."""

from __future__ import annotations

from datetime import timedelta

from lyspunkt.aws import layout, table
from lyspunkt.aws.layout import Row
from lyspunkt.newsroom.learning import Learned, Lesson, Standing, learned

WEIGHTS = (layout.LEARNED, layout.WEIGHTS)
"""The key of the row with the weights."""
ATTEMPTS = 5
KEPT = timedelta(days=730)
"""How long a lesson is kept to be looked at, one that was taken back too. The newest MOST_LESSONS count."""


class Conflict(Exception):
    """Somebody else was taught something at the same time, again and again."""


def weights() -> Learned:
    """What has been learned so far."""
    return read(table.get(*WEIGHTS, consistent=False))


def read(row: Row | None) -> Learned:
    """The weights of the row at WEIGHTS; none before the first lesson."""
    return Learned.model_validate_json(row["body"]) if row else Learned()


def everything() -> list[Lesson]:
    """Every lesson that is kept, newest first: one query."""
    rows = table.partition(layout.LEARNED, begins=layout.lesson_key(""))
    found = [Lesson.model_validate_json(row["body"]) for row in rows]
    return sorted(found, key=lambda lesson: (lesson.at, lesson.id), reverse=True)


def keep(lesson: Lesson) -> bool:
    """Keep a lesson in place of an earlier one of the same story; False where a later one is there already."""
    row = table.get(layout.LEARNED, layout.lesson_key(lesson.id))
    known = Lesson.model_validate_json(row["body"]) if row else None
    if known is not None and known.number > lesson.number:
        return False
    if known is None or known.number < lesson.number:
        _put(lesson)
    _weigh()
    return True


def stand(lesson_id: str, standing: Standing) -> Lesson | None:
    """Let a lesson count, wait, or be undone; None where there is no such lesson."""
    row = table.get(layout.LEARNED, layout.lesson_key(lesson_id))
    if row is None:
        return None
    lesson = Lesson.model_validate_json(row["body"]).model_copy(update={"standing": standing})
    _put(lesson)
    _weigh()
    return lesson


def _put(lesson: Lesson) -> None:
    table.put(
        {
            "PK": layout.LEARNED,
            "SK": layout.lesson_key(lesson.id),
            "body": lesson.model_dump_json(),
            "expires": int((lesson.at + KEPT).timestamp()),
        }
    )


def _weigh() -> None:
    """Write the weights that the lessons make. Whoever reads them last, writes them last."""
    for _ in range(ATTEMPTS):
        row = table.get(*WEIGHTS)
        revision = int(row["revision"]) if row else 0
        made = learned(everything()).model_dump_json()
        if table.put_over(
            {"PK": layout.LEARNED, "SK": layout.WEIGHTS, "revision": revision + 1, "body": made}, revision
        ):
            return
    raise Conflict(f"the weights were written by others {ATTEMPTS} times")
