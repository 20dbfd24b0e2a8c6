"""Why figures are null: the texts of all reasons in vectors, and as the small dicts that rows keep."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from benchmarks.peers.pandas_metrics import Vectors
from benchmarks.peers.pandas_needs import EQUITY, GUARDS, NEEDS, POST_MONEY, Guard, Need
from benchmarks.peers.pandas_quarters import ROUND_FIELDS, Quarters
from shared.domain.fields import FIELD_NAMES

FX_UNAVAILABLE = "fx_unavailable"
IN_ROUNDS_CURRENCY = frozenset(
    {"ev_to_ltm_revenue", "ev_to_arr", "post_money_to_ltm_revenue", "ev_to_invested_capital"}
)
_ORDER = (*FIELD_NAMES, *ROUND_FIELDS)


class Reasons:
    """The reasons of all metrics in the companies' own currency.

    Attributes:
        texts: For each metric that is null somewhere its reasons, None where it has a value.
        unmet: For each metric where a quarter or a field is missing; no rate and no sign is asked about there.
    """

    def __init__(self, at: Quarters, terms: Vectors, round_rate: pd.Series) -> None:
        """Find them.

        Args:
            at: The quarters.
            terms: What sign rules ask about.
            round_rate: From the latest round's currency into the company's.
        """
        self._at = at
        self._ends = {lag: at.write_end(lag) for lag in range(1, 8)}
        self._absent: dict[tuple[int, ...], np.ndarray] = {}
        self.texts: dict[str, np.ndarray] = {}
        self.unmet: dict[str, np.ndarray] = {}
        without_rate = round_rate.isna().to_numpy()
        for name, needs in NEEDS.items():
            found = _apply_guards(GUARDS.get(name, ()), terms, len(at.place))
            if name in IN_ROUNDS_CURRENCY:
                found[without_rate] = FX_UNAVAILABLE
            self.unmet[name] = self._name_missing(needs, found)
            self.texts[name] = found

    def is_null(self, name: str) -> np.ndarray:
        """Where a metric has a reason."""
        return self.texts[name].astype(bool)

    def _name_missing(self, needs: Iterable[Need], found: np.ndarray) -> np.ndarray:
        """Write into `found` what is missing of these needs; where that is."""
        lags = {lag for need in needs for lag in (need.lag, need.compared or 0)} - {0}
        absent = self._at.place < max(lags, default=0)
        in_order = sorted(set(needs), key=lambda need: (_ORDER.index(need.field), -need.lag))
        nulls = [(need, self._is_null(need)) for need in in_order]
        lacking = np.logical_or.reduce([null for _, null in nulls]) & ~absent
        if lacking.any():
            found[lacking] = self._write_inputs(nulls, lacking)
        if lags:
            found[absent] = self._write_absent(tuple(sorted(lags, reverse=True)))[absent]
        return lacking | absent

    def _is_null(self, need: Need) -> np.ndarray:
        null = self._at.is_null(need.field, need.lag)
        if need.compared is not None:
            null = null & (self._at.is_null("contracted_arr") | self._at.is_null("contracted_arr", need.compared))
        if need.field == EQUITY:
            null = null & ~self._at.is_null(POST_MONEY)
        return null

    def _write_inputs(self, nulls: Sequence[tuple[Need, np.ndarray]], lacking: np.ndarray) -> np.ndarray:
        """The missing fields, those of an earlier quarter with its end."""
        text = np.full(int(lacking.sum()), "", object)
        for need, null in nulls:
            here = null[lacking]
            shown = f"{need.field}@" + self._ends[need.lag][lacking][here] if need.lag else need.field
            text[here] = text[here] + np.where(text[here] == "", "missing_input:", ",").astype(object) + shown
        return text

    def _write_absent(self, lags: tuple[int, ...]) -> np.ndarray:
        """The ends of those quarters of `lags`, the earliest first, that no company has yet; "" where it has all."""
        if lags not in self._absent:
            earliest, *others = lags
            text = np.where(self._at.place < earliest, "missing_quarter:" + self._ends[earliest], "").astype(object)
            for lag in others:
                absent = self._at.place < lag
                text[absent] += "," + self._ends[lag][absent]
            self._absent[lags] = text
        return self._absent[lags]


def _apply_guards(guards: Sequence[Guard], terms: Vectors, size: int) -> np.ndarray:
    """The reason of the first guard that objects."""
    found = np.full(size, None, object)
    for guard in reversed(guards):
        found[guard.compares(terms[guard.term], guard.number).to_numpy()] = guard.reason
    return found


def gather_reasons(texts: Mapping[str, np.ndarray], size: int) -> list[dict[str, str]]:
    """The reasons of each row by name, from vectors that hold None where there is none."""
    rows: list[dict[str, str]] = [{} for _ in range(size)]
    for name, reasons in texts.items():
        at = np.flatnonzero(reasons)
        for place, reason in zip(at.tolist(), reasons[at].tolist(), strict=True):
            rows[place][name] = reason
    return rows


def add_unavailable(
    rows: Sequence[Mapping[str, str]], unavailable: Mapping[str, np.ndarray]
) -> Sequence[Mapping[str, str]]:
    """The rows' reasons, but for want of a rate where that is so; a row that has its rates is given back as it is."""
    missing = {name: np.where(where, FX_UNAVAILABLE, None) for name, where in unavailable.items() if where.any()}
    if not missing:
        return rows
    added = gather_reasons(missing, len(rows))
    return [{**row, **more} if more else row for row, more in zip(rows, added, strict=True)]
