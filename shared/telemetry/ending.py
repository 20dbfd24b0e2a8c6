"""The last moment of a process: what lies in memory is sent first, within a bounded time.

A worker ends in two ways that leave it a moment: it returns from its main thread (`atexit`), or it is asked to by
SIGTERM, which would end a process without a handler at once. Python lets only the main thread set a handler, and runs
it there between two lines of code that may hold a lock; so another thread does the sending while the handler waits.
"""

import atexit
import os
import signal
from collections.abc import Callable
from threading import Thread, current_thread, main_thread
from types import FrameType
from typing import Any

PATIENCE = 5.0
"""Seconds that sending may take at the end; a host that stops gives its workers ten."""

Flush = Callable[[float], bool]


def flush_at_exit(flush: Flush) -> None:
    """Let `flush` run when the process ends by itself."""
    atexit.register(flush, PATIENCE)


def forget_flush(flush: Flush) -> None:
    """Let it not run."""
    atexit.unregister(flush)


def flush_at_sigterm(flush: Flush) -> bool:
    """Let `flush` run before SIGTERM does what it would do anyway; False: only the main thread can see to that."""
    if current_thread() is not main_thread():
        return False
    before = signal.getsignal(signal.SIGTERM)
    if before is signal.SIG_IGN or before is None:
        return False

    def end(number: int, frame: FrameType | None) -> None:
        sending = Thread(target=flush, args=(PATIENCE,), name="telemetry-end", daemon=True)
        sending.start()
        sending.join(PATIENCE)
        _go_on(before, number, frame)

    signal.signal(signal.SIGTERM, end)
    return True


def _go_on(before: Any, number: int, frame: FrameType | None) -> None:
    """What would have happened without us."""
    if callable(before):
        before(number, frame)
    else:
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
