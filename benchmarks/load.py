"""Many clients at once: each its own connection, one call after another, until so many calls are made together."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import repeat

from benchmarks.measuring import Load, LoadRun, Stopwatch
from benchmarks.serving.client import RefusedAnswerError

LIMIT = 1 << 20
_OK = b"HTTP/1.1 200"


class LoadWay:
    """A way of a case: `requests` calls by `clients` at once; what counts is the time per call, 1 ÷ throughput.

    It answers what the first call was answered; calls that went otherwise are counted in `load`.
    """

    def __init__(
        self,
        port: int,
        path: str,
        headers: Mapping[str, str],
        *,
        clients: int,
        requests: int,
        digest: Callable[[bytes], str],
    ) -> None:
        lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
        self._request = ("\r\n".join(lines) + "\r\n\r\n").encode()
        self._port, self._path, self._clients, self._requests, self._digest = port, path, clients, requests, digest
        self._runs: list[LoadRun] = []

    def __call__(self, watch: Stopwatch) -> str:
        """Make the calls once.

        Raises:
            RefusedAnswerError: not one call was answered well; the message says how the first was.
        """
        run = run_load(self._port, self._request, self._clients, self._requests)
        if not run.latencies:
            raise RefusedAnswerError(f"{self._path} was answered {run.refusal or 'not at all'}")
        self._runs.append(run)
        watch.seconds += run.seconds / self._requests
        return self._digest(run.body)

    @property
    def load(self) -> Load:
        """All runs but the first, which warms up."""
        return Load(self._clients, self._runs[1:])


def run_load(port: int, request: bytes, clients: int, requests: int) -> LoadRun:
    """Make so many calls by so many clients at once."""
    return asyncio.run(_run(port, request, clients, requests))


async def _run(port: int, request: bytes, clients: int, requests: int) -> LoadRun:
    run, turns = LoadRun(requests), iter(repeat(None, requests))
    connections = [await asyncio.open_connection("127.0.0.1", port, limit=LIMIT) for _ in range(clients)]
    began = time.perf_counter()
    await asyncio.gather(*(_call_in_turn(*connection, request, turns, run) for connection in connections))
    run.seconds = time.perf_counter() - began
    for _, writer in connections:
        writer.close()
        await writer.wait_closed()
    return run


async def _call_in_turn(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes, turns: Iterator[None], run: LoadRun
) -> None:
    for _ in turns:
        began = time.perf_counter()
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.readexactly(_length(head))
        except (OSError, EOFError, ValueError):
            return
        seconds = time.perf_counter() - began
        if not head.startswith(_OK):
            run.refusal = run.refusal or f"{head.splitlines()[0].decode()}: {body[:300].decode(errors='replace')}"
            continue
        run.body = run.body or body
        if body == run.body:
            run.latencies.append(seconds)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError("an answer without a length")
