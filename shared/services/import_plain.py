"""Rows written plainly, which most are: read at once, without a look at every rule.

A figure of few digits means the same in every locale, and the schema of a PUT takes it as it stands: it need not be
asked. Whatever else a row says, and every row with a figure written otherwise, goes through the schema.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from shared.domain.amounts import Scale
from shared.domain.cells import Cell
from shared.domain.errors import InvalidInput
from shared.domain.fields import INPUT_FIELDS, InputField
from shared.schemas.fields import MAX_DECIMALS, MAX_DIGITS, IsoDate
from shared.schemas.inputs import InputPut
from shared.schemas.validation import validate
from shared.services.import_cells import Notation, read_values

_SAID_OF_ALL = ("period_end", "currency", "scenario", "reason")
"""The columns of a row of inputs that are no figures."""
_APART = ","
"""Between figures; in none that is written plainly."""


class InputRow(InputPut):
    """A row of inputs: a PUT's body and the period it would be PUT to."""

    period_end: IsoDate


class PlainRows:
    """Reads the plain rows of a chunk. What their other columns say is the same in many rows, and is read once."""

    def __init__(self, columns: Iterable[str], notation: Notation) -> None:
        fields = [field for field in INPUT_FIELDS if field.name in set(columns)]
        self._notation = notation
        self._names = [field.name for field in fields]
        self._factors = [notation.scale.factor if field.is_money else 1 for field in fields]
        self._are_plain = re.compile(_APART.join(f"(?:{_plain(field, notation)})?" for field in fields)).fullmatch
        self._heads: dict[tuple[Cell, ...], InputRow | None] = {}

    def read(self, cells: Mapping[str, Cell]) -> tuple[InputRow, dict[str, Any]] | None:
        """What a row says beside its figures, and its figures; None: it is not plain, or cannot be used."""
        texts = ["" if (cell := cells.get(name)) is None else str(cell) for name in self._names]
        if not self._are_plain(_APART.join(texts)):
            return None
        head = self._read_head(tuple([cells.get(name) for name in _SAID_OF_ALL]))
        return None if head is None else (head, self._values(texts))

    def _values(self, texts: Sequence[str]) -> dict[str, Any]:
        if self._notation.scale is Scale.UNITS:
            return {name: Decimal(text) for name, text in zip(self._names, texts, strict=True) if text}
        scaled = zip(self._names, texts, self._factors, strict=True)
        return {name: Decimal(text) * factor for name, text, factor in scaled if text}

    def _read_head(self, said: tuple[Cell, ...]) -> InputRow | None:
        if said not in self._heads:
            self._heads[said] = self._validate(said)
        return self._heads[said]

    def _validate(self, said: tuple[Cell, ...]) -> InputRow | None:
        if not all(cell is None or isinstance(cell, str) for cell in said):
            return None
        values, errors = read_values(dict(zip(_SAID_OF_ALL, said, strict=True)), self._notation)
        try:
            return None if errors else validate(InputRow, values)
        except InvalidInput:
            return None


def _plain(field: InputField, notation: Notation) -> str:
    """How an amount of this field is written that is certain, and can be held when it is scaled."""
    zeros = len(str(notation.scale.factor)) - 1 if field.is_money else 0
    sign = "-?" if field.is_money and field.may_be_negative else ""
    decimals = r"(?:\.[0-9]{1,2})?" if notation.locale is None else ""
    return f"{sign}[0-9]{{1,{MAX_DIGITS - MAX_DECIMALS - zeros}}}{decimals}"
