"""Query parameters of the portfolio's reads: whose figures, which of them, conditions on them, in which form."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import (
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from shared.domain.as_of import ReportingQuarter, parse_quarter
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.scenarios import Scenario
from shared.domain.selection import COMPANY_ID, PERIOD_END, Condition, Figures, Operator, Selection, SortKey, is_day
from shared.domain.statuses import ReceiptStatus
from shared.schemas.described import LISTED, REPORTING_QUARTER, Described, describe_conditions, describe_listed
from shared.schemas.fields import Currency, IsoDate, Strict, Text, contradict, iso_date
from shared.schemas.queries import AsOf, CompanyIds, read_listed, refuse_earlier
from shared.schemas.validation import suggestion

MAX_NAMES = 100
MAX_NUMBER = 60
MAX_DUE_DAYS = 366
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_BRACKETED = re.compile(r"(?P<name>[^\[\]]*)\[(?P<operator>[^\[\]]*)\]")
CONDITIONS = "[]"
"""By which conditions enter the model; no parameter of a call is named so."""


def _one_quarter(value: object) -> ReportingQuarter:
    return value if isinstance(value, ReportingQuarter) else parse_quarter(str(value))


Quarter = Annotated[
    ReportingQuarter,
    PlainValidator(_one_quarter),
    WithJsonSchema({"type": "string", "pattern": REPORTING_QUARTER}),
]
Texts = Annotated[
    list[Annotated[Text, Described(pattern=LISTED)]],
    BeforeValidator(read_listed),
    Field(min_length=1, max_length=MAX_NAMES),
]
Names = Annotated[list[str], BeforeValidator(read_listed), Field(min_length=1, max_length=MAX_NAMES)]
Quarters = Annotated[list[Quarter], BeforeValidator(read_listed), Field(min_length=1, max_length=MAX_NAMES)]


def _known(name: str, known: tuple[str, ...]) -> str:
    if name not in known:
        raise ValueError(f"{name!r} is not known; {suggestion(name, list(known))}")
    return name


def _all_known(names: list[str], known: tuple[str, ...]) -> None:
    """Raise one complaint that names every unknown one."""
    if unknown := [name for name in names if name not in known]:
        told = (f"{name!r} is not known; {suggestion(name, list(known))}" for name in unknown)
        raise ValueError("; ".join(dict.fromkeys(told)))


def parse_condition(parameter: str, text: str, known: tuple[str, ...]) -> Condition:
    """The condition of a parameter such as `runway_months[lt]=6`.

    Raises:
        ValueError: the column, the comparison or the value is none; the message says what would be right.
    """
    found = _BRACKETED.fullmatch(parameter)
    if found is None:
        raise ValueError("write a condition as column[comparison]=value, for example runway_months[lt]=6")
    name, operators = _known(found["name"], known), tuple(operator.value for operator in Operator)
    operator = Operator(_known(found["operator"], operators))
    if operator is Operator.NULL:
        if text not in {"true", "false"}:
            raise ValueError("write true or false")
        return Condition(name, operator, text == "true")
    if is_day(name):
        return Condition(name, operator, iso_date(text))
    if not _NUMBER.fullmatch(text) or len(text) > MAX_NUMBER:
        raise ValueError(f"{text[:MAX_NUMBER]!r} is not a number; write digits with a decimal point, for example 0.25")
    return Condition(name, operator, Decimal(text))


def _condition_of(sent: tuple[str, str, tuple[str, ...]]) -> Condition:
    return parse_condition(*sent)


ConditionSent = Annotated[Condition, PlainValidator(_condition_of, json_schema_input_type=str)]


class PortfolioQuery(Strict):
    """Whose figures, in which scenario, as they stand or stood.

    Attributes:
        company_id: One company or several.
        fund: Companies of a fund or several, by name or id.
        scenario: What the figures claim to be.
        as_of: What was known at an instant, `2026-06-30T00:00:00Z`, or at a close, `2025Q4-close`.
    """

    company_id: CompanyIds | None = None
    fund: Texts | None = None
    scenario: Scenario = Scenario.ACTUAL
    as_of: AsOf | None = None


class FiguresQuery(PortfolioQuery):
    """Which derived rows, in which currency and form; without a currency, each company's own.

    Attributes:
        start_reporting_date: The earliest period end.
        end_reporting_date: The latest period end.
        reporting_quarter: Quarters of the firm, `2025Q4`, one or several.
        currency: The currency of the rows: ISO 4217.
        latest: Only each company's latest quarter.
        sort: Columns to order by, `-arr` for the largest first; rows without a value come last.
        shape: Rows, or a matrix of companies × periods.
        by: What a matrix's columns are.
        format: The form of the answer; it goes before `Accept`.
        limit: At most so many rows of a page.
        cursor: Where the page begins; it comes with a `next` link.
        conditions: Made of every parameter with brackets, by that parameter's name.
    """

    figures: ClassVar[Figures]

    start_reporting_date: IsoDate | None = None
    end_reporting_date: IsoDate | None = None
    reporting_quarter: Quarters | None = None
    currency: Currency | None = None
    latest: bool = False
    sort: Names | None = None
    shape: Literal["rows", "matrix"] = "rows"
    by: Literal["period_end", "reporting_quarter"] = "period_end"
    format: Literal["json", "csv", "xlsx"] | None = None
    limit: int | None = Field(default=None, ge=1, le=1000)
    cursor: str | None = None
    conditions: dict[str, ConditionSent] = Field(
        default_factory=dict,
        alias=CONDITIONS,
        description="Conditions on values: `runway_months[lt]=6`; also lte, gt, gte, eq, ne, and null=true or false.",
    )

    @model_validator(mode="before")
    @classmethod
    def _collect_conditions(cls, sent: object) -> object:
        if not isinstance(sent, Mapping):
            return sent
        known = cls.figures.names
        bracketed = {name: (name, value, known) for name, value in sent.items() if "[" in name}
        return {**{name: value for name, value in sent.items() if name not in bracketed}, CONDITIONS: bracketed}

    @field_validator("end_reporting_date")
    @classmethod
    def _in_order(cls, end: date | None, others: ValidationInfo) -> date | None:
        return refuse_earlier("start_reporting_date", end, others)

    @field_validator("sort")
    @classmethod
    def _sortable(cls, names: list[str] | None) -> list[str] | None:
        plain = [name.removeprefix("-") for name in names or ()]
        _all_known(plain, (*cls.figures.names, PERIOD_END, COMPANY_ID))
        if len(set(plain)) < len(plain):
            raise contradict("a column is named twice")
        return names

    @property
    def chosen(self) -> list[str] | None:
        """The value columns asked for; None: all."""
        raise LookupError(type(self))

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The model's schema, with the names of its columns."""
        reference = handler(schema)
        described = handler.resolve_ref_schema(reference)["properties"]
        columns = cls.figures.names
        sortable = (*columns, PERIOD_END, COMPANY_ID)
        describe_listed(described["sort"], (f"{sign}{name}" for name in sortable for sign in ("", "-")))
        for chosen in {"metrics", "fields"} & described.keys():
            describe_listed(described[chosen], columns)
        described[CONDITIONS] |= describe_conditions(columns)
        return reference

    def require_whole(self, *, matrix: bool) -> None:
        """Raise when pages or an order are asked of what is given whole and in its own order."""
        asked = {"limit": self.limit, "cursor": self.cursor, **({"sort": self.sort} if matrix else {})}
        what = "a matrix is given whole, companies by name and periods in order" if matrix else "a file is given whole"
        if errors := [
            FieldError("contradictory", what, parameter=name) for name, value in asked.items() if value is not None
        ]:
            raise InvalidInput(errors, "The query cannot be used.")

    def selection(self) -> Selection:
        """The rows asked for."""
        return Selection(
            figures=self.figures,
            names=self.figures.names if self.chosen is None else tuple(dict.fromkeys(self.chosen)),
            company_ids=None if self.company_id is None else tuple(self.company_id),
            funds=None if self.fund is None else tuple(self.fund),
            start=self.start_reporting_date,
            end=self.end_reporting_date,
            quarters=None if self.reporting_quarter is None else tuple(self.reporting_quarter),
            currency=self.currency,
            scenario=self.scenario,
            latest=self.latest,
            conditions=tuple(self.conditions.values()),
            sort=tuple(SortKey(name.removeprefix("-"), name.startswith("-")) for name in self.sort or ()),
        )


class MetricsQuery(FiguresQuery):
    """Which derived metrics.

    Attributes:
        metrics: Only these values.
    """

    figures = Figures.METRICS

    metrics: Names | None = None

    @field_validator("metrics")
    @classmethod
    def _metrics_known(cls, names: list[str] | None) -> list[str] | None:
        _all_known(names or [], cls.figures.names)
        return names

    @property
    def chosen(self) -> list[str] | None:
        """The value columns asked for; None: all."""
        return self.metrics


class FinancialsQuery(FiguresQuery):
    """Which submitted fields.

    Attributes:
        fields: Only these values.
    """

    figures = Figures.FINANCIALS

    fields: Names | None = None

    @field_validator("fields")
    @classmethod
    def _fields_known(cls, names: list[str] | None) -> list[str] | None:
        _all_known(names or [], cls.figures.names)
        return names

    @property
    def chosen(self) -> list[str] | None:
        """The value columns asked for; None: all."""
        return self.fields


class SummaryQuery(PortfolioQuery):
    """Of which quarter, in which currency.

    Attributes:
        reporting_quarter: The quarter, `2025Q4`.
        currency: The currency of the sums: ISO 4217.
    """

    reporting_quarter: Quarter
    currency: Currency


class ReportingStatusQuery(Strict):
    """Who owes what for a quarter.

    Attributes:
        reporting_quarter: The quarter, `2025Q4`.
        company_id: One company or several.
        fund: Companies of a fund or several, by name or id.
        scenario: What the figures claim to be.
        status: Only companies that stand so.
        due_days: How many days after its quarter's end a company has to report; None: as the settings say.
    """

    reporting_quarter: Quarter
    company_id: CompanyIds | None = None
    fund: Texts | None = None
    scenario: Scenario = Scenario.ACTUAL
    status: ReceiptStatus | None = None
    due_days: int | None = Field(default=None, ge=0, le=MAX_DUE_DAYS)
