"""Rates of the firm's own in place of published ones: versions like any other, with their reason."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from shared.data.changes import note_rates
from shared.data.engine import wait_for_writers
from shared.data.fx import STORE_LOCK
from shared.data.statement import statement
from shared.domain.fx import PIVOT, PROVIDER, ChangedRates

_KEY = "provider = :provider and quote = :quote and observed_on = :day"


def override_rate(session: Session, quote: str, observed_on: date, rate: Decimal, principal: str, reason: str) -> None:
    """Let `rate` count on that day, until it is lifted."""
    key, now = _hold(session, quote, observed_on)
    _supersede(session, key, now)
    _append(session, key, rate, "override", {"now": now, "principal": principal, "reason": reason})
    note_rates(session, PIVOT, [ChangedRates(quote, observed_on, observed_on)])


def lift_override(session: Session, quote: str, observed_on: date, principal: str, reason: str) -> bool:
    """Let the published rate count again, if there is one; False when no override stands."""
    key, now = _hold(session, quote, observed_on)
    query = f"select 1 from fx_rates where {_KEY} and superseded_at is null and kind = 'override'"  # noqa: S608 (a constant)
    if session.execute(statement(query), key).scalar() is None:
        return False
    query = (
        f"select rate from fx_rates where {_KEY} and kind = 'published'"  # noqa: S608 (a constant)
        " order by recorded_at desc, id desc limit 1"
    )
    published: Decimal | None = session.execute(statement(query), key).scalar()
    _supersede(session, key, now)
    if published is not None:
        _append(session, key, published, "published", {"now": now, "principal": principal, "reason": reason})
    note_rates(session, PIVOT, [ChangedRates(quote, observed_on, observed_on)])
    return True


def _hold(session: Session, quote: str, observed_on: date) -> tuple[dict[str, Any], datetime]:
    session.execute(statement("select pg_advisory_xact_lock(:key)"), {"key": STORE_LOCK})
    return {"provider": PROVIDER, "quote": quote, "day": observed_on}, wait_for_writers(session)


def _supersede(session: Session, key: dict[str, Any], now: datetime) -> None:
    query = f"update fx_rates set superseded_at = :now where {_KEY} and superseded_at is null"  # noqa: S608 (a constant)
    session.execute(statement(query), {**key, "now": now})


def _append(session: Session, key: dict[str, Any], rate: Decimal, kind: str, stamps: dict[str, Any]) -> None:
    session.execute(
        statement(
            "insert into fx_rates (provider, base, quote, observed_on, rate, kind, recorded_at, principal, reason)"
            " values (:provider, :base, :quote, :day, :rate, :kind, :now, :principal, :reason)"
        ),
        {**key, **stamps, "base": PIVOT, "rate": rate, "kind": kind},
    )


def standing_rate(session: Session, quote: str, observed_on: date) -> dict[str, Any] | None:
    """The rate that counts on one day, and whether it is published or an override; None: there is none."""
    query = f"select rate, kind from fx_rates where {_KEY} and superseded_at is null"  # noqa: S608 (a constant)
    key = {"provider": PROVIDER, "quote": quote, "day": observed_on}
    row = session.execute(statement(query), key).one_or_none()
    return None if row is None else {"rate": row.rate, "kind": row.kind}


def rate_body(session: Session, quote: str, observed_on: date) -> str:
    """The rate that counts on one day, with who put it there, as JSON text."""
    query = """
    select json_build_object(
      'provider', r.provider, 'base', r.base, 'quote', r.quote, 'observed_on', r.observed_on, 'rate', r.rate,
      'kind', r.kind, 'recorded_at', r.recorded_at, 'principal', r.principal, 'reason', r.reason
    )::text
    from fx_rates as r
    where r.provider = :provider and r.quote = :quote and r.observed_on = :day and r.superseded_at is null
    """
    body: str = session.execute(
        statement(query), {"provider": PROVIDER, "quote": quote, "day": observed_on}
    ).scalar_one()
    return body
