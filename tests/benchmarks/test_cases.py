"""Every case at a small size: its ways give one answer, what they answer is right, and the command ends well."""

from contextlib import nullcontext
from datetime import date
from itertools import pairwise

import pytest

from benchmarks import growth, report
from benchmarks.__main__ import main
from benchmarks.case import WAYS, Case
from benchmarks.cases import CASES
from benchmarks.digests import digest_derived
from benchmarks.ground import Ground
from benchmarks.measuring import Stopwatch
from benchmarks.portfolio import company_id
from benchmarks.report import PAGE
from devstack.postgres import PostgresServer
from shared.domain.fields import FIELD_NAMES
from shared.settings import get_settings
from tests.benchmarks.tiny import TINY

pytestmark = pytest.mark.xdist_group("benchmarks")
IN_PROGRESS = """
select bool_and('provisional' = any(flags)) from reporting_metrics
where not is_local and period_end > (select max(observed_on) from fx_rates)
"""
"""Whether every translated quarter in progress waits for rates."""
BY_NAME = {case.name: case for case in CASES}


@pytest.mark.parametrize("case", [case for case in CASES if case.writes], ids=lambda case: case.name)
def test_all_ways_of_a_case_that_writes_give_the_same_answer_and_leave_the_rows_for_the_next(
    case: Case, ground: Ground
):
    hold_ways_against_each_other(case, ground)


@pytest.mark.parametrize("case", [case for case in CASES if not case.writes], ids=lambda case: case.name)
def test_all_ways_of_a_case_that_reads_give_the_same_answer(case: Case, common_ground: Ground):
    hold_ways_against_each_other(case, common_ground)


def hold_ways_against_each_other(case: Case, ground: Ground) -> None:
    before, answers = derived(ground), {}
    for name, way in case.ways(ground).items():
        watch = Stopwatch()
        answers[name] = way(watch)
        assert 0 < watch.seconds < 60

    assert {"ours", "limit"} <= set(answers) <= set(WAYS)
    assert set(WAYS) - set(answers) <= set(case.notes) <= set(WAYS)
    assert len(set(answers.values())) == 1
    assert derived(ground) == before


def derived(ground: Ground) -> str:
    with ground.rehearse_bare() as cursor:
        return digest_derived(cursor)


def test_every_quarter_of_the_portfolio_is_derived_in_four_currencies_at_most(ground: Ground):
    quarters = TINY.companies * TINY.quarters
    swedish = int(ground.ask("select count(*) from metric_inputs where currency not in ('USD', 'CAD', 'EUR')"))

    assert int(ground.ask("select count(*) from metric_inputs")) == quarters
    assert int(ground.ask("select count(*) from reporting_metrics")) == 3 * quarters + swedish
    assert 0 < swedish < quarters


def test_the_portfolio_reports_every_field_and_lacks_only_the_newest_day_of_rates(ground: Ground):
    empty = " or ".join(f"{name} is null" for name in FIELD_NAMES)
    nothing = f"select count(*) from metric_inputs where {empty}"

    assert ground.ask(nothing) == "0"
    assert ground.ask(IN_PROGRESS) == "True"
    ties = "select count(*) from reporting_metrics where is_local and nulls ->> 'nrr' is null and nrr is not null"
    assert int(ground.ask(ties)) == TINY.companies * (TINY.quarters - 1)


def test_a_restatement_moves_the_derived_rows_of_its_company(ground: Ground):
    with ground.rehearse_bare() as cursor:
        before = digest_derived(cursor, company_id(TINY.companies // 2))

    after = BY_NAME["write_quarter"].ways(ground)["limit"](Stopwatch())

    assert after != before
    assert after.split()[::2] == before.split()[::2]


def test_a_new_day_of_rates_moves_the_quarters_in_progress(ground: Ground):
    assert BY_NAME["refresh_rates"].ways(ground)["ours"](Stopwatch()) != derived(ground)


def test_the_ways_that_are_compared_would_be_told_apart(ground: Ground):
    digests = [derived(ground)]
    for table, column in (("reporting_metrics", "gross_margin"), ("reporting_financials", "nulls")):
        with ground.bare, ground.bare.cursor() as cursor:
            value = 'nulls || \'{"a": "b"}\'' if column == "nulls" else f"{column} + 1"
            cursor.execute(f"update {table} set {column} = {value} where ctid = (select min(ctid) from {table})")
        digests.append(derived(ground))

    assert all(one != other for one, other in pairwise(digests))


def test_a_quick_run_ends_well_prints_a_row_per_case_and_writes_nothing(
    template: PostgresServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    page, names = PAGE.read_bytes(), ["read_company", "write_quarter"]
    monkeypatch.setattr("benchmarks.__main__.QUICK", TINY)
    monkeypatch.setattr("benchmarks.__main__.throwaway_server", lambda: nullcontext(template))
    monkeypatch.setattr("benchmarks.__main__.prepare_template", lambda *_: None)
    monkeypatch.setattr("benchmarks.__main__.CASES", [BY_NAME[name] for name in names])
    monkeypatch.setattr("benchmarks.__main__.load_bounds", lambda: {name: {"limit": 1000.0} for name in names})

    assert main(["--quick"]) == 0

    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed[-len(names) :]] == names
    assert printed[-1].count("not run") == 2
    assert PAGE.read_bytes() == page
    assert get_settings.cache_info().currsize == 0


@pytest.mark.stress
def test_an_import_its_peer_and_the_bare_statements_leave_the_same_rows_and_all_are_timed(
    capsys: pytest.CaptureFixture[str],
):
    (found,) = growth.measure_growth([80], lambda _: None)

    assert (found.rows, found.ours > 0, found.limit > 0, found.memory >= 0) == (80, True, True, True)
    assert (found.peer or 0) > 0
    assert list(found.phases) == ["stage", "check", "apply"]
    assert report.growth_table([found])[0][0] == "80"
    assert capsys.readouterr().out == ""


def test_time_that_doubles_with_the_rows_grows_by_the_power_of_one():
    sizes = [growth.Growth(rows, 0, seconds, 1.0, 0) for rows, seconds in ((10, 1.0), (100, 10.0), (1000, 100.0))]

    assert growth.exponent(sizes) == pytest.approx(1)
    assert "power of 1.00" in report.growth_page(sizes, date(2026, 1, 1))


def test_the_page_tells_how_long_each_phase_took_and_how_much_of_it_was_python():
    size = growth.Growth(10_000, 0, 2.0, 1.0, 0, phases={"stage": (0.5, 0.25), "check": (1, 1), "apply": (2, 0.9)})

    page = report.growth_page([size], date(2026, 1, 1))

    assert "| rows | stage | check | apply |" in page
    assert "| 10,000 | 0.5 s (0.2 s) | 1.0 s (1.0 s) | 2.0 s (0.9 s) |" in page
