"""Query parameters about uploads, and what a sender asks for; an unknown parameter is an error."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from shared.domain.amounts import LOCALES, Scale
from shared.domain.statuses import ImportStatus, Outcome
from shared.domain.submissions import OnConflict
from shared.schemas.described import Described
from shared.schemas.fields import Strict, Text
from shared.schemas.queries import PageQuery


def _known_locale(value: str) -> str:
    if value not in LOCALES:
        raise ValueError(f"this locale is not known; known are {', '.join(sorted(LOCALES))}")
    return value


KnownLocale = Annotated[str, AfterValidator(_known_locale), Described(enum=sorted(LOCALES))]


class ImportsQuery(PageQuery):
    """Which uploads.

    Attributes:
        status: Where they stand.
        file_name: The name under which the file came.
    """

    status: ImportStatus | None = None
    file_name: Text | None = None


class ImportRowsQuery(PageQuery):
    """Which rows of an upload.

    Attributes:
        outcome: What became of them.
    """

    outcome: Outcome | None = None


class ImportIssuesQuery(PageQuery):
    """Which findings about an upload.

    Attributes:
        severity: How grave they are.
    """

    severity: Literal["error", "warning"] | None = None


class ImportReportQuery(Strict):
    """In which form an upload's report is to be given.

    Attributes:
        format: JSON, CSV, or an annotated copy as a workbook.
    """

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
