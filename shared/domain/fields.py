"""The fields a company submits for one fiscal quarter (the domain's §2), in the order reasons list them."""

from dataclasses import dataclass
from enum import StrEnum


class Sense(StrEnum):
    """Which direction is good news: what a variance is favourable by."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class FieldKind(StrEnum):
    """How a field is translated: flows at the period's average rate, balances at the closing rate, counts not."""

    FLOW = "flow"
    BALANCE = "balance"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class InputField:
    """One submitted field: its name on the wire, what people call it, and how it behaves."""

    name: str
    label: str
    kind: FieldKind
    may_be_negative: bool = False
    sense: Sense = Sense.HIGHER

    @property
    def is_money(self) -> bool:
        """Whether the field is an amount in the company's currency."""
        return self.kind is not FieldKind.COUNT


INPUT_FIELDS: tuple[InputField, ...] = (
    InputField("total_revenue", "Total revenue", FieldKind.FLOW, may_be_negative=True),
    InputField("recurring_revenue", "Recurring revenue", FieldKind.FLOW, may_be_negative=True),
    InputField("gross_profit", "Gross profit", FieldKind.FLOW, may_be_negative=True),
    InputField(
        "sales_marketing_expense",
        "Sales and marketing expense",
        FieldKind.FLOW,
        may_be_negative=True,
        sense=Sense.LOWER,
    ),
    InputField(
        "total_operating_expense", "Total operating expense", FieldKind.FLOW, may_be_negative=True, sense=Sense.LOWER
    ),
    InputField("ebitda", "EBITDA", FieldKind.FLOW, may_be_negative=True),
    InputField("net_income", "Net income", FieldKind.FLOW, may_be_negative=True),
    InputField("cash_burn", "Cash burn (negative: cash consumed)", FieldKind.FLOW, may_be_negative=True),
    InputField("cash_balance", "Cash balance", FieldKind.BALANCE, may_be_negative=True),
    InputField("debt_outstanding", "Debt outstanding", FieldKind.BALANCE, sense=Sense.LOWER),
    InputField("employees", "Employees", FieldKind.COUNT, sense=Sense.NEITHER),
    InputField("customers", "Customers", FieldKind.COUNT),
    InputField("new_logo_arr", "ARR from new customers", FieldKind.FLOW),
    InputField("expansion_arr", "ARR from expansion", FieldKind.FLOW),
    InputField("contraction_arr", "ARR lost to contraction", FieldKind.FLOW, sense=Sense.LOWER),
    InputField("churned_arr", "ARR lost to churn", FieldKind.FLOW, sense=Sense.LOWER),
    InputField("reactivation_arr", "ARR from reactivation", FieldKind.FLOW),
    InputField("contracted_arr", "Contracted ARR at quarter end", FieldKind.BALANCE),
    InputField("customers_new", "Customers won in the quarter", FieldKind.COUNT),
    InputField("customers_lost", "Customers lost in the quarter", FieldKind.COUNT, sense=Sense.LOWER),
)

FIELD_NAMES: tuple[str, ...] = tuple(field.name for field in INPUT_FIELDS)
MONEY_FIELDS: tuple[str, ...] = tuple(field.name for field in INPUT_FIELDS if field.is_money)
COUNT_FIELDS: tuple[str, ...] = tuple(field.name for field in INPUT_FIELDS if not field.is_money)
FIELDS_BY_NAME: dict[str, InputField] = {field.name: field for field in INPUT_FIELDS}
