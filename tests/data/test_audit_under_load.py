"""Many writers at once: the audit log has one entry for each write, in one chain, and nobody waits for ever."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random
from uuid import UUID

from sqlalchemy import text

from shared.data.audit import Act, record_act
from shared.data.engine import transaction
from shared.data.origins import Origin, acting
from shared.data.verify_audit import verify_audit_log
from shared.domain.errors import PlatformError
from shared.domain.permissions import SYSTEM
from shared.services.audit import prune_audit_log
from tests.data.writes import add_companies, record_a_round, submit_a_quarter, withdraw_a_quarter

THREADS, WRITES_EACH = 8, 25


def write_much(companies: list[UUID], seed: int) -> None:
    """Writes, files handed out, prunings, and writes that are given up, each from a place of its own."""
    rng = Random(seed)
    for number in range(WRITES_EACH):
        with acting(Origin("put_input", f"{seed}-{number}")), suppress(PlatformError, RuntimeError):
            if rng.random() < 0.2:
                record_act(SYSTEM, Act("report", {"id": str(number)}))
                continue
            with transaction() as session:
                write = rng.choice((submit_a_quarter, submit_a_quarter, withdraw_a_quarter, record_a_round))
                write(session, rng, rng.choice(companies))
                if rng.random() < 0.1:
                    prune_audit_log(session, 365)
                if rng.random() < 0.1:
                    raise RuntimeError


def test_eight_writers_leave_one_chain_with_an_entry_for_every_version(database_url: str):
    assert database_url
    with transaction() as session:
        companies = add_companies(session)
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(write_much, companies, seed) for seed in range(THREADS)]:
            done.result()

    with transaction() as session:
        _, verdict = verify_audit_log(session)
        assert verdict.fault is None
        assert verdict.entries > THREADS * WRITES_EACH / 2
        query = """
        select count(*) from metric_inputs as i full join (
          select company_id, key ->> 'period_end' as period_end, key ->> 'scenario' as scenario,
            after ->> 'version' as version
          from audit_log where kind = 'input'
        ) as l on l.company_id = i.company_id and l.period_end = i.period_end::text and l.scenario = i.scenario
          and l.version = i.version::text
        where i.id is null or l.version is null
        """
        assert session.execute(text(query)).scalar_one() == 0, "each version has its entry, each entry its version"
        ordered = (
            "select count(*) from (select at < lag(at) over (order by number) as late from audit_log) as l where late"
        )
        assert session.execute(text(ordered)).scalar_one() == 0
