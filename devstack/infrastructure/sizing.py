"""The arithmetic of connections: what all instances may open fits into the pooler, and that into the server.

Rules: `sizing.threads`, `sizing.clients`, `sizing.server`, `sizing.max-connections`, `sizing.unknown`. Figures come
from Bicep's parameters and from the pools in shared/data/engine.py.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from devstack.infrastructure.findings import Finding, GateError
from devstack.infrastructure.policies.app import PATH, app_settings, setting
from devstack.infrastructure.policies.registry import Tree

MAX_CONNECTIONS = {
    "Standard_B1ms": 50,
    "Standard_B2s": 429,
    "Standard_D2ds_v5": 859,
    "Standard_D4ds_v5": 1718,
    "Standard_D8ds_v5": 3437,
    "Standard_D16ds_v5": 5000,
}
"""max_connections by size, from Microsoft's "Limits in Azure Database for PostgreSQL flexible server"."""
RESERVED = 15
"""Connections that the service keeps for itself (as above)."""
THREADS = "PYTHON_THREADPOOL_THREAD_COUNT"
"""How many functions a worker runs at a time; without it, five on one processor and one more on each other."""
ROLES = 2
"""Roles that come through the pooler, each with a pool of its own: the app, and who migrates."""


@dataclass(frozen=True)
class Sizes:
    """An environment's figures.

    Attributes:
        instances: How many instances of the app there are at most.
        per_instance: How many connections one opens at most.
        clients: How many the pooler takes; without one, those of the server.
        pooled: How many the pooler opens to the server; without one, as many as the instances.
        allowed: How many the server takes.
    """

    instances: int
    per_instance: int
    clients: int
    pooled: int
    allowed: int


def connections_per_instance(engine: str) -> int:
    """Both pools of shared/data/engine.py together.

    Raises:
        GateError: they are not written as this expects.
    """
    pools = len(re.findall(r"^def get_\w+\(\) -> (?:Engine|ReaderPool):$", engine, re.MULTILINE))
    sized = len(re.findall(r"pool_size=POOL_SIZE, max_overflow=0\b|ReaderPool\(.*, POOL_SIZE\)", engine))
    if not pools or sized != pools:
        raise GateError("the pools, or their use of POOL_SIZE, were not found in shared/data/engine.py")
    return pools * _pool_size(engine)


def _pool_size(engine: str) -> int:
    size = re.search(r"^POOL_SIZE = (\d+)$", engine, re.MULTILINE)
    if size is None:
        raise GateError("POOL_SIZE was not found in shared/data/engine.py")
    return int(size[1])


def sizes_of(tree: Tree, environment: str) -> Sizes | None:
    """An environment's figures; None where one is missing or no literal."""
    file = tree.environment(environment)
    found = file.named("databaseSize")
    told = {name: value.value for name, value in found.node.entries} if found and found.node else {}
    instances = tree.parameter(environment, "maximumInstanceCount")
    per_instance = connections_per_instance(tree.sources["shared/data/engine.py"])
    sku, clients, pool = told.get("skuName"), told.get("poolMaxClients"), told.get("poolSize")
    if not isinstance(instances, int) or not isinstance(clients, int) or not isinstance(pool, int):
        return None
    allowed = MAX_CONNECTIONS.get(str(sku), 0)
    if told.get("tier") == "Burstable":
        return Sizes(instances, per_instance, allowed - RESERVED, instances * per_instance, allowed)
    return Sizes(instances, per_instance, clients, pool * ROLES, allowed)


def check_sizing(tree: Tree) -> Iterator[Finding]:
    """Everything that does not add up."""
    yield from _check_threads(tree)
    for environment in ("dev", "staging", "production"):
        file, sizes = tree.environment(environment), sizes_of(tree, environment)
        found = file.named("databaseSize")
        line = found.line if found else 0
        if sizes is None:
            yield Finding(file.path, line, "sizing.unknown", "databaseSize and maximumInstanceCount must be literals")
            continue
        told = found.node.get("maxConnections") if found and found.node else None
        if told is None or told.value != sizes.allowed:
            message = f"maxConnections of this size is {sizes.allowed or 'not known: add it to sizing.py'}"
            yield Finding(file.path, line, "sizing.max-connections", message)
        wanted = sizes.instances * sizes.per_instance
        if wanted > sizes.clients:
            message = (
                f"{sizes.instances} instances × {sizes.per_instance} = {wanted} connections, {sizes.clients} are taken"
            )
            yield Finding(file.path, line, "sizing.clients", message)
        if sizes.pooled > sizes.allowed - RESERVED:
            message = f"{sizes.pooled} connections to a server that takes {sizes.allowed - RESERVED}"
            yield Finding(file.path, line, "sizing.server", message)


def _check_threads(tree: Tree) -> Iterator[Finding]:
    """A pool is not fair: with more threads than connections, one that waits may be passed over again and again."""
    wanted = _pool_size(tree.sources["shared/data/engine.py"])
    if setting(tree, THREADS) != {str(wanted)}:
        message = f"{THREADS} must be '{wanted}', as many threads as a pool has connections"
        yield Finding(PATH, app_settings(tree).get(THREADS, 0), "sizing.threads", message)
