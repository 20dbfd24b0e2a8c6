"""Transactions of many principals, interleaved over few connections, with errors and cancelled ones between them."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shared.data.engine import transaction
from shared.data.rate_counts import admit_call
from shared.data.reading import one_reader, reading
from shared.domain.permissions import SYSTEM, Principal, Role
from shared.domain.route_classes import RouteClass, Usage

READS = (
    "select distinct company_id from metric_inputs",
    "select id from companies",
    "select distinct company_id from reporting_metrics",
    "select company_id from company_currencies union select company_id from company_versions",
)
"""None of them filters anything."""
THREADS = 12


class GivenUpError(Exception):
    """A caller that goes away in the middle of its transaction."""


def own_user(company: UUID) -> Principal:
    """The user of one company."""
    return Principal(f"user of {company}", "user", frozenset({Role.COMPANY_SUBMIT}), frozenset({company}))


@contextmanager
def counted_reading(principal: Principal) -> Iterator[Session]:
    """A session that only reads, of a call that is counted ahead of its first statement, whatever that comes to."""
    told: list[Usage] = []
    with one_reader():
        admit_call(principal.subject, RouteClass.READ, told.append)
        try:
            with reading(principal) as session:
                yield session
        finally:
            assert len(told) == 1, told


def interleave(companies: list[UUID], transactions: int, seed: int) -> Counter[str]:
    """Run so many transactions; counts by what was seen (`own`, `firm`, `foreign`) or how they ended otherwise."""
    with ThreadPoolExecutor(THREADS) as pool:
        share = transactions // THREADS
        runs = [pool.submit(_run, companies, share, Random(seed * 100 + n)) for n in range(THREADS)]
        return sum((run.result() for run in runs), Counter())


def _run(companies: list[UUID], transactions: int, rng: Random) -> Counter[str]:
    seen: Counter[str] = Counter()
    for _ in range(transactions):
        company = rng.choice(companies)
        kind = rng.choices(("read", "firm", "error", "cancelled", "given_up"), (70, 10, 8, 2, 10))[0]
        try:
            seen[_transact(kind, company, companies, rng)] += 1
        except (DBAPIError, GivenUpError):
            seen[kind] += 1
    return seen


def _transact(kind: str, company: UUID, companies: list[UUID], rng: Random) -> str:
    """One transaction, or reads that are one each; answers whose rows were seen."""
    principal = SYSTEM if kind == "firm" else own_user(company)
    with rng.choice((transaction, reading, counted_reading))(principal) as session:
        found = set(session.execute(text(rng.choice(READS))).scalars())
        if kind == "error":
            session.execute(text("select 1 / 0"))
        if kind == "cancelled":
            session.execute(text("set local statement_timeout = 5; select pg_sleep(1)"))
        if kind == "given_up":
            raise GivenUpError
        found |= set(session.execute(text(rng.choice(READS))).scalars())
    expected = set(companies) if kind == "firm" else {company}
    return ("firm" if kind == "firm" else "own") if found == expected else "foreign"
