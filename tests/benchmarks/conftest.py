"""A tiny portfolio for every test of the benchmarks, and grounds to measure on."""

from collections.abc import Iterator

import pytest

from benchmarks.ground import TEMPLATE, Ground, fill_template, ground_for_case
from devstack.databases import create_database
from devstack.postgres import PostgresServer
from tests.benchmarks.tiny import TINY


@pytest.fixture(scope="session")
def template(postgres: PostgresServer, migrated_template: str) -> PostgresServer:
    """The server with the tiny portfolio, from which grounds are copied."""
    create_database(postgres, TEMPLATE, migrated_template)
    fill_template(postgres, TINY, lambda _: None)
    return postgres


@pytest.fixture(scope="module")
def common_ground(template: PostgresServer) -> Iterator[Ground]:
    """One database, and one server of each way, for a module's tests that only read."""
    with ground_for_case(template, TINY) as prepared:
        yield prepared


@pytest.fixture
def ground(template: PostgresServer, common_ground: Ground) -> Iterator[Ground]:
    """A database of this test's own; the module's is there again afterwards."""
    assert common_ground
    with ground_for_case(template, TINY) as prepared:
        yield prepared
