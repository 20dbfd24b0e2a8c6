"""The text of `sql/functions/derive_reporting.sql`, made from the catalogue.

Steps: scope → inputs → dense (gaps filled, so that lag(x, k) is the exact fiscal lag) → period → windows × currencies →
rates (each window once) → lagged → valued (the latest round) → local (reasons and values once per quarter) → priced
(rates per quarter and currency) → rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.data.rendering import Hoist, RenderedMetric, column, ltm_column, render_local, render_presented
from shared.domain.catalogue import METRICS
from shared.domain.expressions import Arr, Field, Ltm, QuartersPerYear, RateKind, TranslatedLtm
from shared.domain.fields import FIELD_NAMES, INPUT_FIELDS, FieldKind
from shared.domain.metric import Metric, Unit
from shared.domain.reasons import WITHOUT_RECURRING_REVENUE, is_presented, needs, nodes, rates

TEMPLATE = Path(__file__).parents[2] / "sql" / "templates" / "derive_reporting.sql"
"""The statement by hand; what the catalogue decides stands in braces."""
NULLS_PER_OBJECT = 40
"""jsonb_build_object takes at most 100 arguments."""


@dataclass(frozen=True)
class Lags:
    """Which columns are looked back at, and how far."""

    fields: list[tuple[str, int]]
    ltm: list[tuple[str, int]]
    translated: list[str]
    quarters: list[int]
    rates: list[tuple[str, int]]


def catalogue_lags(metrics: Sequence[Metric]) -> Lags:
    """Every look back the metrics make."""
    tree = [node for metric in metrics for node in nodes(metric.formula)]
    wanted = [needs(metric.formula) for metric in metrics]
    plain = {(node.name, node.lag) for node in tree if isinstance(node, Field)}
    summed = {(node.name, node.shift) for node in tree if isinstance(node, Ltm)}
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
        ltm=sorted(summed),
        translated=sorted({node.name for node in tree if isinstance(node, TranslatedLtm)}),
        quarters=sorted({lag for need in wanted for lag in need.quarters if lag > 0}),
        rates=sorted(
            {
                (r.kind.value, r.lag)
                for metric in metrics
                for r in rates(metric.formula)
                if r.lag and r.kind is not RateKind.ARR
            }
        ),
    )


def _lines(items: list[str], indent: int) -> str:
    return (",\n" + " " * indent).join(items)


def _frame(shift: int) -> str:
    """The four quarters ending `shift` quarters back."""
    end = "current row" if shift == 0 else f"{shift} preceding"
    return f"rows between {shift + 3} preceding and {end}"


def _lagged_columns(lags: Lags, metrics: Sequence[Metric]) -> list[str]:
    tree = [node for metric in metrics for node in nodes(metric.formula)]
    yearly = sorted({node.lag for node in tree if isinstance(node, QuartersPerYear | Arr) and node.lag})
    return [
        *(f"lag({name}, {lag}) over w as {column(name, lag)}" for name, lag in lags.fields),
        *(
            f"sum({name}) over (partition by company_id, scenario order by quarter_index {_frame(shift)})"
            f" as {ltm_column(name, shift)}"
            for name, shift in lags.ltm
        ),
        *(f"lag(present, {lag}, false) over w as {column('present', lag)}" for lag in lags.quarters),
        *(f"lag(period_end, {lag}) over w as {column('period_end', lag)}" for lag in lags.quarters),
        *(f"lag(currency, {lag}) over w as {column('currency', lag)}" for lag in lags.quarters),
        *(f"lag(yearly, {lag}) over w as {column('yearly', lag)}" for lag in yearly),
    ]


def _priced_columns(lags: Lags) -> list[str]:
    return [
        *(f"lag({kind}, {lag}) over w as {column(kind, lag)}" for kind, lag in lags.rates),
        *(
            f"sum({name} * average) over (partition by company_id, scenario, target order by quarter_index {_frame(0)})"
            f" as {ltm_column(name, 0)}"
            for name in lags.translated
        ),
    ]


def _financial(name: str, kind: FieldKind) -> str:
    rate = {FieldKind.FLOW: "average", FieldKind.BALANCE: "closing", FieldKind.COUNT: ""}[kind]
    return f"trim_scale(round(p.{name} * p.{rate}, 4))" if rate else f"trim_scale(p.{name})"


def _financial_reason(name: str, kind: FieldKind) -> str:
    missing = f"when p.{name} is null then 'missing_input:{name}'"
    rate = {FieldKind.FLOW: "average", FieldKind.BALANCE: "closing", FieldKind.COUNT: ""}[kind]
    return f"case {missing} when p.{rate} is null then 'fx_unavailable' end" if rate else f"case {missing} end"


def _nulls(pairs: list[tuple[str, str]], indent: int) -> str:
    objects = []
    for start in range(0, len(pairs), NULLS_PER_OBJECT):
        listed = _lines([f"'{name}', {reason}" for name, reason in pairs[start : start + NULLS_PER_OBJECT]], indent + 2)
        objects.append(f"jsonb_build_object(\n{' ' * (indent + 2)}{listed}\n{' ' * indent})")
    return f"jsonb_strip_nulls({' || '.join(objects)})"


def _value_column(rendered: RenderedMetric, source: str) -> str:
    name = rendered.metric.name
    if rendered.reason is None:
        return f"{rendered.value} as {name}"
    return f"case when {source}.{name}_why is null then {rendered.value} end as {name}"


def metric_type(unit: Unit) -> str:
    """The column type of a unit."""
    return "date" if unit is Unit.DATE else "numeric"


def derivation_sql(metrics: Sequence[Metric] = METRICS) -> str:
    """The whole file."""
    lags = catalogue_lags(metrics)
    hoist = Hoist("part_")
    rendered = [render_presented(m, hoist) if is_presented(m.formula.value) else render_local(m) for m in metrics]
    local = [r for r in rendered if not r.presented]
    presented = [r for r in rendered if r.presented]
    return TEMPLATE.read_text().format(
        returns=_lines(
            [
                *(f"{name} numeric" for name in FIELD_NAMES),
                "financial_nulls jsonb",
                *(f"{m.name} {metric_type(m.unit)}" for m in metrics),
                "metric_nulls jsonb",
            ],
            2,
        ),
        inputs=_lines([f"i.{name}" for name in FIELD_NAMES], 6),
        dense=_lines([f"i.{name}" for name in FIELD_NAMES], 6),
        without=", ".join(f"'{word}'" for word in WITHOUT_RECURRING_REVENUE),
        back=max(lags.quarters) + 1,
        lagged=_lines(_lagged_columns(lags, metrics), 6),
        reasons=_lines(
            [f"{r.reason or 'null::text'} as {r.metric.name}_why" for r in local]
            + [f"{sql} as {name}" for sql, name in hoist.columns.items()],
            6,
        ),
        values=_lines([_value_column(r, "l") for r in local], 6),
        priced=_lines(_priced_columns(lags), 6),
        row_reasons=_lines([f"{r.reason} as {r.metric.name}_why" for r in presented], 6),
        financials=_lines([_financial(f.name, f.kind) for f in INPUT_FIELDS], 4),
        financial_nulls=_nulls([(f.name, _financial_reason(f.name, f.kind)) for f in INPUT_FIELDS], 4),
        metrics=_lines(
            [_value_column(r, "p").rsplit(" as ", 1)[0] if r.presented else f"h.{r.metric.name}" for r in rendered],
            4,
        ),
        metric_nulls=_nulls(
            [(r.metric.name, f"{'p' if r.presented else 'h'}.{r.metric.name}_why") for r in rendered], 4
        ),
    )
