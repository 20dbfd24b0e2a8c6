"""A part of the metrics by pandas: translation, LTM sums, growth, margins, runway; in float64, without reasons."""

from datetime import date, timedelta

import pandas as pd
from sqlmodel import Session, select

from benchmarks.peers.tables import FxRate, MetricInput

FLOWS = {
    "ltm_total_revenue": "total_revenue",
    "ltm_recurring_revenue": "recurring_revenue",
    "ltm_gross_profit": "gross_profit",
    "ltm_sales_marketing_expense": "sales_marketing_expense",
    "ltm_total_operating_expense": "total_operating_expense",
    "ltm_ebitda": "ebitda",
    "ltm_net_income": "net_income",
    "ltm_net_burn": "net_burn",
}
SHARES = {
    "recurring_revenue_share": "recurring_revenue",
    "gross_margin": "gross_profit",
    "ebitda_margin": "ebitda",
    "net_income_margin": "net_income",
    "sales_marketing_pct_revenue": "sales_marketing_expense",
    "operating_expense_pct_revenue": "total_operating_expense",
}
LTM_SHARES = {"ltm_gross_margin": "gross_profit", "ltm_ebitda_margin": "ebitda", "ltm_net_income_margin": "net_income"}
NAMES = (
    *FLOWS,
    *SHARES,
    *LTM_SHARES,
    *("arr_implied", "arr", "revenue_growth_qoq", "revenue_growth_yoy", "employee_growth_qoq", "employee_growth_yoy"),
    *("ltm_revenue_growth_yoy", "rule_of_40", "monthly_net_burn", "runway_months", "net_debt"),
)
"""The metrics this computes."""


def derive_metrics(session: Session, companies: list[object], currencies: tuple[str, ...]) -> pd.DataFrame:
    """A row per company-quarter and currency of these companies: their own currency and the others."""
    wanted = select(MetricInput).where(
        MetricInput.company_id.in_(companies), MetricInput.superseded_at.is_(None), MetricInput.deleted.is_(False)
    )
    inputs = pd.read_sql(wanted, session.connection())
    local = _derive_locally(inputs.sort_values(["company_id", "quarter_index"], ignore_index=True))
    shown = local.merge(pd.DataFrame({"target": ["", *currencies]}), how="cross")
    shown["target"] = shown["target"].where(shown["target"] != "", shown["currency"])
    shown = shown.drop_duplicates(["company_id", "period_end", "target"], ignore_index=True)
    rates = _period_rates(session, shown[["currency", "target", "period_start", "period_end"]].drop_duplicates())
    shown = shown.merge(rates, how="left", on=["currency", "target", "period_start", "period_end"])
    return _translate(shown.sort_values(["company_id", "target", "quarter_index"], ignore_index=True))


def _derive_locally(inputs: pd.DataFrame) -> pd.DataFrame:
    """What is the same in every currency; each company's quarters in order, none missing between them."""
    by_company = inputs.groupby("company_id", sort=False)
    inputs["net_burn"] = -inputs["cash_burn"]
    inputs["period_start"] = _starts(inputs["period_end"])
    revenue = inputs["total_revenue"]
    for name, part in SHARES.items():
        inputs[name] = (inputs[part] / revenue).where(revenue > 0)
    for name, column, quarters in (
        ("revenue_growth_qoq", "total_revenue", 1),
        ("revenue_growth_yoy", "total_revenue", 4),
        ("employee_growth_qoq", "employees", 1),
        ("employee_growth_yoy", "employees", 4),
    ):
        prior = by_company[column].shift(quarters)
        inputs[name] = (inputs[column] / prior - 1).where(prior > 0)
    sums = _four_quarters(inputs, ["company_id"], ["total_revenue", *LTM_SHARES.values()])
    yearly = sums["total_revenue"]
    for name, part in LTM_SHARES.items():
        inputs[name] = (sums[part] / yearly).where(yearly > 0)
    prior = yearly.groupby(inputs["company_id"], sort=False).shift(4)
    inputs["ltm_revenue_growth_yoy"] = (yearly / prior - 1).where(prior > 0)
    inputs["rule_of_40"] = inputs["ltm_revenue_growth_yoy"] + inputs["ltm_ebitda_margin"]
    burn = inputs["net_burn"] / 3
    inputs["runway_months"] = (inputs["cash_balance"].clip(lower=0) / burn).where(burn > 0)
    return inputs


def _translate(shown: pd.DataFrame) -> pd.DataFrame:
    """What depends on the currency: flows at the average, balances at the closing rate, LTM as a sum of quarters."""
    average, closing = shown["average"], shown["closing"]
    for name, part in FLOWS.items():
        shown[name] = shown[part] * average
    shown[[*FLOWS]] = _four_quarters(shown, ["company_id", "target"], [*FLOWS])
    shown["arr_implied"] = 4 * shown["recurring_revenue"] * average
    contracted = shown["contracted_arr"]
    shown["arr"] = (contracted * closing).where(contracted.notna(), shown["arr_implied"])
    shown["monthly_net_burn"] = shown["net_burn"] / 3 * average
    shown["net_debt"] = (shown["debt_outstanding"] - shown["cash_balance"]) * closing
    return shown[["company_id", "scenario", "period_end", "target", *NAMES]].rename(columns={"target": "currency"})


def _four_quarters(rows: pd.DataFrame, keys: list[str], columns: list[str]) -> pd.DataFrame:
    """The sums of four quarters in each series; null where a value of them is."""
    return rows.groupby(keys, sort=False)[columns].rolling(4).sum().droplevel(keys)


def _starts(ends: pd.Series) -> pd.Series:
    """The day after the quarter before ended; quarters end with months."""
    days = pd.to_datetime(ends)
    return (days + pd.Timedelta(days=1) - pd.DateOffset(months=3)).dt.date


def _period_rates(session: Session, wanted: pd.DataFrame) -> pd.DataFrame:
    """Average and closing rate of every currency, target and period."""
    held = select(FxRate.observed_on, FxRate.quote, FxRate.rate).where(
        FxRate.superseded_at.is_(None),
        FxRate.quote.in_({*wanted["currency"], *wanted["target"]}),
        FxRate.observed_on >= wanted["period_start"].min() - timedelta(days=7),
    )
    observed = pd.DataFrame(session.exec(held).all(), columns=["observed_on", "quote", "rate"])
    observed = observed.astype({"rate": float})
    daily = observed.pivot_table(index="observed_on", columns="quote", values="rate")
    daily["EUR"] = 1.0
    daily.index = pd.DatetimeIndex(daily.index)
    crosses: dict[tuple[str, str], pd.Series] = {}
    found = []
    for currency, target, start, end in wanted.itertuples(index=False):
        if (currency, target) not in crosses:
            crosses[currency, target] = (daily[target] / daily[currency]).dropna()
        found.append(_rates_of(crosses[currency, target], start, end) if currency != target else (1.0, 1.0))
    return wanted.assign(average=[average for average, _ in found], closing=[closing for _, closing in found])


def _rates_of(cross: pd.Series, start: date, end: date) -> tuple[float, float]:
    window = cross.loc[pd.Timestamp(start) : pd.Timestamp(end)]
    before = cross.loc[pd.Timestamp(end) - pd.Timedelta(days=7) : pd.Timestamp(end)]
    return (
        float(window.mean()) if len(window) else float("nan"),
        float(before.iloc[-1]) if len(before) else float("nan"),
    )
