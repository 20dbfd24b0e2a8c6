"""Formulas and null reasons in words, made from the catalogue's trees: for definitions, explanations and the docs."""

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


def formula_text(expr: Expr) -> str:  # noqa: C901, PLR0911, PLR0912 (one case per kind of node)
    """A tree as a formula that a person reads."""
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
            return f"period_end + ⌊{_part(months)} × 30.4375⌋ days"
        case ZeroIfNegative(test, value):
            return f"{formula_text(value)}, 0 where {formula_text(test)} < 0"
        case Arithmetic("-", Number("0"), right):
            return f"−{_part(right)}"
        case Arithmetic(operator, left, right):
            sign = {"-": "−", "*": "×"}.get(operator, operator)
            return f"{_side(left, operator, leads=True)} {sign} {_side(right, operator, leads=False)}"
    raise TypeError(f"no text for {type(expr).__name__}")


def _at(lag: int) -> str:
    return f"@q−{lag}" if lag else ""


def _part(expr: Expr) -> str:
    text = formula_text(expr)
    return f"({text})" if isinstance(expr, Arithmetic | ZeroIfNegative) else text


def _side(expr: Expr, operator: str, *, leads: bool) -> str:
    """An operand, in brackets where its reading would otherwise change."""
    additive = isinstance(expr, Arithmetic) and expr.operator in {"+", "-"}
    scaling = isinstance(expr, Arithmetic) and expr.operator in {"*", "/"}
    changes = additive if leads else additive or (scaling and operator == "/")
    bare = not changes or (operator == "+" and leads) or (operator == "-" and leads)
    return formula_text(expr) if bare and not isinstance(expr, ZeroIfNegative) else f"({formula_text(expr)})"


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
