"""What an answer says, whatever its form: by this the ways of a read are held against each other.

Numbers count by their value (the peer writes exact ones as JSON texts), keys in any order, files by their cells.
"""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from python_calamine import CalamineWorkbook

Line = Sequence[Any]
_LABELS = 4
"""A line of a matrix opens with the metric and the company's id, external id and name."""


def digest(said: object) -> str:
    """A text that is the same for what says the same."""
    return sha256(json.dumps(_plain(said), sort_keys=True).encode()).hexdigest()


def digest_page(body: bytes | str) -> str:
    """Of a page of rows as JSON."""
    return digest(_parsed(body)["items"])


def digest_matrix(body: bytes | str) -> str:
    """Of a matrix as JSON."""
    return digest(_parsed(body))


def digest_csv(body: bytes) -> str:
    """Of a matrix as CSV."""
    return digest_cells(list(csv.reader(io.StringIO(body.decode("utf-8-sig")))))


def digest_workbook(body: bytes) -> str:
    """Of a workbook's matrix and rates."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    values, rates = (book.get_sheet_by_name(name).to_python() for name in ("Values", "FX"))
    return digest_rates(digest_cells(values), rates[1:])


def digest_cells(lines: Sequence[Line]) -> str:
    """Of a matrix's lines, the header first."""
    header, *others = lines
    cells = (
        [line[1], at, value] for line in others for at, value in zip(header[_LABELS:], line[_LABELS:], strict=True)
    )
    return digest(sorted(_plain(cell) for cell in cells if cell[2] not in {None, ""}))


def digest_rates(matrix: str, lines: Sequence[Line]) -> str:
    """Of a workbook told by its matrix's digest and the lines of its rates."""
    return digest([matrix, sorted(map(_plain, lines))])


def _parsed(body: bytes | str) -> Any:
    return json.loads(body, parse_float=Decimal, parse_int=Decimal)


def _plain(said: object) -> Any:
    if isinstance(said, dict):
        return {str(name): _plain(value) for name, value in said.items()}
    if isinstance(said, list | tuple):
        return [_plain(value) for value in said]
    if isinstance(said, date):
        return said.isoformat()[:10]
    return "" if said is None else _number_or_text(str(said))


def _number_or_text(text: str) -> str:
    try:
        return str(Decimal(text).normalize())
    except InvalidOperation:
        return text
