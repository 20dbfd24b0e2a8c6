"""What is derived of a few made-up histories, known by heart: a change of any cell must be meant.

Rows that stand in a database are derived again when a formula's version or `ANSWERS` counts up. So whoever changes the
statement without changing a formula sees here whether an answer changed, and then counts `ANSWERS` up.
"""

from hashlib import sha256

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.data.engine import transaction
from shared.services.derivations import ANSWERS, fingerprint_answers
from tests.data.portfolio import company_id, load_histories, load_rates
from tests.data.test_derivation_against_oracle import random_histories
from tests.oracle.ecb import read_ecb_history

KNOWN = {1: "14293931edd696c00cf52f70472561c0837e3fbf3ec251a76debd10846536e85"}
"""By `ANSWERS`: the hash of every derived row. A new formula changes it too; what stood before may go then."""
HISTORIES = 80
_ROWS = """
select d::text from derive_reporting(
  cast(:ids as uuid[]), array['actual'], array['USD', 'EUR', 'JPY'], 'infinity', cast(:first as integer)
) as d
"""


def digest(session: Session, first: int) -> str:
    ids = [company_id(number) for number in range(HISTORIES)]
    rows = session.execute(text(_ROWS), {"ids": ids, "first": first}).scalars().all()
    assert len(rows) > HISTORIES
    return sha256("\n".join(sorted(rows)).encode()).hexdigest()


@pytest.mark.usefixtures("database_url")
def test_what_is_derived_is_known_by_heart():
    with transaction() as session:
        load_histories(session, random_histories(42)[:HISTORIES])
        load_rates(session, read_ecb_history())
    with transaction() as session:
        whole, since_2018 = digest(session, 0), digest(session, 4 * 2018)
    assert sha256(f"{whole} {since_2018}".encode()).hexdigest() == KNOWN[ANSWERS]


def test_other_currencies_are_other_answers_in_any_order_the_same():
    assert fingerprint_answers(["USD", "CAD"]) == fingerprint_answers(["CAD", "USD"]) != fingerprint_answers(["USD"])
