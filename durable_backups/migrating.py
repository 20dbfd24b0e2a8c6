"""Brings a database to a migration, as an operator would: by alembic, in a process of its own."""

import subprocess
import sys
from pathlib import Path

from shared.settings import environment_at


def knows_revision(root: Path, revision: str) -> bool:
    """Whether the code has a migration of this name."""
    return any((root / "sql" / "migrations" / "versions").glob(f"{revision}_*.py"))


def upgrade_database(root: Path, database_url: str, revision: str) -> None:
    """Run the migrations up to `revision`.

    Raises:
        RuntimeError: alembic failed; the message carries what it said.
    """
    result = subprocess.run(  # noqa: S603 (our own migrations, and a revision that one of them has)
        [sys.executable, "-m", "alembic", "-c", str(root / "sql" / "alembic.ini"), "upgrade", revision],
        env=environment_at(database_url),
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(f"the migrations failed:\n{result.stdout}{result.stderr}".rstrip())
