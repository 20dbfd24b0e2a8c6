"""The figures that the runs' companies report: plain arithmetic that raises no doubt, in whole cents."""

from datetime import date, timedelta
from decimal import Decimal

Figures = dict[str, Decimal | None]

COMPANIES = 8
ON_RECORD, QUARTERS = 6, 9
"""How many quarters are on record before a run, and how many a run's file may tell of."""
CURRENCIES = ("EUR", "USD", "GBP", "CAD")
OPENING_CASH = Decimal(90_000)


def company_name(run: str, company: int) -> str:
    """The external id of a run's company."""
    return f"{run}-{company}"


def currency_of(company: int) -> str:
    """What the company reports in."""
    return CURRENCIES[company % len(CURRENCIES)]


def quarter_end(quarter: int) -> date:
    """The end of a quarter, counted from the first of 2022."""
    year, place = divmod(quarter, 4)
    return date(2022 + year + (place == 3), (place + 1) % 4 * 3 + 1, 1) - timedelta(days=1)


def figures_of(company: int, quarter: int) -> Figures:
    """What the company reports for the quarter at first."""
    revenue = _revenue(company, quarter)
    profit, expense = revenue * 6 / 10, revenue * 9 / 10
    return {
        "total_revenue": revenue,
        "recurring_revenue": revenue * 8 / 10,
        "gross_profit": profit,
        "sales_marketing_expense": revenue * 2 / 10,
        "total_operating_expense": expense,
        "ebitda": profit - expense,
        "net_income": profit - expense - 10,
        "cash_burn": _burn(company, quarter),
        "cash_balance": OPENING_CASH + sum(_burn(company, earlier) for earlier in range(quarter + 1)),
        "debt_outstanding": Decimal(500),
        "employees": Decimal(20 + quarter),
        "customers": Decimal(50 + company + quarter),
    }


def _revenue(company: int, quarter: int) -> Decimal:
    return Decimal(100_000 + 13_700 * company + 4_110 * quarter) / 100


def _burn(company: int, quarter: int) -> Decimal:
    return -_revenue(company, quarter) * 3 / 10


def companies_file(runs: list[str]) -> str:
    """A file of the companies of these runs."""
    names = [(company_name(run, number), currency_of(number)) for run in runs for number in range(COMPANIES)]
    rows = [f"{name},{name},{currency},12-31" for name, currency in names]
    return "\n".join(["external_id,name,reporting_currency,fiscal_year_end", *rows, ""])


def baseline_file(runs: list[str]) -> str:
    """A file of what is on record before these runs."""
    rows = [
        ",".join(
            (company_name(run, company), str(quarter_end(quarter)), *map(str, figures_of(company, quarter).values()))
        )
        for run in runs
        for company in range(COMPANIES)
        for quarter in range(ON_RECORD)
    ]
    return "\n".join([",".join(("company_external_id", "period_end", *figures_of(0, 0))), *rows, ""])
