"""Use case: a quarter of the portfolio summed up."""

from sqlalchemy.orm import Session

from shared.data.portfolio_summary import Summarised, read_summary
from shared.domain.permissions import Principal
from shared.schemas.reporting import SummaryQuery
from shared.services.closes import resolve_as_of
from shared.services.reads import is_stored


def summarise_portfolio(session: Session, principal: Principal, query: SummaryQuery) -> str:
    """Sums, medians, weighted ratios and growth of one quarter, by fund and in total, as JSON text."""
    instant = resolve_as_of(session, query.as_of)
    wanted = Summarised(query.reporting_quarter, query.currency, query.scenario, query.company_id, query.fund)
    return read_summary(session, principal.scope, wanted, instant, stored=is_stored(query.currency, instant))
