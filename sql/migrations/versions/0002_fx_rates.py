"""FX rates as published, and the days a provider does not publish.

Why: A translation must be reproducible: a rate is never changed, a correction is a new row. The index covers the
average over a period, the most frequent read of all; holidays tell how many observations a period should have.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "fx_holidays",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("holiday", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "holiday", name=op.f("pk_fx_holidays")),
    )
    op.create_table(
        "fx_rates",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("rate", sa.Numeric(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("base ~ '^[A-Z]{3}$'", name=op.f("ck_fx_rates_base_is_iso")),
        sa.CheckConstraint("kind = 'published' OR reason IS NOT NULL", name=op.f("ck_fx_rates_override_has_reason")),
        sa.CheckConstraint("kind IN ('published', 'override')", name=op.f("ck_fx_rates_kind_known")),
        sa.CheckConstraint("quote ~ '^[A-Z]{3}$'", name=op.f("ck_fx_rates_quote_is_iso")),
        sa.CheckConstraint("base <> quote", name=op.f("ck_fx_rates_two_currencies")),
        sa.CheckConstraint("rate > 0", name=op.f("ck_fx_rates_rate_positive")),
        sa.CheckConstraint("superseded_at >= recorded_at", name=op.f("ck_fx_rates_superseded_after_recorded")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fx_rates")),
    )
    op.create_index(
        "ix_fx_rates_reading",
        "fx_rates",
        ["provider", "quote", "observed_on"],
        unique=False,
        postgresql_include=["rate", "recorded_at", "superseded_at"],
    )
    op.create_index(
        "uq_fx_rates_current",
        "fx_rates",
        ["provider", "base", "quote", "observed_on"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def downgrade() -> None:
    """Drop them; what they held is lost."""
    op.drop_index("uq_fx_rates_current", table_name="fx_rates", postgresql_where=sa.text("superseded_at IS NULL"))
    op.drop_index(
        "ix_fx_rates_reading", table_name="fx_rates", postgresql_include=["rate", "recorded_at", "superseded_at"]
    )
    op.drop_table("fx_rates")
    op.drop_table("fx_holidays")
