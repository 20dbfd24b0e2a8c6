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
GROWTH_HEADER = ("rows", "file", "ours", "limit", "ours ÷ limit", "memory above idle")
HEADER = ("case", "ours ÷ limit", "ours ÷ peer", "ours", "peer", "limit", "runs")
NOT_RUN = "not run"


def table_rows(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """A row of cells per case, under `HEADER`: ratios of medians, then the medians themselves."""
    rows = []
    for result in results:
        medians = [_seconds(result, way) for way in WAYS]
        runs = str(len(result.timings["ours"].seconds))
        rows.append((result.case, _times(result.ratio("limit")), _times(result.ratio("peer")), *medians, runs))
    return rows


def terminal_table(results: Sequence[Result]) -> str:
    """The table with columns aligned by spaces."""
    return aligned_table([HEADER, *table_rows(results)])


def aligned_table(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows of cells with columns aligned by spaces."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def results_page(results: Sequence[Result], size: Size, postgresql: str, day: date) -> str:
    """The whole page as markdown text."""
    portfolio = f"{size.companies:,} companies × {size.quarters} quarters, every field reported"
    machine = f"{os.cpu_count()} CPUs ({platform.machine()}), Python {platform.python_version()}"
    server = f"PostgreSQL {postgresql} on the same machine, not waiting for the disk ({', '.join(MEMORY)})"
    lines = [
        "# Benchmarks",
        "",
        "Written by `python3 dev.py bench`; do not edit. Ratios of medians are the result; times are context.",
        "",
        f"{day.isoformat()}. {machine}. {server}. {portfolio}.",
        "",
        *_markdown(HEADER, table_rows(results)),
        "",
        "Runs of the ways are interleaved after a warm-up, and each run's answer is held against the others'.",
        "",
        *(line for result in results for line in _explanation(result)),
    ]
    return "\n".join(lines) + "\n"


def growth_table(found: Sequence[Growth]) -> list[tuple[str, ...]]:
    """A row of cells per size, under `GROWTH_HEADER`."""
    return [
        (
            f"{each.rows:,}",
            f"{each.file_bytes / 1e6:,.0f} MB",
            f"{each.ours:,.1f} s",
            f"{each.limit:,.1f} s",
            f"{each.ours / each.limit:.2f} ×",
            f"{each.memory / 2**20:,.0f} MiB",
        )
        for each in found
    ]


def growth_page(found: Sequence[Growth], day: date) -> str:
    """The page on imports of more and more rows as markdown text."""
    machine = f"{os.cpu_count()} CPUs ({platform.machine()}), Python {platform.python_version()}"
    lines = [
        "# Imports of more and more rows",
        "",
        "Written by `python3 dev.py bench --growth`; do not edit.",
        "",
        f"{day.isoformat()}. {machine}, PostgreSQL on the same machine, not waiting for the disk.",
        "",
        *_markdown(GROWTH_HEADER, growth_table(found)),
        "",
        "A CSV with every field, forty quarters of each company, sorted by quarter; from the file to derived rows in",
        "four currencies, four activities side by side in one process. The limit is one connection: COPY, one merge,",
        "and deriving 500 companies at a time. Both leave the same derived rows, which is checked.",
        "",
        *([f"Time grows with the rows to the power of {exponent(found):.2f}."] if len(found) > 1 else []),
    ]
    return "\n".join(lines) + "\n"


def _markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [_line(header), _line(["---"] * len(header)), *(_line(row) for row in rows)]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _explanation(result: Result) -> list[str]:
    absent = {way: "not run: none is written for this case" for way in WAYS if way not in result.timings}
    said = [f"  * {way}: {note}" for way, note in {**absent, **result.notes}.items()]
    return [f"* **{result.case}**: {result.title}.", *said]


def _seconds(result: Result, way: str) -> str:
    if way not in result.timings:
        return NOT_RUN
    seconds = result.timings[way].median
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def _times(ratio: float | None) -> str:
    return NOT_RUN if ratio is None else f"{ratio:.2f} ×"
