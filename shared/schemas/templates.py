"""Query parameters of upload templates."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from shared.domain.scenarios import Scenario
from shared.schemas.fields import Strict


def _listed(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


class TemplateQuery(Strict):
    """Whose template, as which file, and how figures in it will be written."""

    company_id: Annotated[list[UUID], BeforeValidator(_listed), Field(min_length=1)] | None = None
    format: Literal["xlsx", "csv"] = "xlsx"
    scenario: Scenario = Scenario.ACTUAL
    scale: Literal["units", "thousands", "millions"] = "units"
    locale: str | None = Field(default=None, pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")
