"""Deriving a whole portfolio from scratch, in the chunks the product derives in."""

from benchmarks.case import Case
from benchmarks.digests import digest_derived
from benchmarks.ground import Ground
from benchmarks.measuring import Stopwatch, Way
from benchmarks.statements import note_work, send_statements
from shared.data.derivations import every_company
from shared.data.engine import rehearsal, transaction
from shared.data.reporting import refresh_reporting
from shared.domain.scenarios import Scenario
from shared.services.derivations import derive_everything_if_changed
from shared.settings import get_settings

_FORGET = "truncate reporting_financials, reporting_metrics, derivations"


def _ways(ground: Ground) -> dict[str, Way]:
    writes = [statement for statement in note_work(_derive_in_one_go) if statement.writes]

    def derive_ours(watch: Stopwatch) -> str:
        _forget(ground)
        with watch.running(), transaction() as session:
            derive_everything_if_changed(session)
        return _stored(ground)

    def derive_bare(watch: Stopwatch) -> str:
        _forget(ground)
        with watch.running(), ground.bare, ground.bare.cursor() as cursor:
            send_statements(cursor, writes)
        return _stored(ground)

    return {"ours": derive_ours, "limit": derive_bare}


def _derive_in_one_go() -> None:
    with rehearsal() as session:
        refresh_reporting(session, every_company(session), list(Scenario), get_settings().presentation_currencies)


def _forget(ground: Ground) -> None:
    with ground.bare, ground.bare.cursor() as cursor:
        cursor.execute(_FORGET)


def _stored(ground: Ground) -> str:
    with ground.rehearse_bare() as cursor:
        return digest_derived(cursor)


CASE = Case(
    name="derive_everything",
    title="Derive {companies} companies × {quarters} quarters × 4 currencies from scratch",
    ways=_ways,
    runs=3,
    quick_runs=3,
    writes=True,
    notes={
        "limit": "bare psycopg2 sends the delete and insert statements once, for all companies in one go",
        "peer": "not run: pandas derives within its import; see import_rows",
    },
)
