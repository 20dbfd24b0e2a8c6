"""Query parameters of upload templates."""

from typing import Annotated, Literal

from pydantic import Field

from shared.domain.amounts import Scale
from shared.domain.scenarios import Scenario
from shared.schemas.fields import Strict
from shared.schemas.import_queries import KnownLocale
from shared.schemas.queries import CompanyIds


class TemplateQuery(Strict):
    """Whose template, as which file, and how figures in it will be written.

    Attributes:
        company_id: One company or several; absent: all that may be seen.
        format: As a workbook or as CSV.
        scenario: What the figures will claim to be.
        scale: In which unit money will be written.
        locale: How numbers and days will be written.
    """

    company_id: Annotated[CompanyIds, Field(min_length=1)] | None = None
    format: Literal["xlsx", "csv"] = "xlsx"
    scenario: Scenario = Scenario.ACTUAL
    scale: Scale = Scale.UNITS
    locale: KnownLocale | None = None
