"""How declarations fit together: children under parents of their type, and values of the type that is asked for.

Rules: `bicep.parent`, `bicep.scope`, `bicep.types`.
"""

from collections.abc import Iterator

from devstack.infrastructure.findings import Finding
from devstack.infrastructure.symbols import Files, target_of
from devstack.infrastructure.syntax import BicepFile, Declaration, Node

EXTENSIONS = frozenset(
    {
        "Microsoft.Authorization/locks",
        "Microsoft.Authorization/roleAssignments",
        "Microsoft.Insights/diagnosticSettings",
    }
)
"""Types that are about another resource, which `scope` names."""
_LITERALS = {"text": "string", "number": "int", "flag": "bool", "array": "array", "loop": "array", "object": "object"}
_DECLARED = frozenset({"string", "int", "bool", "array", "object"})


def check_relations(files: Files) -> Iterator[Finding]:
    """Everything that does not fit."""
    for file in files.values():
        for resource in file.of("resource"):
            yield from _check_parent(file, resource)
            yield from _check_scope(file, resource)
        for module in file.of("module"):
            yield from _check_types(file, module, files)


def _check_parent(file: BicepFile, resource: Declaration) -> Iterator[Finding]:
    owner, _, _ = resource.resource_type.rpartition("/")
    given = resource.node.get("parent") if resource.node else None
    if owner.count("/") == 0:
        if given is not None:
            yield Finding(file.path, resource.line, "bicep.parent", f"{resource.resource_type} has no parent")
        return
    parent = _resource_of(file, given)
    if parent is None:
        yield Finding(file.path, resource.line, "bicep.parent", f"{resource.name} must name its parent, a {owner}")
    elif parent.resource_type != owner:
        message = f"{resource.name} is a child of a {owner}, not of a {parent.resource_type}"
        yield Finding(file.path, resource.line, "bicep.parent", message)


def _check_scope(file: BicepFile, resource: Declaration) -> Iterator[Finding]:
    given = resource.node.get("scope") if resource.node else None
    if resource.resource_type in EXTENSIONS and _resource_of(file, given) is None:
        yield Finding(file.path, resource.line, "bicep.scope", f"{resource.name} must name the resource it is about")


def _resource_of(file: BicepFile, node: Node | None) -> Declaration | None:
    """The resource that a symbol, or an item of a loop's resources, stands for."""
    if node is not None and node.kind == "index":
        node = node.parts[0]
    found = file.named(str(node.value)) if node is not None and node.kind == "name" else None
    return found if found is not None and found.what == "resource" else None


def _check_types(file: BicepFile, module: Declaration, files: Files) -> Iterator[Finding]:
    target = files.get(target_of(file, module))
    given = module.node.get("params") if module.node else None
    for name, value in given.entries if target is not None and given is not None else ():
        parameter = target.named(name) if target is not None else None
        wanted = _plain(parameter.type) if parameter is not None else None
        for have in set(_types_of(file, value, files)):
            if wanted is not None and have != wanted:
                message = f"{module.name}.{name}: {have} is given, {wanted} is wanted"
                yield Finding(file.path, value.line, "bicep.types", message)


def _types_of(file: BicepFile, node: Node, files: Files) -> Iterator[str]:
    """The types that an expression may have, as far as declarations tell."""
    if node.kind in _LITERALS:
        yield _LITERALS[node.kind]
    elif node.kind == "ternary":
        for branch in node.parts[1:]:
            yield from _types_of(file, branch, files)
    elif node.kind == "name":
        found = file.named(str(node.value))
        if found is not None and found.what == "param" and (plain := _plain(found.type)):
            yield plain
        elif found is not None and found.what == "var" and found.node is not None:
            yield from _types_of(file, found.node, files)
    elif node.kind == "member":
        yield from _type_of_output(file, node, files)


def _type_of_output(file: BicepFile, node: Node, files: Files) -> Iterator[str]:
    owner = node.parts[0]
    module = file.named(str(owner.parts[0].value)) if owner.kind == "member" and owner.value == "outputs" else None
    target = files.get(target_of(file, module)) if module is not None and module.what == "module" else None
    for output in target.of("output") if target is not None else ():
        if output.name == node.value and (plain := _plain(output.type)):
            yield plain


def _plain(written: str) -> str | None:
    """A declared type without its nullability; None: it is one of its own."""
    kind = written.rstrip("?")
    kind = "array" if kind.endswith("[]") else kind
    return kind if kind in _DECLARED else None
