"""The text of `sql/functions/derive_reporting.sql`, made from the catalogue.

Steps: scope → placed, inputs → started, period → looked back (the quarters before, found by their place; the latest
round) → pairs → rates (each pair and period once) → reasoned, local (reasons and values once per quarter) → translated
(rates per quarter and currency) → rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.data.rendering import (
    ROUND_RATE,
    Hoist,
    RenderedLocal,
    RenderedPresented,
    absent_column,
    absent_reason,
    changed_column,
    changed_reason,
    column,
    compared_quarters,
    earlier_quarters,
    ltm_column,
    render,
    render_local,
    render_presented,
)
from shared.domain.catalogue import METRICS
from shared.domain.expressions import Arr, Field, Ltm, QuartersPerYear, Rate, RateKind, TranslatedLtm
from shared.domain.fields import FIELD_NAMES, INPUT_FIELDS, FieldKind
from shared.domain.metric import Metric, Unit
from shared.domain.reasons import WITHOUT_RECURRING_REVENUE, is_presented, ltm_lags, needs, nodes, rates

TEMPLATE = Path(__file__).parents[2] / "sql" / "templates" / "derive_reporting.sql"
"""The statement by hand; what the catalogue decides stands in braces."""
PARTS_PER_OBJECT = 90
"""A call takes at most 100 arguments."""
FIELD_RATE = {FieldKind.FLOW: "average", FieldKind.BALANCE: "closing"}
"""By which rate a submitted field is translated; counts are not."""


@dataclass(frozen=True)
class Lags:
    """Which columns are looked back at, how far, and which quarters must all be there or in one currency.

    Attributes:
        fields: (field, lag) pairs.
        ltm: (field, shift) pairs of sums.
        translated: Fields that are summed in the row's currency.
        yearly: Lags of the factors to a year.
        absent: Sets of earlier quarters that a metric needs.
        changed: Sets of quarters whose amounts a metric compares.
        rates: The rates into the row's currency, of any quarter.
    """

    fields: list[tuple[str, int]]
    ltm: list[tuple[str, int]]
    translated: list[str]
    yearly: list[int]
    absent: list[tuple[int, ...]]
    changed: list[tuple[int, ...]]
    rates: list[Rate]

    @property
    def furthest(self) -> int:
        """How many quarters before its own a row looks at."""
        return max(lag for lags in self.absent for lag in lags)

    @property
    def furthest_rate(self) -> int:
        """How many quarters before its own a row looks at rates of."""
        return max(rate.lag for rate in self.rates)


def catalogue_lags(metrics: Sequence[Metric]) -> Lags:
    """Every look back the metrics make."""
    tree = [node for metric in metrics for node in nodes(metric.formula)]
    wanted = [needs(metric.formula) for metric in metrics]
    plain = {(node.name, node.lag) for node in tree if isinstance(node, Field)}
    arr = {
        (name, lag)
        for node in tree
        if isinstance(node, Arr)
        for name, lags in (("contracted_arr", {node.lag, *node.basis}), ("recurring_revenue", {node.lag}))
        for lag in lags
    }
    checked = {pair for need in wanted for pair in need.fields}
    return Lags(
        fields=sorted(pair for pair in plain | arr | checked if pair[1] > 0),
        ltm=sorted({(node.name, node.shift) for node in tree if isinstance(node, Ltm)}),
        translated=sorted({node.name for node in tree if isinstance(node, TranslatedLtm)}),
        yearly=sorted({node.lag for node in tree if isinstance(node, QuartersPerYear | Arr) and node.lag}),
        absent=sorted({earlier_quarters(need) for need in wanted} - {()}),
        changed=sorted({compared_quarters(need) for need in wanted} - {()}),
        rates=sorted(
            {rate for metric in metrics for rate in rates(metric.formula) if rate.kind is not RateKind.ARR}
            | {Rate(RateKind.AVERAGE), Rate(RateKind.CLOSING)},
            key=lambda rate: (rate.lag, rate.kind),
        ),
    )


def _lines(items: Iterable[str], indent: int) -> str:
    return (",\n" + " " * indent).join(items)


def _quarter(lag: int) -> str:
    """The alias of the period `lag` quarters back."""
    return f"q{lag}" if lag else "q"


def _looked_back_columns(lags: Lags) -> list[str]:
    return [
        *(f"{_quarter(lag)}.{name} as {column(name, lag)}" for name, lag in lags.fields),
        *(
            f"{' + '.join(f'{_quarter(lag)}.{name}' for lag in ltm_lags(shift))} as {ltm_column(name, shift)}"
            for name, shift in lags.ltm
        ),
        *(f"q{lag}.period_end as {column('period_end', lag)}" for lag in range(1, lags.furthest + 1)),
        *(f"q{lag}.yearly as {column('yearly', lag)}" for lag in lags.yearly),
        *(f"{absent_reason(quarters)} as {absent_column(quarters)}" for quarters in lags.absent),
        *(f"{changed_reason(quarters)} as {changed_column(quarters)}" for quarters in lags.changed),
    ]


def _joined(furthest: int, line: str, indent: int) -> str:
    """The line for each quarter back, the furthest first: of it the least is needed, so joined rows stay narrow."""
    return ("\n" + " " * indent).join(line.format(lag=lag) for lag in range(furthest, 0, -1))


def _kept_columns(lags: Lags, hoist: Hoist) -> list[str]:
    earlier = [column(name, lag) for name in lags.translated for lag in ltm_lags() if lag]
    return [f"l.{name}" for name in (*FIELD_NAMES, *earlier, *hoist.columns.values())]


def _financial(name: str, kind: FieldKind) -> str:
    rate = FIELD_RATE.get(kind)
    return f"trim_scale(round(h.{name} * p.{rate}, 4))" if rate else f"trim_scale(h.{name})"


def _object(parts: Iterable[str], indent: int) -> str:
    """A JSON object of those parts that are not null: names and reasons, in which nothing needs escaping."""
    listed, objects = list(parts), []
    for start in range(0, len(listed), PARTS_PER_OBJECT):
        lines = _lines(["','", *listed[start : start + PARTS_PER_OBJECT]], indent + 2)
        objects.append(f"('{{' || concat_ws(\n{' ' * (indent + 2)}{lines}\n{' ' * indent}) || '}}')::jsonb")
    return " || ".join(objects)


def _part(name: str, reason: str) -> str:
    return f"""'"{name}":"' || {reason} || '"'"""


def _part_where(condition: str, name: str, reason: str) -> str:
    return f"""case when {condition} then '"{name}":"{reason}"' end"""


def _metric_part(rendered: RenderedLocal | RenderedPresented) -> str:
    name = rendered.metric.name
    if isinstance(rendered, RenderedLocal):
        return _part(name, f"l.{name}_why")
    first, *others = (f"l.{reason}" for reason in rendered.reasons)
    return _part(name, f"coalesce({', '.join((first, *others))})" if others else first)


def _local_value(rendered: RenderedLocal) -> str:
    name = rendered.metric.name
    return f"case when l.{name}_why is null then {rendered.value} end as {name}"


def _metric_value(rendered: RenderedLocal | RenderedPresented) -> str:
    if isinstance(rendered, RenderedLocal):
        return f"h.{rendered.metric.name}"
    explained = " and ".join(f"h.{reason} is null" for reason in rendered.reasons)
    return f"case when {explained} then {rendered.value} end"


def metric_type(unit: Unit) -> str:
    """The column type of a unit."""
    return "date" if unit is Unit.DATE else "numeric"


def derivation_sql(metrics: Sequence[Metric] = METRICS) -> str:
    """The whole file."""
    lags = catalogue_lags(metrics)
    hoist = Hoist("part_")
    rendered = [render_presented(m, hoist) if is_presented(m.formula.value) else render_local(m) for m in metrics]
    returns = [
        *(f"{name} numeric" for name in FIELD_NAMES),
        "financial_nulls jsonb",
        *(f"{m.name} {metric_type(m.unit)}" for m in metrics),
        "metric_nulls jsonb",
    ]
    return TEMPLATE.read_text().format(
        returns=_lines(returns, 2),
        without=", ".join(f"'{word}'" for word in WITHOUT_RECURRING_REVENUE),
        inputs=_lines([f"i.{name}" for name in FIELD_NAMES], 6),
        back=lags.furthest + 1,
        rates_back=lags.furthest_rate,
        looked_back=_lines(_looked_back_columns(lags), 6),
        quarters_before=_joined(lags.furthest, "left join period as q{lag} on q{lag}.slot = place.slot - {lag}", 4),
        **_local_stage(lags, hoist, rendered),
        **_row_stage(lags, rendered),
    )


def _local_stage(lags: Lags, hoist: Hoist, rendered: Sequence[RenderedLocal | RenderedPresented]) -> dict[str, str]:
    """What the template says once per quarter."""
    local = [r for r in rendered if isinstance(r, RenderedLocal)]
    reasons = [f"{r.reason or 'null::text'} as {r.metric.name}_why" for r in local]
    missing = (_part_where(f"l.{name} is null", name, f"missing_input:{name}") for name in FIELD_NAMES)
    return {
        "reasons": _lines([*reasons, *(f"{sql} as {name}" for sql, name in hoist.columns.items())], 6),
        "kept": _lines(_kept_columns(lags, hoist), 6),
        "values": _lines([_local_value(r) for r in local], 6),
        "financial_nulls": _object(missing, 6),
        "metric_nulls": _object((_metric_part(r) for r in rendered), 6),
    }


def _row_stage(lags: Lags, rendered: Sequence[RenderedLocal | RenderedPresented]) -> dict[str, str]:
    """What the template says once per quarter and currency."""
    financials_without_rate = (
        _part_where(f"h.{f.name} is not null and p.{FIELD_RATE[f.kind]} is null", f.name, "fx_unavailable")
        for f in INPUT_FIELDS
        if f.kind in FIELD_RATE
    )
    metrics_without_rate = (
        _part_where(f"h.{r.structural} is null and ({r.without_rate})", r.metric.name, "fx_unavailable")
        for r in rendered
        if isinstance(r, RenderedPresented)
    )
    before = "left join translated as p{lag} on p{lag}.slot = p.slot - {lag} and p{lag}.target = p.target"
    return {
        "financials": _lines([_financial(f.name, f.kind) for f in INPUT_FIELDS], 4),
        "financials_without_rate": _object(financials_without_rate, 6),
        "metrics": _lines([_metric_value(r) for r in rendered], 4),
        "metrics_without_rate": _object(metrics_without_rate, 6),
        "rates": ", ".join([*(render(rate) for rate in lags.rates), ROUND_RATE]),
        "rates_before": _joined(lags.furthest_rate, before, 2),
    }
