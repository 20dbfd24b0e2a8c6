"""Query parameters of the lists; an unknown parameter is an error."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field, PlainValidator, ValidationInfo, WithJsonSchema, field_validator

from shared.domain.as_of import ReportingQuarter, parse_as_of
from shared.domain.catalogue import METRICS_BY_NAME
from shared.domain.scenarios import Scenario
from shared.domain.statuses import ReportingStatus
from shared.schemas.described import MOMENT, Described
from shared.schemas.fields import Currency, IsoDate, Strict, Text, contradict


def read_listed(value: object) -> object:
    """`a,b` and repeated parameters (which arrive joined by commas) as a list."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def refuse_earlier(start_name: str, end: date | None, others: ValidationInfo) -> date | None:
    """The end of a span, unless its start is known to lie after it."""
    start = others.data.get(start_name)
    if start and end and start > end:
        raise contradict(f"this lies before {start_name}, {start}")
    return end


AsOf = Annotated[datetime | ReportingQuarter, PlainValidator(parse_as_of), WithJsonSchema(MOMENT)]
CompanyIds = Annotated[list[UUID], BeforeValidator(read_listed)]
PLANS = [scenario.value for scenario in Scenario if scenario is not Scenario.ACTUAL]
LONGEST_PERIOD = timedelta(days=400)


class NoQuery(Strict):
    """No parameter at all."""


class PageQuery(Strict):
    """How much of a list, and from where.

    Attributes:
        limit: At most so many items.
        cursor: Where the page begins; it comes with a `next` link.
    """

    limit: int = Field(default=100, ge=1, le=1000)
    cursor: str | None = None


class FeedQuery(Strict):
    """The changes after a number.

    Attributes:
        after: The `next` of the page before; 0: from the beginning.
        limit: How many at most.
    """

    after: int = Field(default=0, ge=0, lt=1 << 63)
    limit: int = Field(default=100, ge=1, le=1000)


class CompanyQuery(PageQuery):
    """Which companies.

    Attributes:
        fund: A fund, by name or id.
        reporting_status: Whether the firm still expects figures.
        external_id: The firm's own name for the company.
    """

    fund: Text | None = None
    reporting_status: ReportingStatus | None = None
    external_id: Text | None = None


class InputQuery(PageQuery):
    """Which company-quarters.

    Attributes:
        company_id: One company or several.
        fund: Companies of a fund, by name or id.
        start_reporting_date: The earliest period end.
        end_reporting_date: The latest period end.
        scenario: What the figures claim to be.
        as_of: What was known at an instant, `2026-06-30T00:00:00Z`, or at a close, `2025Q4-close`.
    """

    company_id: CompanyIds | None = None
    fund: Text | None = None
    start_reporting_date: IsoDate | None = None
    end_reporting_date: IsoDate | None = None
    scenario: Scenario = Scenario.ACTUAL
    as_of: AsOf | None = None

    @field_validator("end_reporting_date")
    @classmethod
    def _in_order(cls, end: date | None, others: ValidationInfo) -> date | None:
        return refuse_earlier("start_reporting_date", end, others)

    def filters(self) -> dict[str, Any]:
        """The bind values the data layer takes."""
        return {
            "company_ids": None if self.company_id is None else [str(company_id) for company_id in self.company_id],
            "fund": self.fund,
            "start_reporting_date": self.start_reporting_date,
            "end_reporting_date": self.end_reporting_date,
            "scenario": self.scenario.value,
        }


class ReportingQuery(InputQuery):
    """Which derived rows, and in which currency; without one, each company's own.

    Attributes:
        currency: The currency of the rows: ISO 4217.
    """

    currency: Currency | None = None

    def filters(self) -> dict[str, Any]:
        """The bind values the data layer takes."""
        return {**super().filters(), "currency": self.currency}


class InputKeyQuery(Strict):
    """Which scenario of a company-quarter, and why it is withdrawn.

    Attributes:
        scenario: What the figures claim to be.
        reason: Why, for the records.
    """

    scenario: Scenario = Scenario.ACTUAL
    reason: Text | None = Field(default=None, max_length=500)


class ChangesQuery(ReportingQuery):
    """Between which moments, of which company-quarters.

    Attributes:
        from: The first moment: an instant, or a close such as `2025Q4-close`.
        to: The second one; absent: now.
    """

    since: AsOf = Field(alias="from")
    until: AsOf | None = Field(default=None, alias="to")
    as_of: None = None


class VarianceQuery(ReportingQuery):
    """Of which company-quarters; `scenario` is the plan.

    Attributes:
        scenario: The plan: `budget` or `forecast`.
    """

    scenario: Annotated[Scenario, Described(enum=PLANS)] = Scenario.BUDGET
    as_of: None = None


class ExplainQuery(Strict):
    """Which figure of a company-quarter.

    Attributes:
        metric: Its name.
        currency: The currency of the row; absent: the company's own.
        scenario: What the figures claim to be.
        as_of: What was known at an instant or at a close.
    """

    metric: Annotated[str, Described(enum=list(METRICS_BY_NAME))]
    currency: Currency | None = None
    scenario: Scenario = Scenario.ACTUAL
    as_of: AsOf | None = None


class FindingsQuery(InputQuery):
    """Of which company-quarters."""

    as_of: None = None


class HistoryQuery(Strict):
    """Which scenario's versions.

    Attributes:
        scenario: What the figures claim to be.
    """

    scenario: Scenario = Scenario.ACTUAL


class RatesQuery(PageQuery):
    """Which daily rates.

    Attributes:
        base: The currency of which one is bought.
        quote: The currency it is bought with.
        start: The first day.
        end: The last day.
    """

    base: Currency
    quote: Currency
    start: IsoDate | None = None
    end: IsoDate | None = None

    @field_validator("end")
    @classmethod
    def _in_order(cls, end: date | None, others: ValidationInfo) -> date | None:
        return refuse_earlier("start", end, others)


class PeriodRateQuery(Strict):
    """Which period of which pair: at most about a year, for a mean over longer than that translates nothing.

    Attributes:
        base: The currency of which one is bought.
        quote: The currency it is bought with.
        period_start: The first day.
        period_end: The last day.
    """

    base: Currency
    quote: Currency
    period_start: IsoDate
    period_end: IsoDate

    @field_validator("quote")
    @classmethod
    def _is_another(cls, quote: str, others: ValidationInfo) -> str:
        if quote == others.data.get("base"):
            raise contradict(f"{quote} in {quote} is always 1; ask for two currencies")
        return quote

    @field_validator("period_end")
    @classmethod
    def _is_a_period(cls, end: date | None, others: ValidationInfo) -> date | None:
        start = others.data.get("period_start")
        if start and end and end - start > LONGEST_PERIOD:
            raise contradict(f"a period has at most {LONGEST_PERIOD.days} days")
        return refuse_earlier("period_start", end, others)
