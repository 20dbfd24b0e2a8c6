"""The durable host: pumps that run orchestrations, activities and entities from the store."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

from devhost.answers import AbortedError
from devhost.binding import client_binding
from devhost.entities import EntityBatches
from devhost.episodes import Episodes
from devhost.events import EventType, event
from devhost.http_activity import call_http
from devhost.lifecycle import Lifecycle
from devhost.registry import FunctionKind, Registry, UnknownFunctionError
from devhost.seam import Answer, DurableFunctions, HubSettings, Invoke
from devhost.shim import HTTP_ACTIVITY
from devhost.store import Activity, Store
from devhost.timespans import utc_now

SLOW_EPISODE_SECONDS = 0.010
LONGEST_PAUSE_SECONDS = 0.5
IDLE_SECONDS = 5.0
RETRY_SECONDS = 1.0

_log = logging.getLogger(__name__)


class DurableHost:
    """Runs what the store says is due, until stopped; the store alone says where everything stands.

    Args:
        store_path: The SQLite file.
        functions: The registered functions.
        invoke: Runs one of them.
        settings: The hub.
    """

    def __init__(self, store_path: Path, functions: DurableFunctions, invoke: Invoke, settings: HubSettings) -> None:
        self.store = Store(store_path)
        self.settings = settings
        self.registry = Registry(functions)
        self.lifecycle = Lifecycle(self.store)
        self._episodes = Episodes(self.store, self.registry, self.lifecycle, invoke)
        self._entities = EntityBatches(self.store, self.registry, invoke)
        self._invoke = invoke
        self._wake = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._busy: set[str] = set()
        self._not_before: dict[str, float] = {}
        self._last_activity = 0
        self._activity_slots = settings.max_activities
        self._episode_slots = settings.max_orchestrators

    async def start(self) -> None:
        """Begin to work; activities that ran when the last process died run again."""
        self._pump = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Stop taking work and drop what runs: what was not committed will run again."""
        tasks = [*filter(None, [self._pump]), *self._running]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.store.close()

    def wake(self) -> None:
        """Something may be due."""
        self._wake.set()

    def client_binding(self, origin: str) -> str:
        """What a `durableClient` binding is given: JSON text with the management URLs at `origin`."""
        return client_binding(self.settings, origin)

    async def _work(self) -> None:
        while True:
            self._wake.clear()
            now = time.time()
            try:
                self._begin_due(now)
                patience = self._until_next(now)
            except Exception:  # noqa: BLE001 (whatever it is, a pump that stands still is worse)
                _log.exception("the durable pump met an error and goes on")
                patience = RETRY_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):  # wait_for of Python 3.11 may swallow the cancellation of stop()
                    await self._wake.wait()

    def _until_next(self, now: float) -> float:
        """Seconds until something falls due that was not at `now`."""
        self._not_before = {key: moment for key, moment in self._not_before.items() if moment > now}
        due = self.store.next_due(now)
        moments = [*self._not_before.values(), *([] if due is None else [due]), now + IDLE_SECONDS]
        return max(0.0, min(moments) - time.time())

    def _begin_due(self, now: float) -> None:
        for instance_id in self.store.due_instances(now):
            if self._episode_slots == 0:
                break
            if self._is_free(instance_id, now):
                self._episode_slots -= 1
                self._begin(instance_id, self._episode)
        for identity in self.store.waiting_entities():
            if self._is_free(identity, now):
                self._begin(identity, self._entities.run)
        if self._activity_slots > 0:
            for activity in self.store.activities(self._last_activity, self._activity_slots):
                self._last_activity = activity.id
                self._activity_slots -= 1
                self._track(self._activity(activity))

    def _is_free(self, key: str, now: float) -> bool:
        return key not in self._busy and self._not_before.get(key, 0) <= now

    def _begin(self, key: str, work: Callable[[str], Awaitable[None]]) -> None:
        """Run an episode or a batch, of which each instance and entity has one at a time."""
        self._busy.add(key)
        self._track(self._guarded(key, work))

    def _track(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._wake.set()

    async def _guarded(self, key: str, work: Callable[[str], Awaitable[None]]) -> None:
        try:
            await work(key)
        except AbortedError as error:
            _log.warning("%s broke off and is tried again: %s", key, error)
            self._not_before[key] = time.time() + RETRY_SECONDS
        except Exception:  # noqa: BLE001 (its transaction is rolled back: it can only be tried again)
            _log.exception("%s failed and is tried again", key)
            self._not_before[key] = time.time() + RETRY_SECONDS
        finally:
            self._busy.discard(key)

    async def _episode(self, instance_id: str) -> None:
        """Run one; after a slow one wait a little, so that the next delivers many completions at once."""
        began = time.monotonic()
        try:
            await self._episodes.run(instance_id)
        finally:
            self._episode_slots += 1
        cost = time.monotonic() - began
        if cost > SLOW_EPISODE_SECONDS and self.store.open_activities(instance_id) > 1:
            self._not_before[instance_id] = time.time() + min(LONGEST_PAUSE_SECONDS, 2 * cost)

    async def _activity(self, activity: Activity) -> None:
        """Run one until it is committed; a failure of its own is an outcome like any."""
        try:
            while True:
                try:
                    self._commit(activity, await self._answer(activity))
                except Exception:  # noqa: BLE001 (the machinery failed, not the activity: nothing is committed)
                    _log.exception("the activity %s is run again", activity.name)
                    await asyncio.sleep(RETRY_SECONDS)
                else:
                    return
        finally:
            self._activity_slots += 1

    async def _answer(self, activity: Activity) -> Answer:
        if activity.name == HTTP_ACTIVITY:
            return await call_http(activity.input or "{}")
        try:
            function = self.registry.require(FunctionKind.ACTIVITY, activity.name)
        except UnknownFunctionError as error:
            return Answer(ok=False, value=None, error=str(error))
        return await self._invoke(function, activity.input if activity.input is not None else "null")

    def _commit(self, activity: Activity, answer: Answer) -> None:
        """Take the activity off the list and tell its orchestration, in one transaction; a second time does nothing."""
        now, task_id = utc_now(), activity.task_id
        if answer.ok:
            ended = event(EventType.TASK_COMPLETED, now, TaskScheduledId=task_id, Result=answer.value)
        else:
            reason = f"Activity function '{activity.name}' failed:  {answer.error}"
            ended = event(
                EventType.TASK_FAILED, now, TaskScheduledId=task_id, Reason=reason, Details="", FailureDetails=None
            )
        with self.store.transaction():
            if self.store.finish_activity(activity.id):
                self.store.send(activity.instance_id, ended, now.timestamp(), activity.execution_id)
