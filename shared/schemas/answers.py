"""What the API answers, described: the fields of every JSON body that PostgreSQL or a use case builds.

Nothing is validated by these when a request is answered; they are what `/openapi.json` says, and tests hold real
answers against it. Fields of financials and metrics come from the catalogue.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from shared.domain.catalogue import METRICS
from shared.domain.fields import INPUT_FIELDS, FieldKind, Sense
from shared.domain.metric import Kind, Metric, Unit
from shared.domain.scenarios import Scenario
from shared.domain.statuses import Outcome, ReportingStatus

Figure = Annotated[Decimal, WithJsonSchema({"type": "number"})]
"""A JSON number with exact digits."""
Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Cause = Literal["input", "fx", "valuation"]
SubmittedFigures: dict[str, Any] = {
    field.name: (Figure | None, Field(description=f"{field.label} ({field.kind.value})")) for field in INPUT_FIELDS
}


class Answered(BaseModel):
    """A body whose every field is always there."""

    model_config = ConfigDict(extra="forbid")


def page_of(item: type[Answered], **further: Any) -> type[Answered]:
    """A page of a list of `item`; `further` fields stand beside the items."""
    following = (str | None, Field(description="The URL of the next page; null: this is the last."))
    described = {"items": (list[item], ...), "next": following, **further}  # type: ignore[valid-type]  # item is a value
    page: type[Answered] = create_model(f"{item.__name__}Page", __base__=Answered, __doc__="A page.", **described)
    return page


class Health(Answered):
    """Whether this instance can serve."""

    status: Literal["ok", "degraded"]
    database: Literal["ok", "unavailable"]


class DatedCurrency(Answered):
    """A currency a company reports in, and since when; null: from the beginning."""

    currency: str
    valid_from: date | None


class Company(Answered):
    """A portfolio company."""

    id: UUID
    external_id: str | None
    name: str
    reporting_status: ReportingStatus
    reporting_currency: str
    currencies: list[DatedCurrency]
    fiscal_year_end: str = Field(pattern="^[0-9]{2}-[0-9]{2}$")
    funds: list[str]
    location_country: str | None
    customer_type: str | None
    revenue_type: str | None
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    version: int


class Round(Answered):
    """A funding round as it stands."""

    company_id: UUID
    closed_on: date
    round: str
    currency: str
    post_money_valuation: Figure
    equity_raised_to_date: Figure | None
    version: int
    recorded_at: datetime
    principal: str
    reason: str | None


class RoundReceipt(Round):
    """What became of a submitted round, and the round as it stands."""

    outcome: Outcome


class QuarterKey(Answered):
    """Which company-quarter."""

    company_id: UUID
    period_end: date
    scenario: Scenario


class InputKey(QuarterKey):
    """Which company-quarter, and in which currency."""

    currency: str


class DerivedRow(InputKey):
    """A company-quarter in one currency."""

    period_start: date
    fiscal_year: int
    fiscal_quarter: int = Field(ge=1, le=4)
    reporting_year: int
    reporting_quarter: int = Field(ge=1, le=4)
    fx_rate_average: Figure | None
    fx_rate_closing: Figure | None
    fx_closing_date: date | None
    flags: list[str]
    nulls: dict[str, str] = Field(description="For every null value its reason.")


def _derived(metric: Metric) -> tuple[Any, Any]:
    kind = date if metric.unit is Unit.DATE else Figure
    return kind | None, Field(default=None, description=f"{metric.label} ({metric.unit.value}): {metric.words}")


_SUBMITTED = tuple(SubmittedFigures.items())

if TYPE_CHECKING:

    class Financials(DerivedRow):
        """Submitted amounts in one currency."""

    class Metrics(DerivedRow):
        """Derived metrics in one currency."""

else:
    Financials = create_model(
        "Financials",
        __base__=DerivedRow,
        __doc__="Submitted amounts in one currency; all of them, or those asked for.",
        **{name: (kind, Field(default=None, description=said.description)) for name, (kind, said) in _SUBMITTED},
    )
    Metrics = create_model(
        "Metrics",
        __base__=DerivedRow,
        __doc__="Derived metrics in one currency; all of them, or those asked for.",
        **{metric.name: _derived(metric) for metric in METRICS},
    )


class MetricDefinition(Answered):
    """What a metric means."""

    name: str
    label: str
    unit: Unit
    kind: Kind
    decimals: int | None
    formula: str
    expression: str
    inputs: list[str]
    quarters_back: int
    null_reasons: list[str]
    sense: Sense
    version: int


class FieldDefinition(Answered):
    """What a submitted field means."""

    name: str
    label: str
    kind: FieldKind
    may_be_negative: bool
    sense: Sense


class Definitions(Answered):
    """What every metric and field means."""

    metrics: list[MetricDefinition]
    fields: list[FieldDefinition]


class Change(Answered):
    """A derived value that moved, and why."""

    company_id: UUID
    period_end: date
    currency: str
    name: str
    old: Figure | str | None
    new: Figure | str | None
    old_null: str | None
    new_null: str | None
    causes: list[Cause]
    after_input: Figure | str | None
    after_fx: Figure | str | None


class FormulaChange(Answered):
    """A metric's formula version at either moment."""

    old: int
    new: int


class Deviation(Answered):
    """One figure against the plan's."""

    actual: Figure | str | None
    plan: Figure | str | None
    absolute: Figure | None
    relative: Figure | None
    favourable: bool | None


class Variance(InputKey):
    """A company-quarter against a plan; `scenario` is the plan."""

    values: dict[str, Deviation]


class Close(Answered):
    """The close of a reporting quarter."""

    reporting_year: int
    reporting_quarter: int
    as_of: str
    status: Literal["closed", "reopened"]
    closed_at: datetime
    closed_by: str
    reason: str | None
    content_hash: Hash
    rows: int
    reopened_at: datetime | None
    reopened_by: str | None
    reopened_because: str | None
