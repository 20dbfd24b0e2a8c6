"""What is done to the host's process so that a fault can strike at a named moment; the product has no hooks for it.

Every step tells the test's director of each of its moments and does what it answers: go on, die, or fail.
"""

import functools
import importlib.util
import inspect
import json
import os
import signal
import socket
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import psycopg2
from azure.core.exceptions import HttpResponseError, ServiceRequestError
from azure.core.pipeline import Pipeline
from azure.storage.blob import ExponentialRetry
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2

from tests.faults.matrix import AFTER, BEFORE, CALL, CHUNK_ROWS, STEPS

ROOT = Path(__file__).parents[2]
PORT_SETTING = "DIRECTOR_PORT"
GO_ON, DIE, REFUSED, BUSY = ("go on", "die", "refused", "busy")
PAUSES_SECONDS = (0.2, 0.5, 1, 2, 4, 8)
"""In place of the product's pauses between attempts, which are made for outages of minutes."""
LOOK_AGAIN_DAYS = 0.3 / 86_400
"""In place of the days after which an import that waits for approval looks again whether it has it."""

_step: ContextVar[str | None] = ContextVar("step", default=None)


def load_sabotaged_app() -> Any:
    """The project's own app, its functions wrapped, with small chunks and short pauses."""
    from durable_imports import orchestrators  # noqa: PLC0415 (in the host's process only)
    from shared.services import import_intake  # noqa: PLC0415 (as above)

    orchestrators.RETRY_PAUSES_SECONDS = PAUSES_SECONDS
    orchestrators.LONGEST_TIMER_DAYS = LOOK_AGAIN_DAYS
    import_intake.CHUNK_ROWS = CHUNK_ROWS
    ExponentialRetry.get_backoff_time = lambda *_: 0.2
    _watch_commits()
    _watch_storage()
    spec = importlib.util.spec_from_file_location("project_app", ROOT / "function_app.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = set()
    for builder in module.app._function_builders:
        function = builder._function
        if (name := function.get_function_name()) in STEPS:
            function._func = _told(name, function._func)
            found.add(name)
    missing = set(STEPS) - found
    if missing:
        raise LookupError(f"the app has no function of the name {missing}; the matrix names its steps so")
    return module.app


def _told(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with the director told of its beginning and its end."""
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def run(*args: Any, **kwargs: Any) -> Any:
            _step.set(name)
            _tell(event="begins", step=name)
            try:
                return await function(*args, **kwargs)
            finally:
                _tell(event="ends", step=name)
    else:

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            token = _step.set(name)
            try:
                return function(*args, **kwargs)
            finally:
                _step.reset(token)

    return run


def _watch_commits() -> None:
    commit = PGDialect_psycopg2.do_commit

    def tell_and_commit(self: PGDialect_psycopg2, connection: Any) -> None:
        _pass(BEFORE, client_port=local_port(connection.dbapi_connection))
        commit(self, connection)
        _pass(AFTER)

    PGDialect_psycopg2.do_commit = tell_and_commit


def _watch_storage() -> None:
    send = Pipeline.run

    def tell_and_send(self: Pipeline, request: Any, **options: Any) -> Any:
        answer = _pass(CALL)
        if answer == REFUSED:
            raise ServiceRequestError("the connection was refused, as the test wants it")
        if answer == BUSY:
            raise HttpResponseError("503: the server is busy, as the test wants it")
        return send(self, request, **options)

    Pipeline.run = tell_and_send


def local_port(connection: psycopg2.extensions.connection) -> int:
    """From which port of this machine a connection to the database goes out."""
    with socket.socket(fileno=os.dup(connection.info.socket)) as copy:
        port: int = copy.getsockname()[1]
        return port


def _pass(moment: str, **told: int) -> str:
    """Tell of a moment of the step that runs here, and do what is answered."""
    step = _step.get()
    if step is None:
        return GO_ON
    answer = _tell(event="passes", step=step, moment=moment, **told)
    if answer == DIE:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer


def _tell(**told: str | int) -> str:
    with socket.create_connection(("127.0.0.1", int(os.environ[PORT_SETTING]))) as line:
        line.sendall(json.dumps(told).encode() + b"\n")
        return line.makefile().readline().strip()
