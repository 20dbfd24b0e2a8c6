"""Timer functions: one loop each, a status file each, past-due runs after a pause of the host."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from devhost.host_json import resolve
from devhost.indexing import Function, datum
from devhost.ncrontab import Schedule, parse_schedule
from devhost.timespans import instant_text, parse_instant, utc_now
from devhost.worker import Worker

LONGEST_SLEEP_SECONDS = 3600.0
NEVER = datetime(1, 1, 1, tzinfo=UTC)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Timer:
    """A timer function and its schedule."""

    function: Function
    schedule: Schedule
    run_on_startup: bool
    is_monitored: bool


@dataclass(frozen=True)
class Status:
    """When a timer last ran and is next due; `last` is `NEVER` before the first run."""

    last: datetime
    next: datetime
    updated: datetime

    def as_json(self) -> dict[str, str]:
        """As the real host stores it, and as the function is told."""
        last = "0001-01-01T00:00:00" if self.last == NEVER else instant_text(self.last)
        return {"Last": last, "Next": instant_text(self.next), "LastUpdated": instant_text(self.updated)}


def read_timer(function: Function) -> Timer:
    """The timer of a function; a schedule that occurs more than once a minute is not monitored."""
    trigger = function.trigger
    schedule = parse_schedule(resolve(str(trigger["schedule"])))
    monitored = trigger.get("useMonitor") is not False and not schedule.is_frequent
    return Timer(function, schedule, bool(trigger.get("runOnStartup")), monitored)


class Timers:
    """Runs timer functions on time.

    Args:
        now: The clock; a test's own.
    """

    def __init__(
        self, worker: Worker, timers: Iterable[Timer], state_dir: Path, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._worker = worker
        self._timers = {timer.function.name: timer for timer in timers}
        self._state_dir = state_dir / "timers"
        self._now = now
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start every timer's loop."""
        self._state_dir.mkdir(parents=True, exist_ok=True)
        self._tasks = [asyncio.create_task(self._run(timer)) for timer in self._timers.values()]

    async def stop(self) -> None:
        """Stop the loops."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def fire(self, function: Function) -> None:
        """Run a timer function now, beside its schedule."""
        timer = self._timers[function.name]
        await self._invoke(timer, self._load(timer) if timer.is_monitored else None)

    async def _run(self, timer: Timer) -> None:
        """The schedule: an exception never stops it, and a run that takes long delays the next one."""
        status, past_due = self._begin(timer)
        if past_due or timer.run_on_startup:
            status = await self._run_once(timer, status, past_due=past_due)
        while True:
            pause = (status.next - self._now()).total_seconds()
            if pause > 0:
                await asyncio.sleep(min(pause, LONGEST_SLEEP_SECONDS))
            else:
                status = await self._run_once(timer, status)

    def _begin(self, timer: Timer) -> tuple[Status, bool]:
        """The status to start from, and whether a pause of the host made the timer miss an occurrence."""
        now = self._now()
        fresh = Status(NEVER, timer.schedule.next_after(now), now)
        if not timer.is_monitored:
            return fresh, False
        status = self._load(timer)
        if status is None:
            self._save(timer, fresh)
            return fresh, False
        expected = timer.schedule.next_after(status.updated if status.last == NEVER else status.last)
        if status.next != expected:
            # The schedule was edited: what it would have made due before now was never promised.
            status = Status(NEVER, expected, status.updated) if now <= expected else fresh
            self._save(timer, status)
        return status, now > status.next

    async def _run_once(self, timer: Timer, status: Status, *, past_due: bool = False) -> Status:
        """Run the function; the next occurrence counts from the moment this run began."""
        began = self._now()
        await self._invoke(timer, status if timer.is_monitored else None, past_due=past_due)
        following = Status(began, timer.schedule.next_after(began), began)
        if timer.is_monitored:
            self._save(timer, following)
        return following

    async def _invoke(self, timer: Timer, status: Status | None, *, past_due: bool = False) -> None:
        payload = {
            "Schedule": {"AdjustForDST": True},
            "ScheduleStatus": status.as_json() if status else None,
            "IsPastDue": past_due,
        }
        inputs = [(timer.function.trigger["name"], datum(json.dumps(payload), "json"))]
        found = await self._worker.invoke(timer.function, inputs)
        if not found.ok:
            _log.error("the timer %s failed: %s\n%s", timer.function.name, found.error, found.stack)

    def _file(self, timer: Timer) -> Path:
        return self._state_dir / f"{timer.function.name}.json"

    def _load(self, timer: Timer) -> Status | None:
        try:
            found = json.loads(self._file(timer).read_text())
            return Status(*(parse_instant(found[key]) for key in ("Last", "Next", "LastUpdated")))
        except (OSError, ValueError, KeyError):
            return None

    def _save(self, timer: Timer, status: Status) -> None:
        file = self._file(timer)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(status.as_json()))
        fresh.replace(file)
