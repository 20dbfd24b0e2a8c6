"""Which blobs were delivered to which function: kept in SQLite, so a restart delivers only what was not."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

_SCHEMA = """
create table if not exists receipts (
  function text not null, container text not null, blob text not null, etag text not null,
  primary key (function, container, blob, etag)
) without rowid;
create table if not exists failures (
  function text not null, container text not null, blob text not null, etag text not null, count integer not null,
  primary key (function, container, blob, etag)
) without rowid;
create table if not exists poison (
  function text not null, container text not null, blob text not null, etag text not null,
  error text, noted text not null
);
"""
_KEY = "function = ? and container = ? and blob = ? and etag = ?"


class Delivery(NamedTuple):
    """One version of a blob, for one function."""

    function: str
    container: str
    blob: str
    etag: str


class Receipts:
    """The file of receipts. Used from one thread; what was dealt with is held in memory too."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript("pragma journal_mode=wal; pragma synchronous=normal;" + _SCHEMA)
        rows = self._db.execute("select function, container, blob, etag from receipts")
        self._settled = {Delivery(*row) for row in rows}

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def has(self, delivery: Delivery) -> bool:
        """Whether it was dealt with."""
        return delivery in self._settled

    def settle(self, delivery: Delivery) -> None:
        """Note that it was."""
        self._db.execute("insert or ignore into receipts values (?, ?, ?, ?)", delivery)
        self._db.execute(f"delete from failures where {_KEY}", delivery)  # noqa: S608 (a constant)
        self._settled.add(delivery)

    def count_failure(self, delivery: Delivery) -> int:
        """Note one more failure; how many there are now."""
        row = self._db.execute(
            "insert into failures values (?, ?, ?, ?, 1)"
            " on conflict (function, container, blob, etag) do update set count = count + 1 returning count",
            delivery,
        ).fetchone()
        return int(row[0])

    def add_poison(self, delivery: Delivery, error: str) -> None:
        """Note a blob that failed every time: where the real host writes to the queue webjobs-blobtrigger-poison."""
        moment = datetime.now(UTC).isoformat()
        self._db.execute("insert into poison values (?, ?, ?, ?, ?, ?)", (*delivery, error, moment))
        self.settle(delivery)

    def poison(self) -> list[tuple[Delivery, str]]:
        """Everything that failed every time, with its last error."""
        rows = self._db.execute("select function, container, blob, etag, error from poison order by noted")
        return [(Delivery(*row[:4]), str(row[4])) for row in rows]
