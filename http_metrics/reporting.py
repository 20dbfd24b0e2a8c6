"""`/v1/financials` and `/v1/metrics`: what is translated and derived, as pages, matrices and files."""

import azure.functions as func

from shared.clock import utc_now
from shared.data.engine import transaction
from shared.data.matrix import Columns
from shared.domain.permissions import Permission
from shared.domain.selection import Selection, SortKey, sort_parts
from shared.schemas.queries import NoQuery
from shared.schemas.reporting import FiguresQuery, FinancialsQuery, MetricsQuery
from shared.services.definitions import definitions
from shared.services.exports import Export, export_figures
from shared.services.reads import list_reporting, read_matrix
from shared.web.accept import choose_form
from shared.web.endpoint import endpoint
from shared.web.files import file_answer
from shared.web.request import ApiRequest, decode_sorted_cursor
from shared.web.respond import json_answer, page_answer

blueprint = func.Blueprint()
DEFAULT_LIMIT = 100


@endpoint(blueprint, "GET", "v1/financials", Permission.READ)
def list_financials(request: ApiRequest) -> func.HttpResponse:
    """Submitted amounts in the company's currency or translated into another."""
    return _answer(request, request.query(FinancialsQuery))


@endpoint(blueprint, "GET", "v1/metrics", Permission.READ)
def list_metrics(request: ApiRequest) -> func.HttpResponse:
    """Derived metrics, each null with its reason."""
    return _answer(request, request.query(MetricsQuery))


@endpoint(blueprint, "GET", "v1/metrics/definitions", Permission.READ)
def list_metric_definitions(request: ApiRequest) -> func.HttpResponse:
    """What every submitted field and every metric means: label, unit, kind, formula, null reasons, version."""
    request.query(NoQuery)
    return json_answer(definitions())


def _answer(request: ApiRequest, query: FiguresQuery) -> func.HttpResponse:
    form = query.format or choose_form(request.raw.headers.get("accept"))
    columns = Columns(query.by) if query.shape == "matrix" else None
    if form != "json":
        query.require_whole(matrix=columns is not None)
        export = Export(form, columns, utc_now())
        with transaction() as session:
            file = export_figures(session, request.principal, query.selection(), query.as_of, export)
        return file_answer(file.name, file.content_type, file.content)
    if columns is not None:
        query.require_whole(matrix=True)
        with transaction() as session:
            return json_answer(read_matrix(session, request.principal, query.selection(), query.as_of, columns))
    return _page(request, query, query.selection())


def _page(request: ApiRequest, query: FiguresQuery, wanted: Selection) -> func.HttpResponse:
    after = decode_sorted_cursor(query.cursor, _named(wanted.sort), *sort_parts(wanted.order))
    with transaction() as session:
        page = list_reporting(session, request.principal, wanted, query.as_of, after, query.limit or DEFAULT_LIMIT)
    return page_answer(request, page, order=_named(wanted.sort))


def _named(sort: tuple[SortKey, ...]) -> str:
    return ",".join(map(str, sort))
