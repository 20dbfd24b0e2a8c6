"""Makes what the project runs on, once: a virtual environment per Python version and the node tools.

Standard library only: it runs before any package is there. A set-up that was interrupted is begun again; two at the
same time wait for each other.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from devstack.page_assets import AssetError, copy_page_assets
from devstack.processes import ending_with_parent

WORKER_RUNTIME = "azure-functions-runtime==1.3.0"
"""Microsoft's worker library; it declares Python 3.13 and runs on 3.11 and 3.12, so it is installed by itself."""
MINIMUM_NODE = 20


class SetupError(Exception):
    """Something that the set-up needs is not there; the message says how to get it."""


def ensure_packages(root: Path) -> Path:
    """The Python of the virtual environment for the running version, its packages installed as pinned.

    Raises:
        SetupError: it could not be made.
    """
    version = f"py{sys.version_info.major}.{sys.version_info.minor}"
    environment = root / ".venv" / version
    python = environment / "bin" / "python"
    inputs = [root / "requirements.txt", root / "requirements-dev.txt", root / "benchmarks" / "requirements.txt"]

    def install(*, afresh: bool) -> None:
        _say("setting up Python packages (once, about a minute) …")
        if afresh or not python.exists():
            shutil.rmtree(environment, ignore_errors=True)
            _step(
                [sys.executable, "-m", "venv", str(environment)],
                "a virtual environment could not be made (on Debian: apt install python3-venv)",
            )
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        _step([*pip, "-r", str(inputs[1])], "the packages of requirements-dev.txt could not be installed")
        _step(
            [*pip, "--no-deps", "--ignore-requires-python", WORKER_RUNTIME], f"{WORKER_RUNTIME} could not be installed"
        )

    _once(environment, root / ".venv" / version, _digest(inputs, WORKER_RUNTIME), install)
    return python


def ensure_node_tools(root: Path) -> None:
    """The node packages (the local blob service, the pages of the API's description), installed as locked.

    Raises:
        SetupError: node is missing or too old, or they could not be installed.
    """
    lock = root / "package-lock.json"
    inputs = [root / "package.json", *([lock] if lock.exists() else [])]

    def install(*, afresh: bool) -> None:
        _require_node()
        _say("setting up the local blob service and the API's pages (once, some seconds) …")
        npm = ["npm", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(root)]
        if afresh:
            shutil.rmtree(root / "node_modules", ignore_errors=True)
        try:
            _step([*npm, "ci"], "npm ci failed")
        except SetupError:
            _step([*npm, "install"], "the tools of package.json could not be installed")

    _once(root / "node_modules", root / ".venv" / "node_modules", _digest(inputs, ""), install)


def ensure_page_assets(root: Path) -> None:
    """The files of `/docs` and `/redoc` in the app, from the node packages; changed ones are copied again.

    Raises:
        SetupError: a package is not there, or is not the one this project knows.
    """
    try:
        copy_page_assets(root)
    except AssetError as problem:
        raise SetupError(str(problem)) from None


def runs_in(python: Path) -> bool:
    """Whether this very process runs in the environment of `python`."""
    return Path(sys.prefix).resolve() == python.parent.parent.resolve()


def _require_node() -> None:
    advice = (
        f"the local blob service needs Node.js {MINIMUM_NODE} or newer with npm: "
        "install it (apt install nodejs npm, brew install node, or nodejs.org) and start again"
    )
    if not shutil.which("node") or not shutil.which("npm"):
        raise SetupError(f"node or npm was not found; {advice}")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if int(version.lstrip("v").split(".")[0] or 0) < MINIMUM_NODE:
        raise SetupError(f"node is {version or 'of an unknown version'}; {advice}")


def _once(result: Path, notes: Path, digest: str, install: Callable[..., None]) -> None:
    """Run `install` unless `result` stands as `digest` wants it; `notes` is where that is written down."""
    stamp, unfinished = notes.with_name(f"{notes.name}.installed"), notes.with_name(f"{notes.name}.unfinished")

    def stands() -> bool:
        return result.exists() and stamp.exists() and stamp.read_text() == digest and not unfinished.exists()

    if stands():
        return
    with _lock(notes.with_name(f"{notes.name}.lock")):
        if stands():
            return
        afresh = unfinished.exists()
        unfinished.touch()
        install(afresh=afresh)
        stamp.write_text(digest)
        unfinished.unlink()


def _digest(inputs: Sequence[Path], more: str) -> str:
    content = b"\0".join(path.read_bytes() for path in inputs)
    return hashlib.sha256(content + more.encode()).hexdigest()


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("another start is setting this up; waiting for it …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _step(command: Sequence[str], failure: str) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in {"PYTHONHOME", "PYTHONPATH"}}
    result = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        preexec_fn=ending_with_parent(signal.SIGKILL),  # it makes system calls only, so threads do not matter
    )
    if result.returncode:
        said = "\n".join((result.stdout + result.stderr).strip().splitlines()[-15:])
        raise SetupError(f"{failure}:\n{said}")


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
