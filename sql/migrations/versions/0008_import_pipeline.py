"""Bulk uploads are checked whole before they are applied, wait for approval where somebody must agree, and stream.

Why: Every finding is to be told at once, also of a file with a million rows. Rows are staged by one COPY without a
foreign key, and what became of them is one record per chunk and phase instead of an update of every row. The staging
tables are made anew: what was under way is begun again when its file is sent again; versions are not touched.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ADDED = (
    ("size_bytes", sa.Integer()),
    ("layout", sa.Text()),
    ("sheet", sa.Text()),
    ("other_sheets", sa.ARRAY(sa.Text())),
    ("header_row", sa.Integer()),
    ("chunks", sa.Integer()),
    ("rows_total", sa.Integer()),
    ("phase_began_at", sa.DateTime(timezone=True)),
    ("approval", postgresql.JSONB(astext_type=sa.Text())),
    ("decision", postgresql.JSONB(astext_type=sa.Text())),
    ("cleaned_at", sa.DateTime(timezone=True)),
)
_STATUSES = "'received', 'validating', 'needs_fix', 'pending_approval', 'applying', 'applied', 'failed'"


def upgrade() -> None:
    """Add what a job tells, and make the staging tables anew."""
    for name, kind in _ADDED:
        op.add_column("import_jobs", sa.Column(name, kind, nullable=True))
    op.create_check_constraint(op.f("ck_import_jobs_layout_known"), "import_jobs", "layout IN ('wide', 'long')")
    _set_statuses(
        "'received', 'validating', 'pending_approval', 'applying', 'needs_fix', 'applied', 'failed', 'rejected',"
        " 'cancelled'"
    )
    op.add_column("metric_inputs", sa.Column("source_cells", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.drop_table("import_rows")
    op.drop_table("import_chunks")
    _create_staging()
    _create_moves()


def _set_statuses(statuses: str) -> None:
    op.drop_constraint(op.f("ck_import_jobs_status_known"), "import_jobs")
    op.create_check_constraint(op.f("ck_import_jobs_status_known"), "import_jobs", f"status IN ({statuses})")


def _create_staging() -> None:
    op.create_table(
        "import_rows",
        sa.Column("import_id", sa.Text(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "chunk", "row_number", name=op.f("pk_import_rows")),
    )
    op.create_table(
        "import_chunks",
        sa.Column("import_id", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_numbers", sa.ARRAY(sa.Integer()), nullable=True),
        sa.Column("outcomes", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("concerns", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("moves", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("phase IN ('stage', 'check', 'apply')", name=op.f("ck_import_chunks_phase_known")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_jobs.id"], name=op.f("fk_import_chunks_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "phase", "chunk", name=op.f("pk_import_chunks")),
    )


def _create_moves() -> None:
    op.create_table(
        "import_moves",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("import_id", sa.Text(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("old", sa.JSON(), nullable=True),
        sa.Column("new", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_jobs.id"], name=op.f("fk_import_moves_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_moves")),
    )
    op.create_index("ix_import_moves_import_id", "import_moves", ["import_id", "id"], unique=False)


def downgrade() -> None:
    """Back to staging by row; what was staged is lost, and jobs in the new states are failed ones."""
    op.drop_table("import_moves")
    op.drop_table("import_chunks")
    op.drop_table("import_rows")
    op.execute("update import_jobs set status = 'failed' where status in ('rejected', 'cancelled')")
    _set_statuses(_STATUSES)
    op.drop_column("metric_inputs", "source_cells")
    for name, _ in reversed(_ADDED):
        op.drop_column("import_jobs", name)
    op.create_table(
        "import_chunks",
        sa.Column("import_id", sa.Text(), sa.ForeignKey("import_jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("chunk", sa.Integer(), primary_key=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "import_rows",
        sa.Column("import_id", sa.Text(), sa.ForeignKey("import_jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("row_number", sa.Integer(), primary_key=True),
        sa.Column("sheet", sa.Text(), nullable=True),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("cells", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
    )
    op.create_index("ix_import_rows_import_id_chunk", "import_rows", ["import_id", "chunk"], unique=False)
