"""Rates of quarters in vectors: the mean and the last of the daily crosses through the euro, and their flags."""

from collections.abc import Collection
from datetime import date

import numpy as np
import pandas as pd
from sqlmodel import Session, select

from benchmarks.peers.tables import FxHoliday, FxRate
from shared.domain.fx import CLOSING_WINDOW_DAYS, PIVOT, PROVIDER, RATE_DECIMALS

WIDE_SPREAD = 1.10
COLUMNS = ("average", "closing", "closing_date", "flags")


class RateBook:
    """What the provider published since a day, from which any quarter's rates between two currencies are taken."""

    def __init__(self, session: Session, currencies: Collection[str], since: date) -> None:
        """Read the daily rates of these currencies.

        Args:
            session: Where they are.
            currencies: Codes; the euro needs none.
            since: The first day on record that is wanted.
        """
        held = select(FxRate.observed_on, FxRate.quote, FxRate.rate).where(
            FxRate.provider == PROVIDER,
            FxRate.superseded_at.is_(None),
            FxRate.quote.in_(currencies),
            FxRate.observed_on >= since,
        )
        published = pd.read_sql(held, session.connection()).astype({"rate": float})
        self._daily = published.pivot_table(index="observed_on", columns="quote", values="rate")
        self._daily[PIVOT] = 1.0
        closed = select(FxHoliday.holiday).where(FxHoliday.provider == PROVIDER)
        self._holidays = np.array(session.exec(closed).all(), "M8[D]")
        self._crosses: dict[tuple[str, str], pd.Series] = {}

    def rates_of(self, source: str, target: str, ends: pd.Series) -> pd.DataFrame:
        """Average, closing rate, its day and flags of calendar-long quarters that end on these days, row by row."""
        if source == target:
            same = pd.DataFrame({"average": 1.0, "closing": 1.0}, index=ends.index)
            return same.assign(closing_date=np.datetime64("NaT", "D"), flags=[[] for _ in range(len(ends))])
        days, place = np.unique(ends.to_numpy("M8[D]"), return_inverse=True)
        return self._of_quarters(source, target, days).take(place).set_axis(ends.index)

    def _cross(self, source: str, target: str) -> pd.Series:
        if (source, target) not in self._crosses:
            self._crosses[source, target] = (self._daily[target] / self._daily[source]).dropna()
        return self._crosses[source, target]

    def _of_quarters(self, source: str, target: str, ends: np.ndarray) -> pd.DataFrame:
        """A row per quarter; `reduceat` takes every other of the spans between firsts and lasts."""
        cross = self._cross(source, target)
        days, rates = cross.index.to_numpy("M8[D]"), np.append(cross.to_numpy(), np.nan)
        starts = (ends.astype("M8[M]") - 2).astype("M8[D]")
        first, after = np.searchsorted(days, starts, "left"), np.searchsorted(days, ends, "right")
        observed, spans = after - first, np.column_stack([first, after]).ravel()
        with np.errstate(all="ignore"):
            average = np.where(observed > 0, np.add.reduceat(rates, spans)[::2] / observed, np.nan)
            low, high = (np.where(observed > 0, of.reduceat(rates, spans)[::2], np.nan) for of in (np.fmin, np.fmax))
        closing_day = days[after - 1]
        known = (after > 0) & (closing_day >= ends - CLOSING_WINDOW_DAYS)
        expected = np.busday_count(starts, ends + 1, holidays=self._holidays)
        marks = {
            "fx_incomplete": observed < expected,
            "provisional": ends > days[-1],
            "fx_wide_spread": np.round(high - low * WIDE_SPREAD, 15) > 0,
        }
        return pd.DataFrame(
            {
                "average": average.round(RATE_DECIMALS),
                "closing": np.where(known, rates[after - 1], np.nan).round(RATE_DECIMALS),
                "closing_date": np.where(known, closing_day, np.datetime64("NaT", "D")),
                "flags": [
                    [name for name, mark in zip(marks, row, strict=True) if mark]
                    for row in zip(*marks.values(), strict=True)
                ],
            }
        )
