"""`/v1/companies/{company_id}/metrics/{period_end}/explain`: where a figure comes from."""

import azure.functions as func

from shared.domain.permissions import Permission
from shared.schemas.queries import ExplainQuery
from shared.services.closes import resolve_as_of
from shared.services.explanations import explain_metric
from shared.web.endpoint import endpoint
from shared.web.freshness import fresh_answer
from shared.web.request import ApiRequest
from shared.web.respond import json_answer

blueprint = func.Blueprint()
PATH = "v1/companies/{company_id}/metrics/{period_end}/explain"


@endpoint(blueprint, "GET", PATH, Permission.READ)
def read_explanation(request: ApiRequest) -> func.HttpResponse:
    """One metric's formula, inputs with their versions and cells, rates, arithmetic, or why it is null."""
    company_id, period_end = request.path_id("company_id"), request.path_date("period_end")
    query = request.query(ExplainQuery)
    with request.reading() as session:
        asked = (session, request.principal, company_id, period_end)
        figure = (query.metric, query.currency, query.scenario, query.as_of)
        instant = resolve_as_of(session, query.as_of)
        return fresh_answer(session, request, lambda: json_answer(explain_metric(*asked, *figure)), also=instant)
