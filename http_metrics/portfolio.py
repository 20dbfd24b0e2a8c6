"""`/v1/portfolio`: the portfolio as a whole: its sums and middles, and who has yet to report."""

import azure.functions as func

from shared.clock import utc_now
from shared.domain.permissions import Permission
from shared.schemas.reporting import ReportingStatusQuery, SummaryQuery
from shared.services.closes import resolve_as_of
from shared.services.portfolio import summarise_portfolio
from shared.services.reporting_status import read_reporting_status
from shared.settings import get_settings
from shared.web.endpoint import endpoint
from shared.web.freshness import fresh_answer
from shared.web.request import ApiRequest
from shared.web.respond import json_answer

blueprint = func.Blueprint()


@endpoint(blueprint, "GET", "v1/portfolio/summary", Permission.READ)
def read_portfolio_summary(request: ApiRequest) -> func.HttpResponse:
    """One quarter in one currency, by fund and in total: sums, medians, weighted ratios, growth."""
    query = request.query(SummaryQuery)
    with request.reading() as session:
        asked = (session, request.principal, query)
        instant = resolve_as_of(session, query.as_of)
        return fresh_answer(session, request, lambda: json_answer(summarise_portfolio(*asked)), also=instant)


@endpoint(blueprint, "GET", "v1/portfolio/reporting-status", Permission.READ)
def read_portfolio_status(request: ApiRequest) -> func.HttpResponse:
    """Who has reported a quarter, who not, what is missing, and what came late."""
    query, now = request.query(ReportingStatusQuery), utc_now()
    depends_on = (now.date(), get_settings().reporting_due_days)
    with request.reading() as session:
        asked = (session, request.principal, query, now)
        return fresh_answer(session, request, lambda: json_answer(read_reporting_status(*asked)), also=depends_on)
