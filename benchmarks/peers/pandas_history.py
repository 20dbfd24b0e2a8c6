"""The peer's load of the bank's history: pandas reads the published file, SQLAlchemy inserts its rates in bulk."""

import io
from datetime import UTC, datetime

import pandas as pd
from sqlmodel import Session, insert

from benchmarks.peers.tables import FxRate
from shared.domain.fx import PIVOT, PROVIDER

AT_A_TIME = 1_000


def load_history(session: Session, archive: bytes) -> None:
    """Store every rate of the file, exactly as it is written; the caller commits."""
    published = pd.read_csv(io.BytesIO(archive), compression="zip", dtype=str, na_values=["N/A"], parse_dates=["Date"])
    rates = published.loc[:, ~published.columns.str.startswith("Unnamed")]  # the trailing comma's
    rates = rates.melt("Date", var_name="quote", value_name="rate").dropna()
    common = {"provider": PROVIDER, "base": PIVOT, "kind": "published", "recorded_at": datetime.now(UTC)}
    rows = [
        {**common, "quote": quote, "observed_on": day, "rate": rate, "principal": "peer"}
        for day, quote, rate in zip(rates["Date"].dt.date, rates["quote"], rates["rate"], strict=True)
    ]
    for first in range(0, len(rows), AT_A_TIME):
        session.execute(insert(FxRate), rows[first : first + AT_A_TIME])
