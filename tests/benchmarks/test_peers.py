"""The peers do what they are said to: check tokens as ours does, import versions, and derive what ours derives."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.ground import Ground
from benchmarks.importing import export_inputs, forget_inputs, import_ours
from benchmarks.peers.pandas_import import BadFileError, Outcome, import_file
from benchmarks.peers.pandas_metrics import NAMES
from benchmarks.serving.client import RefusedAnswerError
from shared.domain.catalogue import METRICS_BY_NAME
from shared.domain.metric import Unit
from tests.benchmarks.tiny import TINY

pytestmark = pytest.mark.xdist_group("benchmarks")
ROUNDED_TO_FOUR = {Unit.MONEY, Unit.MONTHS}
ROWS = TINY.companies * TINY.quarters
PATHS = {"ours": "/v1/metrics?latest=true&currency=USD", "peer": "/portfolio/latest?currency=USD"}


@pytest.fixture
def file(ground: Ground, tmp_path: Path) -> Path:
    """All quarters of the tiny portfolio, of which nothing is on record any more."""
    path = tmp_path / "inputs.csv"
    assert export_inputs(ground, path) == ROWS
    forget_inputs(ground)
    return path


def test_the_peer_derives_in_every_row_what_ours_derives(ground: Ground, file: Path):
    import_ours(ground, file)

    assert import_file(ground.database_url, file) == Outcome(new=0, restated=0, unchanged=ROWS)

    rows = ground.ask("select count(*)::text from reporting_metrics")
    both = "peer_metrics as peer full join reporting_metrics as ours using (company_id, scenario, period_end, currency)"
    for name in NAMES:
        rounding = "0.000051" if METRICS_BY_NAME[name].unit in ROUNDED_TO_FOUR else "0.000000001"
        far = f"abs(peer.{name} - ours.{name}) > {rounding} + 0.0000000001 * abs(ours.{name})"
        one = f"(peer.{name} is null) <> (ours.{name} is null)"
        query = (
            f"select count(*) || ' ' || count(*) filter (where {far} or {one}) || ' ' || count(peer.{name}) from {both}"
        )
        found, different, valued = ground.ask(query).split()
        assert (name, found, different) == (name, rows, "0")
        assert int(valued) > 0


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
