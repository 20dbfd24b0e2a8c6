"""The size at which the benchmarks are tested."""

from benchmarks.portfolio import Size

TINY = Size(companies=9, quarters=10, most_runs=1)
