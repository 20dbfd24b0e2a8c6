"""The page of metrics: made from the catalogue, complete, and true to its trees."""

import sys
from pathlib import Path

import pytest

from devstack import metrics_page
from devstack.metrics_page import FAMILIES, formula_text, null_reasons
from shared.domain.catalogue import METRICS, METRICS_BY_NAME


def test_the_page_on_disk_is_the_catalogue_s():
    assert metrics_page.PAGE.read_text() == metrics_page.metrics_page()


def test_every_metric_stands_in_one_family():
    assert [metric.name for _, family, _ in FAMILIES for metric in family] == [metric.name for metric in METRICS]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("gross_margin", "gross_profit / total_revenue"),
        ("net_new_arr", "(arr(@q) − arr(@q−1)) × average"),
        ("revenue_growth_yoy_reported", "total_revenue × average / (total_revenue@q−4 × average@q−4) − 1"),
        ("ltm_net_burn", "−ltm(cash_burn, translated)"),
        ("runway_months", "cash_balance / ((−cash_burn) / 3), 0 where cash_balance < 0"),
        ("implied_net_financing", "(cash_balance − cash_balance@q−1 − cash_burn) × average"),
        (
            "enterprise_value",
            "post_money_valuation into the row's currency + (debt_outstanding − cash_balance) × closing",
        ),
    ],
)
def test_a_formula_reads_as_it_computes(name: str, text: str):
    assert formula_text(METRICS_BY_NAME[name].formula.value) == text


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("gross_margin", ("missing_input", "zero_denominator", "negative_denominator")),
        ("employee_growth_yoy", ("missing_quarter", "missing_input", "not_meaningful")),
        ("ltm_total_revenue", ("missing_quarter", "missing_input", "fx_unavailable")),
        ("valuation_age_days", ("missing_input",)),
        (
            "burn_multiple",
            (
                "missing_quarter",
                "missing_input",
                "not_applicable",
                "currency_changed",
                "cash_generating",
                "no_net_new_arr",
            ),
        ),
    ],
)
def test_a_metric_lists_the_reasons_it_can_be_null_for(name: str, reasons: tuple[str, ...]):
    assert null_reasons(METRICS_BY_NAME[name]) == reasons


def test_a_page_that_is_out_of_date_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(metrics_page, "PAGE", tmp_path / "docs" / "metrics.md")
    monkeypatch.setattr(sys, "argv", ["metrics_page", "--check"])
    assert metrics_page.main() == 1

    monkeypatch.setattr(sys, "argv", ["metrics_page"])
    assert metrics_page.main() == 0

    monkeypatch.setattr(sys, "argv", ["metrics_page", "--check"])
    assert metrics_page.main() == 0
    metrics_page.PAGE.write_text(metrics_page.PAGE.read_text().replace("gross_profit / total_revenue", "0.5"))
    assert metrics_page.main() == 1
