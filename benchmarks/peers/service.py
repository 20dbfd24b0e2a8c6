"""The peer's API: FastAPI and SQLModel with plain `def` handlers, a session in each, models for answers.

A session given back by a dependency instead is slower, and many clients exhaust pool and threads against each other.
`uvicorn benchmarks.peers.service:app` serves it; DATABASE_URL, AUTH_ISSUER, AUTH_AUDIENCE are the product's.
"""

import os
from typing import Any
from uuid import UUID

from fastapi import Depends, FastAPI, Response
from pydantic import BaseModel
from sqlalchemy import lateral, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, create_engine, select

from benchmarks.peers.access import require_reader
from benchmarks.peers.matrix import Matrix, read_matrix, write_csv, write_workbook
from benchmarks.peers.tables import Company, MetricRow, ReportingMetric
from shared.domain.media_types import XLSX

engine = create_engine(os.environ["DATABASE_URL"])
app = FastAPI(title="Portfolio metrics, plainly", dependencies=[Depends(require_reader)])


class MetricsPage(BaseModel):
    """Rows of metrics."""

    items: list[MetricRow]
    next: str | None = None


@app.get("/companies/{company_id}/metrics", response_model=MetricsPage)
def list_company_metrics(company_id: UUID, currency: str, limit: int = 100) -> Any:
    """A company's metrics, quarter by quarter."""
    wanted = (
        select(ReportingMetric)
        .where(
            ReportingMetric.company_id == company_id,
            ReportingMetric.scenario == "actual",
            ReportingMetric.currency == currency,
        )
        .order_by(ReportingMetric.period_end)
        .limit(limit)
    )
    with Session(engine) as session:
        return {"items": session.exec(wanted).all()}


@app.get("/portfolio/latest", response_model=MetricsPage)
def list_latest_metrics(currency: str) -> Any:
    """Every company's latest quarter."""
    newest = lateral(
        select(ReportingMetric)
        .where(
            ReportingMetric.company_id == Company.id,
            ReportingMetric.scenario == "actual",
            ReportingMetric.currency == currency,
        )
        .order_by(ReportingMetric.period_end.desc())
        .limit(1)
    )
    row = aliased(ReportingMetric, newest)
    wanted = select(row).select_from(Company).join(newest, true()).order_by(row.period_end, row.company_id)
    with Session(engine) as session:
        return {"items": session.exec(wanted).all()}


@app.get("/portfolio/matrix", response_model=Matrix)
def show_matrix(metric: str, currency: str) -> Any:
    """One metric as companies × quarters."""
    with Session(engine) as session:
        return read_matrix(session, metric, currency)


@app.get("/portfolio/matrix.csv")
def download_csv(metric: str, currency: str) -> Response:
    """The matrix as CSV."""
    with Session(engine) as session:
        return Response(write_csv(session, metric, currency), media_type="text/csv")


@app.get("/portfolio/matrix.xlsx")
def download_workbook(metric: str, currency: str) -> Response:
    """The matrix as a workbook."""
    with Session(engine) as session:
        return Response(write_workbook(session, metric, currency), media_type=XLSX)
