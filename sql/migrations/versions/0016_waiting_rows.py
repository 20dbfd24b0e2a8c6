"""Finding the rows that wait for exchange rates, and keeping those that the former statement derived.

Why: A new day of rates concerns every quarter that is in progress or lacks a rate. They are few among all that is
derived; without an index of their own every row was looked at, each day. And whether everything must be derived again
is told by formulas and answers from now on, no longer by the statement's text; rows of the statement that answered
the same need not be. Where other currencies than the usual ones are stored, they are derived once more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_BY_ITS_TEXT = "dd43bd6c630143ca4620ac76d3ad434609a4a567568ccf6e3e096026977e5a0a"
_BY_ITS_ANSWERS = "d79febe14a2c2c93f62c6ab8731fed07bd3e7e72e5f2099e45a3f10655221602"
_RENAME = "update derivations set fingerprint = '{after}' where fingerprint = '{before}'"


def upgrade() -> None:
    """Create the index and name the rows anew."""
    op.create_index(
        "ix_reporting_financials_waiting",
        "reporting_financials",
        ["company_id"],
        postgresql_where=sa.text("'provisional' = any (flags) or fx_rate_average is null or fx_rate_closing is null"),
    )
    op.execute(_RENAME.format(before=_BY_ITS_TEXT, after=_BY_ITS_ANSWERS))


def downgrade() -> None:
    """Drop the index."""
    op.execute(_RENAME.format(before=_BY_ITS_ANSWERS, after=_BY_ITS_TEXT))
    op.drop_index("ix_reporting_financials_waiting", table_name="reporting_financials")
