"""Which companies a principal's queries may touch, as one SQL condition over `c` (companies)."""

from typing import Any

from shared.domain.permissions import Scope

VISIBLE = """(
  :scope_everything
  or c.id = any(cast(:scope_company_ids as uuid[]))
  or exists (
    select from company_funds as scope_cf
    join funds as scope_f on scope_f.id = scope_cf.fund_id
    where scope_cf.company_id = c.id
      and (scope_f.id::text = any(cast(:scope_funds as text[])) or scope_f.name = any(cast(:scope_funds as text[])))
  )
)"""

COMPANIES_ASKED_FOR = f"""array(
  select c.id from companies as c
  where {VISIBLE}
    and (cast(:company_ids as uuid[]) is null or c.id = any(cast(:company_ids as uuid[])))
    and (cast(:fund as text) is null or exists (
      select from company_funds as cf join funds as f on f.id = cf.fund_id
      where cf.company_id = c.id and (f.name = :fund or f.id::text = :fund)
    ))
)"""  # noqa: S608 (fixed fragments)
"""The ids of visible companies, narrowed by the filters `company_ids` and `fund`, as an array."""


def scope_parameters(scope: Scope) -> dict[str, Any]:
    """The bind values of `VISIBLE`."""
    return {
        "scope_everything": scope.is_everything,
        "scope_company_ids": [str(company_id) for company_id in sorted(scope.company_ids or ())],
        "scope_funds": sorted(scope.funds or ()),
    }
