"""Whatever quarters a company submits, withdraws and moves: no two of them fall into one reporting quarter."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.data.engine import transaction
from shared.domain.errors import Conflict, InvalidInput, NotFound
from shared.domain.periods import FiscalCalendar
from shared.domain.permissions import SYSTEM
from shared.domain.scenarios import Scenario
from shared.schemas.companies import CompanyCreate, CompanyUpdate
from shared.schemas.inputs import InputPut
from shared.services.companies import change_company, create_company
from shared.services.inputs import put_input, remove_input

YEAR_ENDS = ("12-31", "01-31", "02-14", "11-15", "08-16", "05-13", "06-30", "03-04")
TWICE = text(
    "select reporting_year, reporting_quarter, array_agg(period_end::text order by period_end) as ends"
    " from reporting_metrics where company_id = :id and is_local group by 1, 2 having count(*) > 1"
)


def write_at_random(company: UUID, calendar: FiscalCalendar, rng: Random) -> str:
    index = rng.randrange(4 * 2023, 4 * 2023 + 7)
    day = calendar.nominal_end(index) + timedelta(days=rng.choice((0, 0, rng.randint(-7, 7))))
    with transaction() as session:
        if rng.random() < 0.25:
            remove_input(session, SYSTEM, company, day, Scenario.ACTUAL, "a test")
            return f"withdrew {day}"
        put_input(session, SYSTEM, company, day, InputPut(total_revenue=rng.randrange(9)))
        return f"put {day}"


def move_year_end(company: UUID, calendar: FiscalCalendar, rng: Random) -> FiscalCalendar:
    """Let the company's year end some days earlier or later."""
    day = calendar.nominal_end(4 * 2023 + 3) + timedelta(days=rng.randint(-9, 9))
    moved = f"{day:%m-%d}" if f"{day:%m-%d}" != "02-29" else "02-28"
    with transaction() as session:
        change_company(session, SYSTEM, company, CompanyUpdate(fiscal_year_end=moved))
    return FiscalCalendar.parse(moved)


@pytest.mark.parametrize("year_end", YEAR_ENDS)
def test_no_two_quarters_on_record_share_a_reporting_quarter(database_url: str, year_end: str):
    assert database_url
    with transaction() as session:
        sent = CompanyCreate(name="A", reporting_currency="EUR", fiscal_year_end=year_end)
        company, _ = create_company(session, SYSTEM, sent)
    rng, done = Random(year_end), []
    calendar = FiscalCalendar.parse(year_end)
    for _ in range(80):
        try:
            if rng.random() < 0.25:
                calendar = move_year_end(company, calendar, rng)
                done.append(f"the year ends {calendar}")
            else:
                done.append(write_at_random(company, calendar, rng))
        except (Conflict, InvalidInput, NotFound):
            continue
        with transaction() as session:
            assert [tuple(row) for row in session.execute(TWICE, {"id": company})] == [], done[-6:]
    assert len(done) > 10


def write(company: UUID, put: str | None, standing: str) -> None:
    """Put one quarter, or withdraw the standing one."""
    with transaction() as session:
        if put:
            put_input(session, SYSTEM, company, date.fromisoformat(put), InputPut(total_revenue=1))
        else:
            remove_input(session, SYSTEM, company, date.fromisoformat(standing), Scenario.ACTUAL, "a test")


@pytest.mark.parametrize(
    ("year_end", "stand", "put", "refused"),
    [
        ("11-15", ["2025-02-08", "2025-08-15", "2025-11-15"], "2025-05-21", ("2025-08-15", "2025-11-15")),
        ("11-16", ["2025-05-09", "2025-08-16", "2025-11-09"], None, ("2025-08-16", "2025-11-09")),
        ("11-15", ["2025-05-15"], "2025-08-15", ("2025-05-15", "2025-08-15")),
    ],
)
def test_a_quarter_s_end_also_moves_the_next_one_and_is_refused_when_that_clashes(
    database_url: str, year_end: str, stand: list[str], put: str | None, refused: tuple[str, str]
):
    assert database_url
    with transaction() as session:
        sent = CompanyCreate(name="A", reporting_currency="EUR", fiscal_year_end=year_end)
        company, _ = create_company(session, SYSTEM, sent)
        for day in stand:
            put_input(session, SYSTEM, company, date.fromisoformat(day), InputPut(total_revenue=1))

    with pytest.raises(InvalidInput) as found:
        write(company, put, stand[0])

    (error,) = found.value.errors
    assert error.code == "reporting_quarter_taken"
    assert all(day in error.message for day in refused)


def test_a_week_based_year_keeps_every_quarter_where_the_calendar_has_it(database_url: str):
    assert database_url
    with transaction() as session:
        sent = CompanyCreate(name="A", reporting_currency="EUR", fiscal_year_end="12-31")
        company, _ = create_company(session, SYSTEM, sent)
        day = date(2015, 1, 3)
        for number in range(24):
            put_input(session, SYSTEM, company, day, InputPut(total_revenue=number))
            weeks = 14 if day + timedelta(weeks=13) == date(2020, 12, 26) else 13
            day += timedelta(weeks=weeks)
        rows = session.execute(
            text(
                "select fiscal_year, fiscal_quarter, reporting_year, reporting_quarter, period_start, period_end, flags"
                " from reporting_metrics where is_local order by period_end"
            )
        ).all()

    named = [(2014, 4), *((year, quarter) for year in range(2015, 2021) for quarter in (1, 2, 3, 4))]
    assert [(row.fiscal_year, row.fiscal_quarter) for row in rows] == named[:24]
    assert [(row.reporting_year, row.reporting_quarter) for row in rows] == named[:24]
    assert [row.period_start for row in rows[1:]] == [row.period_end + timedelta(days=1) for row in rows[:-1]]
    assert all("period_length_irregular" not in row.flags for row in rows[1:-1])
