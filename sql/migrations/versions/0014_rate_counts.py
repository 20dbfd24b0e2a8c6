"""Calls of each principal in the present minute, counted in one place for all instances.

Why: A quota is exact only where it is counted once. The table is unlogged: a count writes no WAL, so its commit waits
for no disk and no standby; after a crash or a failover everybody begins a new minute. Pages are kept half empty, so
that counting stays within its page. A function of the owner counts, for a count is no transaction and acts as no role:
whoever may log in may count, and nothing else.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_COUNT = """
create function count_call(p_subject text, p_route_class text, p_seconds integer)
returns table (number bigint, used integer, seconds_left integer)
language sql security definer set search_path to 'public', 'pg_temp'
as $$
  insert into rate_counts as c (subject, route_class, window_number, used)
  values (p_subject, p_route_class, floor(extract(epoch from clock_timestamp()) / p_seconds), 1)
  on conflict (subject, route_class) do update set
    window_number = greatest(c.window_number, excluded.window_number),
    used = case when excluded.window_number > c.window_number then 1 else c.used + 1 end
  returning window_number, used,
    greatest(ceil((window_number + 1) * p_seconds - extract(epoch from clock_timestamp())), 1)::integer
$$
"""


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "rate_counts",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("route_class", sa.Text(), nullable=False),
        sa.Column("window_number", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "route_class IN ('read', 'write', 'export', 'upload')", name=op.f("ck_rate_counts_route_class_known")
        ),
        sa.PrimaryKeyConstraint("subject", "route_class", name=op.f("pk_rate_counts")),
        prefixes=["UNLOGGED"],
        postgresql_with={"fillfactor": 50},
    )
    op.execute(_COUNT)
    op.execute("grant select, delete on rate_counts to portfolio_firm")


def downgrade() -> None:
    """Drop it; nobody is limited then."""
    op.execute("drop function count_call(text, text, integer)")
    op.drop_table("rate_counts")
