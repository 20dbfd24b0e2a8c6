"""`dev.py bench --cases [COMPANIES …]`: cases in portfolios ten times as large each, and by which power they grow."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.cases import CASES
from benchmarks.ground import ground_for_case, prepare_template, throwaway_server
from benchmarks.measuring import fit_power, time_ways
from benchmarks.portfolio import Size
from benchmarks.report import duration, machine, markdown_table

CASES_PAGE = Path(__file__).with_name("cases.md")
COMPANIES = (10, 100, 1_000)
QUARTERS = 40
RUNS = 11
GROWING = (
    *("read_company", "portfolio_latest", "matrix_json", "matrix_csv", "matrix_xlsx", "read_as_of"),
    *("write_quarter", "refresh_rates", "derive_everything"),
)
"""Those that have to do with the size of the portfolio; imports grow with their files."""


@dataclass(frozen=True, slots=True)
class Grown:
    """One size: how long ours takes in each case, in seconds, by its name."""

    companies: int
    seconds: Mapping[str, float]


def measure_cases(companies: Sequence[int], say: Callable[[str], None]) -> list[Grown]:
    """Time ours of every growing case in portfolios of these sizes, one case after the other; the median of each."""
    found = []
    for count in companies:
        size = Size(count, QUARTERS, RUNS)
        with throwaway_server() as server:
            prepare_template(server, size, say)
            seconds = {}
            for case in (case for case in CASES if case.name in GROWING):
                say(f"{count:,} companies: {case.name}")
                with ground_for_case(server, size) as ground:
                    ours = {"ours": case.ways(ground)["ours"]}
                    seconds[case.name] = time_ways(ours, min(case.runs, RUNS), say)["ours"].median
        found.append(Grown(count, seconds))
    return found


def cases_table(found: Sequence[Grown]) -> list[tuple[str, ...]]:
    """A header, and a row of cells per case: its time in each portfolio and, of several, the exponent."""
    several = len(found) > 1
    header = ("case", *(f"{each.companies:,} companies" for each in found), *(["exponent"] if several else []))
    return [
        header,
        *(
            (
                name,
                *(duration(each.seconds[name]) for each in found),
                *([f"{exponent(found, name):.2f}"] if several else []),
            )
            for name in GROWING
        ),
    ]


def exponent(found: Sequence[Grown], name: str) -> float:
    """By which power of the companies a case's time grows."""
    return fit_power([(each.companies, each.seconds[name]) for each in found])


def cases_page(found: Sequence[Grown], day: date) -> str:
    """The page as markdown text."""
    header, *rows = cases_table(found)
    lines = [
        "# Larger and larger portfolios",
        "",
        "Written by `python3 dev.py bench --cases`; do not edit.",
        "",
        f"{day.isoformat()}. {machine()}, PostgreSQL on the same machine. {QUARTERS} quarters of each company;",
        f"medians of up to {RUNS} runs of ours, in the cases of [results](results.md). The exponent is the slope of",
        "the line through the logarithms: at 0 the size does not matter, at 1 twice the companies take twice as long.",
        "",
        *markdown_table(header, rows),
    ]
    return "\n".join(lines) + "\n"
