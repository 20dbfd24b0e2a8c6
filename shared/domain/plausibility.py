"""Two figures that cannot both be true, or are unlikely: the domain's §2. Warnings; nothing is corrected silently."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

Values = Mapping[str, Decimal | None]

SCALE_SLIP = Decimal(1000)
SCALED_FIELDS = ("total_revenue", "recurring_revenue", "gross_profit", "total_operating_expense", "cash_balance")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How much is let pass.

    Attributes:
        rounding: Two sides of an identity agree within this part of the larger amount: reports are rounded.
        cash: Likewise for the roll-forward of cash, which also moves for small reasons.
        scale: A value within this factor of 1000 times, or a thousandth of, the last quarter's is a slip of scale.
    """

    rounding: Decimal = Decimal("0.01")
    cash: Decimal = Decimal("0.05")
    scale: Decimal = Decimal(3)


USUAL = Thresholds()


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubt: a stable code, the field it is about, and a sentence with the figures."""

    code: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Reported:
    """A quarter's figures and their currency."""

    currency: str
    values: Values

    def amounts(self, *names: str) -> tuple[Decimal, ...] | None:
        """These fields, or None when one is not reported."""
        found = [value for name in names if (value := self.values.get(name)) is not None]
        return tuple(found) if len(found) == len(names) else None


def doubts(now: Reported, previous: Reported | None, allowed: Thresholds = USUAL) -> tuple[Finding, ...]:
    """Everything implausible about a quarter, given the fiscal quarter before it where that is on record."""
    found = [*_within(now, allowed)]
    if previous is not None:
        found += _currency(now, previous)
        if now.currency == previous.currency:
            found += [*_scale(now, previous, allowed), *_cash(now, previous, allowed), *_bridge(now, previous, allowed)]
    return tuple(found)


def _far(left: Decimal, right: Decimal, slack: Decimal) -> bool:
    return abs(left - right) > max(abs(left), abs(right)) * slack


def _within(now: Reported, allowed: Thresholds) -> Iterator[Finding]:
    said = now.values.get
    revenue, recurring, profit = said("total_revenue"), said("recurring_revenue"), said("gross_profit")
    expense, earnings = said("total_operating_expense"), said("ebitda")
    if revenue is not None and recurring is not None and recurring > revenue:
        message = f"recurring revenue {recurring} exceeds revenue {revenue}"
        yield Finding("recurring_above_total", "recurring_revenue", message)
    if revenue is not None and profit is not None and profit > revenue:
        yield Finding("gross_profit_above_revenue", "gross_profit", f"gross profit {profit} exceeds revenue {revenue}")
    if earnings is not None and profit is not None and expense is not None:
        expected = profit - expense
        if _far(earnings, expected, allowed.rounding):
            message = f"EBITDA {earnings} differs from gross profit − operating expense = {expected}"
            yield Finding("ebitda_does_not_tie", "ebitda", message)
    if earnings is not None and revenue is not None and expense is not None and abs(earnings) > revenue + expense:
        message = f"EBITDA {earnings} lies beyond revenue + operating expense = {revenue + expense}"
        yield Finding("ebitda_out_of_range", "ebitda", message)
    if now.values.get("employees") == 0:
        yield Finding(
            "no_employees", "employees", "a company with no employees; leave the field out when it is unknown"
        )


def _currency(now: Reported, previous: Reported) -> Iterator[Finding]:
    if now.currency != previous.currency:
        message = f"the last quarter was in {previous.currency}, this one is in {now.currency}"
        yield Finding("currency_switched", "currency", message)


@lru_cache
def _slips(scale: Decimal) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Between which ratios to the last quarter's value a slip of scale lies, upwards and downwards."""
    return SCALE_SLIP / scale, SCALE_SLIP * scale, 1 / SCALE_SLIP / scale, 1 / SCALE_SLIP * scale


def _scale(now: Reported, previous: Reported, allowed: Thresholds) -> Iterator[Finding]:
    up, far_up, far_down, down = _slips(allowed.scale)
    for name in SCALED_FIELDS:
        this, last = now.values.get(name), previous.values.get(name)
        if not this or not last:
            continue
        times = abs(this / last)
        if up < times < far_up or far_down < times < down:
            message = (
                f"{this} is about {times.normalize():.4g} times the last quarter's {last}; thousands and units mixed?"
            )
            yield Finding("scale_slip", name, message)


def _cash(now: Reported, previous: Reported, allowed: Thresholds) -> Iterator[Finding]:
    flow, held, before = (
        now.values.get("cash_burn"),
        now.values.get("cash_balance"),
        previous.values.get("cash_balance"),
    )
    if flow is None or held is None or before is None:
        return
    change = held - before
    if flow and change and (flow > 0) != (change > 0) and abs(abs(flow) - abs(change)) <= allowed.cash * abs(flow):
        message = f"cash_burn {flow} contradicts the change in cash {change}; negative means cash consumed"
        yield Finding("burn_sign", "cash_burn", message)
    elif _far(before + flow, held, allowed.cash) and abs(before + flow - held) > allowed.cash * max(
        abs(flow), abs(before)
    ):
        message = (
            f"cash {before} and cash_burn {flow} do not lead to {held}; financing of {change - flow} would explain it"
        )
        yield Finding("cash_roll_forward", "cash_balance", message)


def _bridge(now: Reported, previous: Reported, allowed: Thresholds) -> Iterator[Finding]:
    parts = now.amounts("new_logo_arr", "expansion_arr", "reactivation_arr", "contraction_arr", "churned_arr")
    opening, closing = previous.values.get("contracted_arr"), now.values.get("contracted_arr")
    if parts is None or opening is None or closing is None:
        return
    new, expansion, reactivation, contraction, churn = parts
    expected = opening + new + expansion + reactivation - contraction - churn
    if _far(expected, closing, allowed.rounding):
        yield Finding(
            "arr_bridge", "contracted_arr", f"the ARR bridge leads from {opening} to {expected}, not to {closing}"
        )
