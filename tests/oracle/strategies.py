"""Hypothesis strategies: company histories, and rate books made up or cut from the ECB's history."""

from datetime import date
from random import Random

from hypothesis import strategies as st

from tests.oracle.calendar import FiscalCalendar
from tests.oracle.ecb import slice_ecb_history
from tests.oracle.fx import FxBook
from tests.oracle.histories import CURRENCIES, FISCAL_YEAR_ENDS, random_history, random_rates
from tests.oracle.model import History

FIRST_RATE = date(2009, 1, 2)
LAST_RATE = date(2024, 12, 31)
BOOKS = 6


def histories() -> st.SearchStrategy[History]:
    """(company, quarters, rounds); shrinks towards few quarters, month ends, one currency and nothing null."""
    return st.randoms(use_true_random=False).map(random_history)


def _made_up_book(seed: int) -> FxBook:
    rng = Random(seed)  # noqa: S311 - test data, not a secret
    return FxBook(random_rates(rng, FIRST_RATE, LAST_RATE))
