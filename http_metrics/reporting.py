"""`/v1/financials` and `/v1/metrics`: what is translated and derived, as pages, matrices and files."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Literal

import azure.functions as func
from sqlalchemy.orm import Session

from shared.clock import utc_now
from shared.data.matrix import Columns
from shared.domain.errors import InvalidInput
from shared.domain.permissions import Permission
from shared.domain.route_classes import RouteClass
from shared.domain.selection import Selection, SortKey, sort_parts
from shared.schemas.queries import NoQuery
from shared.schemas.reporting import FiguresQuery, FinancialsQuery, MetricsQuery
from shared.services.closes import resolve_as_of
from shared.services.definitions import definitions
from shared.services.reads import list_reporting, read_matrix
from shared.web.accept import choose_form
from shared.web.endpoint import endpoint
from shared.web.files import file_answer
from shared.web.freshness import fresh_answer
from shared.web.recording import recorded_file
from shared.web.request import ApiRequest, decode_sorted_cursor
from shared.web.respond import json_answer, page_answer

blueprint = func.Blueprint()
DEFAULT_LIMIT = 100


def _limited_as(request: func.HttpRequest) -> RouteClass:
    """An export, where a file is asked for; of what is refused in any case, a read."""
    try:
        form = request.params.get("format") or choose_form(request.headers.get("accept"))
    except InvalidInput:
        return RouteClass.READ
    return RouteClass.EXPORT if form in {"csv", "xlsx"} else RouteClass.READ


@endpoint(blueprint, "GET", "v1/financials", Permission.READ, _limited_as)
def list_financials(request: ApiRequest) -> func.HttpResponse:
    """Submitted amounts in the company's currency or translated into another."""
    return _answer(request, request.query(FinancialsQuery))


@endpoint(blueprint, "GET", "v1/metrics", Permission.READ, _limited_as)
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
        return _answer_file(request, query, form, columns)
    wanted = query.selection()
    if columns is not None:
        query.require_whole(matrix=True)
        return _fresh(request, query, wanted, lambda *asked: json_answer(read_matrix(*asked, columns)))
    order = _named(wanted.sort)
    after = decode_sorted_cursor(query.cursor, order, *sort_parts(wanted.order))
    limit = query.limit or DEFAULT_LIMIT
    return _fresh(
        request, query, wanted, lambda *asked: page_answer(request, list_reporting(*asked, after, limit), order=order)
    )


def _fresh(
    request: ApiRequest,
    query: FiguresQuery,
    wanted: Selection,
    read: Callable[..., func.HttpResponse],
    opened: AbstractContextManager[Session] | None = None,
) -> func.HttpResponse:
    """What `read` answers of (session, principal, selection, instant), unless the caller holds it."""
    with opened or request.reading() as session:
        instant = resolve_as_of(session, query.as_of)
        asked = (session, request.principal, wanted, instant)
        return fresh_answer(session, request, lambda: read(*asked), also=instant)


def _answer_file(
    request: ApiRequest, query: FiguresQuery, form: Literal["csv", "xlsx"], columns: Columns | None
) -> func.HttpResponse:
    from shared.services.exports import Export, export_figures  # noqa: PLC0415 (a page needs no file's writer: cold start)

    query.require_whole(matrix=columns is not None)
    export, wanted = Export(form, columns, utc_now()), query.selection()

    def write(*asked: Any) -> func.HttpResponse:
        file = export_figures(*asked, export)
        return file_answer(file.name, file.content_type, file.content)

    answer = _fresh(request, query, wanted, write, request.transaction())  # rows of a file come in portions
    asked_for = {**request.raw.params, "format": form}
    return recorded_file(request, wanted.figures.value.removeprefix("reporting_"), asked_for, answer)


def _named(sort: tuple[SortKey, ...]) -> str:
    return ",".join(map(str, sort))
