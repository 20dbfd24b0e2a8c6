"""`/v1/companies/{company_id}/rounds`: funding rounds."""

import json
from datetime import date
from http import HTTPStatus
from uuid import UUID

import azure.functions as func
from sqlalchemy.orm import Session

from shared.domain.permissions import Permission
from shared.domain.statuses import Outcome
from shared.schemas.companies import RoundCreate
from shared.schemas.queries import PageQuery
from shared.services import companies, reads
from shared.web.endpoint import endpoint
from shared.web.freshness import fresh_answer
from shared.web.idempotency import answer_once
from shared.web.request import ApiRequest, decode_cursor
from shared.web.respond import page_answer, written_answer

blueprint = func.Blueprint()
PATH = "v1/companies/{company_id}/rounds"


@endpoint(blueprint, "GET", PATH, Permission.READ)
def list_rounds(request: ApiRequest) -> func.HttpResponse:
    """A company's funding rounds, oldest first."""
    company_id, query = request.path_id("company_id"), request.query(PageQuery)
    after = decode_cursor(query.cursor, date, int)
    with request.reading() as session:
        asked = (session, request.principal, company_id, after, query.limit)
        return fresh_answer(session, request, lambda: page_answer(request, reads.list_rounds(*asked)))


@endpoint(blueprint, "POST", PATH, Permission.MANAGE)
def record_round(request: ApiRequest) -> func.HttpResponse:
    """Add a funding round, or correct the one of the same day and name."""
    company_id, sent = request.path_id("company_id"), request.body(RoundCreate)
    with request.transaction() as session:
        return answer_once(session, request, lambda: _record(session, request, company_id, sent))


def _record(session: Session, request: ApiRequest, company_id: UUID, sent: RoundCreate) -> func.HttpResponse:
    outcome, body = companies.record_round(session, request.principal, company_id, sent)
    status = HTTPStatus.CREATED if outcome is Outcome.NEW else HTTPStatus.OK
    return written_answer(request, f'{{"outcome":{json.dumps(outcome)},{body[1:]}', status)
