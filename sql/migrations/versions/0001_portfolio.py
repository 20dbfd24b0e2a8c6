"""Companies, their funds, currencies and funding rounds.

Why: Everything hangs on a company. Its reporting currency is dated (old quarters keep theirs) and a round is a chain of
versions, so that both can be read as of any day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "companies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reporting_status", sa.Text(), nullable=False),
        sa.Column("fiscal_year_end", sa.Text(), nullable=False),
        sa.Column("location_country", sa.Text(), nullable=True),
        sa.Column("customer_type", sa.Text(), nullable=True),
        sa.Column("revenue_type", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "fiscal_year_end ~ '^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'",
            name=op.f("ck_companies_fiscal_year_end_is_mm_dd"),
        ),
        sa.CheckConstraint(
            "reporting_status IN ('active', 'inactive', 'exited', 'written_off')",
            name=op.f("ck_companies_reporting_status_known"),
        ),
        sa.CheckConstraint("length(btrim(external_id)) > 0", name=op.f("ck_companies_external_id_not_blank")),
        sa.CheckConstraint("length(btrim(name)) > 0", name=op.f("ck_companies_name_not_blank")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
    )
    op.create_index("ix_companies_name_id", "companies", ["name", "id"], unique=False)
    op.create_index("uq_companies_external_id", "companies", ["external_id"], unique=True)
    op.create_table(
        "funds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint("length(btrim(name)) > 0", name=op.f("ck_funds_name_not_blank")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funds")),
    )
    op.create_index("uq_funds_name", "funds", ["name"], unique=True)
    op.create_table(
        "company_currencies",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_company_currencies_currency_is_iso")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_company_currencies_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "valid_from", name=op.f("pk_company_currencies")),
    )
    op.create_table(
        "company_funds",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("fund_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_company_funds_company_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["funds.id"], name=op.f("fk_company_funds_fund_id")),
        sa.PrimaryKeyConstraint("company_id", "fund_id", name=op.f("pk_company_funds")),
    )
    op.create_index("ix_company_funds_fund_id", "company_funds", ["fund_id"], unique=False)
    op.create_table(
        "funding_rounds",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("post_money_valuation", sa.Numeric(), nullable=False),
        sa.Column("equity_raised_to_date", sa.Numeric(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("import_id", sa.Text(), nullable=True),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_funding_rounds_currency_is_iso")),
        sa.CheckConstraint("equity_raised_to_date >= 0", name=op.f("ck_funding_rounds_equity_raised_not_negative")),
        sa.CheckConstraint("post_money_valuation >= 0", name=op.f("ck_funding_rounds_post_money_not_negative")),
        sa.CheckConstraint("superseded_at >= recorded_at", name=op.f("ck_funding_rounds_superseded_after_recorded")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_funding_rounds_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_rounds")),
    )
    op.create_index(
        "uq_funding_rounds_current",
        "funding_rounds",
        ["company_id", "closed_on", "round"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "uq_funding_rounds_version", "funding_rounds", ["company_id", "closed_on", "round", "version"], unique=True
    )


def downgrade() -> None:
    """Drop them; what they held is lost."""
    op.drop_index("uq_funding_rounds_version", table_name="funding_rounds")
    op.drop_index(
        "uq_funding_rounds_current", table_name="funding_rounds", postgresql_where=sa.text("superseded_at IS NULL")
    )
    op.drop_table("funding_rounds")
    op.drop_index("ix_company_funds_fund_id", table_name="company_funds")
    op.drop_table("company_funds")
    op.drop_table("company_currencies")
    op.drop_index("uq_funds_name", table_name="funds")
    op.drop_table("funds")
    op.drop_index("uq_companies_external_id", table_name="companies")
    op.drop_index("ix_companies_name_id", table_name="companies")
    op.drop_table("companies")
