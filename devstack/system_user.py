"""The user that PostgreSQL runs as when we are root: it refuses to be root itself."""

import os
import pwd
import stat
import subprocess
from collections.abc import Collection
from pathlib import Path

NAME = "pgserver"


def unprivileged_user() -> str | None:
    """The user to run PostgreSQL as; None when this process is not root and may run it itself."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(NAME)
    except KeyError:
        subprocess.run(["useradd", "--system", NAME], check=True, capture_output=True)
    return NAME


def give(user: str, own: Collection[Path], reach: Collection[Path]) -> None:
    """Make the `own` paths the user's and let it traverse (no more than that) to those and to `reach`."""
    entry = pwd.getpwnam(user)
    for path in own:
        os.chown(path, entry.pw_uid, entry.pw_gid)
    for path in (*own, *reach):
        for prefix in path.parents:
            mode = prefix.stat().st_mode
            if not mode & stat.S_IXOTH:
                prefix.chmod(mode | stat.S_IXOTH)
