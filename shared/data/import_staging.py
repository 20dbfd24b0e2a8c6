"""The pieces of an upload in the database: staged rows, and what became of each chunk in each phase."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Any

from sqlalchemy.orm import Session

from shared.data.appending import append_rows, write_array
from shared.data.pages import Page, fetch_page
from shared.data.statement import statement
from shared.data.tables.imports import ImportRow
from shared.domain.cells import Cell, CellError
from shared.domain.statuses import ImportPhase, Outcome

Row = tuple[int, list[Cell]]
_PLAIN = frozenset((str, NoneType))
_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_load = json.JSONDecoder(parse_float=Decimal).decode


@dataclass(frozen=True, slots=True)
class ChunkRecord:
    """What a chunk came to in a phase; the columns of `import_chunks`."""

    row_numbers: list[int]
    outcomes: list[str]
    counts: dict[str, int]
    errors: int
    warnings: int
    concerns: list[dict[str, Any]] | None = None
    moves: dict[str, int] | None = None

    def after(self, checked: "ChunkRecord", refused: Collection[int]) -> "ChunkRecord":
        """The record of applying: of the rows in this one, and of those that the check had refused.

        Doubts are raised by the check alone; what is new when rows are applied are errors.
        """
        outcomes = dict.fromkeys(refused, Outcome.REJECTED.value)
        outcomes |= dict(zip(self.row_numbers, self.outcomes, strict=True))
        numbers = sorted(outcomes)
        listed = [outcomes[number] for number in numbers]
        return replace(
            checked,
            row_numbers=numbers,
            outcomes=listed,
            counts=dict(Counter(listed)),
            errors=checked.errors + self.errors,
        )


def stage_rows(session: Session, job_id: str, rows: Iterable[tuple[int, int, Sequence[Cell]]]) -> int:
    """Put (chunk, row number, cells) into the staging table; answers how many there were."""
    staged = ((job_id, chunk, number, _encode(cells)) for chunk, number, cells in rows)
    return append_rows(session, ImportRow, ("import_id", "chunk", "row_number", "cells"), staged)


def chunk_rows(session: Session, job_id: str, chunk: int) -> list[Row]:
    """The rows of one chunk in file order."""
    query = "select row_number, cells::text from import_rows where import_id = :id and chunk = :chunk order by 1"
    found = session.execute(statement(query), {"id": job_id, "chunk": chunk})
    return [(number, _decode(cells)) for number, cells in found]


def staged_rows(session: Session, job_id: str, limit: int) -> list[Row]:
    """The rows of an upload in file order; of one with more than `limit` rows, those that something is said about."""
    query = """
    select row_number, cells::text from import_rows as r
    where import_id = :id and (
      (select rows_total from import_jobs where id = :id) <= :limit
      or exists (select from import_issues as i where i.import_id = :id and i.row_number = r.row_number)
    )
    order by row_number limit :limit
    """
    return [
        (number, _decode(cells)) for number, cells in session.execute(statement(query), {"id": job_id, "limit": limit})
    ]


def _encode(cells: Sequence[Cell]) -> str:
    if set(map(type, cells)) <= _PLAIN:
        return _dump(cells)
    return "[" + ",".join(map(_encode_cell, cells)) + "]"


def _encode_cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return _dump(cell)
    if cell is None:
        return "null"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, date):
        return f'"{cell.isoformat()}"'
    if isinstance(cell, CellError):
        return _dump([cell.code, cell.text, cell.message])
    return str(int(cell))


def _decode(cells: str) -> list[Cell]:
    found: list[Any] = _load(cells)
    return (
        [CellError(*cell) if isinstance(cell, list) else cell for cell in found] if list in map(type, found) else found
    )


def begin_chunk(session: Session, job_id: str, phase: ImportPhase, chunk: int, now: datetime) -> bool:
    """Claim a chunk for this transaction; False when it is done already. Two at once wait for each other here."""
    query = (
        "insert into import_chunks (import_id, phase, chunk, done_at, errors, warnings)"
        " values (:id, :phase, :chunk, :now, 0, 0) on conflict do nothing returning 1"
    )
    bound = {"id": job_id, "phase": phase.value, "chunk": chunk, "now": now}
    return session.execute(statement(query), bound).scalar() is not None


def record_chunk(session: Session, job_id: str, phase: ImportPhase, chunk: int, record: ChunkRecord) -> None:
    """Write down what a claimed chunk came to."""
    session.execute(
        statement(
            "update import_chunks set row_numbers = cast(:numbers as integer[]), outcomes = cast(:outcomes as text[]),"
            " counts = cast(:counts as jsonb),"
            " errors = :errors, warnings = :warnings, concerns = cast(:concerns as jsonb),"
            " moves = cast(:moves as jsonb) where import_id = :id and phase = :phase and chunk = :chunk"
        ),
        {
            "id": job_id,
            "phase": phase.value,
            "chunk": chunk,
            "numbers": write_array(record.row_numbers),
            "outcomes": write_array(record.outcomes),
            "counts": json.dumps(record.counts),
            "errors": record.errors,
            "warnings": record.warnings,
            "concerns": json.dumps(record.concerns) if record.concerns else None,
            "moves": json.dumps(record.moves) if record.moves else None,
        },
    )


def read_chunk(session: Session, job_id: str, phase: ImportPhase, chunk: int) -> ChunkRecord:
    """What a chunk came to in a phase it has been through."""
    query = "select * from import_chunks where import_id = :id and phase = :phase and chunk = :chunk"
    row = session.execute(statement(query), {"id": job_id, "phase": phase.value, "chunk": chunk}).mappings().one()
    return ChunkRecord(**{name: row[name] for name in ChunkRecord.__slots__})


def open_chunks(session: Session, job_id: str, phase: ImportPhase, first: int, last: int) -> list[int]:
    """The chunks `first` … `last` that have not been through a phase."""
    query = """
    select n from generate_series(cast(:first as int), cast(:last as int)) as n
    where not exists (select from import_chunks where import_id = :id and phase = :phase and chunk = n) order by n
    """
    bound = {"id": job_id, "phase": phase.value, "first": first, "last": last}
    return list(session.execute(statement(query), bound).scalars())


def outcome_counts(session: Session, job_id: str, phase: ImportPhase) -> dict[str, int]:
    """How many rows came out how in a phase."""
    query = """
    select c.key as outcome, sum(c.value::int) as n from import_chunks as k cross join jsonb_each_text(k.counts) as c
    where k.import_id = :id and k.phase = :phase group by c.key
    """
    return {row.outcome: row.n for row in session.execute(statement(query), {"id": job_id, "phase": phase.value})}


def list_concerns(session: Session, job_id: str, limit: int) -> tuple[int, list[dict[str, Any]]]:
    """What somebody has to approve: how much it is, and the first of it."""
    query = """
    select count(*) over () as n, c.value as concern from import_chunks as k
    cross join jsonb_array_elements(k.concerns) as c
    where k.import_id = :id and k.phase = 'check' order by k.chunk limit :limit
    """
    found = session.execute(statement(query), {"id": job_id, "limit": limit}).all()
    return (found[0].n if found else 0), [row.concern for row in found]


def list_outcomes(session: Session, job_id: str, outcome: str | None, after: Sequence[Any] | None, limit: int) -> Page:
    """What became of every row, in file order."""
    query = """
    select json_build_array(o.row_number) as key,
      json_build_object('row_number', o.row_number, 'outcome', o.outcome) as body
    from (
      select distinct on (chunk) * from import_chunks
      where import_id = :id and phase <> 'stage' order by chunk, phase
    ) as k
    cross join unnest(k.row_numbers, k.outcomes) as o(row_number, outcome)
    where (cast(:outcome as text) is null or o.outcome = :outcome) and o.row_number > :after
    order by o.row_number
    """
    (row_number,) = after or (0,)
    return fetch_page(session, query, {"id": job_id, "outcome": outcome, "after": row_number}, limit)


def forget_staging(session: Session, job_id: str) -> None:
    """Let an upload be staged and gone through again."""
    for table in ("import_chunks", "import_rows"):
        session.execute(statement(f"delete from {table} where import_id = :id"), {"id": job_id})  # noqa: S608 (ours)


def clean_staging(session: Session, ended_before: datetime, now: datetime) -> int:
    """Remove the staged rows of jobs that ended before; answers how many jobs that were. Their history stays."""
    query = """
    with ended as (
      update import_jobs set cleaned_at = :now
      where finished_at < :before and cleaned_at is null returning id
    ), gone as (delete from import_rows where import_id in (select id from ended))
    select count(*) from ended
    """
    cleaned: int = session.execute(statement(query), {"before": ended_before, "now": now}).scalar_one()
    return cleaned
