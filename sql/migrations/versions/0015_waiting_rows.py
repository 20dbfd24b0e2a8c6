"""Finding the rows that wait for exchange rates.

Why: A new day of rates concerns every quarter that is in progress or lacks a rate. They are few among all that is
derived; without an index of their own every row was looked at, each day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index."""
    op.create_index(
        "ix_reporting_financials_waiting",
        "reporting_financials",
        ["company_id"],
        postgresql_where=sa.text("'provisional' = any (flags) or fx_rate_average is null or fx_rate_closing is null"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_reporting_financials_waiting", table_name="reporting_financials")
