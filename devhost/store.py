"""Durable state in SQLite: instances, their history, inboxes, activities, entities. It stands in for Azure Storage.

WAL with synchronous NORMAL survives the death of the process at any instant; every episode is one transaction, which
together with at-least-once delivery is the whole argument for crash safety.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from devhost.events import Event

_LAYOUT = 1
"""Counts up whenever the tables change; the file keeps it as its `user_version`."""

_SCHEMA = """
create table if not exists instances (
  id text primary key, name text not null, execution_id text not null, status text not null,
  input text, output text, custom_status text, created real not null, updated real not null,
  parent_id text, parent_execution_id text, parent_task_id integer, suspended integer not null default 0, version text
);
create index if not exists instances_created on instances (created, id);
create table if not exists history (instance_id text not null, seq integer not null, event text not null,
  primary key (instance_id, seq)) without rowid;
create table if not exists inbox (id integer primary key autoincrement, instance_id text not null, execution_id text,
  due real not null, event text not null);
create index if not exists inbox_due on inbox (due);
create index if not exists inbox_instance on inbox (instance_id, due);
create table if not exists activities (id integer primary key autoincrement, instance_id text not null,
  execution_id text not null, task_id integer not null, name text not null, input text);
create index if not exists activities_instance on activities (instance_id);
create table if not exists entities (id text primary key, state text, present integer not null);
create table if not exists entity_inbox (id integer primary key, entity_id text not null, message text not null);
"""

RUNNING, PENDING, COMPLETED, FAILED, TERMINATED = "Running", "Pending", "Completed", "Failed", "Terminated"
TERMINAL = frozenset({COMPLETED, FAILED, TERMINATED})


@dataclass
class Instance:
    """One orchestration instance; texts are raw JSON, instants seconds since the epoch."""

    id: str
    name: str
    execution_id: str
    status: str
    input: str | None
    output: str | None
    custom_status: str | None
    created: float
    updated: float
    parent_id: str | None = None
    parent_execution_id: str | None = None
    parent_task_id: int | None = None
    suspended: int = 0
    version: str | None = None

    @property
    def is_terminal(self) -> bool:
        """Whether it has ended."""
        return self.status in TERMINAL


@dataclass(frozen=True)
class Message:
    """An event that waits in an instance's inbox."""

    id: int
    execution_id: str | None
    event: Event


@dataclass(frozen=True)
class Activity:
    """An activity that is to run, or is running."""

    id: int
    instance_id: str
    execution_id: str
    task_id: int
    name: str
    input: str | None


_COLUMNS = [column.name for column in fields(Instance)]


class StoreLayoutError(Exception):
    """The file was written by another version of devhost."""


class Store:
    """The database file. Used from one thread.

    Raises:
        StoreLayoutError: the file has another version's tables.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript("pragma journal_mode=wal; pragma synchronous=normal; pragma busy_timeout=5000")
        (version,) = self._db.execute("pragma user_version").fetchone()
        (tables,) = self._db.execute("select count(*) from sqlite_master where name = 'instances'").fetchone()
        if tables and version != _LAYOUT:
            self._db.close()
            raise StoreLayoutError(
                f"{path} has layout {version}, this devhost reads layout {_LAYOUT}; move the file away to begin anew"
            )
        self._db.executescript(f"{_SCHEMA} pragma user_version = {_LAYOUT}")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self._db.execute("begin immediate")
        try:
            yield
            self._db.execute("commit")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("rollback")
            raise

    def instance(self, instance_id: str) -> Instance | None:
        """One instance."""
        row = self._db.execute(f"select {', '.join(_COLUMNS)} from instances where id = ?", (instance_id,)).fetchone()  # noqa: S608 (our columns)
        return Instance(*row) if row else None

    def save_instance(self, instance: Instance) -> None:
        """Insert or replace an instance."""
        marks = ", ".join("?" * len(_COLUMNS))
        self._db.execute(
            f"insert or replace into instances ({', '.join(_COLUMNS)}) values ({marks})",  # noqa: S608 (our columns)
            [getattr(instance, name) for name in _COLUMNS],
        )

    def query_instances(
        self, where: Sequence[str], values: Sequence[Any], after: tuple[float, str] | None, top: int
    ) -> list[Instance]:
        """Instances by creation, `where` being conditions with `?`."""
        conditions, parameters = list(where), list(values)
        if after:
            conditions.append("(created, id) > (?, ?)")
            parameters += after
        clause = f"where {' and '.join(conditions)}" if conditions else ""
        query = f"select {', '.join(_COLUMNS)} from instances {clause} order by created, id limit ?"  # noqa: S608 (our columns)
        return [Instance(*row) for row in self._db.execute(query, [*parameters, top])]

    def purge(self, instance_id: str) -> None:
        """Forget everything about an instance."""
        self.clear_execution(instance_id)
        self._db.execute("delete from inbox where instance_id = ?", (instance_id,))
        self._db.execute("delete from instances where id = ?", (instance_id,))

    def clear_execution(self, instance_id: str) -> None:
        """Forget the history, the waiting activities, and every message meant for one execution only."""
        self._db.execute("delete from history where instance_id = ?", (instance_id,))
        self._db.execute("delete from activities where instance_id = ?", (instance_id,))
        self._db.execute("delete from inbox where instance_id = ? and execution_id is not null", (instance_id,))

    def history(self, instance_id: str) -> list[Event]:
        """The committed events in order."""
        rows = self._db.execute("select event from history where instance_id = ? order by seq", (instance_id,))
        return [json.loads(text) for (text,) in rows]

    def append_history(self, instance_id: str, events: Iterable[Event]) -> None:
        """Add events after those that stand."""
        (last,) = self._db.execute(
            "select coalesce(max(seq), 0) from history where instance_id = ?", (instance_id,)
        ).fetchone()
        self._db.executemany(
            "insert into history (instance_id, seq, event) values (?, ?, ?)",
            [(instance_id, last + number, json.dumps(found)) for number, found in enumerate(events, start=1)],
        )

    def replace_history(self, instance_id: str, events: Iterable[Event]) -> None:
        """Set the history anew (rewind)."""
        self._db.execute("delete from history where instance_id = ?", (instance_id,))
        self.append_history(instance_id, events)

    def send(self, instance_id: str, found: Event, due: float, execution_id: str | None = None) -> None:
        """Put an event into an inbox, to be delivered when due."""
        self._db.execute(
            "insert into inbox (instance_id, execution_id, due, event) values (?, ?, ?, ?)",
            (instance_id, execution_id, due, json.dumps(found)),
        )

    def messages(self, instance_id: str, now: float) -> list[Message]:
        """What is due for an instance, in order."""
        rows = self._db.execute(
            "select id, execution_id, event from inbox where instance_id = ? and due <= ? order by due, id",
            (instance_id, now),
        )
        return [Message(row_id, execution_id, json.loads(text)) for row_id, execution_id, text in rows]

    def drop_messages(self, ids: Iterable[int]) -> None:
        """Take messages out of their inbox."""
        self._db.executemany("delete from inbox where id = ?", [(row_id,) for row_id in ids])

    def due_instances(self, now: float) -> list[str]:
        """Instances with something due; a suspended one only when it is resumed or terminated."""
        rows = self._db.execute(
            "select distinct i.instance_id from inbox as i left join instances as o on o.id = i.instance_id"
            " where i.due <= ? and (coalesce(o.suspended, 0) = 0 or json_extract(i.event, '$.EventType') in (3, 20))",
            (now,),
        )
        return [instance_id for (instance_id,) in rows]

    def next_due(self, now: float) -> float | None:
        """When the next message beyond `now` falls due."""
        due: float | None = self._db.execute("select min(due) from inbox where due > ?", (now,)).fetchone()[0]
        return due

    def add_activity(self, instance_id: str, execution_id: str, task_id: int, name: str, raw_input: str | None) -> None:
        """Put an activity on the list of those to run."""
        self._db.execute(
            "insert into activities (instance_id, execution_id, task_id, name, input) values (?, ?, ?, ?, ?)",
            (instance_id, execution_id, task_id, name, raw_input),
        )

    def activities(self, beyond: int, limit: int) -> list[Activity]:
        """Activities to run, oldest first, of ids beyond `beyond`."""
        rows = self._db.execute(
            "select id, instance_id, execution_id, task_id, name, input from activities where id > ?"
            " order by id limit ?",
            (beyond, limit),
        )
        return [Activity(*row) for row in rows]

    def finish_activity(self, row_id: int) -> bool:
        """Take an activity off the list; False when it is gone already."""
        return self._db.execute("delete from activities where id = ?", (row_id,)).rowcount > 0

    def open_activities(self, instance_id: str) -> int:
        """How many activities of an instance have not ended."""
        (count,) = self._db.execute("select count(*) from activities where instance_id = ?", (instance_id,)).fetchone()
        return int(count)

    def entity(self, entity_id: str) -> tuple[bool, str | None]:
        """Whether an entity exists, and its state."""
        row = self._db.execute("select present, state from entities where id = ?", (entity_id,)).fetchone()
        return (bool(row[0]), row[1]) if row else (False, None)

    def save_entity(self, entity_id: str, state: str | None, *, present: bool) -> None:
        """Set an entity's state."""
        self._db.execute(
            "insert or replace into entities (id, state, present) values (?, ?, ?)", (entity_id, state, present)
        )

    def send_entity(self, entity_id: str, message: dict[str, Any]) -> None:
        """Put an operation into an entity's inbox."""
        self._db.execute(
            "insert into entity_inbox (entity_id, message) values (?, ?)", (entity_id, json.dumps(message))
        )

    def waiting_entities(self) -> list[str]:
        """Entities with operations to run."""
        return [
            entity_id
            for (entity_id,) in self._db.execute("select distinct entity_id from entity_inbox order by entity_id")
        ]

    def entity_batch(self, entity_id: str, limit: int) -> list[tuple[int, dict[str, Any]]]:
        """The oldest operations of an entity."""
        rows = self._db.execute(
            "select id, message from entity_inbox where entity_id = ? order by id limit ?", (entity_id, limit)
        )
        return [(row_id, json.loads(text)) for row_id, text in rows]

    def drop_entity_messages(self, ids: Iterable[int]) -> None:
        """Take operations out of their inbox."""
        self._db.executemany("delete from entity_inbox where id = ?", [(row_id,) for row_id in ids])
