"""The table of results: for the terminal, and as the page `benchmarks/results.md`."""

import os
import platform
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from benchmarks.case import WAYS
from benchmarks.ground import MEMORY
from benchmarks.growth import Growth, exponent
from benchmarks.measuring import Result
from benchmarks.portfolio import Size

PAGE = Path(__file__).with_name("results.md")
GROWTH_PAGE = Path(__file__).with_name("growth.md")
GROWTH_HEADER = ("rows", "file", "ours ÷ limit", "ours ÷ peer", "ours", "peer", "limit", "memory", "peer's memory")
HEADER = ("case", "ours ÷ limit", "ours ÷ peer", "ours", "peer", "limit", "runs")
PHASES_HEADER = ("rows", "stage", "check", "apply")
LOAD_HEADER = ("case", "way", "clients", "answers per second", "p50", "p95", "p99", "errors")
NOT_RUN = "not run"


def table_rows(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """A row of cells per case, under `HEADER`: ratios of medians, then the medians themselves."""
    rows = []
    for result in results:
        medians = [_seconds(result, way) for way in WAYS]
        runs = str(len(result.timings["ours"].seconds)) if result.timings else "0"
        rows.append((result.case, _times(result.ratio("limit")), _times(result.ratio("peer")), *medians, runs))
    return rows


def load_rows(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """A row of cells per way that was asked by clients, under `LOAD_HEADER`."""
    return [
        (
            *(result.case, way, str(load.clients), f"{load.per_second:,.0f}"),
            *(duration(load.percentile(share)) for share in (0.5, 0.95, 0.99)),
            str(load.errors),
        )
        for result in results
        for way, load in sorted(result.loads.items(), key=lambda item: WAYS.index(item[0]))
    ]


def terminal_table(results: Sequence[Result]) -> str:
    """The tables with columns aligned by spaces, the ratios last."""
    loads = load_rows(results)
    above = f"{aligned_table([LOAD_HEADER, *loads])}\n\n" if loads else ""
    return above + aligned_table([HEADER, *table_rows(results)])


def aligned_table(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows of cells with columns aligned by spaces."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def results_page(results: Sequence[Result], size: Size, postgresql: str, day: date) -> str:
    """The whole page as markdown text."""
    portfolio = f"{size.companies:,} companies × {size.quarters} quarters, every field reported"
    server = f"PostgreSQL {postgresql} on the same machine, not waiting for the disk ({', '.join(MEMORY)})"
    lines = [
        "# Benchmarks",
        "",
        "Written by `python3 dev.py bench`; do not edit. Ratios of medians are the result; times are context.",
        "",
        f"{day.isoformat()}. {machine()}. {server}. {portfolio}.",
        "",
        f"Load average of the last 15 minutes at the end: {os.getloadavg()[2]:.1f}. Well above 2, others used the",
        "machine too, and times say little.",
        "",
        *markdown_table(HEADER, table_rows(results)),
        "",
        "Runs of the ways are interleaved after a warm-up, and each run's answer is held against the others'.",
        "",
        *(line for result in results for line in _explanation(result)),
        *_loads(results),
    ]
    return "\n".join(lines) + "\n"


def _loads(results: Sequence[Result]) -> list[str]:
    rows = load_rows(results)
    if not rows:
        return []
    asked = "What clients saw who asked at once, each its next call after the answer to the last:"
    return ["", "## Many clients", "", asked, "", *markdown_table(LOAD_HEADER, rows)]


def growth_table(found: Sequence[Growth]) -> list[tuple[str, ...]]:
    """A row of cells per size, under `GROWTH_HEADER`."""
    return [
        (
            f"{each.rows:,}",
            f"{each.file_bytes / 1e6:,.0f} MB",
            f"{each.ours / each.limit:.2f} ×",
            NOT_RUN if each.peer is None else f"{each.ours / each.peer:.2f} ×",
            f"{each.ours:,.1f} s",
            NOT_RUN if each.peer is None else f"{each.peer:,.1f} s",
            f"{each.limit:,.1f} s",
            f"{each.memory / 2**20:,.0f} MiB",
            NOT_RUN if each.peer_memory is None else f"{each.peer_memory / 2**20:,.0f} MiB",
        )
        for each in found
    ]


def phases_table(found: Sequence[Growth]) -> list[tuple[str, ...]]:
    """A row for each size: of every phase the seconds that passed, and those of Python."""
    return [
        (f"{each.rows:,}", *(f"{passed:,.1f} s ({python:,.1f} s)" for passed, python in each.phases.values()))
        for each in found
    ]


def growth_page(found: Sequence[Growth], day: date) -> str:
    """The page on imports of more and more rows as markdown text."""
    lines = [
        "# Imports of more and more rows",
        "",
        "Written by `python3 dev.py bench --growth`; do not edit.",
        "",
        f"{day.isoformat()}. {machine()}, PostgreSQL on the same machine, not waiting for the disk.",
        "",
        *markdown_table(GROWTH_HEADER, growth_table(found)),
        "",
        "A CSV with every field, forty quarters of each company, sorted by quarter; from the file to derived rows in",
        "four currencies, four activities side by side in one process. The limit is one connection: COPY, one merge,",
        "and deriving 500 companies at a time. Both leave the same derived rows, which is checked. The peer reads and",
        "checks by pandas, stores by the ORM and derives the same rows by pandas in float64, whose periods and reasons",
        "must be ours, and their sums in six digits; of more than 100,000 rows it is not run. Memory is the process's",
        "above idle, without PostgreSQL's.",
        "",
        *markdown_table(PHASES_HEADER, phases_table(found)),
        "",
        "What each phase of ours took, and in parentheses how long its Python kept a processor busy: one process runs",
        "the Python of one activity at a time, while PostgreSQL works for others.",
        "",
        *([f"Time grows with the rows to the power of {exponent(found):.2f}."] if len(found) > 1 else []),
    ]
    return "\n".join(lines) + "\n"


def machine() -> str:
    """What it was measured on, in words."""
    return f"{os.cpu_count()} CPUs ({platform.machine()}), Python {platform.python_version()}"


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table."""
    return [_line(header), _line(["---"] * len(header)), *(_line(row) for row in rows)]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _explanation(result: Result) -> list[str]:
    absent = {way: "not run" for way in WAYS if way not in result.timings}
    said = [f"  * {way}: {note}" for way, note in {**absent, **result.notes}.items()]
    return [f"* **{result.case}**: {result.title}.", *said]


def _seconds(result: Result, way: str) -> str:
    if way not in result.timings:
        return NOT_RUN
    return duration(result.timings[way].median)


def duration(seconds: float) -> str:
    """Seconds as a person reads them."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def _times(ratio: float | None) -> str:
    return NOT_RUN if ratio is None else f"{ratio:.2f} ×"
