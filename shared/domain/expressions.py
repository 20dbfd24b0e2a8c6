"""The small language the catalogue is written in: a formula is a tree of these frozen values.

Walking a tree answers everything else about a metric: which fields of which quarters it rests on (its null reasons),
which exchange rates it needs, its text for people, and its SQL (`shared/data/rendering.py`). A lag counts fiscal
quarters back from the row's own: 0 is q, 1 is q−1. Amounts are in the company's currency unless a rate node says
otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Expr:
    """A node. Operators build arithmetic; `children` lets a walk reach every part."""

    def __add__(self, other: "Expr") -> "Arithmetic":
        return Arithmetic("+", self, other)

    def __sub__(self, other: "Expr") -> "Arithmetic":
        return Arithmetic("-", self, other)

    def __mul__(self, other: "Expr") -> "Arithmetic":
        return Arithmetic("*", self, other)

    def __truediv__(self, other: "Expr") -> "Arithmetic":
        return Arithmetic("/", self, other)

    @property
    def children(self) -> tuple["Expr", ...]:
        """The nodes directly below this one."""
        return ()

    def walk(self) -> Iterator["Expr"]:
        """This node and all below it, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Number(Expr):
    """A constant, written as in the formula."""

    text: str


@dataclass(frozen=True, slots=True)
class Field(Expr):
    """A submitted field of quarter q−lag."""

    name: str
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Ltm(Expr):
    """The sum of a field over q−shift−3 … q−shift, all in one currency."""

    name: str
    shift: int = 0


@dataclass(frozen=True, slots=True)
class TranslatedLtm(Expr):
    """The sum of a field over q−3 … q, each quarter translated at its own average rate."""

    name: str


@dataclass(frozen=True, slots=True)
class Arr(Expr):
    """ARR of quarter q−lag: contracted where every quarter in `basis` submits it, else implied."""

    lag: int
    basis: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class QuartersPerYear(Expr):
    """4, or 365.25 / days where quarter q−lag has an irregular length."""

    lag: int = 0


@dataclass(frozen=True, slots=True)
class MonthsPerQuarter(Expr):
    """3, or days / 30.4375 where the quarter has an irregular length."""


class RateKind(StrEnum):
    """How a local amount comes into the row's currency."""

    AVERAGE = "average"
    CLOSING = "closing"
    ARR = "arr"
    """Closing where the headline ARR is contracted, average where it is implied."""


@dataclass(frozen=True, slots=True)
class Rate(Expr):
    """The rate from the currency of quarter q−lag into the row's currency."""

    kind: RateKind
    lag: int = 0


class RoundAmount(StrEnum):
    """What of the latest funding round is meant."""

    POST_MONEY = "post_money_valuation"
    EQUITY_RAISED = "equity_raised_to_date"


@dataclass(frozen=True, slots=True)
class Valuation(Expr):
    """An amount of the latest round, at the closing rate into the company's currency, or (`presented`) the row's."""

    amount: RoundAmount
    presented: bool = False


@dataclass(frozen=True, slots=True)
class ValuationAge(Expr):
    """Days from the latest round's closing to period_end."""


@dataclass(frozen=True, slots=True)
class Arithmetic(Expr):
    """Two nodes joined by + − × or ÷."""

    operator: str
    left: Expr
    right: Expr

    @property
    def children(self) -> tuple[Expr, ...]:
        """Both operands."""
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class ZeroIfNegative(Expr):
    """0 where `test` is below zero, else `value`."""

    test: Expr
    value: Expr

    @property
    def children(self) -> tuple[Expr, ...]:
        """The tested node and the value."""
        return (self.test, self.value)


@dataclass(frozen=True, slots=True)
class DateAfterMonths(Expr):
    """period_end and ⌊months × 30.4375⌋ days."""

    months: Expr

    @property
    def children(self) -> tuple[Expr, ...]:
        """The months."""
        return (self.months,)


class Comparison(StrEnum):
    """What a guard objects to."""

    IS_ZERO = "= 0"
    BELOW_ZERO = "< 0"
    NOT_ABOVE_ZERO = "<= 0"
    BEYOND_A_CENTURY = "> 1200"


@dataclass(frozen=True, slots=True)
class Guard:
    """A sign rule: where `value` compares so, the metric is null with `reason`."""

    value: Expr
    comparison: Comparison
    reason: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A tree and its sign rules, in the order in which they win."""

    value: Expr
    guards: tuple[Guard, ...] = ()


def ratio(numerator: Expr, denominator: Expr) -> Formula:
    """Numerator / denominator; a denominator of zero or below is named as such."""
    return Formula(numerator / denominator, positive(denominator))


def positive(denominator: Expr) -> tuple[Guard, ...]:
    """The guards of a denominator."""
    return (
        Guard(denominator, Comparison.IS_ZERO, "zero_denominator"),
        Guard(denominator, Comparison.BELOW_ZERO, "negative_denominator"),
    )


def growth(now: Expr, base: Expr) -> Formula:
    """Now / base − 1; meaningless from a base of zero or below."""
    return Formula(now / base - Number("1"), (Guard(base, Comparison.NOT_ABOVE_ZERO, "not_meaningful"),))


def total(*parts: Formula) -> Formula:
    """The sum of formulas, with all their guards."""
    value = parts[0].value
    for part in parts[1:]:
        value = value + part.value
    return Formula(value, tuple(guard for part in parts for guard in part.guards))
