"""One metric of the whole portfolio as companies × quarters, and as the files people download."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlmodel import Session, select
from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it ships no types

from benchmarks.peers.tables import Company, MetricInput, ReportingMetric
from shared.domain.catalogue import METRICS_BY_NAME

COMPANY = ("company_id", "company_external_id", "company_name")
RATES = (
    "base",
    "quote",
    "period_start",
    "period_end",
    "fx_rate_average",
    "fx_rate_closing",
    "fx_closing_date",
    "flags",
)


class CompanyShown(BaseModel):
    """A line of the matrix."""

    id: UUID
    external_id: str | None
    name: str


class Matrix(BaseModel):
    """Companies × quarters of one metric."""

    periods: list[str]
    companies: list[CompanyShown]
    currencies: list[list[str | None]]
    values: dict[str, list[list[Decimal | None]]]
    nulls: dict[str, list[tuple[int, int, str]]]


@dataclass(frozen=True, slots=True)
class Pivot:
    """Rows by company and quarter, both in order."""

    companies: Sequence[Any]
    periods: Sequence[str]
    rows: dict[tuple[UUID, str], Any]

    def lines(self) -> Iterator[tuple[Any, list[Any]]]:
        """Every company with its row of each quarter, None where there is none."""
        for company in self.companies:
            yield company, [self.rows.get((company.id, period)) for period in self.periods]


def _period(row: Any) -> str:
    return f"{row.reporting_year}Q{row.reporting_quarter}"


def read_pivot(session: Session, metric: str, currency: str, *columns: Any) -> Pivot:
    """The metric's rows, only the columns that are shown."""
    wanted = (
        select(
            ReportingMetric.company_id,
            ReportingMetric.reporting_year,
            ReportingMetric.reporting_quarter,
            ReportingMetric.currency,
            getattr(ReportingMetric, metric).label("value"),
            ReportingMetric.nulls[metric].astext.label("reason"),
            *columns,
        )
        .where(ReportingMetric.scenario == "actual", ReportingMetric.currency == currency)
        .order_by(ReportingMetric.period_end, ReportingMetric.company_id)
    )
    if columns:
        wanted = wanted.join(
            MetricInput,
            (MetricInput.company_id == ReportingMetric.company_id)
            & (MetricInput.scenario == ReportingMetric.scenario)
            & (MetricInput.period_end == ReportingMetric.period_end)
            & MetricInput.superseded_at.is_(None),
        )
    rows = {(row.company_id, _period(row)): row for row in session.exec(wanted)}
    shown = {company for company, _ in rows}
    companies = session.exec(select(Company).order_by(Company.name, Company.id)).all()
    return Pivot([company for company in companies if company.id in shown], sorted({at for _, at in rows}), rows)


def read_matrix(session: Session, metric: str, currency: str) -> dict[str, Any]:
    """The matrix, as `Matrix` answers it."""
    pivot = read_pivot(session, metric, currency)
    currencies, values, nulls = [], [], []
    for place, (_, rows) in enumerate(pivot.lines()):
        currencies.append([row and row.currency for row in rows])
        values.append([row and row.value for row in rows])
        nulls += [(place, at, row.reason) for at, row in enumerate(rows) if row and row.reason]
    return {
        "periods": pivot.periods,
        "companies": [company.model_dump() for company in pivot.companies],
        "currencies": currencies,
        "values": {metric: values},
        "nulls": {metric: nulls} if nulls else {},
    }


def write_csv(session: Session, metric: str, currency: str) -> str:
    """The matrix as CSV."""
    pivot = read_pivot(session, metric, currency)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(["name", *COMPANY, *pivot.periods])
    for company, rows in pivot.lines():
        writer.writerow([metric, company.id, company.external_id, company.name, *(row and row.value for row in rows)])
    return written.getvalue()


def write_workbook(session: Session, metric: str, currency: str) -> bytes:
    """The matrix, what the metric means, and every rate translated at, as a workbook of three sheets."""
    shown = (*(getattr(ReportingMetric, name) for name in RATES if name not in {"base", "quote"}),)
    pivot = read_pivot(session, metric, currency, *shown, MetricInput.currency.label("base"))
    buffer = io.BytesIO()
    workbook = Workbook(buffer, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    bold = workbook.add_format({"bold": True})
    values, definitions, rates = (workbook.add_worksheet(title) for title in ("Values", "Definitions", "FX"))
    values.write_row(0, 0, ["name", *COMPANY, *pivot.periods], bold)
    for place, (company, rows) in enumerate(pivot.lines(), start=1):
        line = [metric, str(company.id), company.external_id, company.name, *(row and row.value for row in rows)]
        values.write_row(place, 0, line)
    found = METRICS_BY_NAME[metric]
    definitions.write_row(0, 0, ["name", "label", "unit", "kind", "formula", "version"], bold)
    definitions.write_row(1, 0, [metric, found.label, found.unit, found.kind, found.words, found.version])
    rates.write_row(0, 0, RATES, bold)
    translated = {tuple(_rate_cell(row, name) for name in RATES) for row in pivot.rows.values()}
    for place, cells in enumerate(sorted(translated, key=str), start=1):
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                rates.write_datetime(place, column, cell)
            else:
                rates.write(place, column, cell)
    workbook.close()
    return buffer.getvalue()


def _rate_cell(row: Any, name: str) -> Any:
    if name == "quote":
        return row.currency
    return "; ".join(row.flags) if name == "flags" else getattr(row, name)
