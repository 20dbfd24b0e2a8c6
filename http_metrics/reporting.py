"""`/v1/financials` and `/v1/metrics`: what is translated and derived."""

from datetime import date
from uuid import UUID

import azure.functions as func

from shared.data.engine import transaction
from shared.domain.permissions import Permission
from shared.schemas.queries import NoQuery, ReportingQuery
from shared.services.definitions import definitions
from shared.services.reads import list_reporting
from shared.web.endpoint import endpoint
from shared.web.request import ApiRequest, decode_cursor
from shared.web.respond import json_answer, page_answer

blueprint = func.Blueprint()


@endpoint(blueprint, "GET", "v1/financials", Permission.READ)
def list_financials(request: ApiRequest) -> func.HttpResponse:
    """Submitted amounts in the company's currency or translated into another."""
    return _answer(request, "reporting_financials")


@endpoint(blueprint, "GET", "v1/metrics", Permission.READ)
def list_metrics(request: ApiRequest) -> func.HttpResponse:
    """Derived metrics, each null with its reason."""
    return _answer(request, "reporting_metrics")


@endpoint(blueprint, "GET", "v1/metrics/definitions", Permission.READ)
def list_metric_definitions(request: ApiRequest) -> func.HttpResponse:
    """What every submitted field and every metric means: label, unit, kind, formula, null reasons, version."""
    request.query(NoQuery)
    return json_answer(definitions())


def _answer(request: ApiRequest, table: str) -> func.HttpResponse:
    query = request.query(ReportingQuery)
    after = decode_cursor(query.cursor, date, UUID)
    with transaction() as session:
        page = list_reporting(session, request.principal, table, query.filters(), query.as_of, after, query.limit)
    return page_answer(request, page)
