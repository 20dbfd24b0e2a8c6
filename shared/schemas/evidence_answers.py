"""What the API answers about rates, and about what a figure rests on; as `shared/schemas/answers.py`."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from shared.domain.metric import Unit
from shared.schemas.answers import Answered, Figure


class DailyRate(Answered):
    """So many units of the quote currency for one of the base, on one day."""

    provider: str
    base: str
    quote: str
    observed_on: date
    rate: Figure


class RecordedRate(DailyRate):
    """The rate that counts on one day, and who put it there."""

    kind: Literal["published", "override"]
    recorded_at: datetime
    principal: str
    reason: str | None


class PeriodRate(Answered):
    """The average and closing rate of a period, and how many observations they rest on."""

    base: str
    quote: str
    period_start: date
    period_end: date
    provider: str
    average: Figure | None
    closing: Figure | None
    closing_date: date | None
    observations: int
    expected_observations: int


class SameCurrency(Answered):
    """Nothing is translated."""

    base: str
    quote: str
    average: Literal[1]
    closing: Literal[1]


class QuarterRate(PeriodRate):
    """The rates of one of the quarters a figure rests on."""

    quarters_back: int


class SameCurrencyQuarter(SameCurrency):
    """A quarter of which nothing is translated."""

    quarters_back: int


class NullReason(Answered):
    """Why a value is null."""

    reason: str
    sentence: str


class ExplainedInput(Answered):
    """A submitted field a figure rests on; all null where the quarter is not on record."""

    field: str
    quarters_back: int
    value: Figure | None
    period_end: date | None
    currency: str | None
    version: int | None
    recorded_at: datetime | None
    principal: str | None
    reason: str | None
    import_id: str | None
    source_file: str | None
    source_row: int | None
    cell: str | None


class ExplainedRound(Answered):
    """The funding round a figure rests on."""

    id: int
    company_id: UUID
    closed_on: date
    round: str
    currency: str
    post_money_valuation: Figure
    equity_raised_to_date: Figure | None
    version: int
    recorded_at: datetime
    superseded_at: datetime | None
    principal: str
    reason: str | None
    import_id: str | None


class Explanation(Answered):
    """Where a figure comes from."""

    metric: str
    label: str
    unit: Unit
    company_id: UUID
    period_start: date
    period_end: date
    currency: str
    value: Figure | date | None
    null: NullReason | None
    formula: str
    expression: str
    arithmetic: str | None = Field(description="The formula with the figures put in; null where the value is.")
    formula_version: int
    inputs: list[ExplainedInput]
    rates: list[QuarterRate | SameCurrencyQuarter]
    valuation: ExplainedRound | None
    valuation_rates: list[PeriodRate | SameCurrency]
