"""The arithmetic of an explanation, worked out, is the figure: for every metric of random histories."""

import ast
import operator
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from random import Random

import pytest

from shared.data import explanations as data
from shared.data.engine import transaction
from shared.domain.catalogue import METRICS
from shared.domain.metric import DECIMALS, Unit
from shared.services.explanations import _Case, _explanation
from tests.data.portfolio import company_id, load_histories, load_rates
from tests.oracle.ecb import read_ecb_history
from tests.oracle.histories import random_history

HISTORIES = 40
OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def worked_out(text: str) -> Fraction:
    """The arithmetic as a person would do it, without rounding."""
    return _value(ast.parse(text.replace("×", "*").replace("−", "-"), mode="eval").body, text)


def _value(node: ast.expr, text: str) -> Fraction:
    match node:
        case ast.BinOp(left, sign, right):
            return OPERATORS[type(sign)](_value(left, text), _value(right, text))
        case ast.UnaryOp(ast.USub(), operand):
            return -_value(operand, text)
        case ast.Constant():
            return Fraction(ast.get_source_segment(text.replace("×", "*").replace("−", "-"), node))
    raise AssertionError(f"{text} is no arithmetic")


def rounded(value: Fraction, decimals: int) -> Decimal:
    with localcontext(prec=80, rounding=ROUND_HALF_UP):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return exact.quantize(Decimal(1).scaleb(-decimals))


@pytest.mark.parametrize("currency", [None, "USD"])
def test_the_arithmetic_of_every_metric_gives_its_value(database_url: str, currency: str | None):
    assert database_url
    rng = Random(5)
    histories = [random_history(rng) for _ in range(HISTORIES)]
    with transaction() as session:
        load_histories(session, histories)
        load_rates(session, read_ecb_history())
    compared: Counter[str] = Counter()
    with transaction() as session:
        for company in map(company_id, range(HISTORIES)):
            rows = data.derived_quarters(session, company, "actual", currency, "infinity")
            inputs = data.input_versions(session, company, "actual", "infinity")
            for index in sorted(rows)[-3:]:
                latest = data.latest_round(session, company, rows[index]["period_end"], "infinity")
                case = _Case(session, "infinity", index, rows, inputs, latest)
                for metric in METRICS:
                    told = _explanation(metric, case)
                    assert (told["null"] is None) == (told["value"] is not None) == (told["arithmetic"] is not None)
                    if told["value"] is None or metric.unit in {Unit.DATE, Unit.DAYS}:
                        continue
                    ours = worked_out(told["arithmetic"])
                    decimals = DECIMALS[metric.unit]
                    expected = Fraction(told["value"])
                    assert (ours if decimals is None else Fraction(rounded(ours, decimals))) == expected, told
                    compared[metric.name] += 1
    assert sum(compared.values()) > 1000
    assert len(compared) > 40
