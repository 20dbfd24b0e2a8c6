"""Derived rows as a matrix: companies × periods for each value column, as JSON built by the database."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from shared.data.reporting_rows import QUARTER, reasons, select_rows
from shared.data.statement import statement
from shared.domain.permissions import Scope
from shared.domain.selection import Selection

MAX_CELLS = 1_000_000


class Columns(StrEnum):
    """What a matrix's columns are: the ends of periods, or the quarters the firm files them under."""

    PERIOD_END = "period_end"
    REPORTING_QUARTER = "reporting_quarter"


PERIODS = {
    Columns.PERIOD_END: "r.period_end",
    Columns.REPORTING_QUARTER: QUARTER,
}
TITLES = {
    Columns.PERIOD_END: "p.period::text",
    Columns.REPORTING_QUARTER: "(p.period / 4) || 'Q' || (p.period % 4 + 1)",
}
"""What stands above a column of the period `p.period`."""
_MATRIX = """
with figures as materialized (
  select r.company_id, {period} as period, r.currency, {nulls} as nulls{shown}
  {source}
),
periods as materialized (
  select p.period, row_number() over (order by p.period) as place from (select distinct period from figures) as p
),
listed as materialized (
  select c.id, c.external_id, c.name, row_number() over (order by c.name, c.id) as place
  from companies as c where c.id in (select company_id from figures)
),
size as (select (select count(*) from periods) * (select count(*) from listed) * :columns as cells),
lines as materialized (
  select c.place, json_agg(f.currency order by p.place) as currencies{values}
  from listed as c
  cross join periods as p
  left join figures as f on f.company_id = c.id and f.period = p.period
  where (select cells from size) <= :most
  group by c.place
)
select case when (select cells from size) <= :most then json_build_object(
  'periods', (select coalesce(json_agg(to_json({title}) order by p.place), '[]') from periods as p),
  'companies', (
    select coalesce(json_agg(json_build_object('id', c.id, 'external_id', c.external_id, 'name', c.name)
      order by c.place), '[]')
    from listed as c
  ),
  'currencies', (select coalesce(json_agg(l.currencies order by l.place), '[]') from lines as l),
  'values', (select row_to_json(m) from (select {members} from lines as l) as m),
  'nulls', (
    select coalesce(json_object_agg(n.name, n.cells), '{{}}') from (
      select why.key as name, json_agg(json_build_array(c.place - 1, p.place - 1, why.value)
        order by c.place, p.place) as cells
      from figures as f
      join listed as c on c.id = f.company_id
      join periods as p on p.period = f.period
      cross join lateral jsonb_each_text(f.nulls) as why
      group by why.key
    ) as n
  )
)::text end
"""


def read_matrix(
    session: Session, scope: Scope, wanted: Selection, as_of: datetime | None, columns: Columns, *, stored: bool
) -> str | None:
    """The matrix as JSON text; None where it would have more than `MAX_CELLS` cells.

    Returns:
        `{"periods": […], "companies": [{"id", "external_id", "name"}…], "currencies": [[…]…],
        "values": {name: [[…]…]}, "nulls": {name: [[company's place, period's place, reason]…]}}`; a null without a
        reason belongs to a quarter that is not on record. `currencies` is of the same shape as a column's values.
    """
    rows = select_rows(scope, wanted, as_of, stored=stored, reach=None)
    query = _MATRIX.format(
        period=PERIODS[columns],
        title=TITLES[columns],
        nulls=reasons(wanted, rows.nulls),
        source=rows.source,
        shown="".join(f", r.{name}" for name in wanted.names),
        values="".join(f", json_agg(f.{name} order by p.place) as {name}" for name in wanted.names),
        members=", ".join(f"coalesce(json_agg(l.{name} order by l.place), '[]') as {name}" for name in wanted.names),
    )
    bounds = {**rows.parameters, "columns": len(wanted.names), "most": MAX_CELLS}
    body: str | None = session.execute(statement(query), bounds).scalar_one()
    return body
