"""What time it is. The local runtime moves this clock; in Lambda it is the wall."""

from datetime import UTC, datetime, timedelta

_offset = timedelta()


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC) + _offset


def offset() -> timedelta:
    return _offset


def set_offset(offset: timedelta) -> None:
    """Move the clock: `offset` is added to the wall's time from now on."""
    global _offset  # noqa: PLW0603 - one clock in a process
    _offset = offset
