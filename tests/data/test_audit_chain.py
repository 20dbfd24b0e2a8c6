"""Whatever is done to the audit log behind the app's back is found; what the app does to it holds."""

import re
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import product
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.data.audit import Act, newest_link, note_act, prune_entries
from shared.data.engine import attempt
from shared.data.verify_audit import main, parse_anchor, verify_audit_log
from shared.domain.audit_chain import BEGINNING, Entry, Link, Linked, link_hash, plain_value, verify_chain
from shared.domain.permissions import SYSTEM
from shared.services.audit import prune_audit_log
from tests.data.audited import COLUMNS, TAMPERINGS, build_chain, remake_chain
from tests.data.owner import owner_rehearsal, owner_transaction


def fault(session: Session, *anchors: Link) -> str | None:
    return verify_audit_log(session, anchors)[1].fault


@pytest.fixture
def chain(database_url: str) -> int:
    """How many entries of every shape are on record."""
    assert database_url
    return build_chain(Random(1), 40)


def test_a_chain_of_entries_of_every_shape_holds(chain: int):
    with owner_transaction() as session:
        link, _ = newest_link(session)
        start, verdict = verify_audit_log(session, [link])

    assert (start, verdict.fault, verdict.entries, verdict.last) == (Link(0, BEGINNING), None, chain, link)


def test_altering_any_column_of_any_entry_is_found(chain: int):
    rng = Random(4)
    for column, number in product(COLUMNS, rng.sample(range(1, chain + 1), 6)):
        with owner_rehearsal() as session:
            query = f"update audit_log set {column} = {COLUMNS[column]} where number = :n"
            assert session.execute(text(query), {"n": number}).rowcount == 1
            found = fault(session)
            assert found, (column, number)
            assert str(number) in found


def test_deleting_inserting_and_reordering_is_found(chain: int):
    rng = Random(5)
    for tampering, _ in product(TAMPERINGS, range(6)):
        with owner_rehearsal() as session:
            TAMPERINGS[tampering](session, rng, chain)
            assert fault(session), tampering


def test_a_chain_made_anew_holds_but_not_against_an_anchor(chain: int):
    for number in (1, chain // 2, chain):
        with owner_rehearsal() as session:
            anchor, _ = newest_link(session)
            session.execute(text("update audit_log set name = 'somebody else' where number = :n"), {"n": number})
            remake_chain(session, number)
            assert fault(session) is None
            assert "anchor" in str(fault(session, anchor))


def test_an_end_that_is_cut_off_with_the_head_moved_back_is_found_by_an_anchor(chain: int):
    with owner_rehearsal() as session:
        anchor, _ = newest_link(session)
        session.execute(text("delete from audit_log where number > :n"), {"n": chain - 3})
        remake_chain(session, chain)
        assert fault(session) is None
        assert fault(session, anchor) == f"entry {chain} has an anchor and is not there: the end is missing"


def test_what_is_kept_after_its_time_is_pruned_and_the_rest_still_holds(chain: int):
    with owner_transaction() as session:
        remake_chain(session, 1, days_ago=400)
        early, late = Link(1, _hash_of(session, 1)), newest_link(session)[0]
    build_chain(Random(2), 5)
    with owner_transaction() as session:
        assert prune_audit_log(session, 500) == 0
        assert prune_audit_log(session, 365) == chain
    with owner_transaction() as session:
        start, verdict = verify_audit_log(session, [early, late])
        newest = session.execute(text("select subject, after from audit_log order by number desc limit 1")).one()

    assert (start, verdict.fault, verdict.unchecked) == (late, None, (early,))
    assert (newest.subject, newest.after) == ("system", {"removed": chain, "number": chain, "hash": late.hash})
    with owner_rehearsal() as session:
        assert "another hash than its anchor" in str(fault(session, Link(chain, "f" * 64)))
        session.execute(text("delete from audit_log where number = :n"), {"n": chain + 1})
        assert fault(session) == f"after entry {chain} comes {chain + 2}"


def _hash_of(session: Session, number: int) -> str:
    return str(session.execute(text("select hash from audit_log where number = :n"), {"n": number}).scalar_one())


@pytest.mark.parametrize("days", [364, 0, -1])
def test_nothing_younger_than_a_year_can_be_pruned(chain: int, days: int):
    assert chain
    with owner_rehearsal() as session, pytest.raises(Exception, match="at least"):
        prune_entries(session, days)


def test_what_is_rolled_back_leaves_no_entry(chain: int):
    act = Act("company", {})
    with owner_rehearsal() as session:
        note_act(session, SYSTEM, act)
    with suppress(RuntimeError), owner_transaction() as session:
        note_act(session, SYSTEM, act)
        raise RuntimeError
    with owner_transaction() as session:
        with suppress(RuntimeError), attempt(session):
            note_act(session, SYSTEM, act)
            raise RuntimeError
        note_act(session, SYSTEM, Act("round", {}))
    with owner_transaction() as session:
        kinds = session.execute(text("select kind from audit_log where number > :n"), {"n": chain}).scalars().all()

    assert kinds == ["round"]


def test_many_entries_of_one_transaction_are_chained_in_their_order(chain: int):
    with owner_transaction() as session:
        for number in range(450):
            note_act(session, SYSTEM, Act("company", {"place": number}))
    with owner_transaction() as session:
        query = "select array_agg((key ->> 'place')::int order by number) from audit_log where number > :n"
        assert session.execute(text(query), {"n": chain}).scalar_one() == list(range(450))
        assert fault(session) is None


def test_the_command_says_whether_the_chain_holds(chain: int, capsys: pytest.CaptureFixture[str]):
    assert main([]) == 0
    said = capsys.readouterr().out
    anchor = re.search(r"head (\d+:[0-9a-f]{64})", said)
    assert f"the chain of {chain} entries holds" in said
    assert anchor
    assert main(["--anchor", anchor[1]]) == 0
    with owner_transaction() as session:
        session.execute(text("update audit_log set name = 'x' where number = 3"))
    capsys.readouterr()
    assert main(["--anchor", anchor[1]]) == 1
    assert capsys.readouterr().out.startswith("BROKEN after 2 entries that hold: entry 3 is not what was recorded")


@pytest.mark.parametrize("anchor", ["", "3", "3:abc", f"x:{'0' * 64}", f"3:{'G' * 64}"])
def test_what_is_no_anchor_is_refused(anchor: str):
    with pytest.raises(ValueError, match=r"anchor|invalid literal"):
        parse_anchor(anchor)


def test_following_the_chain_keeps_nothing_in_memory():
    at, entry = datetime(2026, 1, 1, tzinfo=UTC), Entry("s", "n", "a", "done", "k", {"x": "y" * 2000}, *[None] * 5)
    heads = []

    def entries(count: int) -> Iterator[Linked]:
        last = BEGINNING
        for number in range(1, count + 1):
            last = link_hash(last, number, at, entry.line)
            yield Linked(number, at, entry, last)
        heads.append(Link(count, last))

    assert verify_chain(entries(1_000), Link(0, BEGINNING), Link(1_000, "?")).entries == 1_000
    tracemalloc.start()
    verdict = verify_chain(entries(1_000), Link(0, BEGINNING), heads[0])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert verdict.fault is None
    assert peak < 200_000, "one entry has more than 2,000 bytes, all of them 2 million"


def test_a_float_is_not_put_on_record():
    with pytest.raises(TypeError):
        plain_value({"rate": 0.1})
