"""Period rates from the database against averages and closings that central banks and companies published."""

import json
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from shared.data.engine import transaction
from shared.services.reads import read_period_rate
from tests.data.portfolio import load_rates
from tests.oracle.ecb import read_ecb_history
from tests.oracle.published import Record, needs_published_figures, read_records

pytestmark = needs_published_figures
D = Decimal
FROM_THE_ECB = ("ECB", "Banca d'Italia")
"""Sources that give the ECB's own rates; every other one looks at another market at another hour."""


def is_rounded_to(figure: Decimal, published: str) -> bool:
    """Whether the figure becomes the published one when written with as many decimals."""
    step = D(1).scaleb(int(D(published).as_tuple().exponent))
    return abs(figure - D(published)) <= step * D("0.5000001")


@pytest.fixture
def rates_on_record(database_url: str) -> None:
    assert database_url
    with transaction() as session:
        load_rates(session, read_ecb_history())


def asked(record: Record) -> dict[str, object]:
    start, end = date.fromisoformat(record["period_start"]), date.fromisoformat(record["period_end"])
    with transaction() as session:
        body = read_period_rate(session, record["base"], record["quote"], start, end)
    return json.loads(body, parse_float=Decimal, parse_int=Decimal)


@pytest.mark.usefixtures("rates_on_record")
def test_published_averages_and_closings_are_ours():
    checked: Counter[str] = Counter()
    wrong = []
    for record in read_records("known_fx_rates.csv"):
        found = asked(record)
        figure = found["closing" if record["kind"] == "closing" else "average"]
        if not record["dev_pct"]:
            checked["without a rate of the ECB"] += 1
            continue
        assert isinstance(figure, Decimal), record
        deviation = (figure / D(record["published"]) - 1) * 100
        if record["source"].startswith(FROM_THE_ECB):
            checked["from the ECB"] += 1
            if not is_rounded_to(figure, record["published"]):
                wrong.append((record, figure))
        else:
            checked["from others"] += 1
            if abs(abs(deviation) - abs(D(record["dev_pct"]))) > D("0.001"):
                wrong.append((record, deviation))

    assert wrong == []
    assert checked == {"from the ECB": 91, "from others": 1451, "without a rate of the ECB": 13}
