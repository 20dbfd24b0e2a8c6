"""Why a metric is null: what a metric declares to rest on, and the one order in which its reasons are asked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.oracle.fx import settle
from tests.oracle.model import COUNT_FIELDS, FIELD_ORDER, ROUND_FIELDS
from tests.oracle.point import Point

MONEY = Decimal(1).scaleb(-4)
RATIO = Decimal(1).scaleb(-10)
MONTHS = Decimal(1).scaleb(-4)
AS_IT_IS = None
"""The step to which a figure is rounded; counts, days and dates are not."""

WITHOUT_RECURRING_REVENUE = frozenset({"transactional", "marketplace"})
Need = tuple[str, int]
Figure = Decimal | int | date


class Undefined(Exception):  # noqa: N818 (it is an answer with a reason, not a fault)
    """A sign rule says that the figure would have no meaning."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Metric:
    """A formula and what it rests on.

    Attributes:
        needs: submitted fields with the lag of their quarter.
        arr: lags of the quarters whose ARR the formula takes.
        arr_basis: lags that decide the basis of that ARR, where they are more than those taken; the current quarter
            may be added, an earlier one must be among those taken.
        of_round: fields of the latest round.
        rates: the rates that are multiplied with.
        one_currency: whether the money fields must be in one currency, or are translated each from its own.
    """

    name: str
    step: Decimal | None
    formula: Callable[[Point], Figure]
    needs: tuple[Need, ...] = ()
    arr: tuple[int, ...] = ()
    arr_basis: tuple[int, ...] = ()
    of_round: tuple[str, ...] = ()
    rates: Callable[[Point], Iterable[Decimal | None]] | None = None
    one_currency: bool = True


def metric(step: Decimal | None, **rests_on: object) -> Callable[[Callable[[Point], Figure]], Metric]:
    """Make the decorated formula a metric of the same name."""
    return lambda formula: Metric(formula.__name__, step, formula, **rests_on)


def now(*fields: str) -> tuple[Need, ...]:
    return ago(0, *fields)


def ago(lag: int, *fields: str) -> tuple[Need, ...]:
    return tuple((field, lag) for field in fields)


def ltm(field: str, back: int = 0) -> tuple[Need, ...]:
    return tuple((field, lag) for lag in range(back, back + 4))


def ratio(part: Decimal, whole: Decimal) -> Decimal:
    if whole == 0:
        raise Undefined("zero_denominator")
    if whole < 0:
        raise Undefined("negative_denominator")
    return part / whole


def growth(value: Decimal, base: Decimal) -> Decimal:
    if base <= 0:
        raise Undefined("not_meaningful")
    return value / base - 1


def evaluate(rule: Metric, at: Point) -> tuple[Figure | None, str | None]:
    """The figure and null, or null and the reason."""
    reason = find_missing(rule, at)
    if reason is None:
        try:
            figure = rule.formula(at)
        except Undefined as undefined:
            reason = undefined.reason
        else:
            return (figure if rule.step is None else settle(Decimal(figure)).quantize(rule.step) + 0), None
    return None, reason


def find_missing(rule: Metric, at: Point) -> str | None:
    """The first of: a quarter absent, a field null, the currency changed, a rate absent."""
    needs = rule.needs
    if rule.arr:
        field = at.arr_field(*(rule.arr_basis or rule.arr))
        needs = (*needs, *((field, lag) for lag in rule.arr))
    null = {need for need in needs if at.submitted(*need) is None}
    null |= {(field, 0) for field in missing_of_round(rule, at)}
    if null:
        return name_absent_quarters(null, at) or name_null_fields(null, at)
    if rule.one_currency and at.has_changed_currency:
        currencies = {at.periods[lag].quarter.currency for field, lag in needs if field not in COUNT_FIELDS}
        if len(currencies) > 1:
            return "currency_changed"
    if rule.rates and any(rate is None for rate in rule.rates(at)):
        return "fx_unavailable"
    return None


def name_absent_quarters(null: set[Need], at: Point) -> str | None:
    """Of an absent quarter every field is null, so the absent ones are among the null."""
    absent = sorted({lag for _, lag in null if at.periods[lag] is None}, reverse=True)
    if not absent:
        return None
    return "missing_quarter:" + ",".join(at.calendar.nominal_end(at.index - lag).isoformat() for lag in absent)


def name_null_fields(null: set[Need], at: Point) -> str:
    revenue_type = (at.company.revenue_type or "").casefold()
    if revenue_type in WITHOUT_RECURRING_REVENUE and any(field == "recurring_revenue" for field, _ in null):
        return "not_applicable"
    in_order = sorted(null, key=lambda need: (FIELD_ORDER[need[0]], -need[1]))
    return "missing_input:" + ",".join(write_field(field, lag, at) for field, lag in in_order)


def missing_of_round(rule: Metric, at: Point) -> list[str]:
    """Without a round it is the valuation that is missing, whatever else the round would have told."""
    if not rule.of_round:
        return []
    if at.round is None:
        return [ROUND_FIELDS[0]]
    return [field for field in rule.of_round if getattr(at.round, field) is None]


def write_field(field: str, lag: int, at: Point) -> str:
    return f"{field}@{at.periods[lag].end.isoformat()}" if lag else field
