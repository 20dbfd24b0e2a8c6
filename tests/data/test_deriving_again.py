"""A migration run derives everything again exactly when formulas or stored currencies changed."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from devstack.databases import migrate
from shared.data.engine import transaction
from shared.domain.permissions import SYSTEM
from shared.schemas.companies import CompanyCreate
from shared.schemas.inputs import InputPut
from shared.services.companies import create_company
from shared.services.inputs import put_input


def rows() -> list[tuple[str, Decimal]]:
    query = "select currency, gross_margin from reporting_metrics order by currency"
    with transaction() as session:
        return [tuple(row) for row in session.execute(text(query))]


def derivations() -> list[tuple[list[str], int]]:
    with transaction() as session:
        return [
            tuple(row) for row in session.execute(text("select currencies, companies from derivations order by id"))
        ]


def test_a_new_currency_or_formula_reaches_every_stored_row(database_url: str, monkeypatch: pytest.MonkeyPatch):
    with transaction() as session:
        company = CompanyCreate(name="Acme", reporting_currency="GBP", fiscal_year_end="12-31")
        company_id, _ = create_company(session, SYSTEM, company)
        sent = InputPut(total_revenue=Decimal(100), gross_profit=Decimal(60))
        put_input(session, SYSTEM, company_id, date(2025, 12, 31), sent)
    first = rows()
    assert [currency for currency, _ in first] == ["CAD", "EUR", "GBP", "USD"]

    migrate(database_url)
    assert derivations() == [(["USD", "CAD", "EUR"], 0)], "nothing changed since the template was made"

    monkeypatch.setenv("PRESENTATION_CURRENCIES", "CHF,USD")
    migrate(database_url)
    assert [currency for currency, _ in rows()] == ["CHF", "GBP", "USD"]
    assert derivations()[1:] == [(["CHF", "USD"], 1)]

    monkeypatch.delenv("PRESENTATION_CURRENCIES")
    with transaction() as session:
        session.execute(text("update reporting_metrics set gross_margin = 99"))
        session.execute(text("update derivations set fingerprint = 'of an older formula'"))
    migrate(database_url)
    assert rows() == first
