"""Policies of the network and the front door."""

from collections.abc import Iterator

from devstack.infrastructure.bodies import candidates
from devstack.infrastructure.policies.registry import Fault, Place, Tree, absent, must, policy
from devstack.infrastructure.syntax import Node

CLOSABLE = (
    "Microsoft.Storage/storageAccounts",
    "Microsoft.KeyVault/vaults",
    "Microsoft.DurableTask/schedulers",
)
SERVER = "Microsoft.DBforPostgreSQL/flexibleServers"
FIREWALL = "Microsoft.Network/FrontDoorWebApplicationFirewallPolicies"


@policy("public-access", "WAF SE:06, AVM RMFR4")
def close_to_the_internet(tree: Tree) -> Iterator[Fault]:
    """Storage, vault, scheduler and database can be closed to the internet, and are in staging and production."""
    places = [(place, "properties.publicNetworkAccess") for place in tree.resources(*CLOSABLE)]
    places += [(place, "properties.network.publicNetworkAccess") for place in tree.resources(SERVER)]
    for place, path in places:
        if "Disabled" not in place.values(path):
            yield place.fault(f"{place.found.resource_type} {path} must be able to be Disabled")
    for environment in ("staging", "production"):
        if tree.parameter(environment, "isPrivate") is not True:
            yield Fault(f"bicep/{environment}.bicepparam", 0, "isPrivate must be true")


@policy("private-endpoints", "WAF SE:06, AVM RMFR4")
def reach_privately(tree: Tree) -> Iterator[Fault]:
    """Every part that the app reaches has a private endpoint, and every endpoint a private name."""
    wanted = {"blob", "queue", "table", "postgresqlServer", "vault", "scheduler"}
    file = tree.files.get("bicep/modules/private-endpoints.bicep")
    listed = file.named("wanted") if file else None
    made = candidates(file, listed.node, {}) if file and listed and listed.node else ()
    groups = {str(item.value) for found in made for entry in found.parts if (item := entry.get("group"))}
    network = tree.files.get("bicep/modules/network.bicep")
    zones = network.named("zoneNames") if network else None
    named = {name for name, _ in zones.node.entries} if zones and zones.node else set()
    for missing in sorted(wanted - groups):
        yield Fault("bicep/modules/private-endpoints.bicep", 0, f"there is no private endpoint for {missing}")
    for missing in sorted(groups - named):
        yield Fault("bicep/modules/network.bicep", 0, f"there is no private DNS zone for {missing}")
    yield from absent(tree, "link of a DNS zone", "Microsoft.Network/privateDnsZones/virtualNetworkLinks")


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.parts if node is not None else ()


@policy("subnet-rules", "WAF SE:06")
def guard_subnets(tree: Tree) -> Iterator[Fault]:
    """Every subnet has a security group, and none lets the internet in."""
    for place in tree.resources("Microsoft.Network/virtualNetworks"):
        listed = place.found.node.get("properties", "subnets") if place.found.node else None
        for subnet in _items(listed):
            if subnet.get("properties", "networkSecurityGroup") is None:
                yield Fault(place.file.path, subnet.line, "a subnet has no network security group")
    for place in tree.resources("Microsoft.Network/networkSecurityGroups"):
        listed = place.found.node.get("properties", "securityRules") if place.found.node else None
        for rule in _items(listed):
            said = {key: rule.get("properties", key) for key in ("access", "direction", "sourceAddressPrefix")}
            values = {key: node.value if node else None for key, node in said.items()}
            open_to = values["sourceAddressPrefix"] in {"*", "Internet", "0.0.0.0/0"}
            if values["access"] == "Allow" and values["direction"] == "Inbound" and open_to:
                yield Fault(place.file.path, rule.line, "a rule lets the internet in")


@policy("front-door-firewall", "WAF SE:06")
def guard_the_door(tree: Tree) -> Iterator[Fault]:
    """The front door's firewall blocks, limits rates, and stands before every route; production has it."""
    policies = tree.resources(FIREWALL)
    yield from absent(tree, "firewall policy", FIREWALL)
    yield from must(policies, "properties.policySettings.enabledState", "Enabled")
    yield from must(policies, "properties.policySettings.mode", "Prevention")
    for place in policies:
        rules = _items(place.found.node.get("properties", "customRules", "rules") if place.found.node else None)
        if not any(_says(rule, "ruleType", "RateLimitRule") and _says(rule, "action", "Block") for rule in rules):
            yield place.fault("no rule limits how often an address may call")
    yield from absent(
        tree, "security policy that puts the firewall before the door", "Microsoft.Cdn/profiles/securityPolicies"
    )
    yield from must(tree.resources("Microsoft.Cdn/profiles/afdEndpoints/routes"), "properties.httpsRedirect", "Enabled")
    for environment in ("staging", "production"):
        if tree.parameter(environment, "frontDoor") not in {"Standard", "Premium"}:
            yield Fault(f"bicep/{environment}.bicepparam", 0, "frontDoor must be Standard or Premium")


@policy("front-door-only", "WAF SE:06")
def refuse_the_back_door(tree: Tree) -> Iterator[Fault]:
    """Behind a front door the app answers that door and Event Grid only."""
    for place in tree.resources("Microsoft.Web/sites"):
        if "Deny" not in place.values("properties.siteConfig.ipSecurityRestrictionsDefaultAction"):
            yield place.fault("ipSecurityRestrictionsDefaultAction must be able to be Deny")
        callers = place.file.named("callers")
        tags = {
            str(item.value) for entry in _items(callers.node if callers else None) if (item := entry.get("ipAddress"))
        }
        if tags != {"AzureFrontDoor.Backend", "AzureEventGrid"}:
            yield place.fault("let in AzureFrontDoor.Backend and AzureEventGrid, and nobody else")
        yield from _identified(place, callers.node if callers else None)


def _identified(place: Place, callers: Node | None) -> Iterator[Fault]:
    for entry in _items(callers):
        if _says(entry, "ipAddress", "AzureFrontDoor.Backend") and entry.get("headers", "x-azure-fdid") is None:
            yield place.fault("the front door must be told by its x-azure-fdid, for anybody can have a front door")


def _says(node: Node, name: str, value: str) -> bool:
    found = node.get(name)
    return found is not None and found.value == value


@policy("way-out", "WAF RE:03; default outbound access is retired")
def have_a_way_out(tree: Tree) -> Iterator[Fault]:
    """The app's subnet has a way to the internet: exchange rates and the issuer's keys come from there."""
    for place in tree.resources("Microsoft.Network/virtualNetworks"):
        listed = place.found.node.get("properties", "subnets") if place.found.node else None
        for subnet in _items(listed):
            if subnet.get("properties", "delegations") and subnet.get("properties", "natGateway") is None:
                yield Fault(place.file.path, subnet.line, "the app's subnet has no NAT gateway")
