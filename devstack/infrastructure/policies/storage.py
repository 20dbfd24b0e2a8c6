"""Policies of storage accounts and the vault."""

from collections.abc import Iterator

from devstack.infrastructure.policies.registry import Fault, Tree, absent, must, policy

ACCOUNT = "Microsoft.Storage/storageAccounts"
CONTAINER = "Microsoft.Storage/storageAccounts/blobServices/containers"
VAULT = "Microsoft.KeyVault/vaults"


@policy("storage-shared-keys", "WAF SE:05")
def refuse_shared_keys(tree: Tree) -> Iterator[Fault]:
    """Storage is reached by identities, never by an account's key."""
    yield from absent(tree, "storage account", ACCOUNT)
    yield from must(tree.resources(ACCOUNT), "properties.allowSharedKeyAccess", False)  # noqa: FBT003 (a literal of Bicep)


@policy("storage-public-blobs", "WAF SE:06")
def refuse_public_blobs(tree: Tree) -> Iterator[Fault]:
    """No blob can be read without an identity."""
    yield from must(tree.resources(ACCOUNT), "properties.allowBlobPublicAccess", False)  # noqa: FBT003 (as above)
    yield from must(tree.resources(CONTAINER), "properties.publicAccess", "None")


@policy("storage-transport", "WAF SE:07")
def encrypt_transport(tree: Tree) -> Iterator[Fault]:
    """Storage speaks HTTPS of TLS 1.2 or newer."""
    yield from must(tree.resources(ACCOUNT), "properties.minimumTlsVersion", "TLS1_2", "TLS1_3")
    yield from must(tree.resources(ACCOUNT), "properties.supportsHttpsTrafficOnly", True)  # noqa: FBT003 (as above)


@policy("storage-firewall", "WAF SE:06")
def close_storage(tree: Tree) -> Iterator[Fault]:
    """The firewall lets in Azure's own services, which Event Grid is, and can deny everybody else."""
    yield from must(tree.resources(ACCOUNT, VAULT), "properties.networkAcls.bypass", "AzureServices")
    for place in tree.resources(ACCOUNT, VAULT):
        if "Deny" not in place.values("properties.networkAcls.defaultAction"):
            yield place.fault("networkAcls.defaultAction must be able to be Deny")


@policy("storage-recovery", "WAF RE:09")
def keep_deleted_blobs(tree: Tree) -> Iterator[Fault]:
    """What was deleted can be brought back."""
    services = tree.resources(f"{ACCOUNT}/blobServices")
    yield from absent(tree, "blob service", f"{ACCOUNT}/blobServices")
    for kind in ("deleteRetentionPolicy", "containerDeleteRetentionPolicy"):
        yield from must(services, f"properties.{kind}.enabled", True)  # noqa: FBT003 (as above)


@policy("backups-end", "WAF CO:04, RE:09")
def end_backups(tree: Tree) -> Iterator[Fault]:
    """The container of backups exists, and a lifecycle rule removes what is old from it."""
    file = tree.files.get("bicep/modules/files.bicep")
    text = tree.sources.get("bicep/modules/files.bicep", "")
    if file is None or file.named("backups") is None:
        yield Fault("bicep/modules/files.bicep", 0, "there is no container of backups")
        return
    rules = [
        entry
        for module in file.of("module")
        for listed in [module.node.get("params", "lifecycleRules") if module.node else None]
        for entry in (listed.parts if listed else ())
    ]
    covering = [
        rule
        for rule in rules
        if any(part.value == "backups" for prefix in [rule.get("prefixes")] if prefix for part in prefix.walk())
    ]
    ends = [rule.get("deleteAfterDays") for rule in covering]
    if not any(end is not None and end.value != -1 for end in ends) or not text:
        yield Fault("bicep/modules/files.bicep", 0, "no lifecycle rule removes old backups")
    yield from absent(tree, "lifecycle policy", f"{ACCOUNT}/managementPolicies")


@policy("vault-protection", "WAF SE:09")
def protect_vault(tree: Tree) -> Iterator[Fault]:
    """The vault goes by roles, and what is in it cannot be purged."""
    yield from absent(tree, "vault", VAULT)
    for setting in ("enableRbacAuthorization", "enablePurgeProtection", "enableSoftDelete"):
        yield from must(tree.resources(VAULT), f"properties.{setting}", True)  # noqa: FBT003 (as above)
