"""Policies of environments: what production must have, locks, tags, zones."""

from collections.abc import Iterator

from devstack.infrastructure.policies.registry import Fault, Tree, absent, policy
from devstack.infrastructure.resource_types import MODELS, describe

TAGS = {"workload", "environment", "owner", "cost-centre", "managed-by"}
LOCKED = {"Microsoft.DBforPostgreSQL/flexibleServers", "Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults"}


@policy("locks", "WAF RE:09, AVM RMFR4")
def lock_what_holds_data(tree: Tree) -> Iterator[Fault]:
    """Database, data account and vault cannot be deleted by mistake in staging and production."""
    yield from absent(tree, "lock", "Microsoft.Authorization/locks")
    locked = set()
    for place in tree.resources("Microsoft.Authorization/locks"):
        scope = place.found.node.get("scope") if place.found.node else None
        target = place.file.named(str(scope.value)) if scope else None
        if target is not None and place.values("properties.level") <= {"CanNotDelete", "ReadOnly"}:
            locked.add(target.resource_type)
    for missing in sorted(LOCKED - locked):
        yield Fault("bicep/modules/locks.bicep", 0, f"{missing} has no lock")
    for environment in ("staging", "production"):
        if tree.parameter(environment, "hasLocks") is not True:
            yield Fault(f"bicep/{environment}.bicepparam", 0, "hasLocks must be true")


@policy("tags", "WAF CO:03, AVM RMFR4")
def tag_everything(tree: Tree) -> Iterator[Fault]:
    """Everything that can carry tags carries them: what it is, whose, who pays."""
    for place in tree.resources():
        kind, _, version = place.found.type.partition("@")
        known = describe(kind, version) if kind in MODELS else None
        takes_tags = known is not None and known.models is not None and "tags" in known.models.fields(known.shape.model)
        if takes_tags and place.found.node is not None and place.found.node.get("tags") is None:
            yield place.fault(f"{place.found.name} has no tags")
    main = tree.files.get("bicep/main.bicep")
    tags = main.named("tags") if main else None
    named = {name for name, _ in tags.node.entries} if tags and tags.node else set()
    for missing in sorted(TAGS - named):
        yield Fault("bicep/main.bicep", tags.line if tags else 0, f"the tag {missing} is missing")


@policy("zones", "WAF RE:05, AVM SFR5")
def spread_over_zones(tree: Tree) -> Iterator[Fault]:
    """Production is spread over zones, and its files are kept in two regions."""
    path = "bicep/production.bicepparam"
    if tree.parameter("production", "zoneRedundant") is not True:
        yield Fault(path, 0, "zoneRedundant must be true")
    if tree.parameter("production", "dataStorageSku") not in {"Standard_GZRS", "Standard_RAGZRS"}:
        yield Fault(path, 0, "dataStorageSku must be Standard_GZRS or Standard_RAGZRS")


@policy("environments", "WAF OE:11")
def have_three_environments(tree: Tree) -> Iterator[Fault]:
    """There are three environments, each with a parameter file of its name; no two private networks overlap."""
    prefixes: dict[object, str] = {}
    for name in ("dev", "staging", "production"):
        file = tree.environment(name)
        if not file.declarations:
            yield Fault(file.path, 0, "the parameter file is missing")
            continue
        if tree.parameter(name, "environmentName") != name:
            yield Fault(file.path, 0, f"environmentName must be {name}")
        if tree.parameter(name, "isPrivate") is True:
            prefix = tree.parameter(name, "networkPrefix")
            if prefix in prefixes:
                yield Fault(file.path, 0, f"networkPrefix is that of {prefixes[prefix]} too")
            prefixes[prefix] = name
