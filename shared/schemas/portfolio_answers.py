"""What reads of the whole portfolio answer: matrices, a quarter summed up, who has yet to report."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field, RootModel

from shared.domain.scenarios import Scenario
from shared.domain.statuses import ReceiptStatus
from shared.schemas.answers import Answered, Figure, Financials, Metrics, page_of


class MatrixCompany(Answered):
    """A row of a matrix."""

    id: UUID
    external_id: str | None
    name: str


class Matrix(Answered):
    """Companies × periods for each value; a row of each list is a company, a cell a period."""

    periods: list[str]
    companies: list[MatrixCompany]
    currencies: list[list[str | None]]
    values: dict[str, list[list[Figure | str | None]]]
    nulls: dict[str, list[list[int | str]]] = Field(description="By value: row, column and reason of every null.")


class MetricsAnswer(RootModel[page_of(Metrics) | Matrix]):  # type: ignore[misc]  # the page's model is made when this is read
    """A page of rows, or a matrix."""


class FinancialsAnswer(RootModel[page_of(Financials) | Matrix]):  # type: ignore[misc]  # as MetricsAnswer
    """A page of rows, or a matrix."""


class SumOfFigures(Answered):
    """A sum, over how many companies, and by reason the ids of those that are not in it."""

    sum: Figure | None
    companies: int
    excluded: dict[str, list[UUID]]


class MiddleOfRatios(Answered):
    """The middle value, and the ratio of sums where its two parts add up."""

    median: Figure | None
    weighted: Figure | None
    weighted_null: str | None
    companies: int
    excluded: dict[str, list[UUID]]


class GrowthOfSums(Answered):
    """Growth of the same companies, the prior quarter's local amounts at the current quarter's average rate."""

    growth: Figure | None
    growth_null: str | None
    current: Figure | None
    prior: Figure | None
    companies: int
    excluded: dict[str, list[UUID]]


class SummedUp(Answered):
    """Companies summed up."""

    companies: int
    reported: int
    sums: dict[str, SumOfFigures]
    ratios: dict[str, MiddleOfRatios]
    growth: dict[str, GrowthOfSums]


class FundSummedUp(SummedUp):
    """A fund's companies summed up."""

    id: UUID
    name: str


class PortfolioSummary(Answered):
    """A quarter in one currency, in total and by fund."""

    reporting_quarter: str
    currency: str
    scenario: Scenario
    total: SummedUp | None
    funds: list[FundSummedUp]


class ReceiptCounts(Answered):
    """How many companies owe the quarter, and how they stand."""

    expected: int
    received: int
    incomplete: int
    late: int
    outstanding: int
    received_late: int
    restated: int


class CompanyReceipt(Answered):
    """How one company stands."""

    company_id: UUID
    external_id: str | None
    name: str
    period_end: date
    due_on: date
    status: ReceiptStatus
    missing_fields: list[str]
    received_late: bool
    restated: bool
    currency: str | None
    received_at: datetime | None
    received_from: str | None
    version: int | None
    recorded_at: datetime | None
    principal: str | None
    reason: str | None
    import_id: str | None


class PortfolioStatus(Answered):
    """Who owes what for a quarter."""

    reporting_quarter: str
    scenario: Literal["actual", "budget", "forecast"]
    due_days: int
    counts: ReceiptCounts
    companies: list[CompanyReceipt]
