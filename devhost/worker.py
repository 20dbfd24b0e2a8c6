"""The worker half: Microsoft's own library in process, its coroutines on an event loop of their own in a thread.

The library's native seam is internal: it is pinned, and a contract test holds it. Blocking user code runs in its thread
pool or stalls its loop, never the host's.
"""

import asyncio
import itertools
import json
import logging
import re
import sys
import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from devhost.seam import Answer

_EXCEPTION_LINE = re.compile(r"^([A-Za-z_][\w.]*)(: |$)")
SCRIPT = "function_app.py"

_log = logging.getLogger(__name__)


class IndexingError(RuntimeError):
    """The app cannot be loaded; the message is the library's."""


@dataclass(frozen=True)
class Function:
    """A registered function: its id in the worker, and its bindings as registered."""

    id: str
    name: str
    bindings: tuple[dict[str, Any], ...]
    is_async: bool

    @property
    def trigger(self) -> dict[str, Any]:
        """The trigger binding."""
        return next((found for found in self.bindings if found["type"].lower().endswith("trigger")), {})

    def binding(self, kind: str) -> dict[str, Any] | None:
        """The first binding of a type."""
        return next((found for found in self.bindings if found["type"] == kind), None)


@dataclass(frozen=True)
class Invocation:
    """How an invocation went: the return datum, or the error as `Type: message` and its stack."""

    ok: bool
    datum: Any
    error: str | None
    stack: str | None


def datum(value: Any, kind: str) -> Any:  # noqa: ANN401 (the library's own type)
    """A value in the library's wire form."""
    from azure_functions_runtime.bindings.datumdef import Datum  # noqa: PLC0415 (the library loads with the app)

    return Datum(value, kind)


class Worker:
    """Runs one app's functions."""

    def __init__(self, app_root: Path, timeout_seconds: float | None) -> None:
        self.app_root = app_root.resolve()
        self.timeout_seconds = timeout_seconds
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="functions-worker", daemon=True)
        self._running: dict[int, asyncio.Future[Invocation]] = {}
        self._numbers = itertools.count()
        self.functions: dict[str, Function] = {}

    async def start(self) -> None:
        """Load the app and index its functions.

        Raises:
            IndexingError: the app cannot be imported or registers something the library refuses.
        """
        self._thread.start()
        future = asyncio.run_coroutine_threadsafe(self._index(), self._loop)
        for function in await asyncio.wrap_future(future):
            self.functions[function.name] = function

    async def stop(self) -> None:
        """Stop the worker's loop; running user code is left behind."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join, 2)

    async def invoke(
        self, name: str, inputs: Sequence[tuple[str, Any]], metadata: Mapping[str, Any] | None = None
    ) -> Invocation:
        """Run a function with (parameter, datum) pairs; on a timeout everything that runs is aborted, as in the real host."""
        from azure_functions_runtime.native_invocation import invocation_request_native  # noqa: PLC0415 (as datum)

        work = invocation_request_native(str(uuid.uuid4()), self.functions[name].id, list(inputs), dict(metadata or {}))
        running = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))
        outcome: asyncio.Future[Invocation] = asyncio.get_running_loop().create_future()
        number = next(self._numbers)
        self._running[number] = outcome
        running.add_done_callback(lambda done: _settle(outcome, done))
        try:
            return await asyncio.wait_for(asyncio.shield(outcome), self.timeout_seconds)
        except TimeoutError:
            self._abort_all(name)
            return await outcome
        finally:
            self._running.pop(number, None)

    async def invoke_durable(self, name: str, argument: str) -> Answer:
        """Run an orchestrator, activity or entity with the text of its trigger's parameter."""
        function = self.functions[name]
        found = await self.invoke(name, [(function.trigger["name"], datum(argument, "string"))])
        if not found.ok:
            _log.debug("%s failed: %s", name, found.stack)
        value = found.datum.value if found.ok and found.datum is not None else None
        return Answer(found.ok, value if value is None or isinstance(value, str) else json.dumps(value), found.error)

    def _abort_all(self, name: str) -> None:
        from azure_functions_runtime.utils.threadpool import start_threadpool_executor  # noqa: PLC0415 (as datum)

        _log.error("%s ran longer than %s s; the worker is restarted", name, self.timeout_seconds)
        text = f"FunctionTimeoutException: Timeout value of {self.timeout_seconds} s was exceeded by function: {name}"
        for outcome in self._running.values():
            if not outcome.done():
                outcome.set_result(Invocation(ok=False, datum=None, error=text, stack=None))
        start_threadpool_executor()

    async def _index(self) -> list[Function]:
        sys.path.insert(0, str(self.app_root))
        from azure_functions_runtime import handle_event  # noqa: PLC0415 (after the app's folder is on the path)
        from azure_functions_runtime.utils.threadpool import start_threadpool_executor  # noqa: PLC0415 (as above)

        request = SimpleNamespace(
            request=SimpleNamespace(
                worker_init_request=SimpleNamespace(capabilities={}, function_app_directory=str(self.app_root))
            ),
            properties={"host": "127.0.0.1", "protos": protos()},
        )
        answer = await handle_event.worker_init_request(request)
        if answer.result.status != protos().StatusResult.Success:
            raise IndexingError(answer.result.exception.message)
        start_threadpool_executor()
        found = await handle_event.functions_metadata_request(request)
        registry = handle_event._functions  # noqa: SLF001 (part of the pinned seam)
        return [
            Function(
                metadata.function_id,
                metadata.name,
                tuple(json.loads(text) for text in metadata.raw_bindings),
                registry.get_function(metadata.function_id).is_async,
            )
            for metadata in found.function_metadata_results or []
        ]


def _settle(outcome: "asyncio.Future[Invocation]", done: "asyncio.Future[Any]") -> None:
    if outcome.done() or done.cancelled():
        return
    if error := done.exception():
        outcome.set_result(Invocation(ok=False, datum=None, error=f"{type(error).__name__}: {error}", stack=None))
        return
    ok, found, _, text, stack = done.result()
    outcome.set_result(Invocation(ok, found, None if ok else error_text(text, stack), stack))


def error_text(shown: str | None, stack: str | None) -> str:
    """`Type: message` from a traceback's tail (the library itself answers only `repr(error)`); messages may have many lines."""
    lines = (stack or "").rstrip("\n").split("\n")
    starts = [number for number, line in enumerate(lines) if not line.startswith(" ") and _EXCEPTION_LINE.match(line)]
    after_frames = max((number for number, line in enumerate(lines) if line.startswith("  ")), default=-1)
    tail = [number for number in starts if number > _last_frame(lines, after_frames)]
    if not tail:
        return shown or "Exception"
    text = "\n".join(lines[tail[0] :])
    name, colon, message = text.partition(": ")
    return f"{name.rpartition('.')[2]}{colon}{message}"


def _last_frame(lines: list[str], fallback: int) -> int:
    """The last line of the traceback's last frame."""
    frames = [number for number, line in enumerate(lines) if line.startswith('  File "')]
    if not frames:
        return fallback
    last = frames[-1]
    while last + 1 < len(lines) and lines[last + 1].startswith("    "):
        last += 1
    return last


def protos() -> Any:  # noqa: ANN401 (a namespace in the place of the worker's protobuf module)
    """The few message types the library builds its answers with."""
    return _PROTOS


class _Message(SimpleNamespace):
    """A message whose fields are what it was given."""


class _StatusResult(_Message):
    Failure, Success = 0, 1


class _BindingInfo(_Message):
    out, inout, undefined = 1, 2, 0


_PROTOS = SimpleNamespace(
    WorkerInitResponse=_Message,
    FunctionMetadataResponse=_Message,
    RpcFunctionMetadata=_Message,
    RpcRetryOptions=_Message,
    WorkerMetadata=_Message,
    RpcException=_Message,
    StatusResult=_StatusResult,
    BindingInfo=_BindingInfo,
)
