"""`/v1/grants`: what people, groups and programs are narrowed to."""

import json
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

import azure.functions as func
from sqlalchemy.orm import Session

from shared.domain.permissions import Permission
from shared.domain.statuses import Outcome
from shared.schemas.grants import GrantCreate, GrantsQuery
from shared.schemas.queries import NoQuery
from shared.services import grants
from shared.web.endpoint import endpoint
from shared.web.idempotency import answer_once
from shared.web.request import ApiRequest, decode_cursor
from shared.web.respond import empty_answer, page_answer, written_answer

blueprint = func.Blueprint()
PATH = "v1/grants"


@endpoint(blueprint, "GET", PATH, Permission.ADMINISTER)
def list_grants(request: ApiRequest) -> func.HttpResponse:
    """Grants, newest first."""
    query = request.query(GrantsQuery)
    after = decode_cursor(query.cursor, datetime, UUID)
    filters = query.model_dump(include={"holder_id", "company_id", "fund", "withdrawn"})
    with request.reading() as session:
        return page_answer(request, grants.list_grants(session, request.principal, filters, after, query.limit))


@endpoint(blueprint, "POST", PATH, Permission.ADMINISTER)
def create_grant(request: ApiRequest) -> func.HttpResponse:
    """Let a user, a group or a service principal reach a company, a fund, or the whole portfolio.

    Whoever was ever granted something reaches what stands granted, and nothing else.
    """
    sent = request.body(GrantCreate)
    with request.transaction() as session:
        return answer_once(session, request, lambda: _give(session, request, sent))


def _give(session: Session, request: ApiRequest, sent: GrantCreate) -> func.HttpResponse:
    outcome, body = grants.give_grant(session, request.principal, sent)
    status = HTTPStatus.CREATED if outcome is Outcome.NEW else HTTPStatus.OK
    return written_answer(request, f'{{"outcome":{json.dumps(outcome)},{body[1:]}', status)


@endpoint(blueprint, "DELETE", PATH + "/{grant_id}", Permission.ADMINISTER)
def delete_grant(request: ApiRequest) -> func.HttpResponse:
    """Withdraw a grant; it stays on record."""
    request.query(NoQuery)
    grant_id = request.path_id("grant_id")
    with request.transaction() as session:
        grants.withdraw_grant(session, request.principal, grant_id)
    return empty_answer()
