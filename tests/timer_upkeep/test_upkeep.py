"""The change feed without what is superseded leads every client to the same end."""

from random import Random

import pytest
from sqlalchemy import text

from shared.data.changes import drop_superseded, newest_number
from shared.data.engine import transaction
from shared.domain.permissions import SYSTEM, Scope
from shared.schemas.companies import CompanyUpdate
from shared.services.companies import change_company
from tests.data.mirror import Mirror, assert_mirrored
from tests.data.writes import WRITES, add_companies
from timer_upkeep.upkeep import tend_change_feed

SCOPES = (Scope(), Scope(funds=frozenset({"Fund A"})))


def count() -> int:
    with transaction() as session:
        return int(session.execute(text("select count(*) from changes")).scalar_one())


@pytest.mark.parametrize("seed", range(4))
def test_clients_at_any_place_end_with_what_the_source_holds(database_url: str, seed: int):
    assert database_url
    rng = Random(seed)
    with transaction() as session:
        companies = add_companies(session)
    mirrors = [Mirror(scope) for scope in SCOPES for _ in range(4)]
    for number in range(90):
        with transaction() as session:
            if rng.random() < 0.2:
                funds = rng.choice(((), ("Fund A",), ("Fund B",), ("Fund A", "Fund B")))
                change_company(session, SYSTEM, rng.choice(companies), CompanyUpdate(funds=funds))
            else:
                rng.choice(WRITES)(session, rng, rng.choice(companies))
        if rng.random() < 0.5:
            mirrors[rng.randrange(len(mirrors))].follow(rng)
        if number % 30 == 20:
            before, newest = count(), _newest()
            tend_change_feed.build().get_user_function()(None)
            assert count() < before
            assert _newest() == newest
    with transaction() as session:
        query = "select c.id from companies as c join company_funds as m on m.company_id = c.id join funds as f"
        narrowed = list(session.execute(text(f"{query} on f.id = m.fund_id where f.name = 'Fund A'")).scalars())
    for mirror in mirrors:
        while not mirror.follow(rng):
            pass
        assert_mirrored(mirror, narrowed if mirror.scope.funds else companies)


def _newest() -> int:
    with transaction() as session:
        return newest_number(session)


def test_of_many_writes_of_one_thing_the_last_stays(database_url: str):
    assert database_url
    with transaction() as session:
        one, _ = add_companies(session)
    for name in ("A", "B", "C"):
        with transaction() as session:
            change_company(session, SYSTEM, one, CompanyUpdate(name=name))
    with transaction() as session:
        drop_superseded(session)
        query = "select kind, key from changes where company_id = :id order by sequence"
        left = [tuple(row) for row in session.execute(text(query), {"id": one})]
    assert left == [("company", {"resync": True}), ("company", {})], "that its funds were set, and how it stands"
