"""Figures that others published, read from the folder of collected facts that lies beside the project, not in it."""

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.oracle.model import FIELDS, Quarter

FOLDER = Path(__file__).parents[2].parent / "shared" / "data"

needs_published_figures = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the collected facts are not part of the project; they lie beside it or nowhere"
)

Record = Mapping[str, str]


def read_records(name: str) -> list[Record]:
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_quarters(name: str) -> dict[str, list[Quarter]]:
    """The submitted quarters of a `financials_*` file, by ticker."""
    by_ticker: dict[str, list[Quarter]] = {}
    for record in read_records(name):
        values = {field: Decimal(record[field]) for field in FIELDS if record.get(field)}
        end = date.fromisoformat(record["fiscal_period_end"])
        by_ticker.setdefault(record["ticker"], []).append(Quarter(end, record["currency"], values))
    return by_ticker
