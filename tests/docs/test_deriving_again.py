"""The program that the operations page gives for deriving everything again does that."""

import re
from datetime import date

import pytest
from sqlalchemy import text

from shared.data.engine import transaction
from shared.domain.permissions import SYSTEM
from shared.schemas.companies import CompanyCreate
from shared.schemas.inputs import InputPut
from shared.services.companies import create_company
from shared.services.inputs import put_input
from shared.settings import get_settings
from tests.architecture.sources import ROOT


def stored_currencies() -> list[str]:
    with transaction() as session:
        return list(session.execute(text("select currency from reporting_metrics order by currency")).scalars())


def test_after_a_change_of_presentation_currencies_it_stores_the_new_ones(
    database_url: str, monkeypatch: pytest.MonkeyPatch
):
    assert database_url
    with transaction() as session:
        company = CompanyCreate(name="Acme", reporting_currency="GBP", fiscal_year_end="12-31")
        company_id, _ = create_company(session, SYSTEM, company)
        put_input(session, SYSTEM, company_id, date(2025, 12, 31), InputPut(total_revenue=100))
    assert stored_currencies() == ["CAD", "EUR", "GBP", "USD"]
    (program,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/operations.md").read_text(), re.DOTALL)
    monkeypatch.setenv("PRESENTATION_CURRENCIES", "CHF,USD")
    get_settings.cache_clear()

    exec(program, {})  # noqa: S102 (the page's own program)

    assert stored_currencies() == ["CHF", "GBP", "USD"]
