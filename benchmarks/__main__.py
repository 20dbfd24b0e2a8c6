"""`python -m benchmarks [--quick] [--only NAME] [--growth] [--cases]`: measure, print the table, write a page."""

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime

from benchmarks.bounds import exceeded, load_bounds
from benchmarks.case import Case
from benchmarks.case_growth import CASES_PAGE, COMPANIES, cases_page, cases_table, measure_cases
from benchmarks.cases import CASES
from benchmarks.ground import Ground, ground_for_case, prepare_template, throwaway_server
from benchmarks.growth import ROWS, measure_growth
from benchmarks.load import LoadWay
from benchmarks.measuring import Result, time_ways
from benchmarks.portfolio import FULL, QUICK, Size
from benchmarks.report import (
    GROWTH_HEADER,
    GROWTH_PAGE,
    PAGE,
    PHASES_HEADER,
    aligned_table,
    growth_page,
    growth_table,
    phases_table,
    results_page,
    terminal_table,
)
from devstack.postgres import PostgresServer

LONG_CASE_RUNS = 3
"""How often a case that a quick run leaves out is timed when it is asked for by name."""


def measure(ground: Ground, case: Case, runs: int, say: Callable[[str], None]) -> Result:
    """Time one case.

    Raises:
        DifferentAnswerError: its ways do not answer the same.
    """
    size = ground.size
    title = case.title.format(companies=f"{size.companies:,}", quarters=size.quarters)
    say(title)
    ways = case.ways(ground)
    timings = time_ways(ways, min(size.most_runs, runs), say)
    loads = {name: way.load for name, way in ways.items() if isinstance(way, LoadWay)}
    return Result(case.name, title, timings, case.notes, loads)


def measure_all(server: PostgresServer, cases: Sequence[Case], size: Size, *, quick: bool) -> list[Result]:
    """Time the cases: those that only read in one database, with the same servers; each other in one of its own."""
    results = []
    with ground_for_case(server, size) as common:
        for case in cases:
            runs = (case.quick_runs or LONG_CASE_RUNS) if quick else case.runs
            own: AbstractContextManager[Ground] = nullcontext(common)
            with ground_for_case(server, size) if case.writes else own as ground:
                results.append(measure(ground, case, runs, _say))
    return results


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for; only a full run of all cases writes the page, only a quick one is held to bounds."""
    asked = _parser().parse_args(arguments)
    if asked.growth is not None:
        return _grow(asked.growth)
    if asked.cases is not None:
        return _grow_cases(asked.cases)
    size = QUICK if asked.quick else FULL
    cases = [case for case in CASES if asked.only == case.name or (not asked.only and _is_due(case, quick=asked.quick))]
    with throwaway_server() as server:
        prepare_template(server, size, _say)
        results = measure_all(server, cases, size, quick=asked.quick)
        complaints = _hold_to_bounds(server, cases, size, results) if asked.quick else []
        with ground_for_case(server, size) as ground:
            postgresql = ground.ask("show server_version")
    print(f"\n{terminal_table(results)}", flush=True)
    if not asked.quick and not asked.only:
        PAGE.write_text(results_page(results, size, postgresql, datetime.now(UTC).date()), encoding="utf-8")
        print(f"\nwritten: {PAGE.parent.name}/{PAGE.name}", flush=True)
    print("".join(f"\n{complaint}" for complaint in complaints), end="\n" if complaints else "", flush=True)
    return int(bool(complaints))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small portfolio, held to bounds.toml; writes nothing")
    parser.add_argument("--only", choices=[case.name for case in CASES], help="one case; nothing is written")
    parser.add_argument("--growth", nargs="*", type=int, metavar="ROWS", help="imports of these many rows instead")
    parser.add_argument(
        "--cases", nargs="*", type=int, metavar="COMPANIES", help="cases in portfolios of these sizes instead"
    )
    return parser


def _is_due(case: Case, *, quick: bool) -> bool:
    return bool(case.quick_runs) or not quick


def _hold_to_bounds(server: PostgresServer, cases: Sequence[Case], size: Size, results: list[Result]) -> list[str]:
    """What exceeds the bounds twice: a case that does is measured once more, and that is what stands in `results`."""
    bounds, complaints = load_bounds(), []
    for place, case in enumerate(cases):
        if case.quick_runs and (found := exceeded(results[place], bounds)):
            _say(f"once more, for it may be chance: {'; '.join(found)}")
            (results[place],) = measure_all(server, [case], size, quick=True)
            complaints += exceeded(results[place], bounds)
    return complaints


def _grow(rows: Sequence[int]) -> int:
    """Measure imports of more and more rows; only a run of the usual sizes writes the page."""
    found = measure_growth(rows or ROWS, _say)
    print(f"\n{aligned_table([GROWTH_HEADER, *growth_table(found)])}", flush=True)
    print(f"\n{aligned_table([PHASES_HEADER, *phases_table(found)])}", flush=True)
    if not rows:
        GROWTH_PAGE.write_text(growth_page(found, datetime.now(UTC).date()), encoding="utf-8")
        print(f"\nwritten: {GROWTH_PAGE.parent.name}/{GROWTH_PAGE.name}", flush=True)
    return 0


def _grow_cases(companies: Sequence[int]) -> int:
    """Measure cases in larger and larger portfolios; only a run of the usual sizes writes the page."""
    found = measure_cases(companies or COMPANIES, _say)
    print(f"\n{aligned_table(cases_table(found))}", flush=True)
    if not companies:
        CASES_PAGE.write_text(cases_page(found, datetime.now(UTC).date()), encoding="utf-8")
        print(f"\nwritten: {CASES_PAGE.parent.name}/{CASES_PAGE.name}", flush=True)
    return 0


def _say(line: str) -> None:
    print(f"  {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
