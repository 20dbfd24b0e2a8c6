"""Many clients at once: what is counted as answered, as an error, and how latencies become percentiles."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from math import isnan

import pytest

from benchmarks.load import LoadWay
from benchmarks.measuring import Load, LoadRun, Result, Stopwatch, Timing
from benchmarks.report import load_rows
from benchmarks.serving.client import RefusedAnswerError

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def answering(reply: Callable[[int], bytes]) -> Iterator[int]:
    """A server on loopback whose n-th request is answered with `reply(n)`; nothing ends the connection."""
    numbers, listener = count(), socket.create_server(("127.0.0.1", 0), backlog=64)

    def serve(connection: socket.socket) -> None:
        with connection:
            while connection.recv(65536) and (sent := reply(next(numbers))):
                connection.sendall(sent)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=[connection], daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def load_of(reply: Callable[[int], bytes], *, clients: int = 4, requests: int = 20) -> tuple[Load, float]:
    """What a warm-up and one run counted, and the time a call took."""
    with answering(reply) as port:
        way = LoadWay(port, "/", {"a": "b"}, clients=clients, requests=requests, digest=bytes.decode)
        assert way(Stopwatch()) == "ok"
        watch = Stopwatch()
        way(watch)
        return way.load, watch.seconds


def test_every_call_that_is_answered_well_counts_once_and_the_warm_up_does_not():
    load, seconds = load_of(lambda _: GOOD)

    assert (load.clients, load.errors, len(load.runs)) == (4, 0, 1)
    assert load.per_second == pytest.approx(1 / seconds)
    assert 0 < load.percentile(0.5) <= load.percentile(0.99) < 5


@pytest.mark.parametrize(
    ("reply", "errors"),
    [
        (GOOD.replace(b"200 OK", b"503 No"), 1),
        (GOOD.replace(b"ok", b"no"), 1),
        (GOOD.replace(b"Content-Length: 2", b"X: 2"), 1),
    ],
    ids=["another status", "another body", "no length"],
)
def test_a_call_that_is_answered_otherwise_is_an_error(reply: bytes, errors: int):
    load, _ = load_of(lambda number: reply if number == 30 else GOOD)

    assert load.errors == errors


def test_calls_that_nobody_is_left_to_make_are_errors():
    load, _ = load_of(lambda number: b"" if number >= 30 else GOOD)

    assert load.errors == 10


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (b"HTTP/1.1 429 Slow\r\nContent-Length: 4\r\n\r\nlate", "/ was answered HTTP/1.1 429 Slow: late"),
        (b"", "not at all"),
    ],
)
def test_a_run_of_which_no_call_is_answered_well_ends_with_how_it_was_answered(reply: bytes, told: str):
    with answering(lambda _: reply) as port, pytest.raises(RefusedAnswerError, match=told):
        LoadWay(port, "/", {}, clients=2, requests=4, digest=bytes.decode)(Stopwatch())


def test_percentiles_are_those_of_all_runs_together():
    load = Load(1, [LoadRun(50, 1.0, [place / 100 for place in range(start, start + 50)]) for start in (0, 50)])

    assert [load.percentile(share) for share in (0.5, 0.95, 0.99, 1.0)] == [0.5, 0.95, 0.99, 0.99]
    assert load.per_second == 50
    assert isnan(Load(1, [LoadRun(1)]).percentile(0.5))


def test_what_clients_saw_stands_in_a_table_of_its_own():
    load = Load(16, [LoadRun(2, 0.5, [0.2, 0.25], b"")])
    result = Result("serve", "Serve", {"ours": Timing((0.25,))}, {}, {"ours": load})

    assert load_rows([result]) == [("serve", "ours", "16", "4", "250.0 ms", "250.0 ms", "250.0 ms", "0")]
