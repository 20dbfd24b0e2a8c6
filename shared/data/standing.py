"""How the platform stands, in numbers, by one statement: uploads under way, rates, connections."""

from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from shared.data.statement import statement

_STANDING = """
select
  (select count(*) from import_jobs where finished_at is null and status <> 'pending_approval') as imports_waiting,
  (select count(*) from import_jobs where finished_at is null and status = 'pending_approval') as approvals_waiting,
  (select coalesce(extract(epoch from now() - min(updated_at)), 0)::bigint from import_jobs
    where finished_at is null and status <> 'pending_approval') as import_quiet_seconds,
  (select max(observed_on) from fx_rates) as newest_rate_on,
  (select count(*) from pg_stat_activity where usename = session_user and datname = current_database()) as connections
"""


class Standing(NamedTuple):
    """One look at the platform.

    Attributes:
        imports_waiting: Uploads that are not over and wait for nobody.
        approvals_waiting: Uploads that wait for approval.
        import_quiet_seconds: For how long nothing has happened to the one that is left alone longest.
        newest_rate_on: The day of the newest exchange rate; None: there is none.
        connections: The app's connections to the database, of all instances.
    """

    imports_waiting: int
    approvals_waiting: int
    import_quiet_seconds: int
    newest_rate_on: date | None
    connections: int


def look_at_platform(session: Session) -> Standing:
    """How it stands now."""
    return Standing(*session.execute(statement(_STANDING)).one())
