"""`dev.py bench --reads [COMPANIES …]`: reads of portfolios ten times as large each, and by which power they grow."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from benchmarks.ground import Ground, ground_for_case, prepare_template, throwaway_server
from benchmarks.measuring import Stopwatch, time_ways
from benchmarks.portfolio import Size, company_id
from benchmarks.report import duration, machine, markdown_table
from shared.data.engine import transaction
from shared.data.matrix import Columns
from shared.domain.permissions import SYSTEM
from shared.domain.selection import Figures, Selection
from shared.services.reads import list_reporting, read_matrix

READS_PAGE = Path(__file__).with_name("reads.md")
COMPANIES = (100, 1_000, 10_000)
QUARTERS = 40
RUNS = 11
_NAMES = Figures.METRICS.names


@dataclass(frozen=True, slots=True)
class Reads:
    """One size: how long each read takes, in seconds, by its name."""

    companies: int
    seconds: Mapping[str, float]


def _read_company(session: Session, size: Size) -> None:
    one = Selection(Figures.METRICS, _NAMES, company_ids=(company_id(size.companies // 2),), currency="USD")
    list_reporting(session, SYSTEM, one, None, None, size.quarters)


def _read_latest(session: Session, size: Size) -> None:
    latest = Selection(Figures.METRICS, _NAMES, currency="USD", latest=True)
    list_reporting(session, SYSTEM, latest, None, None, size.companies)


def _read_matrix(session: Session, _size: Size) -> None:
    one = Selection(Figures.METRICS, ("arr",), currency="USD")
    read_matrix(session, SYSTEM, one, None, Columns.REPORTING_QUARTER)


READS: Mapping[str, Callable[[Session, Size], None]] = {
    "one company": _read_company,
    "latest of all": _read_latest,
    "matrix of all": _read_matrix,
}


def measure_reads(companies: Sequence[int], say: Callable[[str], None]) -> list[Reads]:
    """Time every read in portfolios of these sizes, in turn; the median of each."""
    found = []
    for count in companies:
        size = Size(count, QUARTERS, RUNS)
        with throwaway_server() as server:
            prepare_template(server, size, say)
            with ground_for_case(server, size) as ground:
                ways = {name: _reading(ground, read) for name, read in READS.items()}
                timings = time_ways(ways, RUNS, say)
        found.append(Reads(count, {name: timing.median for name, timing in timings.items()}))
    return found


def _reading(ground: Ground, read: Callable[[Session, Size], None]) -> Callable[[Stopwatch], str]:
    def run(watch: Stopwatch) -> str:
        with transaction() as session, watch.running():
            read(session, ground.size)
        return "read"

    return run


def reads_table(found: Sequence[Reads]) -> list[tuple[str, ...]]:
    """A header, a row of cells per size, and, of several sizes, the exponents."""
    rows = [
        ("companies", *READS),
        *((f"{each.companies:,}", *(duration(each.seconds[name]) for name in READS)) for each in found),
    ]
    if len(found) > 1:
        rows.append(("exponent", *(f"{exponent(found, name):.2f}" for name in READS)))
    return rows


def exponent(found: Sequence[Reads], name: str) -> float:
    """By which power of the companies a read's time grows: the slope of the straight line through the logarithms."""
    points = [(math.log(each.companies), math.log(each.seconds[name])) for each in found]
    across, up = (sum(point[axis] for point in points) / len(points) for axis in (0, 1))
    return sum((x - across) * (y - up) for x, y in points) / sum((x - across) ** 2 for x, _ in points)


def reads_page(found: Sequence[Reads], day: date) -> str:
    """The page as markdown text."""
    header, *rows = reads_table(found)
    lines = [
        "# Reads of larger and larger portfolios",
        "",
        "Written by `python3 dev.py bench --reads`; do not edit.",
        "",
        f"{day.isoformat()}. {machine()}, PostgreSQL on the same machine. {QUARTERS} quarters of each company, in USD;",
        f"medians of {RUNS} runs in turn, without HTTP. The exponent is the slope of the line through the logarithms.",
        "",
        *markdown_table(header, rows),
    ]
    return "\n".join(lines) + "\n"
