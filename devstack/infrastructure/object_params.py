"""Objects that are handed on: what a module reads of an object parameter must be in what it is given.

Rule: `bicep.object-params`. Bicep itself checks this only where the parameter has a type of its own.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from devstack.infrastructure.findings import Finding
from devstack.infrastructure.symbols import Files, target_of
from devstack.infrastructure.syntax import BicepFile, Node


def check_object_params(files: Files) -> Iterator[Finding]:
    """Every property that is read and not given, or given and not read."""
    main = files.get("bicep/main.bicep")
    for file in files.values():
        for module in file.of("module"):
            target = files.get(target_of(file, module))
            given = module.node.get("params") if module.node else None
            if target is not None and given is not None:
                yield from _compare(file, target, given.entries)
        if file.path.endswith(".bicepparam") and main is not None:
            yield from _compare(file, main, [(found.name, found.node) for found in file.of("var") if found.node])


def _compare(file: BicepFile, target: BicepFile, given: Iterable[tuple[str, Node]]) -> Iterator[Finding]:
    for name, value in given:
        parameter = target.named(name)
        if parameter is None or parameter.type != "object" or value.kind != "object":
            continue
        read = properties_read(target, name)
        has = {key for key, _ in value.entries}
        if read is None:
            continue
        for missing in sorted(read - has):
            message = f"{name}.{missing} is read in {target.path} and not given"
            yield Finding(file.path, value.line, "bicep.object-params", message)
        for surplus in sorted(has - read):
            message = f"{name}.{surplus} is given and not read in {target.path}"
            yield Finding(file.path, value.line, "bicep.object-params", message)


@lru_cache(maxsize=2048)
def properties_read(file: BicepFile, parameter: str) -> frozenset[str] | None:
    """The properties of an object parameter that a file reads; None: it hands the whole object on."""
    read: set[str] = set()
    owners: set[int] = set()
    mentions = []
    for found in file.declarations:
        for whole in filter(None, (found.loop or found.node, found.condition)):
            for node in whole.walk():
                if node.kind == "member" and node.parts[0].kind == "name" and node.parts[0].value == parameter:
                    read.add(str(node.value))
                    owners.add(id(node.parts[0]))
                elif node.kind == "name" and node.value == parameter:
                    mentions.append(id(node))
    return frozenset(read) if set(mentions) <= owners else None
