"""The second lock: under which database role a transaction runs, and which companies it may touch.

Row-level security is in force on every table that holds something of a company. Who sees the whole portfolio acts as
`portfolio_firm`, whose policies let everything through; everyone else as `portfolio_scoped`, whose policies let through
what the transaction's settings name. Role and settings end with the transaction, so nothing travels to the next one
through a pooled connection, and a connection on which nothing was said can read nothing.

A read of one statement need not say so in a statement of its own: what is sent together is one transaction.
"""

from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause
from sqlalchemy.orm import Session

from shared.data.statement import statement
from shared.domain.permissions import Principal

FIRM, SCOPED = "portfolio_firm", "portfolio_scoped"

_ACT = """
select set_config('role', :act_role, true), set_config('app.subject', :act_subject, true),
  set_config('app.funds', cast(cast(:act_funds as text[]) as text), true),
  set_config('app.company_ids', cast(cast(:act_company_ids as uuid[]) as text), true)
"""
_NARROW = """
select set_config('app.fund_ids', coalesce(array_agg(id), '{}')::text, true) from funds
where id::text = any(cast(:act_funds as text[])) or name = any(cast(:act_funds as text[]));
select set_config('app.company_ids', array_cat(
  cast(:act_company_ids as uuid[]), array(select company_id from company_funds)
)::text, true)
"""
_ONLY_READ = "select set_config('transaction_read_only', 'on', true)"
_ADD = """
select set_config('app.company_ids', array_append(
  coalesce(nullif(current_setting('app.company_ids', true), ''), '{}')::uuid[], :company_id
)::text, true)
"""


def act_as(session: Session, principal: Principal) -> None:
    """Let the rest of the transaction see and touch what the principal may, and nothing else."""
    session.execute(statement(_statements(is_narrow=not principal.scope.is_everything)), _parameters(principal))


@lru_cache(maxsize=512)
def who_reads(principal: Principal) -> tuple[TextClause, dict[str, Any]]:
    """What is sent in front of a statement, so that it is the principal's and changes nothing; and its parameters."""
    is_narrow = not principal.scope.is_everything
    return statement(f"{_ONLY_READ};{_statements(is_narrow=is_narrow)}"), _parameters(principal)


def _statements(*, is_narrow: bool) -> str:
    return f"{_ACT};{_NARROW}" if is_narrow else _ACT


def _parameters(principal: Principal) -> dict[str, Any]:
    scope = principal.scope
    return {
        "act_role": FIRM if scope.is_everything else SCOPED,
        "act_subject": principal.subject,
        "act_funds": sorted(scope.funds or ()),
        "act_company_ids": [str(company_id) for company_id in sorted(scope.company_ids or ())],
    }


def admit_company(session: Session, company_id: UUID) -> None:
    """Let the rest of the transaction touch a company that it makes, or whose funds it changes."""
    session.execute(statement(_ADD), {"company_id": company_id})
