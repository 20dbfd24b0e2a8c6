"""Timer functions: one loop each, a status file each, past-due runs after a pause of the host."""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from devhost.ncrontab import Schedule, is_frequent
from devhost.timespans import instant_text, parse_instant, utc_now
from devhost.worker import Function, Worker, datum

LONGEST_SLEEP_SECONDS = 3600.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Timer:
    """A timer function and its schedule."""

    function: Function
    schedule: Schedule
    schedule_text: str
    run_on_startup: bool
    monitored: bool


class Timers:
    """Runs timer functions on time.

    Args:
        now: The clock; a test's own.
    """

    def __init__(
        self, worker: Worker, timers: list[Timer], state_dir: Path, now: Callable[[], datetime] = utc_now
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

    def has(self, name: str) -> bool:
        """Whether there is a timer function of this name."""
        return name in self._timers

    async def fire(self, name: str, *, past_due: bool = False) -> None:
        """Run a timer function once; an exception is logged and stops nothing."""
        timer = self._timers[name]
        payload = {"Schedule": {"AdjustForDST": True}, "ScheduleStatus": self._status(timer), "IsPastDue": past_due}
        found = await self._worker.invoke(name, [(timer.function.trigger["name"], datum(json.dumps(payload), "json"))])
        if not found.ok:
            _log.error("the timer %s failed: %s\n%s", name, found.error, found.stack)

    async def _run(self, timer: Timer) -> None:
        due = await self._begin(timer)
        while True:
            pause = (due - self._now()).total_seconds()
            if pause > 0:
                await asyncio.sleep(min(pause, LONGEST_SLEEP_SECONDS))
                continue
            await self.fire(timer.function.name)
            due = self._note_run(timer)

    async def _begin(self, timer: Timer) -> datetime:
        """The first due time; what a pause of the host missed runs at once."""
        now, status = self._now(), self._status(timer)
        past_due = False
        if timer.monitored and status and status["Schedule"] == timer.schedule_text:
            past_due = now > parse_instant(status["Next"])
        if past_due or timer.run_on_startup:
            await self.fire(timer.function.name, past_due=past_due)
            return self._note_run(timer)
        if timer.monitored and status and status["Schedule"] == timer.schedule_text:
            return parse_instant(status["Next"])
        due = timer.schedule.next_after(now)
        self._save(timer, None, due)
        return due

    def _note_run(self, timer: Timer) -> datetime:
        """The next run counts from the end of this one, so runs never overlap."""
        now = self._now()
        due = timer.schedule.next_after(now)
        self._save(timer, now, due)
        return due

    def _file(self, timer: Timer) -> Path:
        return self._state_dir / f"{timer.function.name}.json"

    def _status(self, timer: Timer) -> dict[str, Any] | None:
        file = self._file(timer)
        if not timer.monitored or not file.exists():
            return None
        try:
            found: dict[str, Any] = json.loads(file.read_text())
        except ValueError:
            return None
        return found

    def _save(self, timer: Timer, last: datetime | None, following: datetime) -> None:
        if not timer.monitored:
            return
        status = {
            "Last": instant_text(last) if last else "0001-01-01T00:00:00",
            "Next": instant_text(following),
            "LastUpdated": instant_text(self._now()),
            "Schedule": timer.schedule_text,
        }
        file = self._file(timer)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(status))
        fresh.replace(file)


def monitored(schedule: Schedule, binding: dict[str, Any]) -> bool:
    """Whether the host keeps a status for the timer."""
    return bool(binding.get("useMonitor", True)) and not is_frequent(schedule, utc_now())
