"""The peer's import: pandas reads and checks the file, the ORM stores what is new or changed, pandas derives the rest.

It does what the product does for actual figures of companies with regular calendars, of which no quarter between others
is missing, that report in one currency and whose revenue may recur: all fields and metrics in a company's own and the
stored currencies, each null's reason, flags and rates; in float64, rounded at the end. It does not handle other files.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Engine, Table
from sqlmodel import Session, create_engine, func, insert, select

from benchmarks.peers.pandas_quarters import read_quarters
from benchmarks.peers.pandas_rates import RateBook
from benchmarks.peers.pandas_rows import derive_rows
from benchmarks.peers.tables import (
    DERIVED,
    Company,
    CompanyCurrency,
    FundingRound,
    MetricInput,
    PeerTable,
)
from shared.domain.fields import FIELD_NAMES, INPUT_FIELDS

KEY = ("company_external_id", "period_end")
AT_A_TIME = 1_000
LONGEST_WINDOW = 100
"""Days from the first whose rates a quarter needs to its end, and some more."""
DERIVED_TOGETHER = 250
"""So many companies at once, so that memory does not grow with the file."""
CURRENCIES = ("USD", "CAD", "EUR")


class BadFileError(ValueError):
    """The file cannot be used; every row that is wrong is named."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the file's rows."""

    new: int
    restated: int
    unchanged: int


def create_tables(database_url: str) -> None:
    """Make the tables of what the peer derives, where they are not there."""
    engine = create_engine(database_url)
    PeerTable.metadata.create_all(engine, tables=[*DERIVED])
    engine.dispose()


def import_file(database_url: str, path: Path) -> Outcome:
    """Read, check, store and derive, in one transaction, into tables that `create_tables` made.

    Raises:
        BadFileError: a column or a value cannot be used.
    """
    engine = create_engine(database_url)
    try:
        return _import(engine, path)
    finally:
        engine.dispose()


def _import(engine: Engine, path: Path) -> Outcome:
    with Session(engine) as session:
        frame = check_rows(read_rows(path), _companies(session))
        outcome = _store(session, frame)
        _derive(session, frame)
        session.commit()
        return outcome


def read_rows(path: Path) -> pd.DataFrame:
    """The file's rows as text.

    Raises:
        BadFileError: a column is missing or unknown.
    """
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    if strange := set(frame.columns).symmetric_difference({*KEY, *FIELD_NAMES}):
        raise BadFileError(f"unknown or missing columns: {sorted(strange)}")
    return frame


def check_rows(frame: pd.DataFrame, companies: pd.DataFrame) -> pd.DataFrame:
    """The rows with their company, quarter and numbers.

    Raises:
        BadFileError: a company is unknown, a date is no quarter's end, a number is none or must not be negative.
    """
    frame = frame.merge(companies, how="left", on="company_external_id", validate="many_to_one")
    frame["period_end"] = pd.to_datetime(frame["period_end"], format="%Y-%m-%d", errors="coerce")
    wrong = frame["company_id"].isna() | frame["period_end"].isna() | frame.duplicated([*KEY], keep=False)
    months = frame["period_end"].dt.month - frame["fiscal_year_end"].str[:2].astype(float)
    wrong |= (months % 3 != 0) | ~frame["period_end"].dt.is_month_end
    for field in INPUT_FIELDS:
        numbers = pd.to_numeric(frame[field.name].replace("", None), errors="coerce")
        wrong |= numbers.isna() & (frame[field.name] != "")
        if not field.may_be_negative:
            wrong |= numbers < 0
    if wrong.any():
        raise BadFileError(f"lines that cannot be used: {(frame.index[wrong] + 2).tolist()}")
    frame["quarter_index"] = 4 * frame["period_end"].dt.year + (frame["period_end"].dt.month - 1) // 3
    frame["period_end"] = frame["period_end"].dt.date
    return frame


def _companies(session: Session) -> pd.DataFrame:
    wanted = select(Company.external_id, Company.id, Company.fiscal_year_end, CompanyCurrency.currency).join(
        CompanyCurrency, CompanyCurrency.company_id == Company.id
    )
    names = ["company_external_id", "company_id", "fiscal_year_end", "currency"]
    return pd.DataFrame(session.exec(wanted).all(), columns=names)


def _store(session: Session, frame: pd.DataFrame) -> Outcome:
    """A first version of every new row, another of every changed one."""
    now, counts = datetime.now(UTC), {"new": 0, "restated": 0, "unchanged": 0}
    for first in range(0, len(frame), AT_A_TIME):
        rows = frame.iloc[first : first + AT_A_TIME].astype(object)
        held = _current(session, rows["company_id"].unique().tolist(), rows["period_end"].unique().tolist())
        versions = []
        for row in rows.to_dict("records"):
            values = {name: Decimal(row[name]) if row[name] else None for name in FIELD_NAMES}
            old = held.get((row["company_id"], row["period_end"]))
            kind = "new" if old is None else "unchanged"
            if old is not None and any(getattr(old, name) != value for name, value in values.items()):
                old.superseded_at, kind = now, "restated"
            counts[kind] += 1
            if kind != "unchanged":
                versions.append(_version(row, values, now, 1 if old is None else old.version + 1))
        session.flush()
        if versions:
            session.execute(insert(MetricInput), versions)
        session.expunge_all()
    return Outcome(**counts)


def _current(session: Session, companies: list[Any], ends: list[Any]) -> dict[tuple[Any, Any], Any]:
    wanted = select(MetricInput).where(
        MetricInput.company_id.in_(companies),
        MetricInput.period_end.in_(ends),
        MetricInput.scenario == "actual",
        MetricInput.superseded_at.is_(None),
    )
    return {(row.company_id, row.period_end): row for row in session.exec(wanted)}


def _version(row: dict[str, Any], values: dict[str, Decimal | None], now: datetime, version: int) -> dict[str, Any]:
    key = {name: row[name] for name in ("company_id", "period_end", "quarter_index", "currency")}
    return {**key, **values, "scenario": "actual", "version": version, "recorded_at": now, "principal": "peer"}


def _derive(session: Session, frame: pd.DataFrame) -> None:
    """Replace what is derived of these companies."""
    oldest = session.exec(select(func.min(MetricInput.period_end))).one()
    of_rounds = session.exec(select(FundingRound.currency).distinct()).all()
    currencies = {*CURRENCIES, *frame["currency"].unique(), *of_rounds}
    book = RateBook(session, currencies, oldest - timedelta(days=LONGEST_WINDOW))
    for companies in _group_companies(frame):
        for table in DERIVED:
            session.execute(table.delete().where(table.c.company_id.in_(companies)))
        for financials, metrics in derive_rows(read_quarters(session, companies), book, CURRENCIES):
            for table, records in zip(DERIVED, (financials, metrics), strict=True):
                _insert(session, table, records)


def _group_companies(frame: pd.DataFrame) -> Iterator[list[Any]]:
    """Companies that report in one currency, some at a time."""
    for _, companies in frame.groupby("currency")["company_id"]:
        ids = companies.unique().tolist()
        yield from (ids[first : first + DERIVED_TOGETHER] for first in range(0, len(ids), DERIVED_TOGETHER))


def _insert(session: Session, table: Table, records: list[dict[str, Any]]) -> None:
    for first in range(0, len(records), AT_A_TIME):
        session.execute(table.insert(), records[first : first + AT_A_TIME])
