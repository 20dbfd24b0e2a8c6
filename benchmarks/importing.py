"""One file of quarters imported three ways: the product's steps, the peer by pandas and the ORM, bare statements."""

import csv
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from psycopg2.extensions import cursor as Cursor  # noqa: N812 (a class under psycopg2's lower-case name)

from benchmarks.ground import Ground
from benchmarks.phases import Phases
from benchmarks.portfolio import NAMESPACE
from benchmarks.statements import note_work
from durable_imports import activities
from durable_imports.contracts import chunk_batches
from durable_imports.readers import open_sheets
from shared.data.engine import rehearsal, transaction
from shared.data.reporting import refresh_reporting
from shared.domain.fields import FIELD_NAMES
from shared.domain.permissions import SYSTEM
from shared.domain.scenarios import Scenario
from shared.domain.selection import Figures, is_day
from shared.services import import_intake, import_steps, imports
from shared.services.import_files import choose_table
from shared.settings import get_settings

SIDE_BY_SIDE = 4
"""How many activities the host runs at once (`maxConcurrentActivityFunctions`)."""
DERIVED_TOGETHER = 500
_FILLED = (
    *("metric_inputs", "reporting_financials", "reporting_metrics"),
    *("import_jobs", "import_chunks", "import_rows", "import_issues", "import_moves"),
)
_PEER_TABLES = {Figures.FINANCIALS: "peer_financials", Figures.METRICS: "peer_metrics"}
_EXACT = (
    *("company_id", "scenario", "period_end", "currency", "is_local", "quarter_index", "period_start"),
    *("fiscal_year", "fiscal_quarter", "reporting_year", "reporting_quarter", "fx_closing_date", "flags", "nulls"),
)
_COLUMNS = ("company_external_id", "period_end", *FIELD_NAMES)
_NAMES = ", ".join(FIELD_NAMES)


def export_inputs(ground: Ground, path: Path, most: int | None = None) -> int:
    """The portfolio's inputs as a file, quarter after quarter, so that a company's rows lie far apart; how many rows.

    Args:
        ground: Whose inputs.
        path: The file to write.
        most: The newest so many only; None: all.
    """
    fields = ", ".join(f"i.{name}" for name in FIELD_NAMES)
    query = (
        f"copy (select c.external_id, i.period_end, {fields} from"  # noqa: S608 (names are ours)
        f" (select * from metric_inputs order by period_end desc, company_id limit {most or 'all'}) as i"
        " join companies as c on c.id = i.company_id order by i.period_end, c.external_id) to stdout with (format csv)"
    )
    with path.open("w", newline="") as file, ground.rehearse_bare() as cursor:
        csv.writer(file).writerow(_COLUMNS)
        cursor.copy_expert(query, file)
        return cursor.rowcount


def forget_inputs(ground: Ground, *, for_peer: bool = False) -> None:
    """Empty what an import fills; the peer finds its own tables made."""
    with ground.bare, ground.bare.cursor() as cursor:
        cursor.execute(f"truncate {', '.join(_FILLED)} cascade")
        cursor.execute(f"drop table if exists {', '.join(_PEER_TABLES.values())}")
    if for_peer:
        from benchmarks.peers.pandas_import import create_tables  # noqa: PLC0415 (pandas: only where the peer runs)

        create_tables(ground.database_url)


def import_ours(_ground: Ground, path: Path, phases: Phases | None = None) -> None:
    """The steps of an upload as the host runs them: activities side by side, without the host itself."""
    phases = phases or Phases()
    with transaction() as session:
        upload = imports.Upload(path.name, "0" * 64, path.stat().st_size)
        job = imports.register_import(session, SYSTEM, upload)
    with phases.running("stage"), path.open("rb") as file, open_sheets(file) as sheets, transaction() as session:
        chunks = import_intake.stage_import(session, job, choose_table(sheets))
    batches = chunk_batches(job, chunks)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        with phases.running("check"):
            _all_well(list(pool.map(activities.check_chunks.build().get_user_function(), batches)))
        with transaction() as session:
            import_steps.decide_import(session, job)
        with phases.running("apply"):
            _all_well(list(pool.map(activities.apply_chunks.build().get_user_function(), batches)))
    with transaction() as session:
        if import_steps.finish_import(session, job) != "applied":
            raise AssertionError("the import was not applied")


def _all_well(answers: Sequence[dict[str, object]]) -> None:
    if not all(answer["ok"] for answer in answers):
        raise AssertionError(answers)


def load_peer() -> Callable[[Ground, Path], None]:
    """What a team would write with pandas and the ORM, into tables of its own; pandas is imported already."""
    from benchmarks.peers.pandas_import import import_file  # noqa: PLC0415 (pandas: only where the peer runs)

    def import_peer(ground: Ground, path: Path) -> None:
        import_file(ground.database_url, path)

    return import_peer


def import_bare(ground: Ground, path: Path) -> None:
    """COPY into a bare table, one insert that finds companies and quarters, and deriving some companies at a time."""
    writes = [statement for statement in note_work(_derive_nobody) if statement.writes]
    columns = ", ".join(f"{name} numeric" for name in FIELD_NAMES)
    with ground.bare, ground.bare.cursor() as cursor:
        cursor.execute(f"create temp table arriving (external_id text, period_end date, {columns}) on commit drop")
        with path.open() as file:
            cursor.copy_expert("copy arriving from stdin with (format csv, header)", file)
        cursor.execute(_MERGE)
        cursor.execute("select id from companies order by id")
        ids = [row[0] for row in cursor.fetchall()]
        for first in range(0, len(ids), DERIVED_TOGETHER):
            for statement in writes:
                cursor.execute(statement.sql, {**statement.parameters, "ids": ids[first : first + DERIVED_TOGETHER]})


def _derive_nobody() -> None:
    with rehearsal() as session:
        refresh_reporting(session, [NAMESPACE], [Scenario.ACTUAL.value], get_settings().presentation_currencies)


def digest_inputs(cursor: Cursor) -> str:
    """How many quarters are on record, and a digest of their figures."""
    cursor.execute(
        "select count(*) || ' ' || md5(string_agg(md5((company_id, period_end, quarter_index, version, currency,"  # noqa: S608 (names are ours)
        f" {_NAMES})::text), '' order by company_id, period_end)) from metric_inputs where superseded_at is null"
    )
    (answer,) = cursor.fetchone() or ("",)
    return str(answer)


def sum_derived(cursor: Cursor, *, of_peer: bool = False) -> str:
    """All that is derived in every stored currency, of ours or of the peer, whose last digits may be others.

    Of each table: how many rows, a digest of their periods, flags and reasons, and of every rate, field or metric how
    often it has a value and the sum of its values in six digits.
    """
    return " ".join(_sum_table(cursor, figures, _PEER_TABLES[figures] if of_peer else figures) for figures in Figures)


def _sum_table(cursor: Cursor, figures: Figures, table: str) -> str:
    names = ("fx_rate_average", "fx_rate_closing", *figures.names)
    numbers = {name: f"{name} - date '2000-01-01'" if is_day(name) else name for name in names}
    sums = (f"count({name}), to_char(coalesce(sum({of}), 0), '9.99999EEEE')" for name, of in numbers.items())
    cursor.execute(
        f"select count(*), md5(string_agg(md5(({', '.join(_EXACT)})::text), ''"  # noqa: S608 (names are ours)
        f" order by company_id, scenario, period_end, currency)), {', '.join(sums)} from {table}"
    )
    return " ".join(str(part).strip() for part in cursor.fetchone() or ())


_MERGE = f"""
insert into metric_inputs (company_id, scenario, period_end, quarter_index, version, currency, deleted, recorded_at,
  principal, {_NAMES})
select c.id, 'actual', a.period_end, nearest_quarter(a.period_end, left(c.fiscal_year_end, 2)::integer), 1, k.currency,
  false, clock_timestamp(), 'bench', {_NAMES}
from arriving as a
join companies as c using (external_id)
join company_currencies as k on k.company_id = c.id
"""  # noqa: S608 (names are ours)
