"""Formulas and null reasons in words, made from the catalogue's trees: for definitions, explanations and the docs."""

from collections.abc import Callable

from shared.domain.expressions import (
    Arithmetic,
    Arr,
    DateAfterMonths,
    Expr,
    Field,
    Ltm,
    MonthsPerQuarter,
    Number,
    QuartersPerYear,
    Rate,
    TranslatedLtm,
    Valuation,
    ValuationAge,
    ZeroIfNegative,
)
from shared.domain.metric import Metric
from shared.domain.reasons import needs, nodes, rates

Leaf = Callable[[Expr], str | None]
"""What a node is written as, or None: as usual."""


def as_usual(_: Expr) -> str | None:
    """Every node by its own name."""
    return None


def formula_text(expr: Expr, leaf: Leaf = as_usual) -> str:  # noqa: C901, PLR0911, PLR0912 (one case per kind of node)
    """A tree as a formula that a person reads; `leaf` may write nodes otherwise, as their figures for example."""
    written = leaf(expr)
    if written is not None:
        return written
    match expr:
        case Number(text):
            return text
        case Field(name, lag):
            return f"{name}{_at(lag)}"
        case Ltm(name, shift):
            return f"ltm({name}){_at(shift)}"
        case TranslatedLtm(name):
            return f"ltm({name}, translated)"
        case Arr(lag, _):
            return f"arr({_at(lag) or '@q'})"
        case QuartersPerYear(lag):
            return f"4{_at(lag)}"
        case MonthsPerQuarter():
            return "3"
        case Rate(kind, lag):
            return f"{'rate of arr' if kind == 'arr' else kind.value}{_at(lag)}"
        case Valuation(amount, presented):
            return f"{amount.value} into the row's currency" if presented else amount.value
        case ValuationAge():
            return "period_end − closed_on of the latest round"
        case DateAfterMonths(months):
            return f"period_end + ⌊{_part(months, leaf)} × 30.4375⌋ days"
        case ZeroIfNegative(test, value):
            return f"{formula_text(value, leaf)}, 0 where {formula_text(test, leaf)} < 0"
        case Arithmetic("-", Number("0"), right):
            return f"−{_part(right, leaf)}"
        case Arithmetic(operator, left, right):
            sign = {"-": "−", "*": "×"}.get(operator, operator)
            first = _side(left, operator, leaf, leads=True)
            return f"{first} {sign} {_side(right, operator, leaf, leads=False)}"
    raise TypeError(f"no text for {type(expr).__name__}")


def _at(lag: int) -> str:
    return f"@q−{lag}" if lag else ""


def _part(expr: Expr, leaf: Leaf) -> str:
    text = formula_text(expr, leaf)
    return f"({text})" if isinstance(expr, Arithmetic | ZeroIfNegative) else text


def _side(expr: Expr, operator: str, leaf: Leaf, *, leads: bool) -> str:
    """An operand, in brackets where its reading would otherwise change."""
    additive = isinstance(expr, Arithmetic) and expr.operator in {"+", "-"}
    scaling = isinstance(expr, Arithmetic) and expr.operator in {"*", "/"}
    changes = additive if leads else additive or (scaling and operator == "/")
    bare = not changes or (operator == "+" and leads) or (operator == "-" and leads)
    text = formula_text(expr, leaf)
    return text if bare and not isinstance(expr, ZeroIfNegative) else f"({text})"


def null_reasons(metric: Metric) -> tuple[str, ...]:
    """The reasons this metric can be null for, in the order in which they win."""
    need = needs(metric.formula)
    fields = {name for name, _ in need.fields}
    missing = bool(need.fields or need.arr or need.amounts)
    valued = any(isinstance(node, Valuation) for node in nodes(metric.formula))
    found = {
        "missing_quarter": max(need.quarters) > 0,
        "missing_input": missing,
        "not_applicable": bool(need.arr) or "recurring_revenue" in fields,
        "currency_changed": len(need.money_lags) > 1,
        "fx_unavailable": valued or bool(rates(metric.formula)),
    }
    codes = [code for code, possible in found.items() if possible]
    return tuple(dict.fromkeys([*codes, *(guard.reason for guard in metric.formula.guards)]))


SENTENCES = {
    "missing_quarter": "the formula needs quarters that are not on record, ending",
    "missing_input": "the formula needs what was not reported:",
    "not_applicable": "a company of this revenue type reports no recurring revenue",
    "currency_changed": "the quarters compared were reported in different currencies",
    "fx_unavailable": "a rate the formula multiplies with is not on record",
    "zero_denominator": "the denominator is zero",
    "negative_denominator": "the denominator is below zero",
    "not_meaningful": "the figure would have no meaning with these signs",
    "cash_generating": "no cash is consumed",
    "no_net_new_arr": "ARR did not grow",
}


def reason_sentence(reason: str) -> str:
    """A null reason as a sentence."""
    code, _, what = reason.partition(":")
    return f"{SENTENCES[code]} {what.replace(',', ', ')}".strip()
