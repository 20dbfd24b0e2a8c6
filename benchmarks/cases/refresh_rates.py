"""A new day of exchange rates: recorded as the timer does, and the quarters that rest on them derived again."""

from datetime import timedelta

from benchmarks.case import Case
from benchmarks.digests import digest_derived
from benchmarks.ground import Ground
from benchmarks.measuring import Stopwatch, Way
from benchmarks.portfolio import published_rates
from benchmarks.statements import note_work, send_statements
from shared.data.engine import do_deferred, rehearsal
from shared.services.rates import record_observations
from timer_fx.refresh import CORRECTIONS_WINDOW


def _ways(ground: Ground) -> dict[str, Way]:
    before, newest_day = published_rates()
    since = newest_day[0].observed_on - timedelta(days=1) - CORRECTIONS_WINDOW
    published = [observation for observation in before if observation.observed_on >= since] + newest_day

    def refresh_ours(watch: Stopwatch) -> str:
        with rehearsal() as session:
            with watch.running():
                record_observations(session, published)
                do_deferred(session)
            with session.connection().connection.cursor() as cursor:
                return digest_derived(cursor)

    statements = note_work(lambda: refresh_ours(Stopwatch()))

    def refresh_bare(watch: Stopwatch) -> str:
        with ground.rehearse_bare() as cursor:
            with watch.running():
                send_statements(cursor, statements)
            return digest_derived(cursor)

    return {"ours": refresh_ours, "limit": refresh_bare}


CASE = Case(
    name="refresh_rates",
    title="Record one new day of rates and derive the quarter in progress of {companies} companies",
    ways=_ways,
    runs=11,
    quick_runs=11,
    writes=True,
    notes={
        "limit": "bare psycopg2 sends the same statements, their parameters known beforehand",
        "peer": "not run: a peer would have to derive again what rests on the new rates",
    },
)
