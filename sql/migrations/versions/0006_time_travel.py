"""What was said of companies, version upon version, and closed quarters.

Why: A figure must come out again as it was known at any instant. Inputs, rounds and rates are versions already; a
company's year end and revenue type decide figures too, so they become versions. A close names an instant and proves,
by its hash, that reading that instant gives what was closed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them; companies on record are versions since they were last changed."""
    op.create_table(
        "company_versions",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reporting_status", sa.Text(), nullable=False),
        sa.Column("fiscal_year_end", sa.Text(), nullable=False),
        sa.Column("location_country", sa.Text(), nullable=True),
        sa.Column("customer_type", sa.Text(), nullable=True),
        sa.Column("revenue_type", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.CheckConstraint("superseded_at >= recorded_at", name=op.f("ck_company_versions_superseded_after_recorded")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_company_versions_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "version", name=op.f("pk_company_versions")),
    )
    op.create_index(
        "uq_company_versions_current",
        "company_versions",
        ["company_id"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.execute(
        "insert into company_versions (company_id, version, external_id, name, reporting_status, fiscal_year_end,"
        " location_country, customer_type, revenue_type, recorded_at, principal)"
        " select id, row_version, external_id, name, reporting_status, fiscal_year_end, location_country,"
        " customer_type, revenue_type, created_at, updated_by from companies"
    )
    op.create_table(
        "period_closes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("reporting_year", sa.Integer(), nullable=False),
        sa.Column("reporting_quarter", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_by", sa.Text(), nullable=True),
        sa.Column("reopened_because", sa.Text(), nullable=True),
        sa.CheckConstraint("reporting_quarter BETWEEN 1 AND 4", name=op.f("ck_period_closes_quarter_of_a_year")),
        sa.CheckConstraint("reopened_at >= closed_at", name=op.f("ck_period_closes_reopened_after_closed")),
        sa.CheckConstraint(
            "(reopened_at IS NULL) = (reopened_because IS NULL)", name=op.f("ck_period_closes_reopening_has_reason")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_closes")),
    )
    op.create_index(
        "uq_period_closes_current",
        "period_closes",
        ["reporting_year", "reporting_quarter"],
        unique=True,
        postgresql_where=sa.text("reopened_at IS NULL"),
    )


def downgrade() -> None:
    """Drop them; the history of companies and the closes are lost."""
    op.drop_table("period_closes")
    op.drop_table("company_versions")
