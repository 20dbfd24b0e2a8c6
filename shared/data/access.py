"""The second lock: under which database role a transaction runs, and which companies it may touch.

Row-level security is in force on every table that holds something of a company. Who sees the whole portfolio acts as
`portfolio_firm`, whose policies let everything through; everyone else as `portfolio_scoped`, whose policies let through
what the transaction's settings name. Role and settings end with the transaction, so nothing travels to the next one
through a pooled connection, and a connection on which nothing was said can read nothing.
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.domain.permissions import Principal

FIRM, SCOPED = "portfolio_firm", "portfolio_scoped"

_ACT = """
select set_config('role', :role, true), set_config('app.subject', :subject, true),
  set_config('app.funds', cast(cast(:funds as text[]) as text), true),
  set_config('app.company_ids', cast(cast(:company_ids as uuid[]) as text), true)
"""
_NARROW = """
select set_config('app.fund_ids', coalesce(array_agg(id), '{}')::text, true) from funds
where id::text = any(cast(:funds as text[])) or name = any(cast(:funds as text[]));
select set_config('app.company_ids', array_cat(
  cast(:company_ids as uuid[]), array(select company_id from company_funds)
)::text, true)
"""
_ADD = """
select set_config('app.company_ids', array_append(
  coalesce(nullif(current_setting('app.company_ids', true), ''), '{}')::uuid[], :company_id
)::text, true)
"""


def act_as(session: Session, principal: Principal) -> None:
    """Let the rest of the transaction see and touch what the principal may, and nothing else."""
    scope = principal.scope
    parameters = {
        "role": FIRM if scope.is_everything else SCOPED,
        "subject": principal.subject,
        "funds": sorted(scope.funds or ()),
        "company_ids": [str(company_id) for company_id in sorted(scope.company_ids or ())],
    }
    session.execute(text(_ACT), parameters)
    if not scope.is_everything:
        session.execute(text(_NARROW), parameters)


def admit_company(session: Session, company_id: UUID) -> None:
    """Let the rest of the transaction touch a company that it makes, or whose funds it changes."""
    session.execute(text(_ADD), {"company_id": company_id})
