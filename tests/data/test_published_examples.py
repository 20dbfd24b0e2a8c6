"""Published worked examples and published years, through the services and the database."""

from datetime import date
from decimal import Decimal

import pytest

from shared.data.engine import transaction
from tests.data.stored_companies import Rows, metrics_of, store_company
from tests.golden.examples import EXAMPLES, given_in, is_printed
from tests.golden.years import quarters_of_years, quarters_to_date
from tests.oracle.model import Quarter
from tests.oracle.published import Record, needs_published_figures, read_records

pytestmark = needs_published_figures
D = Decimal
METRIC_OF = {"revenue_yoy_pct": "ltm_revenue_growth_yoy", "gross_margin_pct": "ltm_gross_margin"}
LTM_FIELD_OF = {
    "ltm_revenue": "total_revenue",
    "ltm_gross_profit": "gross_profit",
    "ltm_net_income": "net_income",
}
NOT_OURS = {"ltm_operating_income": "operating income is not a field of ours"}
ENDS = [date(year, month, day) for year in (2022, 2023) for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))]


def store_and_read(name: str, year_end: str, quarters: list[Quarter]) -> Rows:
    with transaction() as session:
        return metrics_of(session, {store_company(session, name, year_end, quarters): name})


@pytest.mark.parametrize("place", range(8))
def test_a_worked_example_comes_out_of_the_database_as_printed(database_url: str, place: int):
    assert database_url
    records = read_records("worked_examples.csv")
    record = records[place]
    example = EXAMPLES[record["metric"]]
    submitted = example.quarters(given_in(record))
    quarters = [Quarter(end, "USD", values) for end, values in zip(ENDS, submitted, strict=False)]

    rows = store_and_read("Example", "12-31", quarters)

    figure = rows["Example", ENDS[len(submitted) - 1]][example.metric]
    assert is_printed(record, example.shown_as(figure)), (record["published"], figure)
    assert len(records) == 8


def published_years() -> list[Record]:
    return [record for record in read_records("known_answers_published.csv") if record["inputs"] != "quarterly file"]


def test_growth_and_margins_of_published_years_are_those_of_our_trailing_year(database_url: str):
    assert database_url
    revenue, profit = [41217, 36273, 35472, 37615, 43378], [9547, 8390, 8753, 9482, 11114]
    quarters = quarters_of_years(2020, {"total_revenue": revenue, "gross_profit": profit}, "JPY")
    rows = store_and_read("Years", "03-31", quarters)

    records = [record for record in published_years() if record["metric"] in METRIC_OF]
    for record in records:
        figure = rows["Years", date.fromisoformat(record["period_end"])][METRIC_OF[record["metric"]]]
        assert abs(100 * figure - D(record["published"])) <= D("0.05"), record
    assert len(records) == 9


def test_a_published_trailing_year_of_a_year_plus_and_minus_nine_months_is_our_sum_of_four(database_url: str):
    assert database_url
    records = [record for record in published_years() if record["metric"] not in METRIC_OF]
    ours = {
        record["metric"]: store_and_read(
            record["metric"], "03-31", quarters_to_date(2024, LTM_FIELD_OF[record["metric"]], record, "JPY")
        )[record["metric"], date.fromisoformat(record["period_end"])][f"ltm_{LTM_FIELD_OF[record['metric']]}"]
        for record in records
        if record["metric"] not in NOT_OURS
    }

    assert {record["metric"] for record in records} == LTM_FIELD_OF.keys() | NOT_OURS.keys()
    assert ours == {record["metric"]: D(record["published"]) for record in records if record["metric"] in ours}
