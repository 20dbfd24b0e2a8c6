"""The limit over HTTP: one statement sent by psycopg2, its rows' texts joined, nothing else; no token is asked for.

`uvicorn benchmarks.serving.bare:app` serves it at any path. BARE_STATEMENT is a file: JSON with `sql`, `parameters`.
"""

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psycopg2
from anyio import CapacityLimiter, to_thread
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under psycopg2's lower-case name)

CONNECTIONS = 8
"""More than the app has threads: the limit never waits for one."""
_statement = json.loads(Path(os.environ["BARE_STATEMENT"]).read_text())
_url = os.environ["DATABASE_URL"].replace("postgresql+psycopg2://", "postgresql://", 1)
_idle: list[Connection] = []
_turns = CapacityLimiter(CONNECTIONS)


def _connect() -> Connection:
    connection = psycopg2.connect(_url)
    connection.autocommit = True
    return connection


def _answer() -> bytes:
    connection = _idle.pop() if _idle else _connect()
    with connection.cursor() as cursor:
        cursor.execute(_statement["sql"], _statement["parameters"])
        rows = cursor.fetchall()
    _idle.append(connection)
    return f'{{"items":[{",".join(body for _, body in rows)}],"next":null}}'.encode()


async def app(scope: Any, receive: Any, send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:  # noqa: ARG001 (ASGI)
    """Answer every request alike."""
    if scope["type"] != "http":
        return
    body = await to_thread.run_sync(_answer, limiter=_turns)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
