"""Policies of PostgreSQL."""

from collections.abc import Iterator

from devstack.infrastructure.bodies import candidates
from devstack.infrastructure.policies.registry import Fault, Place, Tree, Value, absent, must, policy

SERVER = "Microsoft.DBforPostgreSQL/flexibleServers"
_PATH = "bicep/modules/database.bicep"


def primaries(tree: Tree) -> list[Place]:
    """The servers that are no replicas: those take over their source's settings."""
    return [place for place in tree.resources(SERVER) if place.values("properties.createMode") != {"Replica"}]


def server_settings(tree: Tree) -> dict[str, Value]:
    """The server parameters that are set, by name."""
    file = tree.files.get(_PATH)
    settings: dict[str, Value] = {}
    for name in ("serverSettings", "poolerSettings"):
        found = file.named(name) if file else None
        for listed in candidates(file, found.node, {}) if file and found and found.node else ():
            for item in listed.parts:
                key, value = item.get("name"), item.get("value")
                if key is not None and value is not None:
                    settings[str(key.value)] = value.value
    return settings


@policy("database-entra-only", "WAF SE:05")
def refuse_passwords(tree: Tree) -> Iterator[Fault]:
    """The database knows people and apps by Entra ID; there is no password."""
    yield from absent(tree, "PostgreSQL server", SERVER)
    yield from must(primaries(tree), "properties.authConfig.passwordAuth", "Disabled")
    yield from must(primaries(tree), "properties.authConfig.activeDirectoryAuth", "Enabled")
    yield from absent(tree, "administrator by Entra ID", f"{SERVER}/administrators")
    for place in tree.resources(SERVER):
        if place.has("properties.administratorLoginPassword") or place.has("properties.administratorLogin"):
            yield place.fault("a server without passwords has no administrator's login")


@policy("database-transport", "WAF SE:07")
def encrypt_connections(tree: Tree) -> Iterator[Fault]:
    """Connections are encrypted with TLS 1.2 or newer, and the app asks for it too."""
    said = server_settings(tree)
    if said.get("require_secure_transport") != "on":
        yield Fault(_PATH, 0, "require_secure_transport must be on")
    if said.get("ssl_min_protocol_version") not in {"TLSv1.2", "TLSv1.3"}:
        yield Fault(_PATH, 0, "ssl_min_protocol_version must be TLSv1.2 or TLSv1.3")
    if "sslmode=require" not in tree.sources.get("bicep/modules/function-app.bicep", ""):
        yield Fault("bicep/modules/function-app.bicep", 0, "DATABASE_URL must ask for sslmode=require")


@policy("database-pooler", "WAF PE:08")
def pool_connections(tree: Tree) -> Iterator[Fault]:
    """The pooler stands in front, in transaction mode; the app is made for that."""
    said = server_settings(tree)
    if said.get("pgbouncer.enabled") != "true" or said.get("pgbouncer.pool_mode") != "transaction":
        yield Fault(_PATH, 0, "pgbouncer.enabled must be true and pgbouncer.pool_mode transaction")


@policy("database-firewall", "WAF SE:06")
def close_database(tree: Tree) -> Iterator[Fault]:
    """No address but Azure's own services is let in, and not even those where the network is private."""
    for place in tree.resources(f"{SERVER}/firewallRules"):
        ends = place.values("properties.startIpAddress") | place.values("properties.endIpAddress")
        if ends != {"0.0.0.0"}:  # noqa: S104 (Azure's way to write "Azure services")
            yield place.fault("a firewall rule lets in more than Azure's services")
        if place.found.condition is None:
            yield place.fault("a firewall rule must be left out where the network is private")


@policy("database-observed", "WAF OE:07")
def observe_queries(tree: Tree) -> Iterator[Fault]:
    """Slow statements are logged and the query store is on."""
    said = server_settings(tree)
    for name in ("log_min_duration_statement", "pg_qs.query_capture_mode", "track_io_timing"):
        if said.get(name) in {None, "-1", "none", "off"}:
            yield Fault(_PATH, 0, f"{name} must be set")


@policy("database-survives", "WAF RE:05, RE:09")
def survive_zones_and_regions(tree: Tree) -> Iterator[Fault]:
    """Production has a standby in another zone, backups in another region, and five weeks of them."""
    path = "bicep/production.bicepparam"
    if tree.parameter("production", "databaseHighAvailability") != "ZoneRedundant":
        yield Fault(path, 0, "databaseHighAvailability must be ZoneRedundant")
    if tree.parameter("production", "databaseGeoBackup") is not True:
        yield Fault(path, 0, "databaseGeoBackup must be true: it cannot be turned on later")
    days = tree.parameter("production", "databaseBackupDays")
    if not isinstance(days, int) or days < 35:  # noqa: PLR2004 (the longest there is)
        yield Fault(path, 0, "databaseBackupDays must be 35")
