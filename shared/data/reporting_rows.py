"""Which derived rows a read is about, as SQL: stored ones, or derived on request; and their pages as JSON.

Every statement here has one source of rows, `r`, beside their companies, `c`. Names of columns come from the catalogue
only; every value is bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from shared.data.pages import Page, fetch_page
from shared.data.scope import VISIBLE, scope_parameters
from shared.domain.permissions import Scope
from shared.domain.selection import (
    COMPANY_ID,
    OLDEST_FIRST,
    PERIOD_END,
    Condition,
    Figures,
    Operator,
    Selection,
    SortKey,
    is_day,
)

PERIOD = (
    *("company_id", "scenario", "period_end", "currency", "period_start", "fiscal_year", "fiscal_quarter"),
    *("reporting_year", "reporting_quarter", "fx_rate_average", "fx_rate_closing", "fx_closing_date", "flags"),
)
"""What a row opens with."""
_COMPARED = {
    Operator.LT: "<",
    Operator.LTE: "<=",
    Operator.GT: ">",
    Operator.GTE: ">=",
    Operator.EQ: "=",
    Operator.NE: "<>",
}


@dataclass(frozen=True, slots=True)
class Rows:
    """A FROM and WHERE that yield the selected rows `r` of companies `c`.

    Attributes:
        source: From `from` on, conditions included; more may follow with `and`.
        nulls: The expression of a row's reasons.
        parameters: What the fragments bind.
    """

    source: str
    nulls: str
    parameters: dict[str, Any]


def select_rows(scope: Scope, wanted: Selection, as_of: datetime | None, *, stored: bool, reach: date | None) -> Rows:
    """The rows that are asked for.

    Args:
        scope: What may be seen.
        wanted: What is asked for.
        as_of: The instant looked back to; None: now.
        stored: Whether the rows stand in their table; else they are derived.
        reach: No row of an earlier quarter's end is needed; None: all are.
    """
    parameters = {**scope_parameters(scope), **_bind(wanted), "as_of": as_of, "reach": reach}
    companies, row = _companies(wanted), _row(wanted)
    if stored:
        table, nulls = f"{wanted.figures} as r", "r.nulls"
    else:
        table = _derived(wanted, companies)
        nulls = "r.financial_nulls" if wanted.figures is Figures.FINANCIALS else "r.metric_nulls"
    if wanted.latest and stored:
        newest = f"select * from {table} where r.company_id = c.id and {row} order by r.period_end desc limit 1"  # noqa: S608 (fixed fragments; every value is bound)
        source = f"from companies as c cross join lateral ({newest}) as r where {companies}"
    elif wanted.latest:
        newest = (
            f"select distinct on (r.company_id) * from {table} where {row} order by r.company_id, r.period_end desc"  # noqa: S608 (as above)
        )
        source = f"from ({newest}) as r join companies as c on c.id = r.company_id where {companies}"
    else:
        source = f"from {table} join companies as c on c.id = r.company_id where {companies} and {row}"
    return Rows(f"{source}{_conditions(wanted.conditions)}", nulls, parameters)


def _bind(wanted: Selection) -> dict[str, Any]:
    return {
        "company_ids": None if wanted.company_ids is None else [str(company_id) for company_id in wanted.company_ids],
        "funds": None if wanted.funds is None else list(wanted.funds),
        "scenario": wanted.scenario.value,
        "currency": wanted.currency,
        "start": wanted.start,
        "end": wanted.end,
        "quarters": None if wanted.quarters is None else [quarter.index for quarter in wanted.quarters],
        **{f"condition_{place}": condition.value for place, condition in enumerate(wanted.conditions)},
    }


def _companies(wanted: Selection) -> str:
    named = "" if wanted.company_ids is None else " and c.id = any(cast(:company_ids as uuid[]))"
    return f"{VISIBLE}{named}{'' if wanted.funds is None else f' and {OF_FUNDS}'}"


OF_FUNDS = """exists (
  select from company_funds as cf join funds as f on f.id = cf.fund_id
  where cf.company_id = c.id and (f.name = any(cast(:funds as text[])) or f.id::text = any(cast(:funds as text[])))
)"""
"""Whether a company `c` is of any of the funds asked for, by name or id."""


def _row(wanted: Selection) -> str:
    """What a row `r` must be, its values aside."""
    return " and ".join(
        [
            "r.scenario = :scenario",
            "r.is_local" if wanted.currency is None else "r.currency = :currency",
            *(["r.period_end >= :start"] if wanted.start else []),
            *(["r.period_end <= :end"] if wanted.end else []),
            *([f"{QUARTER} = any(cast(:quarters as integer[]))"] if wanted.quarters is not None else []),
        ]
    )


QUARTER = "(4 * r.reporting_year + r.reporting_quarter - 1)"
"""The index of the quarter that a row is filed under."""


def _derived(wanted: Selection, companies: str) -> str:
    """Rows derived on request; only of quarters that can be asked for."""
    asked = f"array(select c.id from companies as c where {companies})"  # noqa: S608 (fixed fragments)
    if wanted.quarters is not None:
        first = "(select min(q) - 2 from unnest(cast(:quarters as integer[])) as q)"
        last = "(select max(q) + 2 from unnest(cast(:quarters as integer[])) as q)"
    else:
        start = "greatest(cast(:start as date), cast(:reach as date), date '0001-01-01')"
        first = _index("least", start)
        last = _index("greatest", "coalesce(cast(:end as date), date '9999-12-31')")
    if wanted.latest:
        first = f"greatest({first}, {_oldest_latest(asked)})"
    return f"""derive_reporting(
      {asked}, array[:scenario], array_remove(array[cast(:currency as text)], null),
      coalesce(cast(:as_of as timestamptz), 'infinity'), {first}, {last}
    ) as r"""


def _index(extreme: str, day: str) -> str:
    """The least or greatest index that a quarter ending on `day` can have, whatever the company's year end."""
    return f"{extreme}({', '.join(f'nearest_quarter({day}, {month})' for month in (1, 2, 3))})"


def _oldest_latest(asked: str) -> str:
    """An index below which no company that reports has its latest quarter; its year end may have moved since by one."""
    return f"""coalesce((
      select min(newest.quarter_index) - 2 from unnest({asked}) as asked(id)
      cross join lateral (
        select i.quarter_index from metric_inputs as i
        where i.company_id = asked.id and i.scenario = :scenario and not i.deleted
          and i.recorded_at <= coalesce(cast(:as_of as timestamptz), 'infinity')
          and coalesce(i.superseded_at, 'infinity') > coalesce(cast(:as_of as timestamptz), now())
          and i.period_end between coalesce(cast(:start as date), date '0001-01-01')
            and coalesce(cast(:end as date), date '9999-12-31')
        order by i.period_end desc limit 1
      ) as newest
    ), 0)"""  # noqa: S608 (fixed fragments; every value is bound)


def _conditions(conditions: Sequence[Condition]) -> str:
    return "".join(f" and {_condition(place, condition)}" for place, condition in enumerate(conditions))


def _condition(place: int, condition: Condition) -> str:
    column = f"r.{condition.name}"
    if condition.operator is Operator.NULL:
        return f"{column} is {'' if condition.value else 'not '}null"
    return f"{column} {_COMPARED[condition.operator]} :condition_{place}"


def list_rows(
    session: Session,
    scope: Scope,
    wanted: Selection,
    as_of: datetime | None,
    after: Sequence[Any] | None,
    limit: int,
    *,
    stored: bool,
) -> Page:
    """A page of rows in the order asked for; `after` has a part for each key of `wanted.order`, None where null."""
    order = wanted.order
    reach = after[0] if after and order == OLDEST_FIRST else None
    rows = select_rows(scope, wanted, as_of, stored=stored, reach=reach)
    query = f"""
    select {_shown(order, wanted.names, reasons(wanted, rows.nulls))}
    {rows.source}{_after(order, after)}
    order by {write_order(order)}
    """
    bounds = {f"after_{place}": part for place, part in enumerate(after or ())}
    return fetch_page(session, query, {**rows.parameters, **bounds}, limit)


@lru_cache(maxsize=128)
def _shown(order: tuple[SortKey, ...], names: tuple[str, ...], nulls: str) -> str:
    """The key and the body of a row; hundreds of words, hardly ever others."""
    keys = ", ".join(_key(key) for key in order)
    columns = ", ".join(f"r.{name}" for name in (*PERIOD, *names))
    return f"""json_build_array({keys}) as key,
      (select row_to_json(shown) from (select {columns}, {nulls} as nulls) as shown) as body"""  # noqa: S608 (fixed fragments)


def write_order(order: Sequence[SortKey]) -> str:
    """What stands behind `order by`."""
    return ", ".join(_place(key) for key in order)


def reasons(wanted: Selection, nulls: str) -> str:
    """The reasons of the columns that are shown."""
    if wanted.shows_everything:
        return nulls
    others = ", ".join(f"'{name}'" for name in wanted.figures.names if name not in wanted.names)
    return f"({nulls} - array[{others}])"


def _column(key: SortKey) -> str:
    """What is compared; days as their number, so that every nullable part of a key is a number."""
    return f"(r.{key.name} - date '2000-01-01')" if is_day(key.name) else f"r.{key.name}"


def _key(key: SortKey) -> str:
    """A part of a page's key; numbers as text, which keeps their digits."""
    return _column(key) if _never_null(key) else f"coalesce({_column(key)}::text, '')"


def _place(key: SortKey) -> str:
    direction = "desc" if key.descending else "asc"
    return f"{_column(key)} {direction}{'' if _never_null(key) else ' nulls last'}"


def _never_null(key: SortKey) -> bool:
    return key.name in {PERIOD_END, COMPANY_ID}


def _after(order: Sequence[SortKey], after: Sequence[Any] | None) -> str:
    """The condition that a row comes after the key `after`: a later part where all parts before it are the same."""
    if after is None:
        return ""
    if order == OLDEST_FIRST:
        return " and (r.period_end, r.company_id) > (:after_0, cast(:after_1 as uuid))"
    ways, same = [], ""
    for place, (key, part) in enumerate(zip(order, after, strict=True)):
        column = _column(key)
        bound = f"cast(:after_{place} as uuid)" if key.name == COMPANY_ID else f":after_{place}"
        if part is not None:
            later = f"{column} {'<' if key.descending else '>'} {bound}"
            ways.append(f"{same}({later})" if _never_null(key) else f"{same}({later} or {column} is null)")
        same += f"{column} is null and " if part is None else f"{column} = {bound} and "
    return f" and ({' or '.join(f'({way})' for way in ways)})"
