"""The second lock: whatever a query asks for, a transaction sees and touches what its principal may, nothing else."""

from collections.abc import Iterator
from random import Random
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.orm import Session

from shared.data.access import act_as
from shared.data.engine import transaction
from shared.data.tables.every import metadata
from shared.domain.permissions import SYSTEM, Principal, Role
from shared.schemas.companies import CompanyUpdate
from shared.services.companies import change_company
from shared.services.imports import Upload, register_import
from tests.data.writes import add_companies, publish_rates, record_a_round, submit_a_quarter

OF_COMPANIES = sorted(name for name, table in metadata.tables.items() if "company_id" in table.columns)
LOCKED = sorted({*OF_COMPANIES, "companies", "idempotency_keys", "import_chunks", "import_issues", "import_rows"})
LOCKED = sorted({*LOCKED, "import_jobs"})
UNREADABLE = {"audit_log", "grants"}
"""What only who reaches the whole portfolio may read."""
OPEN = sorted(set(metadata.tables) - set(LOCKED))
"""What belongs to no company: rates, holidays, closes, names of funds, the newest change's number."""


@pytest.fixture
def companies(database_url: str) -> list[UUID]:
    """Two companies with everything that a company can have; the second is in Fund B."""
    assert database_url
    rng = Random(4)
    with transaction() as session:
        publish_rates(session, rng, uuid4())
        found = add_companies(session)
        change_company(session, SYSTEM, found[1], CompanyUpdate(funds=("Fund B",)))
        for company in found:
            submit_a_quarter(session, rng, company)
            record_a_round(session, rng, company)
    for number, company in enumerate(found):
        with transaction() as session:
            job = register_import(session, own_user(company), Upload("a.csv", f"{number}" * 64))
            fill_import(session, job, company)
    return found


def fill_import(session: Session, job: str, company: UUID) -> None:
    """Rows of every kind that an upload leaves."""
    for statement in (
        (
            "insert into import_chunks (import_id, phase, chunk, done_at, errors, warnings) "
            "values (:job, 'check', 0, now(), 0, 0)"
        ),
        "insert into import_rows (import_id, chunk, row_number, cells) values (:job, 0, 1, '[]')",
        "insert into import_issues (import_id, severity, code, message) values (:job, 'error', 'c', 'm')",
        (
            "insert into import_moves (import_id, company_id, scenario, period_end, currency, name) "
            "values (:job, :company, 'actual', '2024-03-31', 'EUR', 'arr')"
        ),
        (
            "insert into idempotency_keys (subject, key, fingerprint, status, headers, body, answered_at) "
            "values (:subject, 'k', 'f', 200, '{}', '{}', now())"
        ),
    ):
        session.execute(text(statement), {"job": job, "company": company, "subject": own_user(company).subject})


def own_user(company: UUID) -> Principal:
    return Principal(f"user of {company}", "user", frozenset({Role.COMPANY_SUBMIT}), frozenset({company}))


def by_fund(fund: str) -> Principal:
    return Principal(f"reader of {fund}", "reader", frozenset({Role.PORTFOLIO_READ}), funds=frozenset({fund}))


def test_every_table_with_something_of_a_company_is_locked_and_its_owner_too(database_url: str):
    assert database_url
    query = """
    select c.relname, c.relrowsecurity and c.relforcerowsecurity as locked,
      array_agg(p.polname::text order by p.polname) filter (where p.polname is not null) as policies
    from pg_class as c left join pg_policy as p on p.polrelid = c.oid
    where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace group by c.oid
    """
    with transaction() as session:
        found = {row.relname: (row.locked, row.policies) for row in session.execute(text(query))}

    assert {name for name, (locked, _) in found.items() if locked} == {*LOCKED}
    assert {name: found[name][1] for name in LOCKED if found[name][1] != ["firm", "scoped"]} == {
        "audit_log": ["firm", "owner", "scoped"],
        "grants": ["firm"],
    }
    assert set(found) == {*LOCKED, *OPEN, "alembic_version"}


def test_the_roles_own_nothing_and_can_bypass_nothing(database_url: str):
    assert database_url
    query = """
    select r.rolname, r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolcanlogin as may_more,
      (select count(*) from pg_class where relowner = r.oid) as owns
    from pg_roles as r where r.rolname like 'portfolio%'
    """
    with transaction() as session:
        assert sorted(tuple(row) for row in session.execute(text(query))) == [
            ("portfolio_firm", False, 0),
            ("portfolio_scoped", False, 0),
        ]


@pytest.mark.parametrize("table", sorted(set(LOCKED) - UNREADABLE))
def test_a_query_without_any_filter_shows_what_is_one_s_own(companies: list[UUID], table: str):
    mine, other = companies
    query = text(f"select to_jsonb(t)::text from {table} as t")
    with transaction() as session:
        everything = list(session.execute(query).scalars())
    with transaction(own_user(mine)) as session:
        seen = list(session.execute(query).scalars())

    hidden = [row for row in everything if row not in seen]
    assert hidden
    assert set(seen) <= set(everything)
    assert not [row for row in seen if str(other) in row]
    assert seen or table == "company_funds"


@pytest.mark.parametrize("table", sorted({*OF_COMPANIES, "companies"} - UNREADABLE))
def test_what_is_another_s_can_be_neither_changed_nor_removed(companies: list[UUID], table: str):
    mine, other = companies
    key = "id" if table == "companies" else "company_id"
    with transaction(own_user(mine)) as session:
        updated = session.execute(text(f"update {table} set {key} = {key} where {key} = '{other}'"))
        removed = session.execute(text(f"delete from {table} where {key} = '{other}'"))
        assert (updated.rowcount, removed.rowcount) == (0, 0)


@pytest.mark.parametrize("table", ["metric_inputs", "funding_rounds", "company_currencies", "reporting_metrics"])
def test_nothing_can_be_written_under_another_s_name(companies: list[UUID], table: str):
    mine, other = companies
    query = f"update {table} set company_id = '{other}' where company_id = '{mine}'"
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction(own_user(mine)) as session,
    ):
        session.execute(text(query))


@pytest.mark.parametrize("table", sorted(UNREADABLE))
def test_who_is_narrowed_can_read_neither_grants_nor_the_log(companies: list[UUID], table: str):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction(own_user(companies[0])) as session:
        session.execute(text(f"select from {table}"))


def test_who_is_narrowed_by_fund_sees_its_companies(companies: list[UUID]):
    def seen(principal: Principal) -> set[UUID]:
        with transaction(principal) as session:
            return set(session.execute(text("select company_id from metric_inputs")).scalars())

    assert seen(by_fund("Fund B")) == {companies[1]}
    assert seen(by_fund("Fund nobody made")) == set()
    assert seen(Principal("x", "x", frozenset({Role.PORTFOLIO_READ}))) == set(companies)


@pytest.fixture
def login(database_url: str) -> Iterator[str]:
    """The address for a login like the app's: it may act as the two roles and owns nothing."""
    name = f"app_{uuid4().hex[:8]}"
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create role {name} login noinherit password 'app'"))
        connection.execute(text(f"grant portfolio_firm, portfolio_scoped to {name}"))
    yield engine.url.set(username=name, password="app").render_as_string(hide_password=False)  # noqa: S106 (a throwaway server)
    with engine.connect() as connection:
        connection.execute(text(f"drop role {name}"))
    engine.dispose()


def test_a_login_that_says_nothing_can_read_nothing(companies: list[UUID], login: str):
    engine = create_engine(login)
    with Session(engine) as session, pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text("select count(*) from metric_inputs"))
    with Session(engine) as session:
        act_as(session, own_user(companies[0]))
        session.commit()
        with pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(text("select count(*) from metric_inputs"))
    with Session(engine) as session:
        act_as(session, SYSTEM)
        assert session.execute(text("select count(*) from metric_inputs")).scalar() == 2
        for statement in ("alter table metric_inputs disable row level security", "drop policy firm on metric_inputs"):
            with pytest.raises(DBAPIError, match="must be owner"), session.begin_nested():
                session.execute(text(statement))
    engine.dispose()
