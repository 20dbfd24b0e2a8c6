"""The symbol check: what is named is there, what is there is used, and modules are given what they ask for.

Rules: `bicep.undefined`, `bicep.unused`, `bicep.duplicate`, `bicep.module-missing`, `bicep.module-params`,
`bicep.module-output`, `bicep.unused-module`, `bicep.unused-output`, `bicep.parameter-file`, `bicep.cycle`,
`bicep.undescribed`, `bicep.not-covered`.
"""

import posixpath
from collections.abc import Iterator, Mapping
from functools import lru_cache

from devstack.infrastructure.findings import Finding
from devstack.infrastructure.syntax import UNCOVERED, BicepFile, Declaration, Node

FUNCTIONS = frozenset({
    "any", "array", "base64", "cidrSubnet", "concat", "contains", "dateTimeAdd", "deployment", "empty", "endsWith",
    "environment", "extensionResourceId", "filter", "first", "format", "guid", "indexOf", "int", "intersection",
    "items", "join", "json", "last", "length", "listKeys", "loadJsonContent", "loadTextContent", "map", "max",
    "min", "padLeft", "range", "readEnvironmentVariable", "reduce", "replace", "resourceGroup", "resourceId",
    "skip", "sort", "split", "startsWith", "string", "subscription", "subscriptionResourceId", "substring", "take",
    "tenant", "tenantResourceId", "toLower", "toObject", "toUpper", "trim", "union", "uniqueString", "uri",
    "utcNow",
})  # fmt: skip
DECORATORS = frozenset(
    {"allowed", "batchSize", "description", "maxLength", "maxValue", "minLength", "minValue", "secure"}
)
ENTRY_POINTS = frozenset({"bicep/main.bicep", "bicep/modules/event-subscription.bicep"})
"""What is deployed by itself; every other module is part of one of these."""
_KINDS = {"text": "string", "number": "int", "flag": "bool", "array": "array", "object": "object", "loop": "array"}

Files = Mapping[str, BicepFile]


def check_symbols(files: Files) -> Iterator[Finding]:
    """Everything that is wrong with symbols, over all files."""
    for file in files.values():
        yield from _check_alone(file)
        if file.path.endswith(".bicepparam"):
            yield from _check_parameter_file(file, files)
        for module in file.of("module"):
            yield from _check_module(file, module, files)
    yield from _check_module_use(files)


@lru_cache(maxsize=512)
def _check_alone(file: BicepFile) -> tuple[Finding, ...]:
    """What is wrong within one file."""
    found = [*file.faults, *_check_names(file)]
    if not file.path.endswith(".bicepparam"):
        found += [*_check_use(file), *_check_cycles(file)]
    return tuple(found)


def target_of(file: BicepFile, module: Declaration) -> str:
    """The path of the file that a module is made from."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(file.path), module.type))


def used_names(node: Node | None, bound: frozenset[str] = frozenset()) -> Iterator[Node]:
    """The names that an expression takes from outside itself."""
    if node is None:
        return
    inner = bound | set(node.names)
    if node.kind == "name" and node.value not in bound:
        yield node
    if node.kind == "loop":
        yield from used_names(node.parts[0], bound)
        yield from used_names(node.parts[1], inner)
        return
    for part in (*node.parts, *(value for _, value in node.entries)):
        yield from used_names(part, inner)


def names_in(declaration: Declaration) -> Iterator[Node]:
    """The names that a declaration takes from its file."""
    if declaration.loop is not None:
        yield from used_names(declaration.loop)
    else:
        yield from used_names(declaration.node)
        yield from used_names(declaration.condition)
    for decorator in declaration.decorators:
        yield from used_names(decorator)


def _check_names(file: BicepFile) -> Iterator[Finding]:
    known: dict[str, Declaration] = {}
    for found in file.declarations:
        if found.what == "output":
            continue
        if found.name in known and found.name != UNCOVERED:
            yield Finding(file.path, found.line, "bicep.duplicate", f"{found.name} is declared twice")
        known[found.name] = found
    for found in file.declarations:
        for name in names_in(found):
            if name.value not in known:
                yield Finding(file.path, name.line, "bicep.undefined", f"{name.value} is not declared")
        yield from _check_expressions(file, found)


def _check_expressions(file: BicepFile, found: Declaration) -> Iterator[Finding]:
    for call in found.decorators:
        if call.value not in DECORATORS:
            yield Finding(file.path, call.line, "bicep.undefined", f"@{call.value} is no decorator that is known here")
    whole = found.loop or found.node
    for node in whole.walk() if whole is not None else ():
        if node.kind == "call" and node.value not in FUNCTIONS and (not node.parts or node.parts[-1].kind != "member"):
            yield Finding(file.path, node.line, "bicep.undefined", f"{node.value}() is no function that is known here")
        if node.kind == UNCOVERED:
            yield Finding(
                file.path, node.line, "bicep.not-covered", f"this gate cannot read {node.value}; write it plainly"
            )


def _check_use(file: BicepFile) -> Iterator[Finding]:
    used = {name.value for found in file.declarations for name in names_in(found)}
    for found in (*file.of("param"), *file.of("var")):
        if found.name not in used:
            yield Finding(file.path, found.line, "bicep.unused", f"{found.what} {found.name} is not used")
    for found in file.of("param"):
        if found.decorator("description") is None:
            yield Finding(file.path, found.line, "bicep.undescribed", f"param {found.name} has no @description")


def _check_module(file: BicepFile, module: Declaration, files: Files) -> Iterator[Finding]:
    target = files.get(target_of(file, module))
    if target is None:
        yield Finding(file.path, module.line, "bicep.module-missing", f"{module.type} is not there")
        return
    given = module.node.get("params") if module.node is not None else None
    entries = dict(given.entries) if given is not None else {}
    wanted = {found.name: found for found in target.of("param")}
    for name, value in entries.items():
        if name not in wanted:
            message = f"{module.name} is given {name}, which {module.type} does not take"
            yield Finding(file.path, value.line, "bicep.module-params", message)
        elif complaint := _misfit(wanted[name], value):
            yield Finding(file.path, value.line, "bicep.module-params", f"{module.name}.{name}: {complaint}")
    for name, found in wanted.items():
        if name not in entries and found.node is None and not found.type.endswith("?"):
            yield Finding(file.path, module.line, "bicep.module-params", f"{module.name} is not given {name}")
    yield from _check_outputs(file, module, target)


def _check_outputs(file: BicepFile, module: Declaration, target: BicepFile) -> Iterator[Finding]:
    offered = {found.name for found in target.of("output")}
    for name, line in outputs_read(file, module.name):
        if name not in offered:
            yield Finding(file.path, line, "bicep.module-output", f"{module.type} has no output {name}")


def outputs_read(file: BicepFile, module: str) -> list[tuple[str, int]]:
    """(output, line) for each output of that module which a file reads."""
    return [(name, line) for owner, name, line in _outputs_read(file) if owner == module]


@lru_cache(maxsize=512)
def _outputs_read(file: BicepFile) -> tuple[tuple[str, str, int], ...]:
    """(module, output, line) for each output that a file reads."""
    found = []
    for found_in in file.declarations:
        whole = found_in.loop or found_in.node
        for node in whole.walk() if whole is not None else ():
            inner = node.parts[0] if node.kind == "member" else None
            if inner is not None and inner.kind == "member" and inner.value == "outputs":
                root = inner.parts[0]
                root = root.parts[0] if root.kind == "index" else root
                if root.kind == "name":
                    found.append((str(root.value), str(node.value), node.line))
    return tuple(found)


def _check_module_use(files: Files) -> Iterator[Finding]:
    used: dict[str, set[str]] = {}
    for file in files.values():
        for module in file.of("module"):
            read = {name for name, _ in outputs_read(file, module.name)}
            used.setdefault(target_of(file, module), set()).update(read)
    for path, file in files.items():
        if path.endswith(".bicepparam") or path in ENTRY_POINTS:
            continue
        if path not in used:
            yield Finding(path, 0, "bicep.unused-module", "no file uses this module, and it is not deployed by itself")
        for output in file.of("output"):
            if path in used and output.name not in used[path]:
                yield Finding(path, output.line, "bicep.unused-output", f"nobody reads the output {output.name}")


def _check_parameter_file(file: BicepFile, files: Files) -> Iterator[Finding]:
    main = files.get("bicep/main.bicep")
    wanted = {found.name: found for found in main.of("param")} if main is not None else {}
    given = {found.name: found for found in file.of("var")}
    for name, found in given.items():
        if name not in wanted:
            yield Finding(file.path, found.line, "bicep.parameter-file", f"main.bicep has no parameter {name}")
        elif found.node is not None and (complaint := _misfit(wanted[name], found.node)):
            yield Finding(file.path, found.line, "bicep.parameter-file", f"{name}: {complaint}")
    for name, found in wanted.items():
        if name not in given and found.node is None:
            yield Finding(file.path, 0, "bicep.parameter-file", f"{name} is not given")


def _misfit(parameter: Declaration, value: Node) -> str | None:
    """Why a literal does not fit a parameter."""
    kind, wanted = _KINDS.get(value.kind), parameter.type.rstrip("?")
    wanted = "array" if wanted.endswith("[]") else wanted
    if kind is not None and wanted in _KINDS.values() and kind != wanted:
        return f"{kind} is given, {wanted} is wanted"
    if value.value is None or kind not in {"string", "int"}:
        return None
    allowed = parameter.decorator("allowed")
    if allowed is not None and value.value not in [item.value for item in allowed.parts]:
        return f"{value.value!r} is none of {', '.join(str(item.value) for item in allowed.parts)}"
    size = len(value.value) if isinstance(value.value, str) else value.value
    least, most = (parameter.decorator(f"{end}{'Length' if kind == 'string' else 'Value'}") for end in ("min", "max"))
    if least is not None and isinstance(least.value, int) and size < least.value:
        return f"{value.value!r} is below {least.value}"
    if most is not None and isinstance(most.value, int) and size > most.value:
        return f"{value.value!r} is above {most.value}"
    return None


def _check_cycles(file: BicepFile) -> Iterator[Finding]:
    needs = {
        found.name: {str(name.value) for name in names_in(found)} - {found.name}
        for found in file.declarations
        if found.what != "output"
    }
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> tuple[str, ...] | None:
        if name in path:
            return (*path[path.index(name) :], name)
        if name in done:
            return None
        for other in sorted(needs.get(name, ())):
            if cycle := visit(other, (*path, name)):
                return cycle
        done.add(name)
        return None

    for found in file.declarations:
        if found.name in needs and (cycle := visit(found.name, ())):
            yield Finding(file.path, found.line, "bicep.cycle", " needs ".join(cycle))
            return
