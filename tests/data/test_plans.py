"""What is asked all the time finds its rows by indexes: no large table is read from end to end.

PostgreSQL counts itself, in each transaction, how often it read a table from end to end; so what is called inside
functions is held too. The portfolio is large enough that its statistics speak for indexes as those of a real one do.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.portfolio import Size, company_id, load_portfolio, published_rates
from devstack.databases import create_database, drop_database
from devstack.postgres import PostgresServer
from shared.data.change_feed import read_feed
from shared.data.changes import newest_change
from shared.data.engine import dispose_engines, rehearsal, transaction
from shared.data.fx_effects import quarters_touched
from shared.data.matrix import Columns
from shared.data.reporting import refresh_reporting
from shared.domain.fx import ChangedRates
from shared.domain.permissions import SYSTEM, Scope
from shared.domain.scenarios import Scenario
from shared.domain.selection import Figures, Selection
from shared.services.derivations import derive_everything_if_changed
from shared.services.reads import list_inputs, list_reporting, read_matrix
from shared.settings import get_settings

SMALL, LIKE_A_LARGE_FIRMS = Size(150, 24, 1), Size(1000, 40, 1)
LARGE_TABLES = ("changes", "fx_rates", "metric_inputs", "reporting_financials", "reporting_metrics")
CHANGES = 20_000
CURRENCIES = ("USD", "CAD", "EUR")
COMPANY = company_id(7)
_MANY_CHANGES = """
insert into changes (sequence, kind, company_id, key, deleted, recorded_at)
select s.sequence + n, 'derived', c.id, jsonb_build_object('scenario', 'actual'), false, now()
from change_head as s, generate_series(1, :changes) as n,
  lateral (select id from companies order by id offset n % 100 limit 1) as c
"""
_QUARTER = "select max(quarter_index) from metric_inputs where company_id = :id"
_READ_WHOLE = "select relname, seq_scan from pg_stat_xact_user_tables where relname = any(:tables)"


def fill(url: str, size: Size) -> None:
    """The portfolio of `size`, derived, with a long feed of changes and statistics."""
    load_portfolio(url, size)
    with transaction() as session:
        session.execute(text("set local role none"))
        session.execute(text("delete from derivations"))
        session.execute(text("set local role portfolio_firm"))
        derive_everything_if_changed(session)
    with transaction() as session:
        session.execute(text("set local role none"))
        session.execute(text(_MANY_CHANGES), {"changes": CHANGES})
        session.execute(text("update change_head set sequence = (select max(sequence) from changes)"))
        session.execute(text("analyze"))


@pytest.fixture(scope="module", params=[SMALL, pytest.param(LIKE_A_LARGE_FIRMS, marks=pytest.mark.stress)], ids=str)
def portfolio(request: pytest.FixtureRequest, postgres: PostgresServer, migrated_template: str) -> Iterator[str]:
    """A database of this module's own that holds a portfolio; the app's settings and engine point at it."""
    name = "portfolio_for_plans"
    create_database(postgres, name, migrated_template)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", postgres.url(name))
        dispose_engines()
        get_settings.cache_clear()
        fill(postgres.libpq_url(name), request.param)
        yield name
        dispose_engines()
    get_settings.cache_clear()
    drop_database(postgres, name)


def read_whole(session: Session, ask: Callable[[Session], object]) -> list[str]:
    """The large tables that were read from end to end for this."""
    session.execute(text("set local max_parallel_workers_per_gather = 0"))  # workers count for themselves
    counts = text(_READ_WHOLE).bindparams(tables=list(LARGE_TABLES))
    before = dict(map(tuple, session.execute(counts)))  # of the connection's last transactions
    ask(session)
    return sorted(name for name, count in session.execute(counts) if count > before.get(name, 0))


def newest_day() -> date:
    """The last day for which rates are packaged; it is cached."""
    return published_rates()[1][0].observed_on


def read_one_company(session: Session) -> None:
    wanted = Selection(Figures.METRICS, Figures.METRICS.names, company_ids=(COMPANY,), currency="USD")
    assert list_reporting(session, SYSTEM, wanted, None, None, 100).items != "[]"


def read_the_latest_of_all(session: Session) -> None:
    wanted = Selection(Figures.METRICS, Figures.METRICS.names, currency="USD", latest=True)
    assert list_reporting(session, SYSTEM, wanted, None, None, 1000).items != "[]"


def read_a_matrix_of_a_year(session: Session) -> None:
    start = newest_day() - timedelta(days=365)
    wanted = Selection(Figures.METRICS, ("gross_margin",), currency="USD", start=start)
    assert "gross_margin" in read_matrix(session, SYSTEM, wanted, None, Columns.PERIOD_END)


def read_a_page_of_the_feed(session: Session) -> None:
    assert not read_feed(session, Scope(), CHANGES // 2, 100).up_to_date


def read_inputs_of_a_company(session: Session) -> None:
    filters = {"company_ids": [COMPANY], "fund": None, "scenario": Scenario.ACTUAL.value}
    period = {"start_reporting_date": None, "end_reporting_date": None}
    assert list_inputs(session, SYSTEM, {**filters, **period}, None, None, 100).items != "[]"


def derive_a_quarter_of_a_company(session: Session) -> None:
    quarter = session.execute(text(_QUARTER), {"id": COMPANY}).scalar_one()
    refresh_reporting(session, [COMPANY], list(Scenario), CURRENCIES, quarter - 3, quarter - 3)


def look_back_at_a_company(session: Session) -> None:
    instant = session.execute(text("select now()")).scalar_one()
    wanted = Selection(Figures.METRICS, Figures.METRICS.names, company_ids=(COMPANY,), currency="USD")
    assert list_reporting(session, SYSTEM, wanted, instant, None, 100).items != "[]"


def find_what_a_day_of_rates_touches(session: Session) -> None:
    assert quarters_touched(session, [ChangedRates("USD", newest_day(), newest_day())], CURRENCIES)


def ask_for_the_newest_change(session: Session) -> None:
    assert newest_change(session)


@pytest.mark.parametrize(
    "ask",
    [
        read_one_company,
        read_the_latest_of_all,
        read_a_matrix_of_a_year,
        read_a_page_of_the_feed,
        read_inputs_of_a_company,
        derive_a_quarter_of_a_company,
        look_back_at_a_company,
        find_what_a_day_of_rates_touches,
        ask_for_the_newest_change,
    ],
)
@pytest.mark.timeout(300)
def test_what_is_asked_all_the_time_reads_no_large_table_whole(portfolio: str, ask: Callable[[Session], None]):
    assert portfolio
    with rehearsal() as session:
        assert read_whole(session, ask) == []


def test_reading_a_table_whole_is_noticed(portfolio: str):
    assert portfolio
    query = text("select count(*) from metric_inputs where total_revenue > 0")
    with rehearsal() as session:
        assert read_whole(session, lambda asked: asked.execute(query)) == ["metric_inputs"]
