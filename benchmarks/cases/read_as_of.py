"""The newest metrics of a whole portfolio as they were known at an instant: derived on request."""

from datetime import UTC, date, datetime

from benchmarks.case import Case
from benchmarks.ground import Ground
from benchmarks.measuring import Stopwatch, Way
from benchmarks.statements import join_items, noting_statements, send_statements
from shared.data.engine import transaction
from shared.domain.permissions import SYSTEM
from shared.domain.selection import Figures, Selection
from shared.services.reads import list_reporting

AS_OF = datetime(2026, 11, 2, tzinfo=UTC)


def _ways(ground: Ground) -> dict[str, Way]:
    newest = ground.ask("select max(observed_on)::text from fx_rates")
    wanted = Selection(Figures.METRICS, Figures.METRICS.names, start=date.fromisoformat(newest), currency="USD")

    def read_ours(watch: Stopwatch) -> str:
        with transaction() as session, watch.running():
            return list_reporting(session, SYSTEM, wanted, AS_OF, None, ground.size.companies).items

    with noting_statements() as noted:
        read_ours(Stopwatch())

    def read_bare(watch: Stopwatch) -> str:
        with ground.rehearse_bare() as cursor, watch.running():
            return join_items(send_statements(cursor, noted))

    return {"ours": read_ours, "limit": read_bare}


CASE = Case(
    name="read_as_of",
    title="Read the newest metrics of {companies} companies as of an instant, in USD",
    ways=_ways,
    runs=11,
    quick_runs=11,
    notes={
        "limit": "bare psycopg2 sends the same statement",
        "peer": "not run: a service that keeps current rows only cannot look back",
    },
)
