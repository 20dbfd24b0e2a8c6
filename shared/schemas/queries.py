"""Query parameters of the lists; an unknown parameter is an error."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationInfo, field_validator

from shared.domain.amounts import LOCALES, Scale
from shared.domain.as_of import ReportingQuarter, parse_as_of
from shared.domain.scenarios import Scenario
from shared.domain.statuses import ImportStatus, Outcome, ReportingStatus
from shared.domain.submissions import OnConflict
from shared.schemas.fields import Currency, IsoDate, Strict, Text


def _listed(value: object) -> object:
    """`a,b` and repeated parameters (which arrive joined by commas) as a list."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _not_before(start_name: str, end: date | None, others: ValidationInfo) -> date | None:
    """The end of a span, unless its start is known to lie after it."""
    start = others.data.get(start_name)
    if start and end and start > end:
        raise ValueError(f"this lies before {start_name}, {start}")
    return end


def _known_locale(value: str) -> str:
    if value not in LOCALES:
        raise ValueError(f"this locale is not known; known are {', '.join(sorted(LOCALES))}")
    return value


KnownLocale = Annotated[str, AfterValidator(_known_locale)]
AsOf = Annotated[datetime | ReportingQuarter, PlainValidator(parse_as_of)]
CompanyIds = Annotated[list[UUID], BeforeValidator(_listed)]


LONGEST_PERIOD = timedelta(days=400)


class NoQuery(Strict):
    """No parameter at all."""


class PageQuery(Strict):
    """How much of a list, and from where."""

    limit: int = Field(default=100, ge=1, le=1000)
    cursor: str | None = None


class CompanyQuery(PageQuery):
    """Which companies."""

    fund: Text | None = None
    reporting_status: ReportingStatus | None = None
    external_id: Text | None = None


class InputQuery(PageQuery):
    """Which company-quarters."""

    company_id: CompanyIds | None = None
    fund: Text | None = None
    start_reporting_date: IsoDate | None = None
    end_reporting_date: IsoDate | None = None
    scenario: Scenario = Scenario.ACTUAL
    as_of: AsOf | None = None

    @field_validator("end_reporting_date")
    @classmethod
    def _in_order(cls, end: date | None, others: ValidationInfo) -> date | None:
        return _not_before("start_reporting_date", end, others)

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
    """Which derived rows, and in which currency; without one, each company's own."""

    currency: Currency | None = None

    def filters(self) -> dict[str, Any]:
        """The bind values the data layer takes."""
        return {**super().filters(), "currency": self.currency}


class InputKeyQuery(Strict):
    """Which scenario of a company-quarter, and why it is withdrawn."""

    scenario: Scenario = Scenario.ACTUAL
    reason: Text | None = Field(default=None, max_length=500)


class ChangesQuery(ReportingQuery):
    """Between which moments, of which company-quarters."""

    since: AsOf = Field(alias="from")
    until: AsOf | None = Field(default=None, alias="to")
    as_of: None = None


class VarianceQuery(ReportingQuery):
    """Of which company-quarters; `scenario` is the plan."""

    scenario: Scenario = Scenario.BUDGET
    as_of: None = None


class ExplainQuery(Strict):
    """Which figure of a company-quarter."""

    metric: str
    currency: Currency | None = None
    scenario: Scenario = Scenario.ACTUAL
    as_of: AsOf | None = None


class FindingsQuery(InputQuery):
    """Of which company-quarters."""

    as_of: None = None


class HistoryQuery(Strict):
    """Which scenario's versions."""

    scenario: Scenario = Scenario.ACTUAL


class RatesQuery(PageQuery):
    """Which daily rates."""

    base: Currency
    quote: Currency
    start: IsoDate | None = None
    end: IsoDate | None = None

    @field_validator("end")
    @classmethod
    def _in_order(cls, end: date | None, others: ValidationInfo) -> date | None:
        return _not_before("start", end, others)


class PeriodRateQuery(Strict):
    """Which period of which pair: at most about a year, for a mean over longer than that translates nothing."""

    base: Currency
    quote: Currency
    period_start: IsoDate
    period_end: IsoDate

    @field_validator("quote")
    @classmethod
    def _is_another(cls, quote: str, others: ValidationInfo) -> str:
        if quote == others.data.get("base"):
            raise ValueError(f"{quote} in {quote} is always 1; ask for two currencies")
        return quote

    @field_validator("period_end")
    @classmethod
    def _is_a_period(cls, end: date | None, others: ValidationInfo) -> date | None:
        start = others.data.get("period_start")
        if start and end and end - start > LONGEST_PERIOD:
            raise ValueError(f"a period has at most {LONGEST_PERIOD.days} days")
        return _not_before("period_start", end, others)


class ImportsQuery(PageQuery):
    """Which uploads."""

    status: ImportStatus | None = None
    file_name: Text | None = None


class ImportRowsQuery(PageQuery):
    """Which rows of an upload."""

    outcome: Outcome | None = None


class ImportIssuesQuery(PageQuery):
    """Which findings about an upload."""

    severity: Literal["error", "warning"] | None = None


class ImportReportQuery(Strict):
    """In which form an upload's report is to be given."""

    format: Literal["json", "csv", "xlsx"] = "json"


class ImportOptionsQuery(Strict):
    """What to do with an upload; a dropped file says it in its metadata.

    Attributes:
        mode: `apply` it, or only `validate` it: the same code, rolled back.
        reason: Why, for the records.
        atomic: What is stored whole or not at all: each company-quarter, or the file.
        on_conflict: What becomes of figures for a quarter that is on record with others.
        scale: In which unit the file's money is written; None: as the file declares, else in whole units.
        locale: How its numbers and days are written; None: as it declares, else only what is unambiguous.
        sheet: Which sheet is meant, where several could be.
        cached_values: Take the value a workbook has stored with a formula.
    """

    mode: Literal["apply", "validate"] = "apply"
    reason: Text | None = Field(default=None, max_length=500)
    atomic: Literal["company_quarter", "file"] = "company_quarter"
    on_conflict: OnConflict = OnConflict.RESTATE
    scale: Scale | None = None
    locale: KnownLocale | None = None
    sheet: Text | None = Field(default=None, max_length=200)
    cached_values: bool = False

    def as_options(self) -> dict[str, Any]:
        """What a job keeps of it: that which was said or has a default."""
        return self.model_dump(mode="json", exclude_none=True)
