"""The organisation as it stands in the table, kept for a minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from lyspunkt.aws import clock, table
from lyspunkt.aws.layout import Row
from lyspunkt.newsroom.organisation import Organisation

KEY = "ORGANISATION"
CURRENT = "CURRENT"
KEPT = timedelta(minutes=1)
_known: tuple[datetime, Organisation, int] | None = None


class NoOrganisation(RuntimeError):
    """Nothing was applied yet."""


class EditedSince(RuntimeError):
    """The table holds newer edits than the file that is to be applied."""


def organisation() -> Organisation:
    """The organisation; raises NoOrganisation, saying what to do, before the first `lyspunkt organisation apply`."""
    return organisation_and_revision()[0]


def organisation_and_revision() -> tuple[Organisation, int]:
    """The organisation as `organisation` gives it, and which of its revisions that is."""
    global _known  # noqa: PLW0603 - one organisation in a process
    now = clock.now()
    if _known is None or abs(now - _known[0]) > KEPT:
        row = table.get(KEY, CURRENT)
        if row is None:
            raise NoOrganisation("no organisation in the table: run `lyspunkt organisation apply FILE`")
        _known = (now, Organisation.model_validate_json(row["body"]), int(row["revision"]))
    return _known[1:]


def revision() -> int:
    """How often the organisation was applied or edited; 0 before the first time."""
    row = table.get(KEY, CURRENT)
    return int(row["revision"]) if row else 0


def apply(new: Organisation, *, by: str, on_revision: int) -> int:
    """Put `new` in place of revision `on_revision` and keep that revision beside it; the new revision's number.

    Raises EditedSince where somebody was there first.
    """
    number = on_revision + 1
    row: Row = {
        "PK": KEY,
        "SK": CURRENT,
        "revision": number,
        "body": new.model_dump_json(),
        "applied_by": by,
        "applied_at": clock.now().isoformat(),
    }
    table.put({**row, "SK": f"REVISION#{number:06d}"})
    if on_revision == 0:
        placed = table.put_new(row)
    else:
        changed = {name: value for name, value in row.items() if name not in {"PK", "SK"}}
        placed = table.update(
            KEY, CURRENT, set_=changed, condition=f"revision = {_REVISION}", values={_REVISION: on_revision}
        )
    if not placed:
        raise EditedSince(f"the organisation was changed since revision {on_revision}")
    forget()
    return number


def forget() -> None:
    global _known  # noqa: PLW0603 - as above
    _known = None


_REVISION = ":on_revision"
