"""Translated financials and derived metrics, a row per quarter and currency.

Why: Filled by derive_reporting() in the transaction of the write that caused it, so a read never sees inputs and
metrics that disagree. Nothing here is a source: every row can be derived again.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "reporting_financials",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("is_local", sa.Boolean(), nullable=False),
        sa.Column("quarter_index", sa.Integer(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("fiscal_quarter", sa.Integer(), nullable=False),
        sa.Column("reporting_year", sa.Integer(), nullable=False),
        sa.Column("reporting_quarter", sa.Integer(), nullable=False),
        sa.Column("fx_rate_average", sa.Numeric(), nullable=True),
        sa.Column("fx_rate_closing", sa.Numeric(), nullable=True),
        sa.Column("fx_closing_date", sa.Date(), nullable=True),
        sa.Column("flags", sa.ARRAY(sa.Text()), nullable=False),
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
        sa.Column("nulls", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_reporting_financials_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "company_id", "scenario", "period_end", "currency", name=op.f("pk_reporting_financials")
        ),
    )
    op.create_index(
        "ix_reporting_financials_period", "reporting_financials", ["period_end", "company_id"], unique=False
    )
    op.create_table(
        "reporting_metrics",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("is_local", sa.Boolean(), nullable=False),
        sa.Column("quarter_index", sa.Integer(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("fiscal_quarter", sa.Integer(), nullable=False),
        sa.Column("reporting_year", sa.Integer(), nullable=False),
        sa.Column("reporting_quarter", sa.Integer(), nullable=False),
        sa.Column("fx_rate_average", sa.Numeric(), nullable=True),
        sa.Column("fx_rate_closing", sa.Numeric(), nullable=True),
        sa.Column("fx_closing_date", sa.Date(), nullable=True),
        sa.Column("flags", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("arr_implied", sa.Numeric(), nullable=True),
        sa.Column("arr", sa.Numeric(), nullable=True),
        sa.Column("net_new_arr", sa.Numeric(), nullable=True),
        sa.Column("recurring_revenue_share", sa.Numeric(), nullable=True),
        sa.Column("gross_margin", sa.Numeric(), nullable=True),
        sa.Column("ebitda_margin", sa.Numeric(), nullable=True),
        sa.Column("net_income_margin", sa.Numeric(), nullable=True),
        sa.Column("sales_marketing_pct_revenue", sa.Numeric(), nullable=True),
        sa.Column("operating_expense_pct_revenue", sa.Numeric(), nullable=True),
        sa.Column("revenue_growth_qoq", sa.Numeric(), nullable=True),
        sa.Column("revenue_growth_yoy", sa.Numeric(), nullable=True),
        sa.Column("gross_profit_growth_yoy", sa.Numeric(), nullable=True),
        sa.Column("employee_growth_qoq", sa.Numeric(), nullable=True),
        sa.Column("employee_growth_yoy", sa.Numeric(), nullable=True),
        sa.Column("revenue_growth_yoy_reported", sa.Numeric(), nullable=True),
        sa.Column("fx_effect_on_growth", sa.Numeric(), nullable=True),
        sa.Column("ltm_total_revenue", sa.Numeric(), nullable=True),
        sa.Column("ltm_recurring_revenue", sa.Numeric(), nullable=True),
        sa.Column("ltm_gross_profit", sa.Numeric(), nullable=True),
        sa.Column("ltm_sales_marketing_expense", sa.Numeric(), nullable=True),
        sa.Column("ltm_total_operating_expense", sa.Numeric(), nullable=True),
        sa.Column("ltm_ebitda", sa.Numeric(), nullable=True),
        sa.Column("ltm_net_income", sa.Numeric(), nullable=True),
        sa.Column("ltm_net_burn", sa.Numeric(), nullable=True),
        sa.Column("ltm_gross_margin", sa.Numeric(), nullable=True),
        sa.Column("ltm_ebitda_margin", sa.Numeric(), nullable=True),
        sa.Column("ltm_net_income_margin", sa.Numeric(), nullable=True),
        sa.Column("ltm_revenue_growth_yoy", sa.Numeric(), nullable=True),
        sa.Column("revenue_per_employee", sa.Numeric(), nullable=True),
        sa.Column("gross_profit_per_employee", sa.Numeric(), nullable=True),
        sa.Column("ltm_revenue_per_average_employee", sa.Numeric(), nullable=True),
        sa.Column("arr_per_customer", sa.Numeric(), nullable=True),
        sa.Column("net_customer_adds", sa.Numeric(), nullable=True),
        sa.Column("monthly_net_burn", sa.Numeric(), nullable=True),
        sa.Column("runway_months", sa.Numeric(), nullable=True),
        sa.Column("runway_months_ltm", sa.Numeric(), nullable=True),
        sa.Column("cash_out_date", sa.Date(), nullable=True),
        sa.Column("change_in_cash", sa.Numeric(), nullable=True),
        sa.Column("fx_effect_on_cash", sa.Numeric(), nullable=True),
        sa.Column("implied_net_financing", sa.Numeric(), nullable=True),
        sa.Column("burn_multiple", sa.Numeric(), nullable=True),
        sa.Column("burn_multiple_ltm", sa.Numeric(), nullable=True),
        sa.Column("rule_of_40", sa.Numeric(), nullable=True),
        sa.Column("magic_number", sa.Numeric(), nullable=True),
        sa.Column("cac_payback_months", sa.Numeric(), nullable=True),
        sa.Column("net_debt", sa.Numeric(), nullable=True),
        sa.Column("enterprise_value", sa.Numeric(), nullable=True),
        sa.Column("ev_to_ltm_revenue", sa.Numeric(), nullable=True),
        sa.Column("ev_to_arr", sa.Numeric(), nullable=True),
        sa.Column("post_money_to_ltm_revenue", sa.Numeric(), nullable=True),
        sa.Column("ev_to_invested_capital", sa.Numeric(), nullable=True),
        sa.Column("valuation_age_days", sa.Numeric(), nullable=True),
        sa.Column("nrr", sa.Numeric(), nullable=True),
        sa.Column("grr", sa.Numeric(), nullable=True),
        sa.Column("logo_churn", sa.Numeric(), nullable=True),
        sa.Column("nulls", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_reporting_metrics_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "scenario", "period_end", "currency", name=op.f("pk_reporting_metrics")),
    )
    op.create_index("ix_reporting_metrics_period", "reporting_metrics", ["period_end", "company_id"], unique=False)


def downgrade() -> None:
    """Drop them; what they held is lost."""
    op.drop_index("ix_reporting_metrics_period", table_name="reporting_metrics")
    op.drop_table("reporting_metrics")
    op.drop_index("ix_reporting_financials_period", table_name="reporting_financials")
    op.drop_table("reporting_financials")
