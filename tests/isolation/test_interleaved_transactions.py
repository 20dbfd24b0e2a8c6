"""No transaction sees another principal's rows, however transactions follow one another on one connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from devstack.databases import ensure_login
from devstack.postgres import Login, PostgresServer
from shared.data import access
from shared.data.access import FIRM, SCOPED
from shared.data.engine import dispose_engines, transaction
from shared.domain.permissions import SYSTEM
from shared.schemas.companies import CompanyCreate
from shared.schemas.inputs import InputPut
from shared.services.companies import create_company
from shared.services.inputs import put_input
from shared.settings import get_settings
from tests.data.writes import ENDS
from tests.isolation.interleaving import interleave
from tests.isolation.pooler import pooler

LOGIN = Login(f"app_{uuid4().hex[:8]}", "a password")


@pytest.fixture
def companies(database_url: str) -> list[UUID]:
    """Fifty companies that have reported a quarter."""
    assert database_url
    found = []
    with transaction() as session:
        for number in range(50):
            sent = CompanyCreate(name=f"Company {number}", reporting_currency="EUR", fiscal_year_end="12-31")
            company, _ = create_company(session, SYSTEM, sent)
            put_input(session, SYSTEM, company, ENDS[0], InputPut(total_revenue=number))
            found.append(company)
    return found


@contextmanager
def asked_through(address: str, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The app asks the database as a login that owns nothing, at another address."""
    host, _, port = address.partition(":")
    url = make_url(database_url).set(username=LOGIN.name, password=LOGIN.password, host=host, port=int(port))
    monkeypatch.setenv("DATABASE_URL", url.render_as_string(hide_password=False))
    get_settings.cache_clear()
    dispose_engines()
    yield
    dispose_engines()


@contextmanager
def without_row_level_security(database_url: str) -> Iterator[None]:
    """The database as it was before it had its lock."""
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT")
    tables = ("companies", "metric_inputs", "reporting_metrics", "company_currencies", "company_versions")
    with engine.connect() as connection:
        for table in tables:
            connection.execute(text(f"alter table {table} disable row level security"))
        yield
        for table in tables:
            connection.execute(text(f"alter table {table} enable row level security"))
    engine.dispose()


def for_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """What must not be: settings that outlive their transaction, and transactions that do not say who they are."""
    said = access._ACT.replace("true)", "false)"), access._NARROW.replace("true)", "false)")
    monkeypatch.setattr(access, "_ACT", said[0])
    monkeypatch.setattr(access, "_NARROW", said[1])
    act_as, calls = access.act_as, iter(range(10**9))

    def now_and_then(session: object, principal: object) -> None:
        if next(calls) % 3 == 0:
            act_as(session, principal)

    monkeypatch.setattr("shared.data.engine.act_as", now_and_then)


def prove(companies: list[UUID], database_url: str, transactions: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """No foreign row; and the same transactions show foreign ones once a lock is off."""
    seen = interleave(companies, transactions, seed=1)
    assert seen["foreign"] == 0
    assert min(seen[kind] for kind in ("own", "firm", "error", "cancelled", "given_up")) > 0
    assert seen.total() > transactions * 0.98

    with without_row_level_security(database_url):
        assert interleave(companies, 120, seed=2)["foreign"] > 0
    with monkeypatch.context() as patch:
        for_the_session(patch)
        assert interleave(companies, 240, seed=3)["foreign"] > 0
    dispose_engines()


def test_no_foreign_row_over_the_app_s_own_pool(
    companies: list[UUID], postgres: PostgresServer, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    ensure_login(postgres, LOGIN, (FIRM, SCOPED))
    with asked_through(f"127.0.0.1:{postgres.port}", database_url, monkeypatch):
        prove(companies, database_url, 600, monkeypatch)


@pytest.mark.stress
@pytest.mark.timeout(900)
def test_no_foreign_row_in_ten_thousand_transactions_through_pgbouncer(
    companies: list[UUID],
    postgres: PostgresServer,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    ensure_login(postgres, LOGIN, (FIRM, SCOPED))
    with pooler(tmp_path, postgres, LOGIN) as address, asked_through(address, database_url, monkeypatch):
        prove(companies, database_url, 10_000, monkeypatch)
