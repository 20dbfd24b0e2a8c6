"""A read that derives on request answers the same rows whether it asks for few quarters or takes them from all."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from sqlalchemy.orm import Session

from shared.data.engine import read_instant, transaction
from shared.data.pages import Page
from shared.domain.periods import FiscalCalendar
from shared.domain.permissions import SYSTEM
from shared.domain.selection import Figures, Selection
from shared.services.reads import list_reporting
from tests.data.stored_companies import store_company
from tests.data.writes import WRITES, add_companies, move_the_year_end
from tests.oracle.model import Quarter

DAYS = (date(2021, 3, 31), date(2022, 6, 29), date(2022, 6, 30), date(2022, 7, 1), date(2023, 12, 31))
TABLES = ("reporting_financials", "reporting_metrics")
EVERYTHING = (None, None)
Window = tuple[date | None, date | None]


def read(
    session: Session, table: str, as_of: datetime, window: Window, after: list[Any] | None = None, limit: int = 500
) -> Page:
    figures = Figures(table)
    wanted = Selection(figures, figures.names, currency="JPY", start=window[0], end=window[1])
    return list_reporting(session, SYSTEM, wanted, as_of, after, limit)


def assert_windows_show_what_is_in_them(windows: list[Window], at_least: int) -> None:
    compared = 0
    with transaction() as session:
        now = read_instant(session)
        for table in TABLES:
            whole = json.loads(read(session, table, now, EVERYTHING).items)
            for start, end in windows:
                first, last = str(start or date.min), str(end or date.max)
                asked = json.loads(read(session, table, now, (start, end)).items)
                assert asked == [row for row in whole if first <= row["period_end"] <= last], (table, start, end)
                compared += len(asked)
    assert compared >= at_least


@pytest.mark.parametrize("seed", range(3))
def test_a_window_of_any_history_shows_the_rows_of_the_whole_that_end_in_it(database_url: str, seed: int):
    assert database_url
    rng = Random(700 + seed)
    with transaction() as session:
        companies = add_companies(session)
        for write in [*(rng.choice(WRITES) for _ in range(60)), move_the_year_end]:
            write(session, rng, rng.choice(companies))

    windows = [(start, start + timedelta(days=rng.randrange(400))) for start in DAYS]
    assert_windows_show_what_is_in_them([*windows, (None, DAYS[2]), (DAYS[2], None)], at_least=20)


def test_a_window_finds_quarters_that_end_in_any_month_and_up_to_a_week_off(database_url: str):
    assert database_url
    indexes = range(8080, 8089)
    ends = set()
    with transaction() as session:
        for place, year_end in enumerate(("12-31", "01-31", "02-28", "04-15", "05-01", "09-30")):
            shift = timedelta(days=(0, -7, 7)[place % 3])
            submitted = [FiscalCalendar.parse(year_end).nominal_end(index) + shift for index in indexes]
            quarters = [Quarter(end, "JPY", {"total_revenue": Decimal(100 + end.month)}) for end in submitted]
            store_company(session, f"Ends {year_end}", year_end, quarters)
            ends |= set(submitted)

    assert_windows_show_what_is_in_them([(end, end) for end in sorted(ends)], at_least=2 * 6 * len(indexes))


def test_pages_of_two_give_the_whole_history_in_order(database_url: str):
    assert database_url
    rng = Random(7)
    with transaction() as session:
        companies = add_companies(session)
        for _ in range(60):
            rng.choice(WRITES)(session, rng, rng.choice(companies))
    rows, after, more = [], None, True
    with transaction() as session:
        now = read_instant(session)
        whole = json.loads(read(session, TABLES[1], now, EVERYTHING).items)
        while more:
            page = read(session, TABLES[1], now, EVERYTHING, after, limit=2)
            rows, after, more = rows + json.loads(page.items), page.next_key, page.next_key is not None

    assert rows == whole
    assert len(whole) > 8
