"""Which formulas and currencies the stored rows are of."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.engine import read_instant
from shared.data.statement import statement


def newest_fingerprint(session: Session) -> str | None:
    """What the stored rows were derived with."""
    found: str | None = session.execute(
        statement("select fingerprint from derivations order by id desc limit 1")
    ).scalar()
    return found


def record_derivation(
    session: Session, fingerprint: str, currencies: Sequence[str], formulas: dict[str, int], companies: int
) -> None:
    """Everything is derived with these from now on."""
    session.execute(
        statement(
            "insert into derivations (fingerprint, currencies, formulas, companies, derived_at)"
            " values (:fingerprint, :currencies, cast(:formulas as jsonb), :companies, :now)"
        ),
        {
            "fingerprint": fingerprint,
            "currencies": list(currencies),
            "formulas": json.dumps(formulas),
            "companies": companies,
            "now": read_instant(session),
        },
    )


def formulas_at(session: Session, instant: datetime) -> dict[str, int]:
    """Every metric's version at an instant; before the first record, that of the first."""
    query = """
    select formulas from derivations
    order by derived_at <= :instant desc, case when derived_at <= :instant then id end desc, id limit 1
    """
    found: dict[str, int] | None = session.execute(statement(query), {"instant": instant}).scalar()
    return found or {}


def every_company(session: Session) -> list[UUID]:
    """All companies."""
    return list(session.execute(statement("select id from companies order by id")).scalars())
