"""Many writers to one company at once: every version is kept in order, and what is derived is right."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random
from uuid import UUID

from sqlalchemy import text

from shared.data.engine import POOL_SIZE, transaction
from shared.domain.errors import NotFound
from tests.data.test_stored_rows import derived_anew, stored
from tests.data.writes import add_companies, record_a_round, submit_a_quarter, withdraw_a_quarter

THREADS, WRITES_EACH = POOL_SIZE, 400
"""As many as have a connection each: nobody waits for anything but the company."""


def write_much(company: UUID, seed: int) -> int:
    rng = Random(seed)
    for _ in range(WRITES_EACH):
        write = rng.choice((submit_a_quarter, submit_a_quarter, submit_a_quarter, withdraw_a_quarter, record_a_round))
        with suppress(NotFound), transaction() as session:  # another thread may withdraw a quarter first
            write(session, rng, company)
    return WRITES_EACH


def test_two_thousand_writes_by_many_threads_end_in_what_deriving_anew_gives(database_url: str):
    assert database_url
    with transaction() as session:
        companies = add_companies(session)
    with ThreadPoolExecutor(THREADS) as pool:
        done = sum(pool.map(lambda seed: write_much(companies[0], seed), range(THREADS)))

    assert done == THREADS * WRITES_EACH
    with transaction() as session:
        kept = stored(session)
        assert derived_anew(session, companies) == kept
    query = """
    select count(*) from (
      select version, superseded_at, row_number() over w as place, lead(recorded_at) over w as followed
      from metric_inputs window w as (partition by company_id, scenario, period_end order by version)
    ) as v where place <> version or superseded_at is distinct from followed
    """
    with transaction() as session:
        assert session.execute(text(query)).scalar() == 0, (
            "versions are numbered without gaps and end where the next begins"
        )
        assert session.execute(text("select count(*) from metric_inputs")).scalar() > 1000
