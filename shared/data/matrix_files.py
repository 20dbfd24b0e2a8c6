"""Derived rows as a matrix for files: a line for each company, each column's cells in the order of the periods."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy.orm import Session

from shared.data.exports import OF_THE_PERIOD, SUBMITTED_IN, Rate
from shared.data.matrix import PERIODS, TITLES, Columns
from shared.data.reporting_rows import select_rows
from shared.data.statement import statement
from shared.domain.permissions import Scope
from shared.domain.selection import Selection

_MATRIX = """
with figures as materialized (
  select r.company_id, {period} as period{shown}, {rate} as rate {source} limit :most + 1
),
periods as materialized (
  select p.period, row_number() over (order by p.period) as place from (select distinct period from figures) as p
),
size as (select count(*) as rows from figures)
select 'line' as kind, row_number() over (order by c.name, c.id) as place,
  array[c.id::text, c.external_id, c.name] as texts{cells}
from companies as c
cross join periods as p
left join figures as f on f.company_id = c.id and f.period = p.period
where c.id in (select company_id from figures) and (select s.rows from size as s) <= :most
group by c.id, c.external_id, c.name
union all
select 'size', 0, array[s.rows::text]{nothing} from size as s
union all
select 'periods', 0, array_agg({title} order by p.place){nothing} from periods as p
union all
select 'rate', row_number() over (order by f.rate), f.rate{nothing} from figures as f
where f.rate is not null group by f.rate
order by kind, place
"""
_RATE = f"""array[
  {SUBMITTED_IN}, r.currency, r.period_start::text, r.period_end::text, r.fx_rate_average::text,
  r.fx_rate_closing::text, r.fx_closing_date::text, array_to_string(array_remove(r.flags, '{OF_THE_PERIOD}'), '; ')
]"""
_AS_TEXT = "array_to_string(array_agg(f.{}::text order by p.place), ',', '')"
_AS_VALUES = "array_agg(f.{} order by p.place)"


Company = tuple[str, str | None, str]
"""A company's id, external id and name."""


@dataclass(frozen=True, slots=True)
class FileMatrix:
    """Companies × periods of each value column.

    Attributes:
        size: How many derived rows it is of; where that is more than was allowed, there are no lines.
        periods: What stands above the cells.
        lines: A company, and for each column its cells: a list of values, or, as text, one
            text with the cells between commas.
        rates: What was translated at; none where the cells are text.
    """

    size: int
    periods: list[str]
    lines: list[tuple[Company, Sequence[Any]]]
    rates: list[Rate]


def read_file_matrix(
    session: Session,
    scope: Scope,
    wanted: Selection,
    as_of: datetime | None,
    columns: Columns,
    most: int,
    *,
    stored: bool,
    as_text: bool,
) -> FileMatrix:
    """The matrix of at most `most` rows; as text without rates, or as values with them."""
    rows = select_rows(scope, wanted, as_of, stored=stored, reach=None)
    cells = _AS_TEXT if as_text else _AS_VALUES
    query = _MATRIX.format(
        period=PERIODS[columns],
        title=TITLES[columns],
        source=rows.source,
        shown="".join(f", r.{name}" for name in wanted.names),
        rate="null::text[]" if as_text else _RATE,
        cells="".join(f", {cells.format(name)}" for name in wanted.names),
        nothing=", null" * len(wanted.names),
    )
    found: dict[str, list[tuple[list[str | None], Sequence[Any]]]] = {"line": [], "periods": [], "rate": [], "size": []}
    for kind, _, texts, *values in session.execute(statement(query), {**rows.parameters, "most": most}):
        found[kind].append((texts, values))
    ((size, _),), ((periods, _),) = found["size"], found["periods"]
    titles = [str(title) for title in periods or ()]
    lines = [(cast("Company", texts), cells) for texts, cells in found["line"]]
    return FileMatrix(int(size[0] or 0), titles, lines, [_rate(*texts) for texts, _ in found["rate"]])


def _rate(*texts: str | None) -> Rate:
    base, quote, first, last, average, closing, closing_day, flags = texts
    return Rate(
        base, str(quote), _day(first), _day(last), _number(average), _number(closing), _day(closing_day), flags or ""
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
