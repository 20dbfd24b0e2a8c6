"""When everything was derived again, and by which formulas.

Why: Stored rows must be those of the formulas and currencies that are installed. After every upgrade to head the newest
row is compared with them; where it differs, everything is derived again and a row is added. The rows also tell which
formula was in force at an instant, so that a difference can be put down to a formula.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "derivations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("currencies", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("formulas", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("companies", sa.Integer(), nullable=False),
        sa.Column("derived_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_derivations")),
    )


def downgrade() -> None:
    """Drop it; the next upgrade derives everything again."""
    op.drop_table("derivations")
