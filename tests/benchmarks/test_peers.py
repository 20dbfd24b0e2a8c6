"""The peers do what they are said to: check tokens as ours does, import versions, and derive what ours derives."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from psycopg2.extensions import cursor as Cursor  # noqa: N812 (a class under psycopg2's lower-case name)

from benchmarks.ground import Ground
from benchmarks.importing import export_inputs, forget_inputs, import_ours, sum_derived
from benchmarks.peers.pandas_import import BadFileError, Outcome, import_file
from benchmarks.serving.client import RefusedAnswerError
from shared.domain.catalogue import METRICS_BY_NAME
from shared.domain.fields import INPUT_FIELDS
from shared.domain.metric import Unit
from shared.domain.selection import Figures, is_day
from tests.benchmarks.tiny import TINY

pytestmark = pytest.mark.xdist_group("benchmarks")
ROUNDED_TO_FOUR = {Unit.MONEY, Unit.MONTHS}
ROWS = TINY.companies * TINY.quarters
PATHS = {"ours": "/v1/metrics?latest=true&currency=USD", "peer": "/portfolio/latest?currency=USD"}


ALTERED = {
    "arr": "2 * arr",
    "cash_out_date": "date '2000-01-01'",
    "flags": "flags || 'odd'::text",
    "nulls": """nulls || '{"arr": "odd"}'""",
    "fx_closing_date": "date '2000-01-01'",
}
SPOILT_ROUNDS_AND_RATES = """
delete from funding_rounds where company_id in (select id from companies where external_id in ('c00000', 'c00003'))
  and (round = 'A' or company_id = (select id from companies where external_id = 'c00003'));
update funding_rounds set equity_raised_to_date = null where round = 'B'
  and company_id = (select id from companies where external_id = 'c00001');
update funding_rounds set currency = 'GBP' where company_id = (select id from companies where external_id = 'c00005');
delete from fx_rates where quote = 'SEK' and observed_on between '2024-12-20' and '2025-07-31';
update fx_rates set rate = 1.2 * rate where quote = 'CAD' and observed_on = '2025-09-03';
"""
"""Companies without a round or without the first, one that told no equity, quarters without rates or with a leap."""
OPENING = (
    *("is_local", "quarter_index", "period_start", "fiscal_year", "fiscal_quarter", "reporting_year"),
    *("reporting_quarter", "fx_closing_date", "flags", "nulls"),
)


def find_differences(cursor: Cursor) -> dict[str, int]:
    """In how many rows a column differs: amounts and months by more than their last decimal, texts and days at all."""
    found = {}
    for figures in Figures:
        differs = {name: f"peer.{name} is distinct from ours.{name}" for name in OPENING}
        for name in ("fx_rate_average", "fx_rate_closing", *figures.names):
            metric = METRICS_BY_NAME.get(name)
            rounding = "0.000000001" if metric and metric.unit not in ROUNDED_TO_FOUR else "0.000101"
            far = f"abs(peer.{name} - ours.{name}) > {rounding} + 0.0000000001 * abs(ours.{name})"
            differs[name] = f"{far} or (peer.{name} is null) <> (ours.{name} is null)"
            if is_day(name):
                differs[name] = f"peer.{name} is distinct from ours.{name}"
        counts = ", ".join(f"count(*) filter (where {differ})" for differ in differs.values())
        cursor.execute(
            f"select {counts} from {figures.replace('reporting', 'peer')} as peer"
            f" full join {figures} as ours using (company_id, scenario, period_end, currency)"
        )
        (row,) = cursor.fetchall()
        found |= {f"{figures}.{name}": count for name, count in zip(differs, row, strict=True) if count}
    return found


def differences(ground: Ground) -> dict[str, int]:
    with ground.rehearse_bare() as cursor:
        return find_differences(cursor)


def spoil(file: Path) -> None:
    """Blank a cell in twenty-five, another becomes zero, and another negative where it may be."""
    header, *lines = file.read_text().splitlines()
    rng, spoilt = Random(8), [header]
    for line in lines:
        company, end, *cells = line.split(",")
        for place, field in enumerate(INPUT_FIELDS):
            negative = f"-{cells[place]}".replace("--", "") if field.may_be_negative else cells[place]
            cells[place] = rng.choices(["", "0", negative, cells[place]], [1, 1, 1, 22])[0]
        spoilt.append(",".join([company, end, *cells]))
    file.write_text("\n".join(spoilt) + "\n")


@pytest.fixture
def file(ground: Ground, tmp_path: Path) -> Path:
    """All quarters of the tiny portfolio, of which nothing is on record any more."""
    path = tmp_path / "inputs.csv"
    assert export_inputs(ground, path) == ROWS
    forget_inputs(ground, for_peer=True)
    return path


def test_the_peer_derives_in_every_cell_what_ours_derives(ground: Ground, file: Path):
    import_ours(ground, file)

    assert import_file(ground.database_url, file) == Outcome(new=0, restated=0, unchanged=ROWS)

    assert differences(ground) == {}
    unvalued = [f"count({name}) = 0" for name in Figures.METRICS.names]
    assert ground.ask(f"select {' or '.join(unvalued)} from peer_metrics") == "False"


def test_the_peer_gives_the_reasons_of_ours_where_fields_are_missing_zero_or_negative(ground: Ground, file: Path):
    spoil(file)
    with ground.bare, ground.bare.cursor() as cursor:
        cursor.execute(SPOILT_ROUNDS_AND_RATES)
    import_ours(ground, file)

    assert import_file(ground.database_url, file) == Outcome(new=0, restated=0, unchanged=ROWS)

    assert differences(ground) == {}
    flags = "select distinct unnest(flags) as flag from peer_financials"
    assert ground.ask(f"select string_agg(flag, ' ' order by flag) from ({flags}) as found") == (
        "fx_incomplete fx_wide_spread provisional"
    )
    codes = "select distinct split_part(value, ':', 1) as code from peer_metrics, jsonb_each_text(nulls)"
    assert ground.ask(f"select string_agg(code, ' ' order by code) from ({codes}) as found") == (
        "cash_generating fx_unavailable missing_input missing_quarter negative_denominator no_net_new_arr"
        " not_meaningful zero_denominator"
    )


def test_what_the_peer_keeps_has_the_columns_the_keys_and_the_indexes_of_ours(ground: Ground, file: Path):
    import_file(ground.database_url, file)
    shape = """
    select string_agg(written, chr(10) order by written) from (
      select replace(pg_get_indexdef(indexrelid), 'pk_', '') as written from pg_index
      where indrelid = '{table}'::regclass and not indisprimary
      union all
      select pg_get_constraintdef(oid) from pg_constraint where conrelid = '{table}'::regclass and contype in ('p', 'f')
      union all
      select concat_ws(' ', column_name, udt_name, is_nullable) from information_schema.columns
      where table_schema = 'public' and table_name = '{table}'
    ) as parts
    """

    for figures in Figures:
        table = figures.replace("reporting", "peer")
        ours = ground.ask(shape.format(table=figures)).replace(figures, table)
        assert ground.ask(shape.format(table=table)).splitlines() == ours.splitlines()


def test_a_single_cell_that_differs_is_found_and_changes_what_the_ways_of_a_run_are_held_to(ground: Ground, file: Path):
    import_ours(ground, file)
    import_file(ground.database_url, file)
    with ground.rehearse_bare() as cursor:
        agreed = sum_derived(cursor)
        assert sum_derived(cursor, of_peer=True) == agreed

    for name, value in ALTERED.items():
        with ground.rehearse_bare() as cursor:
            cursor.execute(
                f"update peer_metrics set {name} = {value} where ctid = (select min(ctid) from peer_metrics)"
            )
            assert find_differences(cursor) == {f"reporting_metrics.{name}": 1}
            assert sum_derived(cursor, of_peer=True) != agreed


def test_the_peer_keeps_versions(ground: Ground, file: Path):
    assert import_file(ground.database_url, file) == Outcome(new=ROWS, restated=0, unchanged=0)
    *lines, last = file.read_text().splitlines()
    company, end, _, *others = last.split(",")
    file.write_text("\n".join([*lines, ",".join([company, end, "77", *others])]) + "\n")

    assert import_file(ground.database_url, file) == Outcome(new=0, restated=1, unchanged=ROWS - 1)
    assert (
        ground.ask(
            "select string_agg(version || ':' || (superseded_at is null), ' ' order by version) from"
            " metric_inputs where (company_id, period_end) = (select company_id, period_end from metric_inputs"
            " where total_revenue = 77)"
        )
        == "1:false 2:true"
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("company_external_id", "company", "unknown or missing columns: \\['company', 'company_external_id'\\]"),
        ("\nc00000,", "\nnobody,", "lines that cannot be used: "),
        ("-30,", "-29,", "lines that cannot be used: "),
    ],
)
def test_the_peer_refuses_what_it_cannot_use_and_names_the_lines(
    ground: Ground, file: Path, old: str, new: str, said: str
):
    file.write_text(file.read_text().replace(old, new))

    with pytest.raises(BadFileError, match=said):
        import_file(ground.database_url, file)
    assert ground.ask("select count(*)::text from metric_inputs") == "0"


@pytest.mark.parametrize("way", sorted(PATHS))
@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer no.token.either"}], ids=["none", "a false one"])
def test_both_services_refuse_a_call_without_a_token_that_holds(
    way: str, headers: Mapping[str, str], common_ground: Ground
):
    with (
        closing(common_ground.serving.server(way).connect()) as client,
        pytest.raises(RefusedAnswerError, match=r"answered 40[13]"),
    ):
        client.get(PATHS[way], headers)


@pytest.mark.parametrize("way", sorted(PATHS))
def test_both_services_answer_the_token_of_the_ground(way: str, common_ground: Ground):
    with closing(common_ground.serving.server(way).connect()) as client:
        answer = client.get(PATHS[way], {"authorization": f"Bearer {common_ground.serving.token}"})

    assert answer.body.count(b'"company_id"') == TINY.companies
    assert answer.headers["content-type"] == "application/json"


def test_no_quota_ends_a_benchmark_though_every_call_is_counted(ground: Ground, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RATE_LIMIT_READ", "1")
    headers = {"authorization": f"Bearer {ground.serving.token}"}
    with closing(ground.serving.server("ours").connect()) as client:
        answers = [client.get(PATHS["ours"], headers) for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 200]
    assert ground.ask("select max(used)::text from rate_counts") in {"2", "3"}, "a minute may end meanwhile"
