"""The catalogue's trees as PostgreSQL: values, reasons, and the columns both need.

Two stages. In the *local* stage (alias `l`, one row per quarter) stand everything in the company's currency and every
reason but a missing presentation rate. In the *row* stage (alias `p`, one row per quarter and currency) local parts are
multiplied with rates. `Hoist` names the local parts that the row stage reuses, so each is computed once per quarter.
"""

from dataclasses import dataclass, field

from shared.domain.expressions import (
    Arithmetic,
    Arr,
    DateAfterMonths,
    Expr,
    Field,
    Formula,
    Guard,
    Ltm,
    MonthsPerQuarter,
    Number,
    QuartersPerYear,
    Rate,
    RateKind,
    RoundAmount,
    TranslatedLtm,
    Valuation,
    ValuationAge,
    ZeroIfNegative,
)
from shared.domain.fields import FIELD_NAMES
from shared.domain.metric import DECIMALS, Metric, Unit
from shared.domain.reasons import Needs, is_presented, needs, nodes, rates

DIVISION_SCALE = "1." + "0" * 40
"""Multiplied into every numerator: PostgreSQL then keeps at least 40 decimals of the quotient."""

GUARD_DECIMALS = 16
"""A chain of divisions leaves a tie a hair below itself; rounding there first makes it the tie it is."""

WHOLE_DAYS_GUARD = 16
"""As above, before a number of days is cut to whole ones."""


def column(name: str, lag: int) -> str:
    """The column of a value `lag` quarters back."""
    return name if lag == 0 else f"{name}_q{lag}"


def ltm_column(name: str, shift: int) -> str:
    """The column of a four-quarter sum ending `shift` quarters back."""
    return column(f"ltm_{name}", shift)


def _arr(lag: int, basis: tuple[int, ...]) -> str:
    contracted = " and ".join(f"l.{column('contracted_arr', q)} is not null" for q in basis)
    implied = f"l.{column('yearly', lag)} * l.{column('recurring_revenue', lag)}"
    return f"case when {contracted} then l.{column('contracted_arr', lag)} else {implied} end"


def render(expr: Expr) -> str:  # noqa: C901, PLR0911, PLR0912 (one branch for each kind of node)
    """A tree's value as SQL over the local stage `l` and, for rates, the row stage `p`; a division by zero is null."""
    match expr:
        case Number(text):
            return text
        case Field(name, lag):
            return f"l.{column(name, lag)}"
        case Ltm(name, shift):
            return f"l.{ltm_column(name, shift)}"
        case TranslatedLtm(name):
            return f"p.{ltm_column(name, 0)}"
        case Arr(lag, basis):
            return f"({_arr(lag, basis)})"
        case QuartersPerYear(lag):
            return f"l.{column('yearly', lag)}"
        case MonthsPerQuarter():
            return "l.months"
        case Rate(RateKind.ARR):
            return "(case when p.contracted_arr is not null then p.closing else p.average end)"
        case Rate(kind, lag):
            return f"p.{column(kind.value, lag)}"
        case Valuation(amount, presented):
            return f"l.{amount.value} * p.round_closing" if presented else f"l.{amount.value} * l.round_closing"
        case ValuationAge():
            return "(l.period_end - l.round_closed_on)::numeric"
        case ZeroIfNegative(test, value):
            return f"(case when {render(test)} < 0 then 0 else {render(value)} end)"
        case DateAfterMonths(months):
            days = f"least({render(months)}, 9999) * 30.4375"
            return f"l.period_end + floor(round({days}, {WHOLE_DAYS_GUARD}))::integer"
        case Arithmetic("/", left, right):
            return f"({render(left)} * {DIVISION_SCALE} / nullif({render(right)}, 0))"
        case Arithmetic(operator, left, right):
            return f"({render(left)} {operator} {render(right)})"
    raise TypeError(f"no SQL for {type(expr).__name__}")


def rounded(sql: str, unit: Unit) -> str:
    """The value rounded once, at the end, half away from zero, without trailing zeros."""
    decimals = DECIMALS[unit]
    if decimals is None:
        return sql
    return f"trim_scale(round(round({sql}, {decimals + GUARD_DECIMALS}), {decimals}))"


def _missing_quarter(lags: tuple[int, ...]) -> str | None:
    earlier = [lag for lag in lags if lag > 0]
    if not earlier:
        return None
    absent = " or ".join(f"not l.{column('present', lag)}" for lag in earlier)
    listed = ", ".join(
        f"case when not l.{column('present', lag)}"
        f" then nominal_end(l.quarter_index - {lag}, l.end_month, l.end_day) end"
        for lag in reversed(earlier)
    )
    return f"when {absent} then 'missing_quarter:' || concat_ws(',', {listed})"


def _missing_conditions(need: Needs) -> list[tuple[tuple[int, int], str, str]]:
    """(order, condition, text) for each input that can be missing."""
    found: dict[tuple[int, int], tuple[str, str]] = {}
    for name, lag in need.fields:
        text = f"'{name}'" if lag == 0 else f"'{name}@' || l.{column('period_end', lag)}"
        found[FIELD_NAMES.index(name), -lag] = (f"l.{column(name, lag)} is null", text)
    for lag, basis in need.arr:
        key = (FIELD_NAMES.index("recurring_revenue"), -lag)
        text = "'recurring_revenue'" if lag == 0 else f"'recurring_revenue@' || l.{column('period_end', lag)}"
        uncontracted = " or ".join(f"l.{column('contracted_arr', q)} is null" for q in basis)
        found.setdefault(key, (f"l.{column('recurring_revenue', lag)} is null and ({uncontracted})", text))
    for position, amount in enumerate(need.amounts):
        of_a_round = " and l.round_closed_on is not null" if amount is RoundAmount.EQUITY_RAISED else ""
        found[len(FIELD_NAMES) + position, 0] = (f"l.{amount.value} is null{of_a_round}", f"'{amount.value}'")
    return [(key, *found[key]) for key in sorted(found)]


def _missing_input(need: Needs) -> str | None:
    conditions = _missing_conditions(need)
    if not conditions:
        return None
    recurring = FIELD_NAMES.index("recurring_revenue")
    missing = " or ".join(f"({condition})" for _, condition, _ in conditions)
    listed = ", ".join(f"case when {condition} then {text} end" for _, condition, text in conditions)
    reason = f"'missing_input:' || concat_ws(',', {listed})"
    without_recurring = " or ".join(f"({condition})" for key, condition, _ in conditions if key[0] == recurring)
    if without_recurring:
        reason = f"case when l.never_recurring and ({without_recurring}) then 'not_applicable' else {reason} end"
    return f"when {missing} then {reason}"


def _currency_changed(lags: tuple[int, ...]) -> str | None:
    if len(lags) < 2:  # noqa: PLR2004 (one quarter has one currency)
        return None
    first, *others = lags
    changed = " or ".join(f"l.{column('currency', lag)} <> l.{column('currency', first)}" for lag in others)
    return f"when {changed} then 'currency_changed'"


def structural_reason(formula: Formula) -> str | None:
    """Reasons that come before any rate: absent quarters, missing inputs, a changed currency."""
    need = needs(formula)
    branches = [_missing_quarter(need.quarters), _missing_input(need), _currency_changed(need.money_lags)]
    present = [branch for branch in branches if branch]
    return f"case {' '.join(present)} end" if present else None


def _guard(guard: Guard) -> str:
    return f"when {render(guard.value)} {guard.comparison.value} then '{guard.reason}'"


def guard_reason(formula: Formula) -> str | None:
    """The sign rules."""
    return f"case {' '.join(_guard(guard) for guard in formula.guards)} end" if formula.guards else None


def _local_rate_reason(formula: Formula) -> str | None:
    valued = any(isinstance(node, Valuation) and not node.presented for node in nodes(formula))
    return "case when l.round_closing is null then 'fx_unavailable' end" if valued else None


def row_rate_reason(formula: Formula) -> str:
    """A missing rate into the row's currency."""
    conditions = [f"{render(rate)} is null" for rate in rates(formula)]
    if any(isinstance(node, Valuation) and node.presented for node in nodes(formula)):
        conditions.append("p.round_closing is null")
    return f"case when {' or '.join(conditions)} then 'fx_unavailable' end"


@dataclass
class Hoist:
    """Local expressions the row stage refers to by name, each once."""

    prefix: str
    columns: dict[str, str] = field(default_factory=dict)

    def name(self, sql: str) -> str:
        """The column that holds `sql`."""
        return self.columns.setdefault(sql, f"{self.prefix}{len(self.columns) + 1}")


@dataclass(frozen=True)
class RenderedMetric:
    """A metric's reason and value: in the local stage, or (presented) in the row stage over hoisted columns `h`."""

    metric: Metric
    presented: bool
    reason: str | None
    value: str


def render_local(metric: Metric) -> RenderedMetric:
    """A metric that is the same in every currency."""
    formula = metric.formula
    parts = [structural_reason(formula), _local_rate_reason(formula), guard_reason(formula)]
    return RenderedMetric(
        metric, presented=False, reason=_first_of(parts), value=rounded(render(formula.value), metric.unit)
    )


def render_presented(metric: Metric, hoist: Hoist) -> RenderedMetric:
    """A metric whose value depends on the row's currency; its local parts are hoisted."""
    formula = metric.formula
    structural, guard = structural_reason(formula), guard_reason(formula)
    parts = [
        f"h.{hoist.name(structural)}" if structural else None,
        row_rate_reason(formula),
        f"h.{hoist.name(guard)}" if guard else None,
    ]
    value = rounded(_with_hoisted(formula.value, hoist), metric.unit)
    return RenderedMetric(metric, presented=True, reason=_first_of(parts), value=value)


def _first_of(parts: list[str | None]) -> str | None:
    present = [part for part in parts if part]
    return present[0] if len(present) == 1 else f"coalesce({', '.join(present)})" if present else None


def _with_hoisted(expr: Expr, hoist: Hoist) -> str:
    if not is_presented(expr):
        return expr.text if isinstance(expr, Number) else f"h.{hoist.name(render(expr))}"
    match expr:
        case Valuation(amount, _):
            return f"h.{hoist.name(f'l.{amount.value}')} * p.round_closing"
        case Arithmetic("/", left, right):
            divisor = _with_hoisted(right, hoist)
            return f"({_with_hoisted(left, hoist)} * {DIVISION_SCALE} / nullif({divisor}, 0))"
        case Arithmetic(operator, left, right):
            return f"({_with_hoisted(left, hoist)} {operator} {_with_hoisted(right, hoist)})"
    return render(expr)
