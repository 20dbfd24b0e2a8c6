"""What stands in the derived tables as one text, so that two ways of filling them can be held against each other."""

from uuid import UUID

from psycopg2.extensions import cursor as Cursor  # noqa: N812 (a class under psycopg2's lower-case name)

_DIGEST = """
select concat_ws(' ', (
  select count(*) || ' ' || md5(string_agg(md5(f::text), '' order by company_id, scenario, period_end, currency))
  from reporting_financials as f where %(company)s::uuid is null or company_id = %(company)s
), (
  select count(*) || ' ' || md5(string_agg(md5(m::text), '' order by company_id, scenario, period_end, currency))
  from reporting_metrics as m where %(company)s::uuid is null or company_id = %(company)s
))
"""


def digest_derived(cursor: Cursor, company: UUID | None = None) -> str:
    """How many derived rows there are and a digest of them: of one company, or of all."""
    cursor.execute(_DIGEST, {"company": company})
    (answer,) = cursor.fetchone() or ("",)
    return str(answer)
