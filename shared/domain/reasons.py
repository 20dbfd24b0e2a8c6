"""What a formula rests on: the quarters, fields, rounds and rates without which it is null, read off its tree."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from shared.domain.expressions import (
    Arr,
    Expr,
    Field,
    Formula,
    Ltm,
    QuartersPerYear,
    Rate,
    RateKind,
    RoundAmount,
    TranslatedLtm,
    Valuation,
    ValuationAge,
)
from shared.domain.fields import FIELD_NAMES, FIELDS_BY_NAME

QUARTERS_OF_LTM = 4
WITHOUT_RECURRING_REVENUE = ("transactional", "marketplace")


@dataclass(frozen=True, slots=True)
class Needs:
    """The inputs of one formula.

    Attributes:
        quarters: Lags of the quarters that must be on record.
        fields: (field, lag) pairs that must be submitted, in the order reasons list them.
        arr: (lag, basis) pairs: recurring revenue at the lag, unless contracted ARR serves the whole basis.
        money_lags: Quarters whose amounts are combined and so must be in one currency.
        amounts: What of the latest funding round must be known.
    """

    quarters: tuple[int, ...]
    fields: tuple[tuple[str, int], ...]
    arr: tuple[tuple[int, tuple[int, ...]], ...]
    money_lags: tuple[int, ...]
    amounts: tuple[RoundAmount, ...]


def ltm_lags(shift: int = 0) -> range:
    """The four lags of an LTM sum."""
    return range(shift, shift + QUARTERS_OF_LTM)


def nodes(formula: Formula) -> Iterator[Expr]:
    """Every node of a formula, those of its sign rules included."""
    return chain(formula.value.walk(), *(guard.value.walk() for guard in formula.guards))


def _fields(node: Expr) -> Iterator[tuple[str, int]]:
    match node:
        case Field(name, lag):
            yield name, lag
        case Ltm(name, shift):
            yield from ((name, lag) for lag in ltm_lags(shift))
        case TranslatedLtm(name):
            yield from ((name, lag) for lag in ltm_lags())


def _money_lags(node: Expr) -> Iterator[int]:
    match node:
        case Arr(lag, basis):
            yield from (lag, *basis)
        case Field() | Ltm():
            yield from (lag for name, lag in _fields(node) if FIELDS_BY_NAME[name].is_money)


def _quarters(node: Expr) -> Iterator[int]:
    match node:
        case Arr(lag, basis):
            yield from (lag, *basis)
        case QuartersPerYear(lag) | Rate(_, lag):
            yield lag
        case _:
            yield from (lag for _, lag in _fields(node))


def _amounts(node: Expr) -> Iterator[RoundAmount]:
    match node:
        case Valuation(amount):
            yield amount
        case ValuationAge():
            yield RoundAmount.POST_MONEY


def needs(formula: Formula) -> Needs:
    """What `formula` rests on."""
    tree = list(nodes(formula))
    fields = {need for node in tree for need in _fields(node)}
    amounts = {need for node in tree for need in _amounts(node)}
    return Needs(
        quarters=tuple(sorted({0, *(lag for node in tree for lag in _quarters(node))})),
        fields=tuple(sorted(fields, key=lambda need: (FIELD_NAMES.index(need[0]), -need[1]))),
        arr=tuple(sorted({(node.lag, node.basis) for node in tree if isinstance(node, Arr)}, reverse=True)),
        money_lags=tuple(sorted({lag for node in tree for lag in _money_lags(node)})),
        amounts=tuple(amount for amount in RoundAmount if amount in amounts),
    )


def rates(formula: Formula) -> tuple[Rate, ...]:
    """The rates into the row's currency a formula multiplies with; an LTM sum uses four averages."""
    found: set[Rate] = set()
    for node in nodes(formula):
        if isinstance(node, Rate):
            found.add(node)
        elif isinstance(node, TranslatedLtm):
            found.update(Rate(RateKind.AVERAGE, lag) for lag in ltm_lags())
    return tuple(sorted(found, key=lambda rate: (rate.lag, rate.kind)))


def is_presented(expr: Expr) -> bool:
    """Whether a tree's value depends on the row's currency."""
    return any(
        isinstance(node, Rate | TranslatedLtm) or (isinstance(node, Valuation) and node.presented)
        for node in expr.walk()
    )
