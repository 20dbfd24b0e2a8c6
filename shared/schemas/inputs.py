"""What callers send for one company-quarter; an imported row is validated by the same model as a PUT."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import Field, create_model

from shared.domain.fields import INPUT_FIELDS, InputField
from shared.domain.scenarios import Scenario
from shared.schemas.fields import Amount, Currency, IsoDate, Line, NotNegative, Strict

MAX_BATCH = 500
"""Company-quarters that one call submits at most."""


class InputHeader(Strict):
    """Everything of a submission but its values."""

    currency: Currency | None = Field(
        default=None, description="Default: the company's reporting currency on that day."
    )
    scenario: Scenario = Scenario.ACTUAL
    reason: Line | None = Field(default=None, max_length=500)


def _annotation(field: InputField) -> tuple[Any, Any]:
    signed = field.is_money and field.may_be_negative
    kind = Amount | None if signed else NotNegative | None
    return kind, Field(default=None, description=f"{field.label} ({field.kind.value})")


if TYPE_CHECKING:

    class InputPut(InputHeader):
        """A whole company-quarter: a field that is absent or null is not reported."""

else:
    InputPut = create_model(
        "InputPut",
        __base__=InputHeader,
        __doc__="A whole company-quarter: a field that is absent or null is not reported.",
        **{field.name: _annotation(field) for field in INPUT_FIELDS},
    )


class BatchedInput(InputPut):
    """One company-quarter of a batch: what a PUT has in its path stands beside its fields."""

    company_id: UUID
    period_end: IsoDate
