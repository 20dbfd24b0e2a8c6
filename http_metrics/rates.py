"""`/v1/fx-rates`: daily exchange rates and the rates of a period."""

from datetime import date

import azure.functions as func

from shared.domain.currencies import parse_currency
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.permissions import Permission
from shared.schemas.queries import PeriodRateQuery, RatesQuery
from shared.schemas.rates import OverrideLift, RateOverride
from shared.services import rates, reads
from shared.web.endpoint import endpoint
from shared.web.freshness import fresh_answer
from shared.web.request import ApiRequest, decode_cursor
from shared.web.respond import empty_answer, json_answer, page_answer, written_answer

blueprint = func.Blueprint()
DAY = "v1/fx-rates/{base}/{quote}/{date}"


@endpoint(blueprint, "GET", "v1/fx-rates", Permission.READ)
def list_fx_rates(request: ApiRequest) -> func.HttpResponse:
    """Daily rates of one currency in another, oldest first."""
    query = request.query(RatesQuery)
    after = decode_cursor(query.cursor, date)
    filters = query.model_dump(include={"base", "quote", "start", "end"})
    with request.reading() as session:
        asked = (session, filters, after, query.limit)
        return fresh_answer(session, request, lambda: page_answer(request, reads.list_rates(*asked)))


@endpoint(blueprint, "PUT", DAY, Permission.ADMINISTER)
def put_fx_rate(request: ApiRequest) -> func.HttpResponse:
    """Override a published rate with a reason; what rests on it is derived again."""
    base, quote, day = _pair_and_day(request)
    sent = request.body(RateOverride)
    with request.transaction() as session:
        return written_answer(request, rates.override_rate(session, request.principal, base, quote, day, sent))


@endpoint(blueprint, "DELETE", DAY, Permission.ADMINISTER)
def delete_fx_rate(request: ApiRequest) -> func.HttpResponse:
    """Lift an override: the published rate counts again."""
    base, quote, day = _pair_and_day(request)
    reason = request.query(OverrideLift).reason
    with request.transaction() as session:
        rates.lift_override(session, request.principal, base, quote, day, reason)
    return empty_answer()


def _pair_and_day(request: ApiRequest) -> tuple[str, str, date]:
    base, quote = (request.raw.route_params[name].upper() for name in ("base", "quote"))
    for name, code in (("base", base), ("quote", quote)):
        try:
            parse_currency(code)
        except ValueError as error:
            raise InvalidInput([FieldError("invalid", str(error), parameter=name)]) from None
    return base, quote, request.path_date("date")


@endpoint(blueprint, "GET", "v1/fx-rates/period", Permission.READ)
def read_period_rate(request: ApiRequest) -> func.HttpResponse:
    """The average and the closing rate of a period, and how many observations they rest on."""
    query = request.query(PeriodRateQuery)
    with request.reading() as session:
        body = reads.read_period_rate(session, query.base, query.quote, query.period_start, query.period_end)
    return json_answer(body)
