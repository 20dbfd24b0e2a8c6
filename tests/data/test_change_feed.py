"""The change feed: a client that follows it ends with what the source holds, whoever writes meanwhile."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random
from uuid import UUID

from sqlalchemy import text

from shared.data.change_feed import read_feed
from shared.data.changes import newest_number
from shared.data.engine import rehearsal, transaction
from shared.domain.errors import PlatformError
from shared.domain.permissions import SYSTEM, Scope
from shared.schemas.companies import CompanyCreate, CompanyUpdate
from shared.services.companies import change_company, create_company, remove_company
from tests.data.mirror import Mirror, assert_mirrored
from tests.data.writes import WRITES, add_companies, record_a_round, submit_a_quarter, withdraw_a_quarter

THREADS, WRITES_EACH = 4, 40


def write_much(companies: list[UUID], seed: int) -> None:
    rng = Random(seed)
    for _ in range(WRITES_EACH):
        with suppress(PlatformError), transaction() as session:
            rng.choice(WRITES)(session, rng, rng.choice(companies))


def come_and_go(seed: int) -> None:
    """Companies are added and removed again, some with a round."""
    rng = Random(seed)
    for number in range(12):
        with transaction() as session:
            sent = CompanyCreate(name=f"Passing {number}", reporting_currency="EUR", fiscal_year_end="12-31")
            company, _ = create_company(session, SYSTEM, sent)
        with transaction() as session:
            record_a_round(session, rng, company)
        with transaction() as session:
            remove_company(session, SYSTEM, company)


def test_a_mirror_that_follows_while_many_write_ends_equal_to_the_source(database_url: str):
    assert database_url
    with transaction() as session:
        companies = add_companies(session)
    mirror, rng, done = Mirror(), Random(3), threading.Event()

    def follow() -> int:
        pages = 0
        while not done.is_set():
            mirror.follow(rng)
            pages += 1
        while not mirror.follow(rng):
            pages += 1
        return pages

    with ThreadPoolExecutor(THREADS + 2) as pool:
        following = pool.submit(follow)
        writing = [pool.submit(write_much, companies, seed) for seed in range(THREADS)]
        writing.append(pool.submit(come_and_go, 9))
        try:
            for each in writing:
                each.result()
        finally:
            done.set()
        pages = following.result()

    assert pages > 20
    assert mirror.sequences == list(range(1, len(mirror.sequences) + 1)), (
        "no number is missing, none comes late or twice"
    )
    assert len(mirror.sequences) > THREADS * WRITES_EACH
    assert_mirrored(mirror, companies)


def test_a_number_is_shown_only_when_no_smaller_one_can_still_commit(database_url: str):
    assert database_url
    with transaction() as session:
        one, two = add_companies(session)
    with transaction() as session:
        before = newest_number(session)
    rng, wrote, may_commit = Random(1), threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction() as session:
            submit_a_quarter(session, rng, one)
            wrote.set()
            assert may_commit.wait(10)

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(write_slowly)
        assert wrote.wait(10)
        with transaction() as session:
            submit_a_quarter(session, Random(2), two)
        with transaction() as session:
            quick = json.loads(read_feed(session, Scope(), before, 100).items)
        may_commit.set()
        slow.result(10)
    with transaction() as session:
        late = json.loads(read_feed(session, Scope(), quick[-1]["sequence"], 100).items)

    assert {item["company_id"] for item in quick} == {str(two)}
    assert {item["company_id"] for item in late} == {str(one)}


def test_what_is_rolled_back_leaves_no_number_behind(database_url: str):
    assert database_url
    with transaction() as session:
        companies = add_companies(session)
    with rehearsal() as session:
        submit_a_quarter(session, Random(1), companies[0])
    with transaction() as session:
        before = newest_number(session)
        withdraw_a_quarter(session, Random(1), companies[0])
    with transaction() as session:
        assert newest_number(session) == before
        submit_a_quarter(session, Random(1), companies[0])
    with transaction() as session:
        (kinds, last) = session.execute(
            text("select array_agg(kind order by sequence), max(sequence) from changes")
        ).one()
    assert (kinds[before:], last) == (["input", "derived"], before + 2)


def test_who_is_narrowed_is_told_of_their_companies_only_as_they_come_and_go(database_url: str):
    assert database_url
    with transaction() as session:
        one, two = add_companies(session)
    by_fund, by_company = Mirror(Scope(funds=frozenset({"Fund A"}))), Mirror(Scope(company_ids=frozenset({two})))
    rng = Random(5)

    def funds(company: UUID, *names: str) -> None:
        with transaction() as session:
            change_company(session, SYSTEM, company, CompanyUpdate(funds=names))

    def write() -> None:
        for company in (one, two):
            for _ in range(4):
                with transaction() as session:
                    submit_a_quarter(session, rng, company)
                    record_a_round(session, rng, company)

    for held, step in (
        ([], write),
        ([one], lambda: funds(one, "Fund A")),
        ([one], write),
        ([one, two], lambda: funds(two, "Fund A", "Fund B")),
        ([two], lambda: funds(one, "Fund B")),
        ([two], write),
        ([one, two], lambda: funds(one, "Fund A")),
    ):
        step()
        for mirror, expected in ((by_fund, held), (by_company, [two])):
            while not mirror.follow(rng):
                pass
            assert_mirrored(mirror, expected)
    with transaction() as session:
        assert by_fund.after == newest_number(session), "the next call need not look at what is not theirs again"
