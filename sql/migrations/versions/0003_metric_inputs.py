"""What companies submit, version upon version.

Why: The only source of truth. A restatement supersedes and never overwrites; the partial unique indexes hold that one
version of a company-quarter is current, and that no two periods fall into one fiscal quarter.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "metric_inputs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("quarter_index", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("import_id", sa.Text(), nullable=True),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("source_sheet", sa.Text(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("total_revenue", sa.Numeric(), nullable=True),
        sa.Column("recurring_revenue", sa.Numeric(), nullable=True),
        sa.Column("gross_profit", sa.Numeric(), nullable=True),
        sa.Column("sales_marketing_expense", sa.Numeric(), nullable=True),
        sa.Column("total_operating_expense", sa.Numeric(), nullable=True),
        sa.Column("ebitda", sa.Numeric(), nullable=True),
        sa.Column("net_income", sa.Numeric(), nullable=True),
        sa.Column("cash_burn", sa.Numeric(), nullable=True),
        sa.Column("cash_balance", sa.Numeric(), nullable=True),
        sa.Column("debt_outstanding", sa.Numeric(), nullable=True),
        sa.Column("employees", sa.Numeric(), nullable=True),
        sa.Column("customers", sa.Numeric(), nullable=True),
        sa.Column("new_logo_arr", sa.Numeric(), nullable=True),
        sa.Column("expansion_arr", sa.Numeric(), nullable=True),
        sa.Column("contraction_arr", sa.Numeric(), nullable=True),
        sa.Column("churned_arr", sa.Numeric(), nullable=True),
        sa.Column("reactivation_arr", sa.Numeric(), nullable=True),
        sa.Column("contracted_arr", sa.Numeric(), nullable=True),
        sa.Column("customers_new", sa.Numeric(), nullable=True),
        sa.Column("customers_lost", sa.Numeric(), nullable=True),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_metric_inputs_currency_is_iso")),
        sa.CheckConstraint(
            "scenario IN ('actual', 'budget', 'forecast')", name=op.f("ck_metric_inputs_scenario_known")
        ),
        sa.CheckConstraint("churned_arr >= 0", name=op.f("ck_metric_inputs_churned_arr_not_negative")),
        sa.CheckConstraint("contracted_arr >= 0", name=op.f("ck_metric_inputs_contracted_arr_not_negative")),
        sa.CheckConstraint("contraction_arr >= 0", name=op.f("ck_metric_inputs_contraction_arr_not_negative")),
        sa.CheckConstraint("customers >= 0", name=op.f("ck_metric_inputs_customers_not_negative")),
        sa.CheckConstraint("customers_lost >= 0", name=op.f("ck_metric_inputs_customers_lost_not_negative")),
        sa.CheckConstraint("customers_new >= 0", name=op.f("ck_metric_inputs_customers_new_not_negative")),
        sa.CheckConstraint("debt_outstanding >= 0", name=op.f("ck_metric_inputs_debt_outstanding_not_negative")),
        sa.CheckConstraint("employees >= 0", name=op.f("ck_metric_inputs_employees_not_negative")),
        sa.CheckConstraint("expansion_arr >= 0", name=op.f("ck_metric_inputs_expansion_arr_not_negative")),
        sa.CheckConstraint("new_logo_arr >= 0", name=op.f("ck_metric_inputs_new_logo_arr_not_negative")),
        sa.CheckConstraint("reactivation_arr >= 0", name=op.f("ck_metric_inputs_reactivation_arr_not_negative")),
        sa.CheckConstraint("superseded_at >= recorded_at", name=op.f("ck_metric_inputs_superseded_after_recorded")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_metric_inputs_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_inputs")),
    )
    op.create_index(
        "ix_metric_inputs_import_id",
        "metric_inputs",
        ["import_id"],
        unique=False,
        postgresql_where=sa.text("import_id IS NOT NULL"),
    )
    op.create_index(
        "uq_metric_inputs_current",
        "metric_inputs",
        ["company_id", "scenario", "period_end"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "uq_metric_inputs_current_quarter",
        "metric_inputs",
        ["company_id", "scenario", "quarter_index"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL AND NOT deleted"),
    )
    op.create_index(
        "uq_metric_inputs_version", "metric_inputs", ["company_id", "scenario", "period_end", "version"], unique=True
    )


def downgrade() -> None:
    """Drop them; what they held is lost."""
    op.drop_index("uq_metric_inputs_version", table_name="metric_inputs")
    op.drop_index(
        "uq_metric_inputs_current_quarter",
        table_name="metric_inputs",
        postgresql_where=sa.text("superseded_at IS NULL AND NOT deleted"),
    )
    op.drop_index(
        "uq_metric_inputs_current", table_name="metric_inputs", postgresql_where=sa.text("superseded_at IS NULL")
    )
    op.drop_index(
        "ix_metric_inputs_import_id", table_name="metric_inputs", postgresql_where=sa.text("import_id IS NOT NULL")
    )
    op.drop_table("metric_inputs")
