"""Operations that read what is translated and derived."""

from http import HTTPStatus

from shared.domain.media_types import CSV, JSON, XLSX
from shared.schemas.answers import Definitions
from shared.schemas.portfolio_answers import FinancialsAnswer, MetricsAnswer, PortfolioStatus, PortfolioSummary
from shared.schemas.reporting import FinancialsQuery, MetricsQuery, ReportingStatusQuery, SummaryQuery
from shared.web.openapi.conventions import Convention
from shared.web.openapi.operation import COMPANY_ID, Answer, Operation, answer_ok

_ASKED = {
    "company_id": COMPANY_ID,
    "currency": "USD",
    "start_reporting_date": "2024-01-01",
    "end_reporting_date": "2024-12-31",
    "limit": 1,
}
_QUARTER = {"reporting_quarter": "2023Q4", "currency": "USD", "fund": "Fund Mine"}
_FORMS = (JSON, CSV, XLSX)

OPERATIONS = {
    "list_financials": Operation(
        answers={HTTPStatus.OK: Answer("Company-quarters.", FinancialsAnswer, _FORMS)},
        query=FinancialsQuery,
        query_example=_ASKED,
        problems=("audit_unavailable",),
        conventions=(Convention.FRESH,),
    ),
    "list_metrics": Operation(
        answers={HTTPStatus.OK: Answer("Company-quarters.", MetricsAnswer, _FORMS)},
        query=MetricsQuery,
        query_example=_ASKED,
        problems=("audit_unavailable",),
        conventions=(Convention.FRESH,),
    ),
    "list_metric_definitions": Operation(answers=answer_ok(Definitions, "Definitions.")),
    "read_portfolio_summary": Operation(
        answers=answer_ok(PortfolioSummary, "The quarter summed up."),
        query=SummaryQuery,
        query_example=_QUARTER,
        conventions=(Convention.FRESH,),
    ),
    "read_portfolio_status": Operation(
        answers=answer_ok(PortfolioStatus, "Who owes what."),
        query=ReportingStatusQuery,
        query_example={"reporting_quarter": "2023Q4", "fund": "Fund Mine"},
        conventions=(Convention.FRESH,),
    ),
}
