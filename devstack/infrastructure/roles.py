"""The role table: who may do what, and that Bicep assigns exactly this.

Rules: `roles.missing`, `roles.surplus`, `roles.unknown-role`, `roles.no-reason`, `roles.name`, `roles.principal-type`.
The GUIDs are Azure's built-in roles (learn.microsoft.com, "Azure built-in roles").
"""

from collections.abc import Iterator

from devstack.infrastructure.findings import Finding
from devstack.infrastructure.policies.registry import Place, Tree
from devstack.infrastructure.syntax import Node

PATH = "bicep/modules/roles.bicep"
BUILT_IN = {
    "blobDataOwner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "blobDataContributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "queueDataContributor": "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
    "tableDataContributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    "durableTaskDataContributor": "0ad04412-c4d5-4796-b79c-f76d14c8d402",
    "monitoringMetricsPublisher": "3913510d-42f4-4e42-8a64-420c390055eb",
    "keyVaultSecretsUser": "4633458b-17de-408a-b874-0445c86b69e6",
}
NEEDED = {
    ("appPrincipalId", "blobDataOwner", "hostAccount"),
    ("appPrincipalId", "queueDataContributor", "hostAccount"),
    ("appPrincipalId", "tableDataContributor", "hostAccount"),
    ("appPrincipalId", "blobDataOwner", "dataAccount"),
    ("appPrincipalId", "queueDataContributor", "dataAccount"),
    ("appPrincipalId", "durableTaskDataContributor", "scheduler"),
    ("appPrincipalId", "monitoringMetricsPublisher", "insights"),
    ("appPrincipalId", "keyVaultSecretsUser", "vault"),
    ("topicPrincipalId", "blobDataContributor", "deadLetters"),
}
"""(principal, role, scope), each by its symbol in roles.bicep. Whoever adds one says here that it is needed."""


def check_roles(tree: Tree) -> Iterator[Finding]:
    """Everything that is wrong with role assignments."""
    file = tree.files.get(PATH)
    if file is None:
        yield Finding(PATH, 0, "roles.missing", "there is no roles.bicep")
        return
    listed = file.named("roleIds")
    ids = dict(listed.node.entries) if listed and listed.node else {}
    for name, value in ids.items():
        if BUILT_IN.get(name) != value.value:
            yield Finding(PATH, value.line, "roles.unknown-role", f"{name} is not the built-in role {value.value}")
    assigned: set[tuple[str, str, str]] = set()
    for place in tree.resources("Microsoft.Authorization/roleAssignments"):
        triple = _triple(place)
        assigned.add(triple)
        if triple not in NEEDED:
            message = f"{' '.join(triple)} is not in the table of needed roles"
            yield Finding(place.file.path, place.found.line, "roles.surplus", message)
        yield from _check_form(place, triple)
    for triple in sorted(NEEDED - assigned):
        yield Finding(PATH, 0, "roles.missing", f"{triple[0]} must have {triple[1]} on {triple[2]}")


def _triple(place: Place) -> tuple[str, str, str]:
    node = place.found.node
    principal = node.get("properties", "principalId") if node else None
    role = node.get("properties", "roleDefinitionId") if node else None
    scope = node.get("scope") if node else None
    named = [found for found in (role.walk() if role else ()) if found.kind == "member"]
    return _symbol(principal), str(named[0].value) if named else "?", _symbol(scope)


def _symbol(node: Node | None) -> str:
    return str(node.value) if node is not None and node.kind == "name" else "?"


def _check_form(place: Place, triple: tuple[str, str, str]) -> Iterator[Finding]:
    path, line = place.file.path, place.found.line
    (reason,) = place.values("properties.description") or {None}
    if not isinstance(reason, str) or len(reason) < 30:  # noqa: PLR2004 (a sentence)
        yield Finding(path, line, "roles.no-reason", f"{place.found.name} must say why, in its description")
    if place.values("properties.principalType") != {"ServicePrincipal"}:
        yield Finding(path, line, "roles.principal-type", f"{place.found.name}: principalType must be ServicePrincipal")
    name = place.found.node.get("name") if place.found.node else None
    used = [str(found.value) for found in (name.walk() if name else ()) if found.kind in {"name", "member"}]
    if name is None or name.value != "guid" or not {triple[0], triple[1], triple[2]} <= set(used):
        message = f"{place.found.name}: its name must be the guid of scope, principal and role, so that it is made once"
        yield Finding(path, line, "roles.name", message)
