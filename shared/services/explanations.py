"""Explaining one derived figure: its formula, what it rests on, the arithmetic with the figures put in."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data import explanations as data
from shared.domain.as_of import ReportingQuarter
from shared.domain.catalogue import METRICS_BY_NAME
from shared.domain.errors import FieldError, InvalidInput, NotFound
from shared.domain.expressions import (
    Arr,
    DateAfterMonths,
    Expr,
    Field,
    Ltm,
    MonthsPerQuarter,
    QuartersPerYear,
    Rate,
    RateKind,
    TranslatedLtm,
    Valuation,
    ValuationAge,
    ZeroIfNegative,
)
from shared.domain.metric import Metric
from shared.domain.periods import REGULAR_DAYS
from shared.domain.permissions import Principal
from shared.domain.reasons import ltm_lags, needs, nodes, rates
from shared.domain.scenarios import Scenario
from shared.domain.wording import formula_text, reason_sentence
from shared.schemas.exact_json import dump_exact
from shared.schemas.validation import suggestion
from shared.services.closes import resolve_as_of
from shared.services.sight import require_company

SUBMITTED = (
    "period_end",
    "currency",
    "version",
    "recorded_at",
    "principal",
    "reason",
    "import_id",
    "source_file",
    "source_row",
)


@dataclass(frozen=True)
class _Case:
    """One figure's surroundings: the derived rows by quarter, the inputs by period end, the round."""

    session: Session
    as_of: datetime | str
    index: int
    rows: dict[int, data.Rows]
    inputs: dict[date, data.Rows]
    round: data.Rows | None
    asked: dict[tuple[str, str, date], data.Rows] = field(default_factory=dict)

    @property
    def row(self) -> data.Rows:
        return self.rows[self.index]

    def submitted(self, lag: int) -> data.Rows | None:
        row = self.rows.get(self.index - lag)
        return None if row is None else self.inputs.get(row["period_end"])

    def value(self, name: str, lag: int) -> Decimal | None:
        row = self.submitted(lag)
        return None if row is None else row[name]

    def days(self, lag: int) -> int:
        row = self.rows[self.index - lag]
        return int((row["period_end"] - row["period_start"]).days) + 1

    def rate(self, lag: int) -> data.Rows:
        """The rates from the currency of that quarter into the row's."""
        row, submitted = self.rows[self.index - lag], self.submitted(lag)
        base = submitted["currency"] if submitted else self.row["currency"]
        return self._rate(base, self.row["currency"], row)

    def _rate(self, base: str, quote: str, row: data.Rows) -> data.Rows:
        key = (base, quote, row["period_end"])
        if key not in self.asked:
            start, end = row["period_start"], row["period_end"]
            self.asked[key] = data.rate_facts(self.session, base, quote, start, end, self.as_of)
        return self.asked[key]

    @cached_property
    def round_rates(self) -> dict[bool, data.Rows]:
        """The rates from the round's currency into the row's (True) and into the company's (False)."""
        submitted = self.submitted(0)
        if self.round is None or submitted is None:
            return {}
        into = {True: self.row["currency"], False: submitted["currency"]}
        return {presented: self._rate(self.round["currency"], quote, self.row) for presented, quote in into.items()}

    def figure(self, node: Expr) -> str | None:  # noqa: PLR0911 (one case per kind of node)
        """A node as its figures; None: it is arithmetic, to be written as such."""
        match node:
            case Field(name, lag):
                return _signed(self.value(name, lag))
            case Ltm(name, shift):
                return f"({' + '.join(_signed(self.value(name, lag)) for lag in reversed(ltm_lags(shift)))})"
            case TranslatedLtm(name):
                parts = [(self.value(name, lag), self.rate(lag)["average"]) for lag in reversed(ltm_lags())]
                return f"({' + '.join(f'{_signed(value)} × {_number(rate)}' for value, rate in parts)})"
            case Arr(lag, basis):
                if self.is_contracted(basis):
                    return _signed(self.value("contracted_arr", lag))
                return f"({self.yearly(lag)} × {_signed(self.value('recurring_revenue', lag))})"
            case QuartersPerYear(lag):
                return self.yearly(lag)
            case MonthsPerQuarter():
                return "3" if self.days(0) in REGULAR_DAYS else f"({self.days(0)} / 30.4375)"
        return self._other_figure(node)

    def _other_figure(self, node: Expr) -> str | None:
        match node:
            case Rate(kind, lag):
                closing = kind is RateKind.CLOSING or (kind is RateKind.ARR and self.is_contracted((lag,)))
                return _number(self.rate(lag)["closing" if closing else "average"])
            case Valuation(amount, presented) if self.round is not None:
                return f"{_number(self.round[amount.value])} × {_number(self.round_rates[presented]['closing'])}"
            case ValuationAge() if self.round is not None:
                return f"{self.row['period_end']} − {self.round['closed_on']}"
            case ZeroIfNegative(test, value):
                negative = formula_text(test, self.figure).startswith("(−")
                return "0" if negative else formula_text(value, self.figure)
            case DateAfterMonths(months):
                return f"{self.row['period_end']} + ⌊({formula_text(months, self.figure)}) × 30.4375⌋ days"
        return None

    def is_contracted(self, basis: tuple[int, ...]) -> bool:
        return all(self.value("contracted_arr", lag) is not None for lag in basis)

    def yearly(self, lag: int) -> str:
        return "4" if self.days(lag) in REGULAR_DAYS else f"(365.25 / {self.days(lag)})"


def explain_metric(
    session: Session,
    principal: Principal,
    company_id: UUID,
    period_end: date,
    name: str,
    currency: str | None,
    scenario: Scenario,
    as_of: datetime | ReportingQuarter | None,
) -> str:
    """One figure explained, as JSON text.

    Raises:
        InvalidInput: there is no such metric.
        NotFound: no such company, or nothing is reported for the quarter.
    """
    require_company(session, principal, company_id)
    metric = METRICS_BY_NAME.get(name)
    if metric is None:
        message = f"no metric is called {name!r}; {suggestion(name, list(METRICS_BY_NAME))}"
        raise InvalidInput([FieldError("invalid", message, parameter="metric")])
    instant = resolve_as_of(session, as_of) or "infinity"
    rows = data.derived_quarters(session, company_id, scenario.value, currency, instant)
    index = next((index for index, row in rows.items() if row["period_end"] == period_end), None)
    if index is None:
        raise NotFound(f"Nothing is reported for the quarter ending {period_end} ({scenario.value}).")
    inputs = data.input_versions(session, company_id, scenario.value, instant)
    latest = data.latest_round(session, company_id, period_end, instant)
    return dump_exact(_explanation(metric, _Case(session, instant, index, rows, inputs, latest)))


def _explanation(metric: Metric, case: _Case) -> dict[str, Any]:
    row, reason = case.row, case.row["metric_nulls"].get(metric.name)
    valued = any(isinstance(node, Valuation | ValuationAge) for node in nodes(metric.formula))
    return {
        "metric": metric.name,
        "label": metric.label,
        "unit": metric.unit.value,
        "company_id": row["company_id"],
        "period_start": row["period_start"],
        "period_end": row["period_end"],
        "currency": row["currency"],
        "value": row[metric.name],
        "null": None if reason is None else {"reason": reason, "sentence": reason_sentence(reason)},
        "formula": metric.words,
        "expression": formula_text(metric.formula.value),
        "arithmetic": None if reason is not None else formula_text(metric.formula.value, case.figure),
        "formula_version": metric.version,
        "inputs": _inputs(metric, case),
        "rates": [{"quarters_back": lag, **case.rate(lag)} for lag in _rate_lags(metric, case)],
        "valuation": dict(case.round) if valued and case.round is not None else None,
        "valuation_rates": list(case.round_rates.values()) if valued else [],
    }


def _rate_lags(metric: Metric, case: _Case) -> list[int]:
    return [lag for lag in sorted({rate.lag for rate in rates(metric.formula)}) if case.index - lag in case.rows]


def _inputs(metric: Metric, case: _Case) -> list[dict[str, Any]]:
    """Each submitted field the figure rests on: its value, who submitted it when, and from which cell."""
    need = needs(metric.formula)
    wanted = [*need.fields, *((name, lag) for lag, _ in need.arr for name in ("recurring_revenue", "contracted_arr"))]
    found = []
    for name, lag in dict.fromkeys(wanted):
        submitted = case.submitted(lag)
        facts = dict.fromkeys(SUBMITTED) if submitted is None else {fact: submitted[fact] for fact in SUBMITTED}
        cell = None if submitted is None else (submitted["cells"] or {}).get(name)
        found.append({"field": name, "quarters_back": lag, "value": case.value(name, lag), **facts, "cell": cell})
    return found


def _number(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _signed(value: Decimal | None) -> str:
    """A figure, in brackets when it is negative."""
    text = "—" if value is None else _number(value)
    return f"(−{text[1:]})" if text.startswith("-") else text
