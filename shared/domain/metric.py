"""What a derived metric is: its unit, its kind, and how many decimals its values keep."""

from dataclasses import dataclass
from enum import StrEnum

from shared.domain.expressions import Expr, Formula, Guard, Rate, TranslatedLtm
from shared.domain.fields import Sense


class Unit(StrEnum):
    """What a value is counted in; it decides the rounding."""

    MONEY = "money"
    RATIO = "ratio"
    MULTIPLE = "multiple"
    MONTHS = "months"
    COUNT = "count"
    DAYS = "days"
    DATE = "date"


DECIMALS: dict[Unit, int | None] = {
    Unit.MONEY: 4,
    Unit.RATIO: 10,
    Unit.MULTIPLE: 10,
    Unit.MONTHS: 4,
    Unit.COUNT: None,
    Unit.DAYS: None,
    Unit.DATE: None,
}


class Kind(StrEnum):
    """What sort of figure it is."""

    FLOW = "flow"
    BALANCE = "balance"
    LTM = "ltm"
    RATIO = "ratio"
    COUNT = "count"


LOWER_IS_BETTER = frozenset(
    {
        "sales_marketing_pct_revenue",
        "operating_expense_pct_revenue",
        "ltm_sales_marketing_expense",
        "ltm_total_operating_expense",
        "ltm_net_burn",
        "monthly_net_burn",
        "burn_multiple",
        "burn_multiple_ltm",
        "cac_payback_months",
        "net_debt",
        "logo_churn",
    }
)
NEITHER_IS_BETTER = frozenset(
    {
        "fx_effect_on_growth",
        "fx_effect_on_cash",
        "implied_net_financing",
        "enterprise_value",
        "ev_to_ltm_revenue",
        "ev_to_arr",
        "post_money_to_ltm_revenue",
        "ev_to_invested_capital",
        "valuation_age_days",
        "employee_growth_qoq",
        "employee_growth_yoy",
    }
)


@dataclass(frozen=True, slots=True)
class Metric:
    """One derived figure.

    Attributes:
        name: Its name on the wire and in the database.
        label: What people call it.
        unit: What it is counted in.
        kind: Flow, balance, LTM sum, ratio or count.
        formula: The tree and its sign rules.
        words: The formula for a person, with its caveats.
        version: Counts the changes of the formula.
    """

    name: str
    label: str
    unit: Unit
    kind: Kind
    formula: Formula
    words: str
    version: int = 1

    @property
    def sense(self) -> Sense:
        """Which direction is good news."""
        if self.name in LOWER_IS_BETTER:
            return Sense.LOWER
        return Sense.NEITHER if self.name in NEITHER_IS_BETTER else Sense.HIGHER


def money_metric(name: str, label: str, kind: Kind, amount: Expr, rate: Rate, words: str, *guards: Guard) -> Metric:
    """An amount derived in the company's currency and translated with one rate."""
    return Metric(name, label, Unit.MONEY, kind, Formula(amount * rate, guards), words)


def ltm_metric(field: str, label: str) -> Metric:
    """A field summed over four contiguous quarters, each translated at its own average."""
    words = f"{field} of q−3 … q, all four reported, each translated at its own average rate"
    return Metric(f"ltm_{field}", label, Unit.MONEY, Kind.LTM, Formula(TranslatedLtm(field)), words)


def ratio_metric(name: str, label: str, formula: Formula, words: str, unit: Unit = Unit.RATIO) -> Metric:
    """A figure that is the same in every presentation currency."""
    return Metric(name, label, unit, Kind.RATIO, formula, words)
