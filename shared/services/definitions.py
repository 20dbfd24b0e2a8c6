"""What every figure means, from the catalogue: the same text that the docs page is made from."""

import json
from functools import lru_cache
from typing import Any

from shared.domain.catalogue import METRICS
from shared.domain.fields import INPUT_FIELDS
from shared.domain.metric import DECIMALS, Metric
from shared.domain.reasons import needs
from shared.domain.wording import formula_text, null_reasons


@lru_cache(maxsize=1)
def definitions() -> str:
    """`{"metrics": [...], "fields": [...]}` as JSON text."""
    fields = [
        {
            "name": field.name,
            "label": field.label,
            "kind": field.kind.value,
            "may_be_negative": field.may_be_negative,
            "sense": field.sense.value,
        }
        for field in INPUT_FIELDS
    ]
    return json.dumps({"metrics": [_definition(metric) for metric in METRICS], "fields": fields}, ensure_ascii=False)


def _definition(metric: Metric) -> dict[str, Any]:
    need = needs(metric.formula)
    inputs = [name for name, _ in need.fields] + [amount.value for amount in need.amounts]
    if need.arr:
        inputs += ["recurring_revenue", "contracted_arr"]
    return {
        "name": metric.name,
        "label": metric.label,
        "unit": metric.unit.value,
        "kind": metric.kind.value,
        "decimals": DECIMALS[metric.unit],
        "formula": metric.words,
        "expression": formula_text(metric.formula.value),
        "inputs": list(dict.fromkeys(inputs)),
        "quarters_back": max(need.quarters),
        "null_reasons": null_reasons(metric),
        "sense": metric.sense.value,
        "version": metric.version,
    }
