"""Which blobs were delivered to which function: kept in SQLite, so a restart delivers only what was not."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

_SCHEMA = """
create table if not exists receipts (function text not null, container text not null, blob text not null, etag text not null,
  primary key (function, container, blob, etag)) without rowid;
create table if not exists poison (function text not null, container text not null, blob text not null, etag text not null,
  error text, noted text not null);
"""


class Receipts:
    """The file of receipts. Used from one thread."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript("pragma journal_mode=wal; pragma synchronous=normal;" + _SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def has(self, function: str, container: str, blob: str, etag: str) -> bool:
        """Whether this version of the blob was dealt with."""
        row = self._db.execute(
            "select 1 from receipts where function = ? and container = ? and blob = ? and etag = ?",
            (function, container, blob, etag),
        ).fetchone()
        return row is not None

    def add(self, function: str, container: str, blob: str, etag: str) -> None:
        """Note that it was."""
        self._db.execute("insert or ignore into receipts values (?, ?, ?, ?)", (function, container, blob, etag))

    def add_poison(self, function: str, container: str, blob: str, etag: str, error: str | None) -> None:
        """Note a blob that failed every time; the real host puts a message into the queue webjobs-blobtrigger-poison."""
        moment = datetime.now(UTC).isoformat()
        self._db.execute(
            "insert into poison values (?, ?, ?, ?, ?, ?)", (function, container, blob, etag, error, moment)
        )
        self.add(function, container, blob, etag)

    def poison(self) -> list[tuple[str, str, str]]:
        """(function, container, blob) of everything that failed every time."""
        return self._db.execute("select function, container, blob from poison order by noted").fetchall()
