"""Dates are ISO texts wherever they arrive; a number is never taken for one."""

from datetime import date
from typing import Any

import pytest

from shared.domain.errors import InvalidInput
from shared.schemas.companies import CompanyCreate, RoundCreate
from shared.schemas.queries import InputQuery, PeriodRateQuery, RatesQuery
from shared.schemas.validation import validate

ROUND = {"round": "A", "currency": "USD", "post_money_valuation": 1}
COMPANY = {"name": "A", "reporting_currency": "USD", "fiscal_year_end": "12-31"}
PAIR = {"base": "EUR", "quote": "USD"}
DATES = [
    (RoundCreate, ROUND, "closed_on"),
    (CompanyCreate, COMPANY, "reporting_currency_from"),
    (InputQuery, {}, "start_reporting_date"),
    (InputQuery, {}, "end_reporting_date"),
    (RatesQuery, PAIR, "start"),
    (RatesQuery, PAIR, "end"),
    (PeriodRateQuery, {**PAIR, "period_end": "2025-03-31"}, "period_start"),
    (PeriodRateQuery, {**PAIR, "period_start": "2025-03-31"}, "period_end"),
]


@pytest.mark.parametrize(("model", "rest", "name"), DATES)
def test_an_iso_date_is_read(model: type, rest: dict[str, Any], name: str):
    assert getattr(validate(model, {**rest, name: "2025-03-31"}), name) == date(2025, 3, 31)


@pytest.mark.parametrize(("model", "rest", "name"), DATES)
@pytest.mark.parametrize("written", ["86400", 86400, 0, "31/03/2025", "2025-03-31T00:00:00", "2025-02-30", True, ""])
def test_anything_else_is_refused_with_what_would_be_right(model: type, rest: dict[str, Any], name: str, written: Any):
    with pytest.raises(InvalidInput) as refused:
        validate(model, {**rest, name: written})

    (error,) = refused.value.errors
    assert (error.pointer, error.code) == (f"/{name}", "invalid")
    assert error.message == f"{written!r} is not a date; write YYYY-MM-DD, for example 2025-12-31"
