"""The catalogue's trees as PostgreSQL: values, reasons, and the columns both need.

Two stages. In the *local* stage (alias `l`, one row per quarter) stand everything in the company's currency and every
reason but a missing presentation rate. In the *row* stage (one per quarter and currency) local parts (alias `h`) are
multiplied with rates: alias `p` has the quarter's own, `p1` those of the quarter before, and so on; without a rate the
product is null by itself. `Hoist` names the local parts that the row stage reuses, so each is computed once a quarter.
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
from shared.domain.reasons import Needs, is_presented, ltm_lags, needs, nodes, rates

DIVISION_SCALE = "1." + "0" * 40
"""Multiplied into every numerator: PostgreSQL then keeps at least 40 decimals of the quotient."""

GUARD_DECIMALS = 16
"""A chain of divisions leaves a tie a hair below itself; rounding there first makes it the tie it is."""

ROUND_RATE = "(case when h.round_currency = p.target then 1 else of_round.closing end)"
"""From the currency of the latest round into the row's."""

WHOLE_DAYS_GUARD = 16
"""As above, before a number of days is cut to whole ones."""


def column(name: str, lag: int) -> str:
    """The column of a value `lag` quarters back."""
    return name if lag == 0 else f"{name}_q{lag}"


def absent_column(lags: tuple[int, ...]) -> str:
    """The column that says which of these quarters are absent."""
    return "_".join(["absent", *(f"q{lag}" for lag in lags)])


def changed_column(lags: tuple[int, ...]) -> str:
    """The column that says whether the currency changed between these quarters."""
    return "_".join(["changed", *(f"q{lag}" for lag in lags)])


def ltm_column(name: str, shift: int) -> str:
    """The column of a four-quarter sum ending `shift` quarters back."""
    return column(f"ltm_{name}", shift)


def _row(lag: int) -> str:
    """The alias of the rates `lag` quarters back."""
    return f"p{lag}" if lag else "p"


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
            quarters = (f"h.{column(name, lag)} * {_row(lag)}.average" for lag in ltm_lags())
            return f"({' + '.join(quarters)})"
        case Arr(lag, basis):
            return f"({_arr(lag, basis)})"
        case QuartersPerYear(lag):
            return f"l.{column('yearly', lag)}"
        case MonthsPerQuarter():
            return "l.months"
        case Rate(RateKind.ARR):
            return "(case when h.contracted_arr is not null then p.closing else p.average end)"
        case Rate(kind, lag):
            return f"{_row(lag)}.{kind.value}"
        case Valuation(amount, presented):
            return f"l.{amount.value} * {ROUND_RATE if presented else 'l.round_closing'}"
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


def absent_reason(lags: tuple[int, ...]) -> str:
    """What is said where one of these earlier quarters (aliases `q1`, `q2`, …) is not on record."""
    absent = " or ".join(f"q{lag}.slot is null" for lag in lags)
    listed = ", ".join(
        f"case when q{lag}.slot is null then nominal_end(q.quarter_index - {lag}, q.end_month, q.end_day) end"
        for lag in reversed(lags)
    )
    return f"case when {absent} then 'missing_quarter:' || concat_ws(',', {listed}) end"


def changed_reason(lags: tuple[int, ...]) -> str:
    """What is said where these quarters (aliases `q`, `q1`, …) are not all in one currency."""
    first, *others = (f"{'q' if lag == 0 else f'q{lag}'}.currency" for lag in lags)
    return f"case when {' or '.join(f'{other} <> {first}' for other in others)} then 'currency_changed' end"


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
    return f"case when {missing} then {reason} end"


def earlier_quarters(need: Needs) -> tuple[int, ...]:
    """The quarters before the row's own that must be on record; empty where none must."""
    return tuple(lag for lag in need.quarters if lag > 0)


def compared_quarters(need: Needs) -> tuple[int, ...]:
    """The quarters that must be in one currency; empty where it is a single one."""
    return need.money_lags if len(need.money_lags) > 1 else ()


def structural_reason(formula: Formula) -> str | None:
    """Reasons that come before any rate: absent quarters, missing inputs, a changed currency."""
    need = needs(formula)
    earlier, compared = earlier_quarters(need), compared_quarters(need)
    return _first_of(
        [
            f"l.{absent_column(earlier)}" if earlier else None,
            _missing_input(need),
            f"l.{changed_column(compared)}" if compared else None,
        ]
    )


def _guard(guard: Guard) -> str:
    return f"when {render(guard.value)} {guard.comparison.value} then '{guard.reason}'"


def guard_reason(formula: Formula) -> str | None:
    """The sign rules."""
    return f"case {' '.join(_guard(guard) for guard in formula.guards)} end" if formula.guards else None


def _local_rate_reason(formula: Formula) -> str | None:
    valued = any(isinstance(node, Valuation) and not node.presented for node in nodes(formula))
    return "case when l.round_closing is null then 'fx_unavailable' end" if valued else None


def _without_rate(formula: Formula) -> str:
    """That a rate into the row's currency is missing."""
    conditions = [f"{render(rate)} is null" for rate in rates(formula)]
    if any(isinstance(node, Valuation) and node.presented for node in nodes(formula)):
        conditions.append(f"{ROUND_RATE} is null")
    return " or ".join(conditions)


@dataclass
class Hoist:
    """Local expressions the row stage refers to by name, each once."""

    prefix: str
    columns: dict[str, str] = field(default_factory=dict)

    def name(self, sql: str) -> str:
        """The column that holds `sql`."""
        return self.columns.setdefault(sql, f"{self.prefix}{len(self.columns) + 1}")


@dataclass(frozen=True)
class RenderedLocal:
    """A metric that is the same in every currency: its reason and its value in the local stage."""

    metric: Metric
    reason: str | None
    value: str


@dataclass(frozen=True)
class RenderedPresented:
    """A metric whose value depends on the row's currency, over hoisted columns.

    Attributes:
        metric: Which one.
        structural: The column of the reason that comes before a missing rate.
        guard: The column of the sign rules' reason, which comes after it; None where there are no rules.
        without_rate: The condition of a missing rate, in the row stage.
        value: Its value in the row stage; null without a rate.
    """

    metric: Metric
    structural: str
    guard: str | None
    without_rate: str
    value: str

    @property
    def reasons(self) -> tuple[str, ...]:
        """The columns of all reasons but a missing rate."""
        return (self.structural, self.guard) if self.guard else (self.structural,)


def render_local(metric: Metric) -> RenderedLocal:
    """A metric that is the same in every currency."""
    formula = metric.formula
    parts = [structural_reason(formula), _local_rate_reason(formula), guard_reason(formula)]
    return RenderedLocal(metric, reason=_first_of(parts), value=rounded(render(formula.value), metric.unit))


def render_presented(metric: Metric, hoist: Hoist) -> RenderedPresented:
    """A metric whose value depends on the row's currency; its local parts are hoisted."""
    formula = metric.formula
    structural, guard = structural_reason(formula), guard_reason(formula)
    return RenderedPresented(
        metric,
        structural=hoist.name(structural or "null::text"),
        guard=hoist.name(guard) if guard else None,
        without_rate=_without_rate(formula),
        value=rounded(_with_hoisted(formula.value, hoist), metric.unit),
    )


def _first_of(parts: list[str | None]) -> str | None:
    present = [part for part in parts if part]
    return present[0] if len(present) == 1 else f"coalesce({', '.join(present)})" if present else None


def _with_hoisted(expr: Expr, hoist: Hoist) -> str:
    if not is_presented(expr):
        return expr.text if isinstance(expr, Number) else f"h.{hoist.name(render(expr))}"
    match expr:
        case Valuation(amount, _):
            return f"h.{hoist.name(f'l.{amount.value}')} * {ROUND_RATE}"
        case Arithmetic("/", left, right):
            divisor = _with_hoisted(right, hoist)
            return f"({_with_hoisted(left, hoist)} * {DIVISION_SCALE} / nullif({divisor}, 0))"
        case Arithmetic(operator, left, right):
            return f"({_with_hoisted(left, hoist)} {operator} {_with_hoisted(right, hoist)})"
    return render(expr)
