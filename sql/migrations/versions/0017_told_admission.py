"""Counting a call ahead of what it reads, in the same round trip.

Why: a driver gives the rows of the last statement it sent. What was sent ahead of it tells its answer as information,
which every client receives, whatever messages it asked for. `admit_call` stays: instances of the release before ask it.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TELL = """
create function tell_admission(p_subject text, p_route_class text, p_seconds integer) returns void
language plpgsql security definer set search_path to 'public', 'pg_temp'
as $$
declare
  counted record;
begin
  select * into counted from admit_call(p_subject, p_route_class, p_seconds);
  raise info 'admitted % % % %', counted.number, counted.used, counted.seconds_left, counted.newest_change;
end
$$
"""


def upgrade() -> None:
    """Count and tell."""
    op.execute(_TELL)


def downgrade() -> None:
    """Count and answer rows."""
    op.execute("drop function tell_admission(text, text, integer)")
