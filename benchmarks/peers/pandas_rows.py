"""The rows that are stored: fields and metrics in each currency, rounded, with reasons, as dicts for bulk inserts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from benchmarks.peers.pandas_metrics import derive_locally, find_terms
from benchmarks.peers.pandas_quarters import Quarters
from benchmarks.peers.pandas_rates import RateBook
from benchmarks.peers.pandas_reasons import Reasons, add_unavailable, gather_reasons
from benchmarks.peers.pandas_translation import (
    Rates,
    find_round_rates,
    translate_fields,
    translate_metrics,
)
from shared.domain.catalogue import METRICS_BY_NAME
from shared.domain.fields import FIELD_NAMES, FIELDS_BY_NAME
from shared.domain.metric import DECIMALS, Unit

Record = dict[str, Any]
Column = list[Any]
NAMES = (
    *("company_id", "scenario", "period_end", "quarter_index", "period_start"),
    *("fiscal_year", "fiscal_quarter", "reporting_year", "reporting_quarter"),
)
"""The opening columns that are the same in every currency."""


class Derived(NamedTuple):
    """The rows of one currency, for either table."""

    financials: list[Record]
    metrics: list[Record]


class _Local(NamedTuple):
    """What is the same in every currency, or translated into each: vectors, columns as they are stored, reasons."""

    at: Quarters
    values: Mapping[str, pd.Series]
    reasons: Reasons
    names: Mapping[str, Column]
    ratios: Mapping[str, Column]
    metric_nulls: Sequence[Mapping[str, str]]
    field_nulls: Sequence[Mapping[str, str]]


def derive_rows(at: Quarters, book: RateBook, currencies: Sequence[str]) -> Iterator[Derived]:
    """The rows of companies that report in one currency: in that one, and in each of the others wanted."""
    own, ends = str(at.rows["currency"].iloc[0]), at.rows["period_end"]
    local = _derive_local(at, find_round_rates(at, book, own))
    for target in dict.fromkeys((own, *currencies)):
        found = book.rates_of(own, target, ends)
        rates = Rates(found["average"], found["closing"], find_round_rates(at, book, target))
        opening = {
            **local.names,
            "currency": [target] * len(ends),
            "is_local": [target == own] * len(ends),
            "fx_rate_average": _list_numbers(rates.average),
            "fx_rate_closing": _list_numbers(rates.closing),
            "fx_closing_date": _list_days(found["closing_date"]),
            "flags": found["flags"].tolist(),
        }
        yield Derived(_write_financials(local, rates, opening), _write_metrics(local, rates, opening))


def _derive_local(at: Quarters, round_rate: pd.Series) -> _Local:
    terms = find_terms(at, round_rate)
    values, reasons, size = derive_locally(at, terms), Reasons(at, terms, round_rate), len(at.place)
    names = {name: _list_days(at.rows[name]) if name.startswith("period") else at.rows[name].tolist() for name in NAMES}
    ratios = {
        name: _list_metric(name, value, reasons)
        for name, value in values.items()
        if METRICS_BY_NAME[name].unit is not Unit.MONEY
    }
    missing = {name: np.where(at.is_null(name), f"missing_input:{name}", None) for name in FIELD_NAMES}
    nulls = gather_reasons(reasons.texts, size), gather_reasons(missing, size)
    return _Local(at, values, reasons, names, ratios, *nulls)


def _write_financials(local: _Local, rates: Rates, opening: Mapping[str, Column]) -> list[Record]:
    values, used = translate_fields(local.at, rates)
    columns = {
        name: _list_numbers(value, DECIMALS[Unit.MONEY] if FIELDS_BY_NAME[name].is_money else None)
        for name, value in values.items()
    }
    unavailable = {name: rate.isna().to_numpy() & ~local.at.is_null(name) for name, rate in used.items()}
    return _write_records({**opening, **columns, "nulls": add_unavailable(local.field_nulls, unavailable)})


def _write_metrics(local: _Local, rates: Rates, opening: Mapping[str, Column]) -> list[Record]:
    values, used = translate_metrics(local.at, local.values, rates)
    columns = {name: _list_metric(name, value, local.reasons) for name, value in values.items()}
    unavailable = {name: rate.isna().to_numpy() & ~local.reasons.unmet[name] for name, rate in used.items()}
    nulls = add_unavailable(local.metric_nulls, unavailable)
    return _write_records({**opening, **local.ratios, **columns, "nulls": nulls})


def _write_records(columns: Mapping[str, Sequence[Any]]) -> list[Record]:
    names = tuple(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _list_metric(name: str, values: pd.Series, reasons: Reasons) -> Column:
    unit = METRICS_BY_NAME[name].unit
    known = values.mask(reasons.is_null(name))
    return _list_days(known) if unit is Unit.DATE else _list_numbers(known, DECIMALS[unit])


def _list_numbers(values: pd.Series, decimals: int | None = None) -> Column:
    """Rounded half away from zero; None for NaN."""
    numbers = values.to_numpy()
    if decimals is not None:
        unit = 10.0**decimals
        numbers = np.copysign(np.floor(np.abs(numbers) * unit + 0.5) / unit, numbers)
    known = numbers.astype(object)
    known[np.isnan(numbers)] = None
    return known.tolist()


def _list_days(values: pd.Series) -> Column:
    """Dates; None for NaT."""
    return values.to_numpy("M8[D]").tolist()
