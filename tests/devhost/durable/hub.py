"""A durable host in this process: an app of plain functions, run by the real durable SDK over a real SQLite file."""

import asyncio
import inspect
import json
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import azure.durable_functions as df

from devhost.durable import DurableHost
from devhost.events import Event, EventType, event
from devhost.seam import Answer, DurableFunctions, HubSettings
from devhost.store import Instance
from devhost.timespans import utc_now

PATIENCE_SECONDS = 5.0
POLL_SECONDS = 0.003
SETTINGS = HubSettings("TestHub", 20, 20, "the-system-key")

Function = Callable[..., Any]
_T = TypeVar("_T")


class App:
    """Durable functions under their own names.

    Attributes:
        invoked: The argument text of every invocation, by function.
    """

    def __init__(self) -> None:
        self.orchestrators: dict[str, Function] = {}
        self.activities: dict[str, Function] = {}
        self.entities: dict[str, Function] = {}
        self.invoked: dict[str, list[str]] = {}

    def orchestrator(self, function: Function) -> Function:
        """Register a generator function of the durable context."""
        self.orchestrators[function.__name__] = df.Orchestrator.create(function)
        return function

    def activity(self, function: Function) -> Function:
        """Register a function, sync or async, of the decoded input."""
        self.activities[function.__name__] = function
        return function

    def entity(self, function: Function) -> Function:
        """Register a function of the entity context."""
        self.entities[function.__name__] = df.Entity.create(function)
        return function

    @property
    def functions(self) -> DurableFunctions:
        """The names, for the host."""
        return DurableFunctions(frozenset(self.orchestrators), frozenset(self.activities), frozenset(self.entities))

    def payloads(self, function: str) -> list[dict[str, Any]]:
        """What an orchestrator was given, episode by episode."""
        return [json.loads(text) for text in self.invoked.get(function, [])]

    async def invoke(self, function: str, argument: str) -> Answer:
        """Run a function as the worker does."""
        self.invoked.setdefault(function, []).append(argument)
        try:
            if function in self.activities:
                found = self.activities[function](json.loads(argument))
                value = json.dumps(await found if inspect.isawaitable(found) else found)
            else:
                handle = self.orchestrators.get(function) or self.entities[function]
                with warnings.catch_warnings():  # the real worker does not turn the SDK's warnings into errors
                    warnings.simplefilter("ignore")
                    value = handle(argument)
        except Exception as error:  # noqa: BLE001 (whatever user code raises is an answer)
            return Answer(ok=False, value=None, error=f"{type(error).__name__}: {error}")
        return Answer(ok=True, value=value, error=None)


class Hub:
    """A running host with a few words for what tests do with one."""

    def __init__(self, app: App, host: DurableHost) -> None:
        self.app = app
        self.host = host
        self.store = host.store

    def start(self, name: str, value: Any = None, instance_id: str | None = None) -> str:
        """Start an instance with an input encoded as the SDK's client encodes it."""
        instance_id = instance_id or f"{name}-{len(self.app.invoked)}"
        return self.start_raw(name, None if value is None else json.dumps(json.dumps(value)), instance_id)

    def start_raw(self, name: str, raw_input: str | None, instance_id: str) -> str:
        """Start an instance with a raw input."""
        with self.store.transaction():
            self.host.lifecycle.start(instance_id, name, raw_input, utc_now())
        self.host.wake()
        return instance_id

    def send(self, instance_id: str, found: Event) -> None:
        """Put an event into an inbox."""
        with self.store.transaction():
            self.store.send(instance_id, found, utc_now().timestamp())
        self.host.wake()

    def raise_event(self, instance_id: str, name: str, value: Any = None) -> None:
        """Raise an event as plain HTTP does: the orchestrator gets the value itself."""
        self.send(instance_id, event(EventType.EVENT_RAISED, utc_now(), Name=name, Input=json.dumps(value)))

    def control(self, instance_id: str, kind: EventType, reason: str | None = None) -> None:
        """Terminate, suspend or resume."""
        self.send(instance_id, {**event(kind, utc_now()), "Input": reason, "Reason": reason})

    async def until(self, condition: Callable[[], _T], patience: float = PATIENCE_SECONDS) -> _T:
        """Wait until a condition holds."""
        async with asyncio.timeout(patience):
            while not (found := condition()):  # noqa: ASYNC110 (what is awaited is in a database)
                await asyncio.sleep(POLL_SECONDS)
            return found

    def instance(self, instance_id: str) -> Instance:
        """An instance as it stands."""
        found = self.store.instance(instance_id)
        assert found is not None
        return found

    async def ended(self, instance_id: str, patience: float = PATIENCE_SECONDS) -> Instance:
        """Wait for the end of an instance."""
        await self.until(lambda: self.instance(instance_id).is_terminal, patience)
        return self.instance(instance_id)

    async def outcome(self, instance_id: str) -> tuple[str, Any]:
        """Its status and its output, when it ended."""
        found = await self.ended(instance_id)
        return found.status, json.loads(found.output or "null")

    async def idle(self, instance_id: str) -> None:
        """Wait until an instance has run and nothing is due for it."""
        await self.until(
            lambda: (
                self.store.history(instance_id)
                and not self.store.messages(instance_id, utc_now().timestamp())
                and not self.host._busy
                and not self.store.open_activities(instance_id)
            )
        )

    def kinds(self, instance_id: str) -> list[str]:
        """The titles of its history's events, without frames."""
        frames = {EventType.ORCHESTRATOR_STARTED, EventType.ORCHESTRATOR_COMPLETED}
        return [
            EventType(found["EventType"]).title
            for found in self.store.history(instance_id)
            if found["EventType"] not in frames
        ]


def run_hub(path: Path, app: App, scenario: Callable[[Hub], Awaitable[_T]], settings: HubSettings = SETTINGS) -> _T:
    """Run a scenario against a host over the file `durable.db` in a folder; what is there goes on."""

    async def main() -> _T:
        host = DurableHost(path / "durable.db", app.functions, app.invoke, settings)
        await host.start()
        try:
            return await scenario(Hub(app, host))
        finally:
            await host.stop()

    return asyncio.run(main())


def outcome_of(path: Path, app: App, name: str, value: Any = None) -> tuple[str, Any]:
    """Run one instance to its end: status and output."""
    return run_hub(path, app, lambda hub: hub.outcome(hub.start(name, value)))
