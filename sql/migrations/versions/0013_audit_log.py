"""The audit log: who did what to what, chained, and appended in the transaction of the act.

Why: These are other people's unpublished figures; who saw, changed, decided or was refused must be answerable, and the
answer must show if somebody tampered with it. The ends of the chain stand in a row of their own, so that appending
needs no sight of the log. The app may insert and read; only `prune_audit_log` removes, only what is older than a year
at least, and it notes where the chain begins then.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_BEGINNING = "0" * 64
_PRUNED = ("pruned_number", "pruned_hash")
_PRUNE = """
create function prune_audit_log(keep_days integer) returns bigint
language plpgsql security definer set search_path to 'public', 'pg_temp'
as $$
declare
  last_number bigint;
  last_hash text;
  removed bigint;
begin
  if keep_days is null or keep_days < 365 then
    raise exception 'the audit log is kept for 365 days at least, not %', keep_days;
  end if;
  select l.number, l.hash into last_number, last_hash from audit_log as l
  where l.at < clock_timestamp() - make_interval(days => keep_days)
    and l.number < coalesce(
      (select min(k.number) from audit_log as k where k.at >= clock_timestamp() - make_interval(days => keep_days)),
      9223372036854775807
    )
  order by l.number desc limit 1;
  if last_number is null then
    return 0;
  end if;
  update audit_chain set pruned_number = last_number, pruned_hash = last_hash, pruned_at = clock_timestamp();
  delete from audit_log as l where l.number <= last_number;
  get diagnostics removed = row_count;
  return removed;
end
$$
"""


def upgrade() -> None:
    """Create the log, its chain's ends, and what prunes it."""
    json = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "audit_log",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", json, nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("before", json, nullable=True),
        sa.Column("after", json, nullable=True),
        sa.Column("correlation_id", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("outcome IN ('done', 'denied')", name=op.f("ck_audit_log_outcome_known")),
        sa.CheckConstraint("hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_audit_log_hash_is_sha256")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_log")),
    )
    op.create_index("ix_audit_log_at", "audit_log", ["at"], unique=False)
    op.create_index("ix_audit_log_company_id_number", "audit_log", ["company_id", "number"], unique=False)
    op.create_index("ix_audit_log_subject_number", "audit_log", ["subject", "number"], unique=False)
    op.create_table(
        "audit_chain",
        sa.Column("singleton", sa.Boolean(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("pruned_number", sa.BigInteger(), nullable=False),
        sa.Column("pruned_hash", sa.Text(), nullable=False),
        sa.Column("pruned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("singleton", name=op.f("ck_audit_chain_one_row")),
        sa.CheckConstraint("pruned_number <= number", name=op.f("ck_audit_chain_in_order")),
        sa.PrimaryKeyConstraint("singleton", name=op.f("pk_audit_chain")),
    )
    ends = sa.table("audit_chain", *(sa.column(name) for name in ("singleton", "number", "hash", *_PRUNED)))
    op.bulk_insert(ends, [dict(zip(ends.columns.keys(), (True, 0, _BEGINNING, 0, _BEGINNING), strict=True))])
    op.execute(_PRUNE)
    op.execute("revoke all on function prune_audit_log(integer) from public")
    op.execute("grant execute on function prune_audit_log(integer) to portfolio_firm")
    op.execute("grant select, insert on audit_log to portfolio_firm")
    op.execute("grant insert on audit_log to portfolio_scoped")
    op.execute("grant select, update (number, hash) on audit_chain to portfolio_firm, portfolio_scoped")
    op.execute("alter table audit_log enable row level security")
    op.execute("alter table audit_log force row level security")
    op.execute("create policy firm on audit_log to portfolio_firm using (true) with check (true)")
    op.execute("create policy scoped on audit_log for insert to portfolio_scoped with check (true)")
    # Only the owner, whose function prunes the log, may remove from it.
    op.execute("create policy owner on audit_log to current_user using (true) with check (true)")


def downgrade() -> None:
    """Drop it: what was recorded is lost, so keep a copy."""
    op.execute("drop function prune_audit_log(integer)")
    op.drop_table("audit_chain")
    op.drop_table("audit_log")
