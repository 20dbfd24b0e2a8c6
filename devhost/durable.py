"""The durable host: pumps that run orchestrations, activities and entities from the store, and the client's binding."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable
from pathlib import Path

import aiohttp

from devhost.entities import EntityBatches
from devhost.episodes import Episode
from devhost.events import EventType, event
from devhost.seam import Answer, DurableFunctions, HubSettings, Invoke
from devhost.shim import HTTP_ACTIVITY
from devhost.store import Activity, Store
from devhost.timespans import utc_now

SLOW_EPISODE_SECONDS = 0.010
LONGEST_PAUSE_SECONDS = 0.5
IDLE_SECONDS = 5.0

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
        self.functions = functions
        self.settings = settings
        self.episodes = Episode(self.store, functions, invoke)
        self.entities = EntityBatches(self.store, functions, invoke)
        self._invoke = invoke
        self._activity_names = {name.lower(): name for name in functions.activities}
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
        for task in filter(None, [self._pump, *self._running]):
            task.cancel()
        await asyncio.gather(*filter(None, [self._pump, *self._running]), return_exceptions=True)
        self.store.close()

    def wake(self) -> None:
        """Something may be due."""
        self._wake.set()

    def client_binding(self, origin: str) -> str:
        """What a `durableClient` binding is given: JSON text with the management URLs at `origin`."""
        base = f"{origin}/runtime/webhooks/durabletask"
        code = f"code={self.settings.system_key}"
        hub = f"taskHub={self.settings.hub_name}&connection=Storage"
        instance = f"{base}/instances/INSTANCEID"
        query = f"?{hub}&{code}"
        return json.dumps(
            {
                "taskHubName": self.settings.hub_name,
                "connectionName": "Storage",
                "creationUrls": {
                    "createNewInstancePostUri": f"{base}/orchestrators/{{functionName}}[/{{instanceId}}]?{code}",
                    "createAndWaitOnNewInstancePostUri": (
                        f"{base}/orchestrators/{{functionName}}[/{{instanceId}}]?timeout={{timeoutInSeconds}}"
                        f"&pollingInterval={{intervalInSeconds}}&{code}"
                    ),
                },
                "managementUrls": {
                    "id": "INSTANCEID",
                    "statusQueryGetUri": instance + query,
                    "sendEventPostUri": f"{instance}/raiseEvent/{{eventName}}{query}",
                    "terminatePostUri": f"{instance}/terminate?reason={{text}}&{hub}&{code}",
                    "rewindPostUri": f"{instance}/rewind?reason={{text}}&{hub}&{code}",
                    "purgeHistoryDeleteUri": instance + query,
                    "restartPostUri": f"{instance}/restart{query}",
                    "suspendPostUri": f"{instance}/suspend?reason={{text}}&{hub}&{code}",
                    "resumePostUri": f"{instance}/resume?reason={{text}}&{hub}&{code}",
                },
                "baseUrl": base,
                "requiredQueryStringParameters": f"{hub}&{code}",
                "rpcBaseUrl": f"{origin}/durabletask/",
                "httpBaseUrl": base,
            }
        )

    async def _work(self) -> None:
        while True:
            self._wake.clear()
            try:
                self._begin_due()
            except Exception:
                _log.exception("the durable pump met an error and goes on")
            try:
                await asyncio.wait_for(self._wake.wait(), self._until_next())
            except TimeoutError:
                continue

    def _until_next(self) -> float:
        now = time.time()
        paused = [moment for moment in self._not_before.values() if moment > now]
        due = self.store.next_due(now)
        moments = [*paused, *([] if due is None else [due])]
        return max(0.0, min([IDLE_SECONDS, *(moment - now for moment in moments)]))

    def _begin_due(self) -> None:
        now = time.time()
        for instance_id in self.store.due_instances(now):
            if self._episode_slots == 0:
                break
            if instance_id not in self._busy and self._not_before.get(instance_id, 0) <= now:
                self._begin(instance_id, self._episode(instance_id))
                self._episode_slots -= 1
        for identity in self.store.waiting_entities():
            if identity not in self._busy:
                self._begin(identity, self._entity(identity))
        while self._activity_slots > 0:
            waiting = self.store.activities(self._last_activity, self._activity_slots)
            if not waiting:
                break
            for activity in waiting:
                self._last_activity = activity.id
                self._activity_slots -= 1
                self._track(self._activity(activity))

    def _begin(self, key: str, work: Awaitable[None]) -> None:
        self._busy.add(key)
        self._track(work)

    def _track(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Future[None]") -> None:
        self._running.discard(task)  # type: ignore[arg-type]  # the same task that was added
        if not task.cancelled() and (error := task.exception()):
            _log.error("durable work failed and will be tried again", exc_info=error)
        self._wake.set()

    async def _episode(self, instance_id: str) -> None:
        began = time.monotonic()
        try:
            await self.episodes.run(instance_id)
        except Exception:
            self._not_before[instance_id] = time.time() + 1
            raise
        else:
            cost = time.monotonic() - began
            self._not_before.pop(instance_id, None)
            if cost > SLOW_EPISODE_SECONDS and self.store.open_activities(instance_id) > 1:
                self._not_before[instance_id] = time.time() + min(LONGEST_PAUSE_SECONDS, 2 * cost)
        finally:
            self._busy.discard(instance_id)
            self._episode_slots += 1

    async def _entity(self, identity: str) -> None:
        try:
            await self.entities.run(identity)
        finally:
            self._busy.discard(identity)

    async def _activity(self, activity: Activity) -> None:
        try:
            if activity.name == HTTP_ACTIVITY:
                answer = await _call_http(activity.input or "{}")
            else:
                name = self._activity_names[activity.name.lower()]
                answer = await self._invoke(name, activity.input if activity.input is not None else "null")
        finally:
            self._activity_slots += 1
        now = utc_now()
        if answer.ok:
            ended = event(EventType.TASK_COMPLETED, now, TaskScheduledId=activity.task_id, Result=answer.value)
        else:
            reason = f"Activity function '{activity.name}' failed:  {answer.error}"
            ended = event(
                EventType.TASK_FAILED,
                now,
                TaskScheduledId=activity.task_id,
                Reason=reason,
                Details="",
                FailureDetails=None,
            )
        with self.store.transaction():
            if self.store.finish_activity(activity.id):
                self.store.send(activity.instance_id, ended, now.timestamp(), activity.execution_id)


async def _call_http(request_text: str) -> Answer:
    """The built-in HTTP activity."""
    request = json.loads(request_text)
    content = request.get("content")
    body = content if isinstance(content, str) or content is None else json.dumps(content)
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.request(request["method"], request["uri"], data=body, headers=request.get("headers")) as answered,
        ):
            text = await answered.text()
            found = {"statusCode": answered.status, "headers": dict(answered.headers), "content": text}
    except (aiohttp.ClientError, OSError) as error:
        return Answer(ok=False, value=None, error=f"{type(error).__name__}: {error}")
    return Answer(ok=True, value=json.dumps(found), error=None)
