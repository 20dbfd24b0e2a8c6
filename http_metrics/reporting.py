"""`/v1/financials` and `/v1/metrics`: what is translated and derived."""

import azure.functions as func

from shared.data.engine import transaction
from shared.domain.permissions import Permission
from shared.schemas.queries import ReportingQuery
from shared.services.reads import list_reporting
from shared.web.endpoint import endpoint
from shared.web.request import ApiRequest, decode_cursor
from shared.web.respond import page_answer

blueprint = func.Blueprint()


@endpoint(blueprint, "GET", "v1/financials", Permission.READ)
def list_financials(request: ApiRequest) -> func.HttpResponse:
    """Submitted amounts in the company's currency or translated into another."""
    return _answer(request, "reporting_financials")


@endpoint(blueprint, "GET", "v1/metrics", Permission.READ)
def list_metrics(request: ApiRequest) -> func.HttpResponse:
    """Derived metrics, each null with its reason."""
    return _answer(request, "reporting_metrics")


def _answer(request: ApiRequest, table: str) -> func.HttpResponse:
    query = request.query(ReportingQuery)
    after = decode_cursor(query.cursor, 2)
    with transaction() as session:
        page = list_reporting(session, request.principal, table, query.filters(), after, query.limit)
    return page_answer(request, page)
