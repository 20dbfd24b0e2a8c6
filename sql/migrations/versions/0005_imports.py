"""Bulk uploads: jobs, their staged rows, the chunks that are done, the findings.

Why: An upload must come out the same however often it is interrupted: a chunk is claimed in the transaction that stores
its rows, and counts and progress are read from the rows, never kept beside them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "import_jobs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=True),
        sa.Column("header", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("principal_subject", sa.Text(), nullable=False),
        sa.Column("scope_company_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("scope_funds", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("dataset IN ('companies', 'rounds', 'inputs')", name=op.f("ck_import_jobs_dataset_known")),
        sa.CheckConstraint(
            "status IN ('received', 'validating', 'needs_fix', 'pending_approval', 'applying', 'applied', 'failed')",
            name=op.f("ck_import_jobs_status_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_jobs")),
    )
    op.create_index("ix_import_jobs_created_at_id", "import_jobs", ["created_at", "id"], unique=False)
    op.create_table(
        "import_chunks",
        sa.Column("import_id", sa.Text(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_jobs.id"], name=op.f("fk_import_chunks_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "chunk", name=op.f("pk_import_chunks")),
    )
    op.create_table(
        "import_issues",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("import_id", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=True),
        sa.Column("row_number", sa.Integer(), nullable=True),
        sa.Column("column_name", sa.Text(), nullable=True),
        sa.Column("cell", sa.Text(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("suggestion", sa.Text(), nullable=True),
        sa.CheckConstraint("severity IN ('error', 'warning')", name=op.f("ck_import_issues_severity_known")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_jobs.id"], name=op.f("fk_import_issues_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_issues")),
    )
    op.create_index(
        "ix_import_issues_import_id_row_number", "import_issues", ["import_id", "row_number", "id"], unique=False
    )
    op.create_table(
        "import_rows",
        sa.Column("import_id", sa.Text(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=True),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("cells", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('new', 'unchanged', 'restated', 'rejected')", name=op.f("ck_import_rows_outcome_known")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_jobs.id"], name=op.f("fk_import_rows_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "row_number", name=op.f("pk_import_rows")),
    )
    op.create_index("ix_import_rows_import_id_chunk", "import_rows", ["import_id", "chunk"], unique=False)


def downgrade() -> None:
    """Drop them; what they held is lost."""
    op.drop_index("ix_import_rows_import_id_chunk", table_name="import_rows")
    op.drop_table("import_rows")
    op.drop_index("ix_import_issues_import_id_row_number", table_name="import_issues")
    op.drop_table("import_issues")
    op.drop_table("import_chunks")
    op.drop_index("ix_import_jobs_created_at_id", table_name="import_jobs")
    op.drop_table("import_jobs")
