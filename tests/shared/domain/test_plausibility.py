"""Each doubt of the domain's §2 is raised by figures that deserve it, and by sane figures none is."""

from decimal import Decimal

import pytest

from shared.domain.plausibility import Reported, doubts

SANE = {
    "total_revenue": 1000,
    "recurring_revenue": 900,
    "gross_profit": 700,
    "total_operating_expense": 900,
    "ebitda": -200,
    "cash_burn": -250,
    "cash_balance": 4750,
    "employees": 20,
    "new_logo_arr": 300,
    "expansion_arr": 100,
    "reactivation_arr": 10,
    "contraction_arr": 20,
    "churned_arr": 40,
    "contracted_arr": 3950,
}
BEFORE = {**SANE, "cash_balance": 5000, "contracted_arr": 3600}


def reported(figures: dict[str, int | None], currency: str = "EUR") -> Reported:
    return Reported(currency, {name: None if value is None else Decimal(value) for name, value in figures.items()})


def codes(change: dict[str, int | None], currency: str = "EUR", before: dict[str, int] | None = None) -> set[str]:
    found = doubts(reported({**SANE, **change}, currency), reported(before or BEFORE))
    assert all(finding.message and finding.field for finding in found)
    return {finding.code for finding in found}


def test_sane_figures_raise_no_doubt():
    assert codes({}) == set()
    assert doubts(reported(SANE), None) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"recurring_revenue": 1001}, "recurring_above_total"),
        ({"gross_profit": 1001, "ebitda": 101}, "gross_profit_above_revenue"),
        ({"ebitda": -150}, "ebitda_does_not_tie"),
        ({"ebitda": -2000}, "ebitda_out_of_range"),
        ({"employees": 0}, "no_employees"),
        ({"cash_burn": 250}, "burn_sign"),
        ({"cash_balance": 9000}, "cash_roll_forward"),
        ({"total_revenue": 1_000_000}, "scale_slip"),
        ({"cash_balance": 5}, "scale_slip"),
        ({"contracted_arr": 4500}, "arr_bridge"),
    ],
)
def test_figures_that_cannot_both_be_true_raise_their_doubt(change: dict[str, int | None], code: str):
    assert code in codes(change)


def test_another_currency_than_last_quarter_is_a_doubt_and_amounts_are_not_compared():
    assert codes({"total_revenue": 1_000_000}, "USD") == {"currency_switched"}


def test_what_is_not_reported_raises_no_doubt():
    assert codes(dict.fromkeys(SANE)) == set()
