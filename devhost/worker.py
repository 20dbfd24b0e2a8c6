"""The worker half: an app's functions on an event loop of their own, in a thread.

Blocking user code runs in the library's thread pool or stalls its own loop, never the host's. A function that runs
longer than `functionTimeout` takes the worker down with everything that runs, as in the real host; a fresh one goes on.
"""

import asyncio
import json
import logging
import threading
import time
import traceback
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from devhost.client_session import take_client_session
from devhost.indexing import Function, Index, datum, index_app
from devhost.seam import Answer
from devhost.tracebacks import error_text

CANCEL_PATIENCE_SECONDS = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Invocation:
    """How an invocation went: the return datum, or the error as `Type: message` and its stack."""

    ok: bool
    datum: Any = None
    error: str | None = None
    stack: str | None = None


class _Lane:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._stopping = False
        self._session: Any = None
        self.thread = threading.Thread(target=self._run, name="functions-worker", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """End the loop, and with it what runs there, without waiting for it."""
        self._session = take_client_session()
        self._stopping = True
        self.loop.call_soon_threadsafe(self.loop.stop)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            while not self._stopping:
                with suppress(SystemExit, KeyboardInterrupt):  # of a task that user code left behind
                    self.loop.run_forever()
        finally:
            if tasks := asyncio.all_tasks(self.loop):
                for task in tasks:
                    task.cancel()
                self.loop.run_until_complete(asyncio.wait(tasks, timeout=CANCEL_PATIENCE_SECONDS))
            if self._session is not None:
                self.loop.run_until_complete(self._session.close())
            self.loop.set_exception_handler(lambda *_: None)  # what user code left open ends with the worker
            self.loop.close()


class Worker:
    """Runs one app's functions.

    Attributes:
        functions: The functions that are served, by name.
        client_binding: What a durable client's binding is given, as text.
        durable_names: Names that orchestrations call functions by, where they differ from the functions'.
        closing: Whether nothing is begun any more.
    """

    def __init__(self, app_root: Path, timeout_seconds: float | None) -> None:
        self.app_root = app_root
        self.timeout_seconds = timeout_seconds
        self.functions: dict[str, Function] = {}
        self.client_binding: Callable[[], str] = str
        self.durable_names: dict[str, str] = {}
        self.closing = False
        self._lane = _Lane()
        self._running: dict[asyncio.Future[Invocation], Future[Any]] = {}

    async def load(self) -> Index:
        """Import the app and index its functions, on the worker's loop."""
        indexing = asyncio.run_coroutine_threadsafe(index_app(self.app_root), self._lane.loop)
        try:
            return await asyncio.wrap_future(indexing)
        except SystemExit as error:
            return Index((), (f"the app cannot be loaded: importing it ends the process (SystemExit: {error})",))

    async def drain(self, patience: float) -> None:
        """Begin nothing any more, and let what runs end within `patience` seconds."""
        self.closing = True
        if self._running:
            await asyncio.wait(list(self._running), timeout=patience)

    async def stop(self) -> None:
        """Stop the worker's loop; a thread that runs user code is left behind."""
        self._lane.stop()
        await asyncio.to_thread(self._lane.thread.join, 2 * CANCEL_PATIENCE_SECONDS)

    async def invoke(
        self, function: Function, inputs: Sequence[tuple[str, Any]], metadata: Mapping[str, Any] | None = None
    ) -> Invocation:
        """Run a function with (parameter, datum) pairs; its durable clients are added.

        While the worker closes nothing begins: the call waits until it is cancelled, so nobody takes it for a failure.
        """
        if self.closing:
            await asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        outcome = self._begin(function, [*inputs, *self._clients(function)], dict(metadata or {}))
        loop = asyncio.get_running_loop()
        alarm = loop.call_later(self.timeout_seconds, self._time_out, function) if self.timeout_seconds else None
        try:
            found = await outcome
        finally:
            self._running.pop(outcome, None)
            if alarm:
                alarm.cancel()
        _log.debug(
            "%s %s in %.1f ms", function.name, "ok" if found.ok else "failed", (time.perf_counter() - began) * 1000
        )
        return found

    async def invoke_durable(self, name: str, argument: str) -> Answer:
        """Run an orchestrator, activity or entity with the text of its trigger's parameter."""
        function = self.functions[self.durable_names.get(name, name)]
        found = await self.invoke(function, [(function.trigger["name"], datum(argument, "string"))])
        if not found.ok:
            _log.debug("%s failed: %s\n%s", name, found.error, found.stack)
        value = found.datum.value if found.ok and found.datum is not None else None
        return Answer(found.ok, value if value is None or isinstance(value, str) else json.dumps(value), found.error)

    def _clients(self, function: Function) -> list[tuple[str, Any]]:
        names = [found["name"] for found in function.bindings if found["type"] == "durableClient"]
        return [(name, datum(self.client_binding(), "string")) for name in names]

    def _begin(
        self, function: Function, inputs: list[tuple[str, Any]], metadata: dict[str, Any]
    ) -> asyncio.Future[Invocation]:
        from azure_functions_runtime.native_invocation import invocation_request_native  # noqa: PLC0415 (loads with the app)

        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[Invocation] = loop.create_future()
        work = invocation_request_native(str(uuid.uuid4()), function.id, inputs, metadata)
        running = asyncio.run_coroutine_threadsafe(_contained(work), self._lane.loop)
        self._running[outcome] = running
        running.add_done_callback(lambda done: _hand_over(loop, outcome, done))
        return outcome

    def _time_out(self, function: Function) -> None:
        """Take the worker down, with everything that runs, and go on with a fresh one."""
        from azure_functions_runtime.utils.threadpool import start_threadpool_executor  # noqa: PLC0415 (loads with the app)

        limit = timedelta(seconds=self.timeout_seconds or 0)
        text = f"FunctionTimeoutException: {function.name} timed out: the timeout value of {limit} was exceeded"
        _log.error("%s; the worker is restarted, %d invocations end with it", text, len(self._running))
        old, self._lane = self._lane, _Lane()
        old.stop()
        start_threadpool_executor()
        for outcome, running in list(self._running.items()):
            if not outcome.done():
                outcome.set_result(Invocation(ok=False, error=text))
            running.cancel()


async def _contained(work: Awaitable[tuple[Any, ...]]) -> tuple[Any, ...]:
    """What the library answers; SystemExit of user code fails the invocation, where asyncio would end the loop."""
    try:
        return await work
    except (SystemExit, KeyboardInterrupt) as error:
        return False, None, [], repr(error), traceback.format_exc()


def _hand_over(
    loop: asyncio.AbstractEventLoop, outcome: asyncio.Future[Invocation], done: "Future[tuple[Any, ...]]"
) -> None:
    """From the worker's thread to the host's loop, which may be gone."""
    found = _invocation(done)
    if not loop.is_closed():
        loop.call_soon_threadsafe(lambda: None if outcome.done() else outcome.set_result(found))


def _invocation(done: "Future[tuple[Any, ...]]") -> Invocation:
    try:
        ok, found, _, shown, stack = done.result()
    except CancelledError:
        return Invocation(ok=False, error="CancelledError: the invocation was cancelled")
    except Exception as error:  # noqa: BLE001 (whatever it is fails one invocation and not the host)
        return Invocation(ok=False, error=f"{type(error).__name__}: {error}")
    return Invocation(ok, found, None if ok else error_text(shown, stack), stack)
