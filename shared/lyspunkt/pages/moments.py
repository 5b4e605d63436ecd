"""Moments in words, in local time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from lyspunkt.words.wording import Wording

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def in_words(moment: datetime, zone: ZoneInfo, wording: Wording) -> str:
    """Weekday, date and time of day, such as `mandag den 23. november 2026 kl. 14.05`.

    The time is the municipality's own, so it is named only in the one hour of the year that comes twice.
    """
    local = moment.astimezone(zone)
    said = wording.say(
        "calendar.moment", day=day_in_words(moment, zone, wording), hour=f"{local:%H}", minute=f"{local:%M}"
    )
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{said} ({local.tzname()})" if twice else said


def day_in_words(moment: datetime, zone: ZoneInfo, wording: Wording) -> str:
    local = moment.astimezone(zone)
    return wording.say(
        "calendar.day",
        weekday=wording.say(f"calendar.{DAYS[local.weekday()]}"),
        day=local.day,
        month=wording.say(f"calendar.month{local.month}"),
        year=local.year,
    )
