"""What each submitted field means to who fills in a template: unit, sign, note, and the metrics it feeds."""

import json
from dataclasses import dataclass
from functools import lru_cache

from shared.domain.fields import INPUT_FIELDS, FieldKind, InputField, Sense
from shared.services.definitions import definitions

UNITS = {
    "units": "whole units of the currency",
    "thousands": "thousands of the currency",
    "millions": "millions of the currency",
}
_NOTES = {
    FieldKind.FLOW: "over the quarter alone, not the year to date",
    FieldKind.BALANCE: "at the quarter's last day",
    FieldKind.COUNT: "at the quarter's last day",
}


@dataclass(frozen=True, slots=True)
class FieldGuide:
    """One field in words."""

    name: str
    label: str
    kind: str
    unit: str
    sign: str
    note: str
    feeds: tuple[str, ...]

    @property
    def hint(self) -> str:
        """Label, kind, unit, sign and note in a few lines."""
        return f"{self.label}\nKind: {self.kind}\nUnit: {self.unit}\nSign: {self.sign}\n{self.note}"


def guide_fields(scale: str) -> tuple[FieldGuide, ...]:
    """Every field in the order of the header, money in the scale declared."""
    feeds = _metrics_fed()
    return tuple(
        FieldGuide(
            name=field.name,
            label=field.label,
            kind=field.kind.value,
            unit=UNITS[scale] if field.is_money else "a whole number, never scaled",
            sign=_sign(field),
            note=_note(field),
            feeds=feeds.get(field.name, ()),
        )
        for field in INPUT_FIELDS
    )


@lru_cache(maxsize=1)
def _metrics_fed() -> dict[str, tuple[str, ...]]:
    fed: dict[str, tuple[str, ...]] = {}
    for metric in json.loads(definitions())["metrics"]:
        for name in metric["inputs"]:
            fed[name] = (*fed.get(name, ()), metric["name"])
    return fed


def _sign(field: InputField) -> str:
    if field.name == "cash_burn":
        return "negative = cash consumed, positive = cash generated"
    if not field.may_be_negative:
        return "zero or positive"
    if field.sense is Sense.LOWER:
        return "costs are positive, negative only for a net credit"
    return "negative below zero"


def _note(field: InputField) -> str:
    note = "over the quarter" if field.label.endswith("in the quarter") else _NOTES[field.kind]
    return f"{note}. Blank = keep, NULL = clear, 0 = zero"
