"""The roles the app acts as, and row-level security on all that belongs to a company.

Why: A filter that is forgotten in a query must leak nothing. The app's login owns nothing and may do nothing by itself;
each transaction says as which of two roles it acts. What `portfolio_scoped` sees is named by settings of the
transaction. The owner is under the same security, so that whoever runs the app as the owner by mistake sees nothing.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FIRM, SCOPED = "portfolio_firm", "portfolio_scoped"
_LISTED = "nullif(current_setting('app.{setting}', true), '')::{kind}[]"
_COMPANIES = f"(select {_LISTED.format(setting='company_ids', kind='uuid')})"
_FUND_IDS = f"(select {_LISTED.format(setting='fund_ids', kind='uuid')})"
_FUNDS = f"(select {_LISTED.format(setting='funds', kind='text')})"
_SUBJECT = "(select current_setting('app.subject', true))"
_OWN = f"company_id = any({_COMPANIES}::uuid[])"
_OF_OWN_JOB = "import_id in (select id from import_jobs)"
USING = {
    "companies": f"id = any({_COMPANIES}::uuid[])",
    "company_currencies": _OWN,
    "company_funds": f"{_OWN} or fund_id = any({_FUND_IDS}::uuid[])",
    "company_versions": _OWN,
    "funding_rounds": _OWN,
    "metric_inputs": _OWN,
    "reporting_financials": _OWN,
    "reporting_metrics": _OWN,
    "changes": f"company_id is null or {_OWN} or left_funds && {_FUNDS}::text[]",
    "import_jobs": f"principal_subject = {_SUBJECT}",
    "import_chunks": _OF_OWN_JOB,
    "import_issues": _OF_OWN_JOB,
    "import_moves": _OF_OWN_JOB,
    "import_rows": _OF_OWN_JOB,
    "idempotency_keys": f"subject = {_SUBJECT}",
}
"""By table: which rows `portfolio_scoped` may read and write."""
CHECKED = {"changes": "true"}
"""Where writing is let through otherwise: that a company is gone is noted when it is."""
READ_ONLY = ("alembic_version", "derivations", "fx_holidays")
FIRM_WRITES = ("fx_rates", "period_closes")


def upgrade() -> None:
    """Make the roles where they are not there, and lock the tables."""
    for role in (FIRM, SCOPED):
        op.execute(f"""
        do $$ begin
          create role {role} nologin;
        exception when duplicate_object or unique_violation then null;
        end $$
        """)
        op.execute(f"grant {role} to current_user")
        op.execute(f"grant usage on schema public to {role}")
        op.execute(f"grant select on {', '.join((*READ_ONLY, *FIRM_WRITES, *USING))} to {role}")
        op.execute(f"grant insert, update, delete on {', '.join(USING)} to {role}")
        op.execute(f"grant select, update on change_head to {role}")
        op.execute(f"grant select, insert on funds to {role}")
    op.execute(f"grant insert, update, delete on {', '.join((*FIRM_WRITES, 'derivations'))} to {FIRM}")
    op.execute(f"grant select on all sequences in schema public to {FIRM}")
    for table, using in USING.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy firm on {table} to {FIRM} using (true) with check (true)")
        checked = CHECKED.get(table, using)
        op.execute(f"create policy scoped on {table} to {SCOPED} using ({using}) with check ({checked})")


def downgrade() -> None:
    """Unlock the tables; the roles stay, for other databases of the server may use them."""
    for table in USING:
        op.execute(f"drop policy scoped on {table}")
        op.execute(f"drop policy firm on {table}")
        op.execute(f"alter table {table} no force row level security")
        op.execute(f"alter table {table} disable row level security")
    for role in (FIRM, SCOPED):
        op.execute(f"revoke all on all tables in schema public from {role}")
        op.execute(f"revoke usage on schema public from {role}")
