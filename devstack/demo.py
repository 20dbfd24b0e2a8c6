"""The demo portfolio as the files that a firm would drop: companies, rounds, metrics per fund, a restatement."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from devstack.demo_ledger import Books, Quarter, keep_books
from devstack.demo_profiles import PROFILES
from shared.domain.fields import FIELD_NAMES

SEED = 2026
COMPANY_COLUMNS = (
    "external_id",
    "name",
    "reporting_currency",
    "fiscal_year_end",
    "reporting_status",
    "funds",
    "location_country",
    "customer_type",
    "revenue_type",
)
ROUND_COLUMNS = (
    "company_external_id",
    "closed_on",
    "round",
    "currency",
    "post_money_valuation",
    "equity_raised_to_date",
)
METRIC_COLUMNS = ("company_external_id", "period_end", "currency", "scenario", "reason", *FIELD_NAMES)
RESTATED_COMPANIES = 6
REASONS = (
    "Audit adjustment: revenue moved to the quarter of delivery",
    "Credit notes booked after the quarter was reported",
    "Change of revenue recognition for multi-year contracts",
)


def demo_files(seed: int = SEED) -> dict[str, str]:
    """File names and contents, in the order in which they are to be dropped; the same seed gives the same bytes."""
    portfolio = [keep_books(profile, seed) for profile in PROFILES]
    files = {"companies.csv": _companies(), "rounds.csv": _rounds(portfolio)}
    for fund in sorted({books.profile.funds[0] for books in portfolio}):
        held = [books for books in portfolio if books.profile.funds[0] == fund]
        files[f"metrics-{fund.lower().replace(' ', '-')}.csv"] = _metrics(held)
    files["restatement.csv"] = _restatement(portfolio, Random(f"{seed}:restatement"))  # noqa: S311 (repeatable, no secret)
    return files


def _write(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _companies() -> str:
    return _write(
        COMPANY_COLUMNS,
        (
            (
                profile.external_id,
                profile.name,
                profile.currency,
                profile.fiscal_year_end,
                profile.reporting_status,
                ";".join(profile.funds),
                profile.country,
                profile.customer_type,
                profile.revenue_type,
            )
            for profile in PROFILES
        ),
    )


def _rounds(portfolio: Iterable[Books]) -> str:
    return _write(
        ROUND_COLUMNS,
        (
            (
                books.profile.external_id,
                closed.closed_on,
                closed.name,
                closed.currency,
                closed.post_money,
                closed.raised_to_date,
            )
            for books in portfolio
            for closed in books.rounds
        ),
    )


def _metrics(portfolio: Iterable[Books]) -> str:
    return _write(
        METRIC_COLUMNS,
        (_metric_row(books, quarter, quarter.values, reason="") for books in portfolio for quarter in books.quarters),
    )


def _metric_row(books: Books, quarter: Quarter, values: dict[str, Decimal], reason: str) -> list[object]:
    head = [books.profile.external_id, quarter.period_end, quarter.currency, "actual", reason]
    return [*head, *(values.get(name, "") for name in FIELD_NAMES)]


def _restatement(portfolio: Sequence[Books], rng: Random) -> str:
    """Revenue of some earlier quarters corrected, with everything that rests on it; a blank cell keeps its value."""
    rows = []
    for books in rng.sample([books for books in portfolio if not books.profile.has_arr_bridge], RESTATED_COMPANIES):
        quarter = rng.choice(books.quarters[-6:-1])
        revenue = quarter.values["total_revenue"]
        change = (revenue * rng.choice([-3, -2, -1, 1]) / 100).quantize(Decimal(1), ROUND_HALF_UP)
        touched = ("total_revenue", "gross_profit", "ebitda", "net_income")
        values = {name: quarter.values[name] + change for name in touched}
        rows.append(_metric_row(books, quarter, values, rng.choice(REASONS)))
    return _write(METRIC_COLUMNS, rows)
