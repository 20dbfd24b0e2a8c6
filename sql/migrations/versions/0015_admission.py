"""Counting a call also tells the newest change, so that a read which is held needs no other round trip.

Why: a read for which nothing has changed was three round trips: the count, who asks, the newest change. The newest
change is no secret of any company, but a number and an instant: whoever may log in may know it. Counting is still done
by `count_call`, which instances of the release before ask themselves.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ADMIT = """
create function admit_call(p_subject text, p_route_class text, p_seconds integer)
returns table (number bigint, used integer, seconds_left integer, newest_change text)
language sql security definer set search_path to 'public', 'pg_temp'
as $$
  select c.number, c.used, c.seconds_left, h.sequence || ' ' || h.recorded_at
  from count_call(p_subject, p_route_class, p_seconds) as c cross join change_head as h
$$
"""


def upgrade() -> None:
    """Count and tell."""
    op.execute(_ADMIT)


def downgrade() -> None:
    """Only count."""
    op.execute("drop function admit_call(text, text, integer)")
