"""`/v1/fx-rates`: daily exchange rates and the rates of a period."""

import azure.functions as func

from shared.data.engine import transaction
from shared.domain.permissions import Permission
from shared.schemas.queries import PeriodRateQuery, RatesQuery
from shared.services import reads
from shared.web.endpoint import endpoint
from shared.web.request import ApiRequest, decode_cursor
from shared.web.respond import json_answer, page_answer

blueprint = func.Blueprint()


@endpoint(blueprint, "GET", "v1/fx-rates", Permission.READ)
def list_fx_rates(request: ApiRequest) -> func.HttpResponse:
    """Daily rates of one currency in another, oldest first."""
    query = request.query(RatesQuery)
    after = decode_cursor(query.cursor, 1)
    filters = query.model_dump(include={"base", "quote", "start", "end"})
    with transaction() as session:
        return page_answer(request, reads.list_rates(session, filters, after, query.limit))


@endpoint(blueprint, "GET", "v1/fx-rates/period", Permission.READ)
def read_period_rate(request: ApiRequest) -> func.HttpResponse:
    """The average and the closing rate of a period, and how many observations they rest on."""
    query = request.query(PeriodRateQuery)
    with transaction() as session:
        body = reads.read_period_rate(session, query.base, query.quote, query.period_start, query.period_end)
    return json_answer(body)
