"""Everything that changes, numbered in the order in which it was committed.

Why: A client that mirrors the data must miss nothing. Rows are written and numbered as the last act of the transaction
whose changes they tell of, one transaction after another: when a number can be read, every smaller one can be too.
What is on record already opens the sequence.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KINDS = "'company', 'input', 'round', 'rate', 'derived'"
_ON_RECORD = """
insert into changes (sequence, kind, company_id, key, version, deleted, recorded_at)
select row_number() over (order by place, recorded_at, id), kind, company_id, key, version, false, recorded_at
from (
  select 1 as place, 0 as id, 'company' as kind, id as company_id, '{}'::jsonb as key, null::integer as version,
    updated_at as recorded_at
  from companies
  union all
  select 2, id, 'input', company_id, jsonb_build_object('scenario', scenario, 'period_end', period_end), version,
    recorded_at
  from metric_inputs where superseded_at is null and not deleted
  union all
  select 3, id, 'round', company_id, jsonb_build_object('closed_on', closed_on, 'round', round), version, recorded_at
  from funding_rounds where superseded_at is null
  union all
  select 4, 0, 'rate', null, jsonb_build_object(
      'base', base, 'quote', quote, 'from', min(observed_on), 'to', max(observed_on)
    ), null, max(recorded_at)
  from fx_rates where superseded_at is null group by base, quote
  union all
  select 5, 0, 'derived', company_id, jsonb_build_object('scenario', scenario, 'from', null, 'to', null), null, now()
  from metric_inputs group by company_id, scenario
) as standing
"""


def upgrade() -> None:
    """Create the table and put what stands on it."""
    op.create_table(
        "changes",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("key", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("left_funds", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_changes_kind_known")),
        sa.CheckConstraint("(company_id IS NULL) = (kind = 'rate')", name=op.f("ck_changes_of_a_company")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_changes")),
    )
    op.execute(_ON_RECORD)
    op.create_table(
        "change_head",
        sa.Column("one", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("one", name=op.f("ck_change_head_one_row")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_change_head")),
    )
    op.execute("insert into change_head select true, coalesce(max(sequence), 0), now() from changes")


def downgrade() -> None:
    """Drop it; clients that mirror the data begin anew."""
    op.drop_table("change_head")
    op.drop_table("changes")
