"""Writes `docs/metrics.md` from the catalogue: `python -m devstack.metrics_page [--check]`."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from shared.domain.catalogue import METRICS, cash, efficiency, retention, revenue, trailing, valuation
from shared.domain.metric import DECIMALS, Metric
from shared.domain.wording import formula_text, null_reasons

PAGE = Path(__file__).parents[1] / "docs" / "metrics.md"
FAMILIES = (
    ("Revenue, ARR and growth", revenue.REVENUE, "revenue"),
    ("The trailing year", trailing.TRAILING, "trailing"),
    ("Cash", cash.CASH, "cash"),
    ("Efficiency", efficiency.EFFICIENCY, "efficiency"),
    ("Debt and valuation", valuation.VALUATION, "valuation"),
    ("Retention", retention.RETENTION, "retention"),
)
HEAD = """\
<!-- Generated from shared/domain/catalogue by `python3 dev.py generate`; do not edit. -->

# Metrics

{count} figures are derived from what companies submit. Each is defined once, in the catalogue; the SQL that computes
it and this page are made from that definition.

How to read the formulas: a name is a submitted field of the row's quarter q; `@q−1` is that field one fiscal quarter
earlier, `@q−4` a year earlier. `ltm(x)` is the sum of x over q−3 … q, `ltm(x)@q−4` the sum of the year before; in
`ltm(x, translated)` each quarter is translated at its own average rate. `arr(@q)` is contracted ARR where every quarter
the metric compares submits it, else four times recurring revenue. `average` and `closing` are the rates from the
quarter's currency into the row's, and `rate of arr` is closing for contracted ARR, average for implied. `4` stands for
365.25 / days and `3` for days / 30.4375 where a quarter is irregular (not 85 to 97 days). Valuations come from the
latest round on or before `period_end`, at that day's closing rate.

A metric that cannot be computed is null, and the row's `nulls` says why. Values are rounded once, half away from zero:
{rounding}.

| reason | what it says |
|---|---|
| `missing_quarter:2024-03-31,…` | quarters the formula needs are not on record: their nominal ends |
| `missing_input:ebitda,ebitda@2024-03-31,…` | fields that were not reported; `@` names an earlier quarter |
| `not_applicable` | no recurring revenue, from a company whose `revenue_type` is Transactional or Marketplace |
| `currency_changed` | the quarters compared were reported in different currencies |
| `fx_unavailable` | a rate the formula multiplies with is not on record; see [fx.md](fx.md) |
| `zero_denominator`, `negative_denominator` | the denominator is zero, or below |
| `not_meaningful` | growth from zero or a loss, enterprise value not above zero, runway beyond a century |
| `cash_generating` | no cash is consumed, so there is no runway and no burn multiple |
| `no_net_new_arr` | ARR did not grow, so nothing was bought with the burn |

Where several apply, the first of a metric's list below is given.
"""


def _family(title: str, metrics: tuple[Metric, ...], module: str) -> Iterator[str]:
    yield f"\n## {title}\n"
    yield f"Defined in [`{module}.py`](../shared/domain/catalogue/{module}.py).\n"
    yield "| name | label | unit | kind | formula | null reasons | version |"
    yield "|---|---|---|---|---|---|---|"
    for metric in metrics:
        reasons = ", ".join(f"`{reason}`" for reason in null_reasons(metric))
        formula = f"{metric.words}<br>`{formula_text(metric.formula.value)}`"
        cells = (f"`{metric.name}`", metric.label, metric.unit, metric.kind, formula, reasons, str(metric.version))
        yield f"| {' | '.join(cells)} |"


def metrics_page() -> str:
    """The whole page."""
    kept = {unit.value: decimals for unit, decimals in DECIMALS.items() if decimals is not None}
    rounding = ", ".join(f"{unit} to {decimals}" for unit, decimals in kept.items()) + " decimals"
    lines = [HEAD.format(count=len(METRICS), rounding=rounding).rstrip("\n")]
    for family in FAMILIES:
        lines.extend(_family(*family))
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page, or say whether it is up to date."""
    parser = argparse.ArgumentParser(prog="devstack.metrics_page", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare")
    options = parser.parse_args()
    page = metrics_page()
    if not options.check:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page)
    elif not PAGE.exists() or PAGE.read_text() != page:
        sys.stderr.write("docs/metrics.md is not what the catalogue says; run: python3 dev.py generate\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
