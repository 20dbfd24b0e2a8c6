"""What stands where in an upload template, whatever the file's format: declared options, hints, header, rows."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from shared.domain.fields import FIELD_NAMES
from shared.domain.scenarios import Scenario
from shared.services.field_guide import UNITS

TEMPLATE_VERSION = "1"
EXTERNAL_ID, COMPANY_ID = "company_external_id", "company_id"


@dataclass(frozen=True, slots=True)
class Prefilled:
    """One row: a company (by its external id where a spreadsheet keeps that as it is) and its next quarter."""

    external_id: str | None
    company_id: UUID
    period_end: date
    currency: str
    scenario: Scenario
    plausible_ends: tuple[date, ...]

    def cells(self) -> dict[str, str | date]:
        """What is written under which header; everything else is left blank."""
        name, key = (EXTERNAL_ID, self.external_id) if self.external_id else (COMPANY_ID, str(self.company_id))
        return {name: key, "period_end": self.period_end, "currency": self.currency, "scenario": self.scenario.value}


@dataclass(frozen=True, slots=True)
class Reference:
    """What a company reported last, for a person to look at: money in the template's scale, absent where null."""

    company: str
    period_end: date
    currency: str
    figures: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Template:
    """Everything a template says."""

    scale: str
    locale: str | None
    scenario: Scenario
    rows: tuple[Prefilled, ...]
    references: tuple[Reference, ...]
    currencies: tuple[str, ...]
    made_at: datetime

    @property
    def header(self) -> tuple[str, ...]:
        """The columns, by the names files are read with."""
        named = any(row.external_id for row in self.rows) or not self.rows
        numbered = any(row.external_id is None for row in self.rows)
        keys = [name for name, used in ((EXTERNAL_ID, named), (COMPANY_ID, numbered)) if used]
        return (*keys, "period_end", "currency", "scenario", "reason", *FIELD_NAMES)

    @property
    def declarations(self) -> tuple[str, ...]:
        """Lines that the reader obeys, `# key: value`."""
        locale = (f"# locale: {self.locale}",) if self.locale else ()
        return (f"# template: {TEMPLATE_VERSION}", f"# scale: {self.scale}", *locale)

    @property
    def hints(self) -> tuple[str, ...]:
        """Lines for people. They hold no colon and no separator, so that nothing is read into them."""
        return (
            f"# Money in {UNITS[self.scale]}. Counts are never scaled. cash_burn negative = cash consumed.",
            "# Blank = keep what is on record. NULL = clear. 0 = zero.",
            "# Delete the rows you have no figures for. Restating a closed quarter needs a reason.",
        )
