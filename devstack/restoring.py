"""`dev.py restore`: the product's own command, with the storage of the running local stack where no other is named."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from devstack.state import NotStartedError, read_connection

DATA_DIR = Path(__file__).parents[1] / ".local"
STORAGE = ("BackupsStorage", "ImportsStorage")


def run_restore(arguments: Sequence[str]) -> int:
    """Restore as `arguments` say; `--data-dir` is ours, all others are the product's."""
    ours = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    ours.add_argument("--data-dir", type=Path, default=DATA_DIR)
    options, theirs = ours.parse_known_args(arguments)
    if not any(os.environ.get(name) for name in STORAGE):
        _point_at_stack(options.data_dir)
    from durable_backups.restore import main  # noqa: PLC0415 (it reads the settings that were just made)

    return main(theirs)


def _point_at_stack(data_dir: Path) -> None:
    """Without a stack the settings stay as they are, and the command itself says what is missing."""
    try:
        os.environ[STORAGE[0]] = str(read_connection(data_dir)["blob_connection_string"])
    except NotStartedError:
        return
