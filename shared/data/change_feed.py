"""Reading the changes after a number, with what changed, as far as a scope sees it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from shared.data.companies import BODY
from shared.data.inputs import INPUT_ROW
from shared.data.rounds import ROUND_BODY
from shared.data.scope import VISIBLE, scope_parameters
from shared.data.statement import statement
from shared.domain.permissions import Scope

_ITEM = f"""json_build_object(
  'sequence', n.sequence, 'kind', n.kind, 'company_id', n.company_id, 'key', n.key, 'version', n.version,
  'deleted', n.deleted or n.kind = 'company' and not coalesce(n.visible, false), 'recorded_at', n.recorded_at,
  'data', case
    when n.kind = 'company' and n.visible then (select {BODY} from companies as c where c.id = n.company_id)
    when n.kind = 'input' and not n.deleted then (
      select row_to_json(r) from (
        select {INPUT_ROW} from metric_inputs as i
        where i.company_id = n.company_id and i.scenario = n.key ->> 'scenario'
          and i.period_end = (n.key ->> 'period_end')::date and i.version = n.version
      ) as r
    )
    when n.kind = 'round' then (
      select {ROUND_BODY} from funding_rounds as r
      where r.company_id = n.company_id and r.closed_on = (n.key ->> 'closed_on')::date
        and r.round = n.key ->> 'round' and r.version = n.version
    )
  end
)"""  # noqa: S608 (fixed fragments)
_FEED = f"""
with numbered as (
  select n.*, c.id is not null and {VISIBLE} as visible
  from changes as n left join companies as c on c.id = n.company_id
  where n.sequence > :after and (
    n.company_id is null or {VISIBLE} or n.company_id = any(cast(:scope_company_ids as uuid[]))
    or n.left_funds && cast(:scope_funds as text[])
  )
  order by n.sequence limit :page_limit + 1
), page as (select * from numbered order by sequence limit :page_limit)
select
  coalesce((select json_agg({_ITEM} order by n.sequence) from page as n), '[]')::text as items,
  (select max(sequence) from page) as last,
  (select count(*) from numbered) > :page_limit as more,
  (select sequence from change_head) as newest
"""  # noqa: S608 (fixed fragments; every value is bound)


@dataclass(frozen=True, slots=True)
class FeedPage:
    """`items` is a JSON array as text; the next page begins after `last`; `newest` is the greatest number of all."""

    items: str
    last: int
    newest: int
    up_to_date: bool


def read_feed(session: Session, scope: Scope, after: int, limit: int) -> FeedPage:
    """At most `limit` changes with numbers above `after`; none of a smaller number can come later."""
    row = session.execute(statement(_FEED), {**scope_parameters(scope), "after": after, "page_limit": limit}).one()
    return FeedPage(row.items, row.last if row.more else row.newest, row.newest, not row.more)
