"""EventBridge Scheduler's schedules and scheduled rules: what they say, and firing them by the runtime's clock."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from infra.local.functions import Functions
from infra.local.template import TemplateFault
from infra.local.world import World

_RATE = re.compile(r"^rate\((\d+) (minute|hour|day)s?\)$")
_AT = re.compile(r"^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$")


@dataclass(frozen=True)
class Alarm:
    """One schedule: `at` for a one-time one, `every` for a rate."""

    key: str
    """`GROUP/NAME`, or `rule/NAME`."""
    target: str
    """The ARN of a queue or a function."""
    input: str | None
    at: datetime | None = None
    every: timedelta | None = None
    group_id: str | None = None
    deletes_itself: bool = False


def when(expression: str, zone: str | None) -> tuple[datetime | None, timedelta | None]:
    """(time in UTC, None) of `at(...)`, (None, interval) of `rate(...)`; raises TemplateFault on anything else.

    The Scheduler API takes a malformed expression from no one, moto does: so it is read strictly here.
    """
    once = _AT.match(expression)
    if once:
        local = datetime.fromisoformat(once.group(1)).replace(tzinfo=ZoneInfo(zone or "UTC"))
        return local.astimezone(UTC), None
    rate = _RATE.match(expression)
    if rate and int(rate.group(1)) > 0:
        return None, timedelta(**{f"{rate.group(2)}s": int(rate.group(1))})
    raise TemplateFault(f"the schedule expression {expression!r} is not known here")


class Alarms:
    """All alarms at the endpoint. Each fires once its time has come by the clock that is handed in."""

    def __init__(self, world: World, functions: Functions, *, started_at: datetime, twice: bool = False) -> None:
        self._world = world
        self._functions = functions
        self._scheduler = world.client("scheduler")
        self._started_at = started_at
        self._twice = twice
        self._known: dict[tuple[str, str, str], Alarm] = {}
        self._fired_at: dict[str, datetime] = {}
        self.rung = 0
        self._done: set[tuple[str, datetime]] = set()

    def next_time(self, *, rates: bool = True) -> datetime | None:
        """When the next alarm rings, already past or not; None where none is set."""
        times = [self._due_at(alarm) for alarm in self._all() if alarm.every is None or rates]
        return min((time for time in times if time is not None), default=None)

    def fire(self, now: datetime) -> int:
        """Ring what is due at `now`, the longest overdue first; how many rang. A late rate rings once, however late."""
        due = [(time, alarm) for alarm in self._all() if (time := self._due_at(alarm)) is not None and time <= now]
        for time, alarm in sorted(due, key=lambda pair: pair[0]):
            if alarm.every is None:
                self._done.add((alarm.key, time))
            else:
                self._fired_at[alarm.key] = now
            self.ring(alarm, now)
            if self._twice:
                self.ring(alarm, now)
            if alarm.deletes_itself and alarm.at:
                group, name = alarm.key.split("/", 1)
                self._scheduler.delete_schedule(GroupName=group, Name=name)
        return len(due)

    def ring(self, alarm: Alarm, now: datetime) -> None:
        """Hand the alarm to its target, whatever the time."""
        self.rung += 1
        if ":lambda:" in alarm.target:
            function = self._world.function_at(alarm.target)
            event = json.loads(alarm.input) if alarm.input else _tick_event(self._world, alarm, now)
            try:
                self._functions.invoke(function, event)
            except TemplateFault:
                raise
            except Exception:
                return
            return
        message: dict[str, Any] = {"QueueUrl": self._world.queue_url(alarm.target)}
        if alarm.group_id:
            message["MessageGroupId"] = alarm.group_id
        body = alarm.input or json.dumps(_tick_event(self._world, alarm, now))
        self._world.client("sqs").send_message(MessageBody=body, **message)

    def pending(self) -> list[Alarm]:
        """One-time alarms that have not rung, the next one first."""
        waiting = [alarm for alarm in self._all() if alarm.at and (alarm.key, alarm.at) not in self._done]
        return sorted(waiting, key=lambda alarm: alarm.at or self._started_at)

    def _due_at(self, alarm: Alarm) -> datetime | None:
        if alarm.at is not None:
            return None if (alarm.key, alarm.at) in self._done else alarm.at
        if alarm.every is None:
            return None
        return self._fired_at.get(alarm.key, self._started_at) + alarm.every

    def _all(self) -> list[Alarm]:
        found = [self._rule(tick.name, tick.expression, tick.function, tick.input) for tick in self._world.ticks]
        pages = self._scheduler.get_paginator("list_schedules").paginate()
        for page in pages:
            for entry in page["Schedules"]:
                alarm = self._read(entry)
                if alarm:
                    found.append(alarm)
        return found

    def _rule(self, name: str, expression: str, function: str, input_: str | None) -> Alarm:
        at, every = when(expression, None)
        return Alarm(f"rule/{name}", self._world.functions[function].arn, input_, at=at, every=every)

    def _read(self, entry: dict[str, Any]) -> Alarm | None:
        group, name = entry["GroupName"], entry["Name"]
        seen = (group, name, str(entry.get("LastModificationDate") or entry.get("CreationDate")))
        if seen not in self._known:
            schedule = self._scheduler.get_schedule(GroupName=group, Name=name)
            if schedule["State"] == "DISABLED" and not self._world.foreign:
                return None
            at, every = when(schedule["ScheduleExpression"], schedule.get("ScheduleExpressionTimezone"))
            target = schedule["Target"]
            self._known[seen] = Alarm(
                key=f"{group}/{name}",
                target=target["Arn"],
                input=target.get("Input"),
                at=at,
                every=every,
                group_id=target.get("SqsParameters", {}).get("MessageGroupId"),
                deletes_itself=schedule.get("ActionAfterCompletion") == "DELETE",
            )
        return self._known[seen]


def _tick_event(world: World, alarm: Alarm, now: datetime) -> dict[str, Any]:
    """What a schedule without an input of its own sends."""
    return {
        "version": "0",
        "id": f"local-{int(now.timestamp())}",
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": world.account,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": world.region,
        "resources": [world.arn("scheduler", f"schedule/{alarm.key}")],
        "detail": "{}",
    }
