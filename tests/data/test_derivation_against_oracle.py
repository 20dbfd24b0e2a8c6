"""The installed derivation against the independent oracle: every value and every null reason of random portfolios."""

from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest

from shared.data.engine import transaction
from shared.domain.catalogue import METRICS
from tests.data.comparison import Difference, cells, derived_rows, differences
from tests.data.portfolio import company_id, load_histories, load_rates
from tests.mutation.edges import EDGES
from tests.oracle.derive import METRIC_NAMES, derive
from tests.oracle.ecb import ecb_book, read_ecb_history, slice_ecb_history
from tests.oracle.fx import FxBook
from tests.oracle.histories import random_history, random_rates
from tests.oracle.model import History, Rates
from tests.oracle.strategies import FIRST_RATE, LAST_RATE, SLICES

CURRENCIES = ("USD", "EUR", "JPY")
HISTORIES_PER_BATCH = 250
STRESS_BATCHES = 200


def random_histories(seed: int) -> list[History]:
    rng = Random(seed)
    return [random_history(rng) for _ in range(HISTORIES_PER_BATCH)]


def compare(histories: Sequence[History], rates: Rates, book: FxBook) -> tuple[int, list[Difference]]:
    """Derive histories in both ways; the number of rows compared, and the differences."""
    with transaction() as session:
        load_histories(session, histories)
        load_rates(session, rates)
    with transaction() as session:
        rows = derived_rows(session, [company_id(number) for number in range(len(histories))], CURRENCIES)
    found: list[Difference] = []
    compared = 0
    for number, (company, quarters, rounds) in enumerate(histories):
        for currency in (None, *CURRENCIES):
            for expected in derive(company, quarters, rounds, book, currency):
                row = rows.get((company_id(number), expected.period_end, expected.currency))
                found += differences(company_id(number), expected, row)
                compared += 1
    return compared, found


def test_catalogue_and_oracle_know_the_same_metrics() -> None:
    assert {metric.name for metric in METRICS} == set(METRIC_NAMES)


def rates_of(batch: int) -> tuple[Rates, FxBook]:
    """The ECB's history for half of the batches, then a slice of it, then made-up walks with holes and jumps."""
    turn = batch % 8
    if turn < 4:
        return read_ecb_history(), ecb_book()
    if turn < 6:
        quotes, first, last = SLICES[turn - 4]
        rates = slice_ecb_history(set(quotes), first, last)
    else:
        rates = random_rates(Random(batch), FIRST_RATE, LAST_RATE)
    return rates, FxBook(rates)


def compare_batch(batch: int) -> None:
    rows, found = compare(random_histories(1_000 + batch), *rates_of(batch))
    assert cells(rows) > 250_000
    assert not found, (
        f"{len(found)} of {cells(rows)} cells differ, by cell {Counter(each.cell for each in found)}, first {found[:5]}"
    )


@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize("batch", range(8))
def test_every_cell_of_random_portfolios_equals_the_oracle(batch: int) -> None:
    compare_batch(batch)


@pytest.mark.usefixtures("database_url")
def test_every_cell_on_the_edges_of_the_sign_rules_equals_the_oracle() -> None:
    rows, found = compare(EDGES, read_ecb_history(), ecb_book())
    assert cells(rows) > 25_000
    assert found == []


@pytest.mark.stress
@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize("batch", range(8, 8 + STRESS_BATCHES))
def test_every_cell_of_fifty_thousand_histories_equals_the_oracle(batch: int) -> None:
    compare_batch(batch)
