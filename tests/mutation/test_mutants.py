"""Every mutant of every formula is found: some derived cell differs from that of the true catalogue.

That the true catalogue's cells are the oracle's is held by `tests/data/test_derivation_against_oracle.py`; so a mutant
that differs from them is one that that test would fail on.
"""

from itertools import zip_longest
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.data.derivation_sql import derivation_sql
from shared.data.engine import transaction
from shared.domain.catalogue import METRICS
from tests.data.comparison import derived_rows
from tests.data.portfolio import company_id, load_histories, load_rates
from tests.mutation.edges import EDGES
from tests.mutation.mutants import Mutant, mutants
from tests.oracle.ecb import read_ecb_history
from tests.oracle.histories import random_history

pytestmark = pytest.mark.stress
RANDOM_HISTORIES = 250
HISTORIES = RANDOM_HISTORIES + len(EDGES)
OF_WHAT_IS_NEVER_NEGATIVE = {
    "arr_per_customer",
    "ev_to_invested_capital",
    "gross_profit_per_employee",
    "logo_churn",
    "ltm_revenue_per_average_employee",
    "revenue_per_employee",
}
"""Heads, customers, debt and equity raised are refused below zero, so a rule about a negative one changes nothing."""

Cells = dict[str, list[tuple[object, object]]]


def install(session: Session, catalogue: list[Mutant | None]) -> None:
    """The derivation with one mutant of each metric; a metric whose mutants are through is true."""
    metrics = [mutant.metric if mutant else metric for mutant, metric in zip(catalogue, METRICS, strict=True)]
    session.connection().exec_driver_sql(derivation_sql(metrics).replace("%", "%%"))


def cells(session: Session) -> Cells:
    """(value, reason) of each metric in every row, the rows in one order."""
    rows = derived_rows(session, [company_id(number) for number in range(HISTORIES)], ("USD",))
    ordered = [rows[key] for key in sorted(rows, key=str)]
    return {
        metric.name: [(row[metric.name], row["metric_nulls"].get(metric.name)) for row in ordered] for metric in METRICS
    }


def changes_nothing(mutant: Mutant) -> bool:
    """Whether the lie is about a negative denominator where none can be."""
    about_negatives = "negative_denominator" in mutant.lie or mutant.lie == "zero_denominator: another comparison"
    return mutant.metric.name in OF_WHAT_IS_NEVER_NEGATIVE and about_negatives


@pytest.mark.timeout(1800)
def test_no_mutant_of_any_formula_survives(database_url: str, capsys: pytest.CaptureFixture[str]):
    assert database_url
    rng = Random(11)
    with transaction() as session:
        load_histories(session, [*(random_history(rng) for _ in range(RANDOM_HISTORIES)), *EDGES])
        load_rates(session, read_ecb_history())
    rounds = list(zip_longest(*(mutants(metric) for metric in METRICS)))
    survived, found, lines = [], 0, []
    with transaction() as session:
        session.execute(text("analyze"))
        true = cells(session)
        for catalogue in rounds:
            install(session, list(catalogue))
            lied = cells(session)
            for mutant in filter(None, catalogue):
                if changes_nothing(mutant):
                    continue
                killed = lied[mutant.metric.name] != true[mutant.metric.name]
                lines.append(f"{'killed' if killed else 'SURVIVED'}  {mutant.metric.name}: {mutant.lie}")
                found += killed
                survived += [] if killed else [(mutant.metric.name, mutant.lie)]
    with capsys.disabled():
        print("\n" + "\n".join(sorted(lines)))  # noqa: T201 (the list is what a person asks this test for)
    assert survived == []
    assert found > 400
