"""What an administrator sends about one rate."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from shared.schemas.described import Described, amount_forms
from shared.schemas.fields import Line, Strict, exact


def _positive(value: Decimal) -> Decimal:
    if value <= 0:
        raise ValueError("a rate is above zero: so many units of the quote currency for one of the base")
    return value


class RateOverride(Strict):
    """A rate in place of the published one, and why."""

    rate: Annotated[
        Decimal,
        BeforeValidator(exact),
        AfterValidator(_positive),
        Described(anyOf=amount_forms(r"\+?(?=[0.]*[1-9])", exclusiveMinimum=0)),
    ]
    reason: Line = Field(max_length=500)


class OverrideLift(Strict):
    """Why the published rate counts again.

    Attributes:
        reason: For the records.
    """

    reason: Line = Field(max_length=500)
