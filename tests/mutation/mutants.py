"""Small lies about a formula: another operator, quarter, rate, field, constant or null rule."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from itertools import chain

from shared.domain.expressions import (
    Arithmetic,
    Arr,
    Comparison,
    Expr,
    Field,
    Formula,
    Ltm,
    MonthsPerQuarter,
    Number,
    QuartersPerYear,
    Rate,
    RateKind,
    RoundAmount,
    TranslatedLtm,
    Valuation,
    ZeroIfNegative,
)
from shared.domain.metric import Metric

OTHER_OPERATOR = {"+": "-", "-": "+", "*": "/", "/": "*"}
OTHER_FIELD = {"total_revenue": "gross_profit"}
OTHER_COMPARISON = {
    Comparison.IS_ZERO: Comparison.NOT_ABOVE_ZERO,
    Comparison.BELOW_ZERO: Comparison.IS_ZERO,
    Comparison.NOT_ABOVE_ZERO: Comparison.BELOW_ZERO,
    Comparison.BEYOND_A_CENTURY: Comparison.BELOW_ZERO,
}


@dataclass(frozen=True)
class Mutant:
    """A metric with one lie in its formula, and which."""

    metric: Metric
    lie: str


def mutants(metric: Metric) -> list[Mutant]:
    """Every mutant of a metric."""
    formula = metric.formula
    lies = chain(
        ((lie, replace(formula, value=value)) for lie, value in _lies(formula.value)),
        _guard_lies(formula),
    )
    return [Mutant(replace(metric, formula=changed), lie) for lie, changed in lies]


def _guard_lies(formula: Formula) -> Iterator[tuple[str, Formula]]:
    for place, guard in enumerate(formula.guards):
        others = formula.guards[:place], formula.guards[place + 1 :]
        yield f"without the rule {guard.reason}", replace(formula, guards=(*others[0], *others[1]))
        for lie, changed in (
            ("another reason", replace(guard, reason="changed")),
            ("another comparison", replace(guard, comparison=OTHER_COMPARISON[guard.comparison])),
        ):
            yield f"{guard.reason}: {lie}", replace(formula, guards=(*others[0], changed, *others[1]))


def _lies(expr: Expr) -> Iterator[tuple[str, Expr]]:
    yield from _own_lies(expr)
    for part in fields(expr):  # type: ignore[arg-type]  # every node is a dataclass
        child = getattr(expr, part.name)
        if isinstance(child, Expr):
            yield from ((lie, replace(expr, **{part.name: changed})) for lie, changed in _lies(child))  # type: ignore[type-var]  # as above


def _own_lies(expr: Expr) -> Iterator[tuple[str, Expr]]:  # noqa: C901 (one case per kind of node)
    match expr:
        case Arithmetic(sign, left, right):
            yield f"{sign} for {OTHER_OPERATOR[sign]}", Arithmetic(OTHER_OPERATOR[sign], left, right)
        case Field(name, lag):
            yield f"{name} a quarter earlier", Field(name, lag + 1)
        case Ltm(name, shift):
            yield f"ltm {name} a quarter earlier", Ltm(name, shift + 1)
        case TranslatedLtm(name):
            yield f"ltm of another field than {name}", TranslatedLtm(OTHER_FIELD.get(name, "total_revenue"))
        case Rate(kind, lag):
            other = RateKind.CLOSING if kind is RateKind.AVERAGE else RateKind.AVERAGE
            yield f"{kind} for {other}", Rate(other, lag)
        case Number(text):
            yield f"{text} and one", Number(str(Decimal(text) + 1))
        case QuartersPerYear():
            yield "always 4", Number("4")
        case MonthsPerQuarter():
            yield "always 3", Number("3")
        case Valuation(amount, presented):
            other_amount = next(each for each in RoundAmount if each is not amount)
            yield f"another amount than {amount}", Valuation(other_amount, presented)
        case Arr(lag, basis) if len(basis) > 1:
            yield "arr on its own basis", Arr(lag, (lag,))
        case Arr(lag, _):
            yield "arr a quarter earlier", Arr(lag + 1, (lag + 1,))
        case ZeroIfNegative(_, value):
            yield "negative cash as it stands", value
