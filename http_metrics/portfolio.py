"""`/v1/portfolio`: the portfolio as a whole: its sums and middles, and who has yet to report."""

import azure.functions as func

from shared.clock import utc_now
from shared.data.engine import transaction
from shared.domain.permissions import Permission
from shared.schemas.reporting import ReportingStatusQuery, SummaryQuery
from shared.services.portfolio import summarise_portfolio
from shared.services.reporting_status import read_reporting_status
from shared.web.endpoint import endpoint
from shared.web.request import ApiRequest
from shared.web.respond import json_answer

blueprint = func.Blueprint()


@endpoint(blueprint, "GET", "v1/portfolio/summary", Permission.READ)
def read_portfolio_summary(request: ApiRequest) -> func.HttpResponse:
    """One quarter in one currency, by fund and in total: sums, medians, weighted ratios, growth."""
    query = request.query(SummaryQuery)
    with transaction() as session:
        return json_answer(summarise_portfolio(session, request.principal, query))


@endpoint(blueprint, "GET", "v1/portfolio/reporting-status", Permission.READ)
def read_portfolio_status(request: ApiRequest) -> func.HttpResponse:
    """Who has reported a quarter, who not, what is missing, and what came late."""
    query = request.query(ReportingStatusQuery)
    with transaction() as session:
        return json_answer(read_reporting_status(session, request.principal, query, utc_now()))
