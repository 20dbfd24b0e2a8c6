"""The arithmetic of connections, worked out by hand for each environment."""

import pytest

from devstack.infrastructure.gate import read_tree
from devstack.infrastructure.sizing import RESERVED, Sizes, connections_per_instance, sizes_of
from devstack.infrastructure.sources import read_sources
from shared.data import engine

TREE = read_tree(read_sources())


@pytest.mark.parametrize(
    ("environment", "sizes"),
    [
        ("dev", Sizes(instances=40, per_instance=10, clients=414, pooled=400, allowed=429)),
        ("staging", Sizes(instances=40, per_instance=10, clients=1000, pooled=100, allowed=859)),
        ("production", Sizes(instances=100, per_instance=10, clients=2000, pooled=200, allowed=1718)),
    ],
)
def test_all_instances_fit_the_pooler_and_the_pooler_fits_the_server(environment: str, sizes: Sizes):
    assert sizes_of(TREE, environment) == sizes
    assert sizes.instances * sizes.per_instance <= sizes.clients
    assert sizes.pooled <= sizes.allowed - RESERVED


def test_an_instance_opens_what_its_engines_may_open(database_url: str):
    assert database_url
    pool, readers = engine.get_engine().pool, engine.get_reader()
    together = pool.size() + pool._max_overflow + readers.size
    assert together == connections_per_instance(TREE.sources["shared/data/engine.py"])
