"""Hypothesis strategies: company histories, and rate books made up or cut from the ECB's history."""

from datetime import date
from functools import cache
from random import Random

from hypothesis import strategies as st

from tests.oracle.ecb import ecb_book, slice_ecb_history
from tests.oracle.fx import FxBook
from tests.oracle.histories import CURRENCIES, random_history, random_rates
from tests.oracle.model import History

FIRST_RATE = date(2008, 1, 1)
LAST_RATE = date(2024, 12, 31)
MADE_UP_BOOKS = 5
SLICES = (
    (frozenset(CURRENCIES), date(2009, 1, 1), date(2024, 5, 15)),
    (frozenset(CURRENCIES), date(2018, 2, 1), date(2024, 12, 31)),
    (frozenset({"USD", "GBP"}), date(2009, 1, 1), date(2024, 12, 31)),
    (frozenset(), date(2009, 1, 1), date(2009, 1, 1)),
)
"""A history that stops inside a quarter, one that starts late, one of few currencies, and none at all."""


def histories() -> st.SearchStrategy[History]:
    """(company, quarters, rounds); shrinks towards few quarters, month ends, one currency and nothing null."""
    return st.randoms(use_true_random=False).map(random_history)


def rate_books() -> st.SearchStrategy[FxBook]:
    """The ECB's whole history, slices of it, and made-up walks with holes, jumps and late starts."""
    return st.one_of(
        st.builds(ecb_book),
        st.sampled_from(SLICES).map(lambda cut: _sliced_book(*cut)),
        st.integers(0, MADE_UP_BOOKS - 1).map(_made_up_book),
    )


def presentation_currencies() -> st.SearchStrategy[str | None]:
    """None stands for each quarter's own."""
    return st.sampled_from((None, *CURRENCIES))


@cache
def _sliced_book(quotes: frozenset[str], first: date, last: date) -> FxBook:
    return FxBook(slice_ecb_history(quotes, first, last))


@cache
def _made_up_book(seed: int) -> FxBook:
    rng = Random(seed)
    return FxBook(random_rates(rng, FIRST_RATE, LAST_RATE))
