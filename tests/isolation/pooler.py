"""PgBouncer in transaction mode in front of a server, where it is installed."""

import contextlib
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

from devstack.postgres import Login, PostgresServer
from devstack.processes import free_port, spawn, stop, tail
from devstack.system_user import give, unprivileged_user

PROGRAM = shutil.which("pgbouncer")
_CONFIG = """
[databases]
* = host=127.0.0.1 port={server_port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {users}
pool_mode = transaction
default_pool_size = 4
max_client_conn = 200
ignore_startup_parameters = extra_float_digits
log_connections = 0
log_disconnections = 0
"""


@contextmanager
def pooler(folder: Path, server: PostgresServer, login: Login) -> Iterator[str]:
    """The address (host and port) at which `login` reaches the server through a running PgBouncer."""
    if PROGRAM is None:
        raise RuntimeError("this test needs PgBouncer on the PATH (on Debian: apt install pgbouncer)")
    port, config, users = free_port(), folder / "pgbouncer.ini", folder / "users.txt"
    users.write_text(f'"{login.name}" "{login.password}"\n')
    config.write_text(_CONFIG.format(server_port=server.port, port=port, users=users))
    user = unprivileged_user()
    if user:
        give(user, [folder, config, users], [])
    log = folder / "pgbouncer.log"
    process = spawn([PROGRAM, str(config)], log=log, user=user, directory=folder)
    try:
        if await_listening(port, process) is False:
            raise RuntimeError(f"PgBouncer did not serve:\n{tail(log)}")
        yield f"127.0.0.1:{port}"
    finally:
        stop(process)


def await_listening(port: int, process: Popen[bytes], patience: float = 10) -> bool:
    """Whether something listens within `patience` seconds while the process lives."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        time.sleep(0.05)
    return False
