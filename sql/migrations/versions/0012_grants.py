"""What people, groups and programs are narrowed to, kept by the platform.

Why: Roles come from the directory; which funds and companies they reach is the firm's own business and changes without
an administrator of the directory. A withdrawn grant stays on record, and so does one of a company that is gone: whoever
was ever granted a part must not see the whole because nothing of it is left.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KINDS = "'user', 'group', 'application'"


def upgrade() -> None:
    """Create the table; only who acts for the whole firm sees it."""
    op.create_table(
        "grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("holder_kind", sa.Text(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("holder_name", sa.Text(), nullable=True),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("fund_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.CheckConstraint(f"holder_kind IN ({_KINDS})", name=op.f("ck_grants_holder_kind_known")),
        sa.CheckConstraint("company_id IS NULL OR fund_id IS NULL", name=op.f("ck_grants_of_one_thing")),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_grants_withdrawn_by_one")),
        sa.ForeignKeyConstraint(["fund_id"], ["funds.id"], name=op.f("fk_grants_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index(
        "uq_grants_standing",
        "grants",
        ["holder_id", "company_id", "fund_id"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("ix_grants_granted_at_id", "grants", ["granted_at", "id"])
    op.execute("grant select, insert, update, delete on grants to portfolio_firm")
    op.execute("alter table grants enable row level security")
    op.execute("alter table grants force row level security")
    op.execute("create policy firm on grants to portfolio_firm using (true) with check (true)")


def downgrade() -> None:
    """Drop it; principals are then narrowed by their tokens only."""
    op.drop_table("grants")
