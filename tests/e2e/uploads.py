"""Big made-up uploads whose outcome can be compared: the same figures under other company names."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import psycopg2

from shared.domain.fields import FIELD_NAMES
from tests.devstack.running_stack import RunningStack

QUARTERS = tuple(
    date(year, month, day) for year in range(2019, 2024) for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))
)
CURRENCIES = ("EUR", "USD", "GBP", "SEK", "CAD")
FLAWS = {3: "total_revenue", 7: "cash_balance"}
"""One company-quarter in so many has a cell that is no number, in these columns."""


def company_names(run: str, companies: int) -> list[str]:
    """The external ids of one run's companies."""
    return [f"{run}-{number:03d}" for number in range(companies)]


def companies_file(run: str, companies: int) -> str:
    """A file of one run's companies."""
    rows = [
        f"{name},{name},{CURRENCIES[number % len(CURRENCIES)]},12-31"
        for number, name in enumerate(company_names(run, companies))
    ]
    return "\n".join(["external_id,name,reporting_currency,fiscal_year_end", *rows, ""])


def inputs_file(run: str, companies: int) -> str:
    """A row per company and quarter; the figures depend on the place in the file only, not on the run."""
    header = ",".join(("company_external_id", "period_end", *FIELD_NAMES))
    return "\n".join([header, *_rows(run, companies), ""])


def _rows(run: str, companies: int) -> Iterator[str]:
    rng = Random(7)
    for number, name in enumerate(company_names(run, companies)):
        for place, end in enumerate(QUARTERS):
            cells = {field: str(Decimal(rng.randrange(1, 10**9)) / 100) for field in FIELD_NAMES}
            cells |= {
                field: str(rng.randrange(1, 500)) for field in FIELD_NAMES if field.startswith(("emp", "customer"))
            }
            if flaw := FLAWS.get((number * len(QUARTERS) + place) % 97):
                cells[flaw] = "about a lot"
            yield ",".join((name, str(end), *(cells[field] for field in FIELD_NAMES)))


def outcome(stack: RunningStack, run: str, import_id: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything the run left in the database, without its names, ids and instants."""
    fields = ", ".join(FIELD_NAMES)
    queries = {
        "inputs": f"""
            select replace(c.external_id, %(run)s, ''), i.period_end, i.version, i.superseded_at, i.quarter_index,
              i.currency, i.deleted, i.source_row, i.import_id = %(import_id)s, {fields}
            from metric_inputs as i join companies as c on c.id = i.company_id
            where c.external_id like %(run)s || '-%%' order by 1, 2, 3""",
        "metrics": """
            select replace(c.external_id, %(run)s, ''), (to_jsonb(m) - 'company_id')::text
            from reporting_metrics as m join companies as c on c.id = m.company_id
            where c.external_id like %(run)s || '-%%' order by 1, m.period_end, m.currency""",
        "financials": """
            select replace(c.external_id, %(run)s, ''), (to_jsonb(m) - 'company_id')::text
            from reporting_financials as m join companies as c on c.id = m.company_id
            where c.external_id like %(run)s || '-%%' order by 1, m.period_end, m.currency""",
        "rows": """
            select o.row_number, o.outcome from import_chunks as k
            cross join unnest(k.row_numbers, k.outcomes) as o(row_number, outcome)
            where k.import_id = %(import_id)s and k.phase = 'apply' order by 1""",
        "chunks": """
            select phase, count(*) > 0, sum(errors), sum(warnings) from import_chunks
            where import_id = %(import_id)s group by 1 order by 1""",
        "issues": """
            select row_number, severity, code, field, cell, value, message from import_issues
            where import_id = %(import_id)s order by 1, 2, 3, 4, 7""",
    }
    connection = psycopg2.connect(stack.database_url.replace("+psycopg2", ""))
    try:
        with connection.cursor() as cursor:
            found = {}
            for name, query in queries.items():
                cursor.execute(query, {"run": run, "import_id": import_id})
                found[name] = cursor.fetchall()
            return found
    finally:
        connection.close()
