"""The quarters of some companies in vectors: what each is called, its latest round, and the fields of those before."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sqlmodel import Session, select

from benchmarks.peers.tables import Company, FundingRound, MetricInput
from shared.domain.fields import FIELD_NAMES

ROUND_FIELDS = ("post_money_valuation", "equity_raised_to_date")
LONGEST_LOOK_BACK = 7


class Quarters:
    """Quarters of companies that report in one currency: each company's together, oldest first, none missing between.

    Attributes:
        rows: What is known of each quarter alone: its fields, names and latest round.
        place: How many quarters of its company stand before each.
    """

    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows
        self.place = rows.groupby("company_id", sort=False).cumcount().to_numpy()
        self._months = rows["period_end"].to_numpy("M8[M]")
        self._back = [rows[[*FIELD_NAMES, *ROUND_FIELDS]]]
        self._back += [self.before(rows[[*FIELD_NAMES]], lag) for lag in range(1, LONGEST_LOOK_BACK + 1)]
        self._null = [{name: values[name].isna().to_numpy() for name in values} for values in self._back]

    def __call__(self, field: str, lag: int = 0) -> pd.Series:
        """A field of the quarter `lag` quarters before each; NaN where it is null or there is none."""
        return self._back[lag][field]

    def before(self, values: Any, lag: int) -> Any:
        """Any values, a row or number each quarter, as they were `lag` quarters before; NaN where there was none."""
        moved = values.shift(lag)
        moved.loc[self.place < lag] = np.nan
        return moved

    def is_null(self, field: str, lag: int = 0) -> np.ndarray:
        """Where that field is null, or there is no such quarter."""
        return self._null[lag][field]

    def sum_year(self, field: str, lag: int = 0) -> pd.Series:
        """The sum of four quarters, the last of them `lag` quarters before each; NaN if any is."""
        return self(field, lag + 3) + self(field, lag + 2) + self(field, lag + 1) + self(field, lag)

    def find_arr(self, lag: int, compared: int) -> pd.Series:
        """ARR of the quarter `lag` before: contracted if this quarter and the one `compared` before submit it."""
        contracted = ~self.is_null("contracted_arr") & ~self.is_null("contracted_arr", compared)
        return self("contracted_arr", lag).where(contracted, 4 * self("recurring_revenue", lag))

    def write_end(self, lag: int) -> np.ndarray:
        """The last day of the quarter `lag` before each, on record or not, as text."""
        days = (self._months - 3 * lag + 1).astype("M8[D]") - 1
        return np.datetime_as_string(days).astype(object)


def read_quarters(session: Session, companies: Sequence[Any]) -> Quarters:
    """All current quarters of these companies, which report in one currency."""
    columns = ("company_id", "scenario", "period_end", "currency", "quarter_index", *FIELD_NAMES)
    wanted = (
        select(*(getattr(MetricInput, name) for name in columns), Company.fiscal_year_end)
        .join(Company, Company.id == MetricInput.company_id)
        .where(
            MetricInput.company_id.in_(companies),
            MetricInput.scenario == "actual",
            MetricInput.superseded_at.is_(None),
            MetricInput.deleted.is_(False),
        )
        .order_by(MetricInput.company_id, MetricInput.period_end)
    )
    rows = pd.read_sql(wanted, session.connection()).astype(dict.fromkeys(FIELD_NAMES, float))
    rows["period_end"] = rows["period_end"].astype("datetime64[s]")
    return Quarters(pd.concat([rows, _name_periods(rows), _find_rounds(session, rows, companies)], axis=1))


def _name_periods(rows: pd.DataFrame) -> pd.DataFrame:
    """First days, fiscal years and quarters, and where the firm files them; quarters end with months."""
    end = rows["period_end"]
    months, year_end = end.dt.year * 12 + end.dt.month - 1, rows["fiscal_year_end"].str[:2].astype(int)
    quarter = ((months - year_end + 1) % 12 // 3).replace(0, 4)
    start = pd.Series((end.to_numpy("M8[M]") - 2).astype("M8[s]"), rows.index)
    middle = start + pd.to_timedelta((end - start).dt.days // 2, unit="D")
    return pd.DataFrame(
        {
            "period_start": start,
            "fiscal_year": (months + 3 * (4 - quarter)) // 12,
            "fiscal_quarter": quarter,
            "reporting_year": middle.dt.year,
            "reporting_quarter": middle.dt.quarter,
        }
    )


def _find_rounds(session: Session, rows: pd.DataFrame, companies: Sequence[Any]) -> pd.DataFrame:
    """The latest round on or before each quarter's end; of two on one day the one recorded last."""
    names = ("company_id", "closed_on", "currency", *ROUND_FIELDS)
    wanted = (
        select(*(getattr(FundingRound, name) for name in names))
        .where(FundingRound.company_id.in_(companies), FundingRound.superseded_at.is_(None))
        .order_by(FundingRound.closed_on, FundingRound.id)
    )
    rounds = pd.read_sql(wanted, session.connection()).rename(columns={"currency": "round_currency"})
    rounds = rounds.astype({"closed_on": "datetime64[s]", **dict.fromkeys(ROUND_FIELDS, float)})
    codes, known = pd.factorize(rows["company_id"])
    rounds["code"] = pd.Index(known).get_indexer(rounds.pop("company_id"))
    at = pd.DataFrame({"code": codes, "period_end": rows["period_end"], "row": rows.index}).sort_values("period_end")
    found = pd.merge_asof(at, rounds, left_on="period_end", right_on="closed_on", by="code")
    return found.set_index("row").sort_index()[["closed_on", "round_currency", *ROUND_FIELDS]]
