"""`/v1/periods`: closing reporting quarters."""

from http import HTTPStatus

import azure.functions as func

from shared.domain.as_of import ReportingQuarter
from shared.domain.errors import NotFound
from shared.domain.permissions import Permission
from shared.schemas.closes import CloseRequest, ReopenRequest
from shared.schemas.queries import NoQuery, PageQuery
from shared.services import closes
from shared.web.endpoint import endpoint
from shared.web.idempotency import answer_once
from shared.web.request import ApiRequest, decode_cursor
from shared.web.respond import json_answer, page_answer, written_answer

blueprint = func.Blueprint()
PATH = "v1/periods/{reporting_year}/{reporting_quarter}"


@endpoint(blueprint, "GET", "v1/periods", Permission.READ)
def list_closes(request: ApiRequest) -> func.HttpResponse:
    """Every close that ever was, newest first."""
    query = request.query(PageQuery)
    after = decode_cursor(query.cursor, int)
    with request.reading() as session:
        return page_answer(request, closes.list_closes(session, after, query.limit))


@endpoint(blueprint, "GET", PATH, Permission.READ)
def read_close(request: ApiRequest) -> func.HttpResponse:
    """The newest close of a reporting quarter."""
    request.query(NoQuery)
    with request.reading() as session:
        return json_answer(closes.read_close(session, _quarter(request)))


@endpoint(blueprint, "POST", PATH + "/close", Permission.ADMINISTER)
def close_period(request: ApiRequest) -> func.HttpResponse:
    """Freeze what is known of a reporting quarter under a content hash."""
    quarter, sent = _quarter(request), request.body(CloseRequest)
    with request.transaction() as session:

        def close() -> func.HttpResponse:
            body = closes.close_period(session, request.principal, quarter, sent.reason)
            return written_answer(request, body, HTTPStatus.CREATED)

        return answer_once(session, request, close)


@endpoint(blueprint, "POST", PATH + "/reopen", Permission.ADMINISTER)
def reopen_period(request: ApiRequest) -> func.HttpResponse:
    """Open a closed quarter again; the close stays on record."""
    quarter, sent = _quarter(request), request.body(ReopenRequest)
    with request.transaction() as session:

        def reopen() -> func.HttpResponse:
            return written_answer(request, closes.reopen_period(session, request.principal, quarter, sent.reason))

        return answer_once(session, request, reopen)


def _quarter(request: ApiRequest) -> ReportingQuarter:
    year, quarter = (request.raw.route_params[name] for name in ("reporting_year", "reporting_quarter"))
    if not (year.isdecimal() and len(year) == len("2025")) or quarter not in {"1", "2", "3", "4"}:
        raise NotFound(f"{year} Q{quarter} is no reporting quarter; write, for example, /v1/periods/2025/4.")
    return ReportingQuarter(int(year), int(quarter))
