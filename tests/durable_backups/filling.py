"""Databases to back up: every kind of row the product stores, and texts that try every escape of COPY."""

from random import Random
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.data.access import FIRM
from shared.data.engine import transaction, transaction_at
from shared.data.snapshots import copy_out, fix_notation, read_sequences, read_shapes
from shared.domain.permissions import SYSTEM
from shared.domain.snapshots import RowDigest, Shape
from shared.schemas.companies import CompanyCreate
from shared.services.companies import create_company
from tests.data.writes import WRITES, add_companies
from tests.durable_imports.upload import run_upload

FILE = """external_id,name,reporting_currency,fiscal_year_end
up,Uploaded,GBP,12-31
bad,Refused,POUNDS,12-31
"""
ROWS = "company_external_id,period_end,total_revenue\nup,2024-03-31,1\nup,2024-06-30,x\nnobody,2024-06-30,1\n"
HOSTILE = ("tab\tnew\nline\rback\\slash", "\\N", "\\.", "naïve ☃ 🜚 'quote\" ;--", " \\n \\t ")


def add_hostile_companies() -> list[UUID]:
    """Two ordinary companies, whose ids are answered, and some with names that are not."""
    with transaction() as session:
        for name in HOSTILE:
            sent = CompanyCreate.model_construct(name=name, reporting_currency="EUR", fiscal_year_end="12-31")
            create_company(session, SYSTEM, sent)
        return add_companies(session)


def fill_database(writes: int = 40, seed: int = 7) -> None:
    """Companies with inputs, rounds, rates, withdrawals and uploads, written through the services."""
    rng = Random(seed)
    companies = add_hostile_companies()
    for _ in range(writes):
        with transaction() as session:
            rng.choice(WRITES)(session, rng, rng.choice(companies))
    run_upload(FILE)
    run_upload(ROWS)


def read_content(database_url: str) -> dict[str, tuple[int, str]]:
    """(rows, digest) of every table; a sequence counts as a table of one number."""
    with transaction_at(database_url) as session:
        fix_notation(session)
        found = {shape.name: digest_table(session, shape) for shape in read_shapes(session)}
        return found | {name: (value or 0, "") for name, value in read_sequences(session).items()}


def digest_table(session: Session, shape: Shape) -> tuple[int, str]:
    digest = RowDigest()
    copy_out(session, shape, digest)
    return digest.rows, digest.hexdigest


def run_statement(database_url: str, statement: str) -> None:
    """One statement, committed."""
    with transaction_at(database_url) as session:
        session.execute(text(statement))


def add_table(database_url: str, statement: str) -> None:
    """A table that a later migration adds, with what every migration grants the app's role."""
    run_statement(database_url, statement)
    for kind in ("tables", "sequences"):
        run_statement(database_url, f"grant select on all {kind} in schema public to {FIRM}")
