"""Child processes that end with their parent, and loopback ports."""

import ctypes
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

SERVER_PORTS = range(20_000, 32_768)
"""Below every system's range for outgoing connections."""
_PR_SET_PDEATHSIG = 1


def ending_with_parent(with_signal: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """What a child runs before its program so that it is signalled when its parent dies, even by kill -9 (Linux).

    The kernel watches the *thread* that starts the child: start children from a thread that lives as long as they may.
    """
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def ask_the_kernel() -> None:
        if hasattr(libc, "prctl"):
            libc.prctl(_PR_SET_PDEATHSIG, with_signal)
            if os.getppid() != parent:
                os.kill(os.getpid(), with_signal)

    return ask_the_kernel


def spawn(
    command: Sequence[str],
    *,
    log: Path | None = None,
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
    directory: Path | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, bound to this process's life.

    Its output is appended to `log`; without one it goes where ours goes.
    """
    with _output(log) as output:
        return subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if log else None,
            env=dict(environment) if environment is not None else None,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            cwd=directory,
            start_new_session=True,
            preexec_fn=ending_with_parent(death_signal),  # noqa: PLW1509 (system calls only: no lock is taken)
        )


@contextmanager
def _output(log: Path | None) -> Iterator[IO[bytes] | None]:
    if log is None:
        yield None
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        yield output


def stop(
    process: subprocess.Popen[bytes], *, with_signal: signal.Signals = signal.SIGTERM, patience: float = 15
) -> None:
    """Ask `process` to end; insist when it does not."""
    if process.poll() is None:
        process.send_signal(with_signal)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port(avoid: Collection[int] = ()) -> int:
    """A loopback port that nobody listens on, and that the system will not lend to an outgoing connection either."""
    for port in secrets.SystemRandom().sample(SERVER_PORTS, k=100):
        if port not in avoid and port_is_free(port):
            return port
    raise OSError(f"no free port on 127.0.0.1 between {SERVER_PORTS.start} and {SERVER_PORTS.stop - 1}")


def await_port(wanted: int | None, patience: float = 0, avoid: Collection[int] = ()) -> int:
    """The wanted port once it is free, within `patience` seconds; else any free one but these."""
    deadline = time.monotonic() + patience
    while wanted is not None:
        if port_is_free(wanted):
            return wanted
        if time.monotonic() >= deadline:
            break
        time.sleep(0.1)
    return free_port(avoid)


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, for a message."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
