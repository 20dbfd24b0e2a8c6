"""What callers send about companies and their funding rounds."""

from typing import Any

from pydantic import ConfigDict, Field

from shared.domain.statuses import ReportingStatus
from shared.schemas.fields import Currency, IsoDate, Line, NotNegative, Strict, YearEnd


class CompanyCreate(Strict):
    """A whole company; PUT sends the same."""

    name: Line = Field(max_length=200)
    external_id: Line | None = Field(default=None, max_length=100)
    reporting_currency: Currency
    reporting_currency_from: IsoDate | None = Field(
        default=None, description="First day of the currency when it changes; quarters ending before keep theirs."
    )
    fiscal_year_end: YearEnd
    reporting_status: ReportingStatus = ReportingStatus.ACTIVE
    funds: tuple[Line, ...] = ()
    location_country: Line | None = Field(default=None, max_length=100)
    customer_type: Line | None = Field(default=None, max_length=100)
    revenue_type: Line | None = Field(default=None, max_length=100)


def _forget_defaults(schema: dict[str, Any]) -> None:
    """A field that is absent stays as it is: it has no default."""
    for field in schema["properties"].values():
        field.pop("default", None)


class CompanyUpdate(Strict):
    """Some of a company's fields: what is absent stays, what is null is cleared."""

    model_config = ConfigDict(json_schema_extra=_forget_defaults)

    name: Line = Field(default="", max_length=200)
    external_id: Line | None = Field(default=None, max_length=100)
    reporting_currency: Currency = ""
    reporting_currency_from: IsoDate | None = None
    fiscal_year_end: YearEnd = ""
    reporting_status: ReportingStatus = ReportingStatus.ACTIVE
    funds: tuple[Line, ...] | None = ()
    location_country: Line | None = Field(default=None, max_length=100)
    customer_type: Line | None = Field(default=None, max_length=100)
    revenue_type: Line | None = Field(default=None, max_length=100)


class RoundCreate(Strict):
    """One funding round; the same day and name again corrects it."""

    closed_on: IsoDate
    round: Line = Field(max_length=100)
    currency: Currency
    post_money_valuation: NotNegative
    equity_raised_to_date: NotNegative | None = None
    reason: Line | None = Field(default=None, max_length=500)
