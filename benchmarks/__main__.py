"""`python -m benchmarks [--quick] [--only NAME] [--growth]`: measure, print the table, write the page of results."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from benchmarks.case import Case
from benchmarks.cases import CASES
from benchmarks.ground import ground_for_case, prepare_template, throwaway_server
from benchmarks.growth import ROWS, measure_growth
from benchmarks.measuring import Result, time_ways
from benchmarks.portfolio import FULL, QUICK, Size
from benchmarks.report import (
    GROWTH_HEADER,
    GROWTH_PAGE,
    PAGE,
    aligned_table,
    growth_page,
    growth_table,
    results_page,
    terminal_table,
)
from devstack.postgres import PostgresServer


def measure(server: PostgresServer, case: Case, size: Size, say: Callable[[str], None]) -> Result:
    """Time one case in a database of its own.

    Raises:
        DifferentAnswerError: its ways do not answer the same.
    """
    title = case.title.format(companies=f"{size.companies:,}", quarters=size.quarters)
    say(title)
    with ground_for_case(server, size) as ground:
        timings = time_ways(case.ways(ground), min(size.most_runs, case.runs), say)
    return Result(case.name, title, timings, case.notes)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the cases asked for; only a full run of all of them writes the page."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small portfolio; nothing is written")
    parser.add_argument("--only", choices=[case.name for case in CASES], help="one case; nothing is written")
    parser.add_argument("--growth", nargs="*", type=int, metavar="ROWS", help="imports of these many rows instead")
    asked = parser.parse_args(arguments)
    if asked.growth is not None:
        return _grow(asked.growth)
    size = QUICK if asked.quick else FULL
    cases = [case for case in CASES if asked.only in {None, case.name}]
    with throwaway_server() as server:
        prepare_template(server, size, _say)
        results = [measure(server, case, size, _say) for case in cases]
        with ground_for_case(server, size) as ground:
            postgresql = ground.ask("show server_version")
    print(f"\n{terminal_table(results)}", flush=True)
    if size is FULL and len(cases) == len(CASES):
        PAGE.write_text(results_page(results, size, postgresql, datetime.now(UTC).date()), encoding="utf-8")
        print(f"\nwritten: {PAGE.parent.name}/{PAGE.name}", flush=True)
    return 0


def _grow(rows: Sequence[int]) -> int:
    """Measure imports of more and more rows; only a run of the usual sizes writes the page."""
    found = measure_growth(rows or ROWS, _say)
    print(f"\n{aligned_table([GROWTH_HEADER, *growth_table(found)])}", flush=True)
    if not rows:
        GROWTH_PAGE.write_text(growth_page(found, datetime.now(UTC).date()), encoding="utf-8")
        print(f"\nwritten: {GROWTH_PAGE.parent.name}/{GROWTH_PAGE.name}", flush=True)
    return 0


def _say(line: str) -> None:
    print(f"  {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
