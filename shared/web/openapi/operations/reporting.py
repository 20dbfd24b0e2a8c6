"""Operations that read what is translated and derived."""

from shared.schemas.answers import Definitions, Financials, Metrics, page_of
from shared.schemas.queries import ReportingQuery
from shared.web.openapi.operation import COMPANY_ID, Operation, answer_ok

_ASKED = {"company_id": COMPANY_ID, "currency": "USD", "start_reporting_date": "2024-01-01", "limit": 1}

OPERATIONS = {
    "list_financials": Operation(
        answers=answer_ok(page_of(Financials), "Company-quarters."), query=ReportingQuery, query_example=_ASKED
    ),
    "list_metrics": Operation(
        answers=answer_ok(page_of(Metrics), "Company-quarters."), query=ReportingQuery, query_example=_ASKED
    ),
    "list_metric_definitions": Operation(answers=answer_ok(Definitions, "Definitions.")),
}
