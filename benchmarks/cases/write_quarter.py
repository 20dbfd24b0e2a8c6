"""One company after one write: a quarter restated and what rests on it derived again, as a PUT does without HTTP."""

from decimal import Decimal

from benchmarks.case import Case
from benchmarks.digests import digest_derived
from benchmarks.ground import Ground
from benchmarks.measuring import Stopwatch, Way
from benchmarks.portfolio import company_id
from benchmarks.statements import note_work, send_statements
from shared.data.engine import do_deferred, rehearsal
from shared.domain.permissions import SYSTEM
from shared.domain.submissions import Submission
from shared.services.submissions import store_submissions


def _ways(ground: Ground) -> dict[str, Way]:
    company = company_id(ground.size.companies // 2)
    submission = _restatement(ground)

    def rehearse() -> None:
        with rehearsal() as session:
            store_submissions(session, SYSTEM, [submission])
            do_deferred(session)

    writes = [statement for statement in note_work(rehearse) if statement.writes]

    def write_ours(watch: Stopwatch) -> str:
        with rehearsal() as session:
            with watch.running():
                store_submissions(session, SYSTEM, [submission])
                do_deferred(session)
            with session.connection().connection.cursor() as cursor:
                return digest_derived(cursor, company)

    def write_bare(watch: Stopwatch) -> str:
        with ground.rehearse_bare() as cursor:
            with watch.running():
                send_statements(cursor, writes)
            return digest_derived(cursor, company)

    return {"ours": write_ours, "limit": write_bare}


def _restatement(ground: Ground) -> Submission:
    company = company_id(ground.size.companies // 2)
    with ground.rehearse_bare() as cursor:
        cursor.execute(
            "select period_end from metric_inputs where company_id = %s order by period_end desc limit 1 offset 3",
            [company],
        )
        (period_end,) = cursor.fetchone() or (None,)
    if period_end is None:
        raise ValueError("the portfolio needs four quarters of each company at least")
    values = {"total_revenue": Decimal(7_654_321), "cash_balance": Decimal(12_345_678)}
    return Submission(company, period_end, values, reason="restated for the benchmark")


CASE = Case(
    name="write_quarter",
    title="Restate one quarter of a company with {quarters} among {companies}, derivation, feed and audit included",
    ways=_ways,
    runs=51,
    quick_runs=31,
    writes=True,
    notes={
        "limit": "bare psycopg2 sends the update, insert, delete and insert … derive statements only",
        "peer": "not run: a peer would have to derive all metrics, with their reasons, in the same transaction",
    },
)
