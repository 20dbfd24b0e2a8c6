"""The type check: every resource's body against the model of its type.

Rules: `model.unknown-type`, `model.api-version`, `model.unknown-property`, `model.wrong-type`, `model.wrong-value`,
`model.missing-property`, `model.read-only`. What only Azure can know (a parameter's value, a function's answer) is not
judged; a resource type without a model is a finding, never passed over.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from devstack.infrastructure.findings import Finding
from devstack.infrastructure.resource_types import Described, describe
from devstack.infrastructure.shapes import Field, Shape
from devstack.infrastructure.syntax import BicepFile, Declaration, Node

BICEP_ONLY = frozenset({"name", "parent", "scope", "dependsOn"})
_LITERAL = {"text": "text", "number": "number", "flag": "flag", "object": "object", "array": "list", "loop": "list"}
_WANTED = {"model": "object", "fields": "object", "map": "object"}
_DECLARED = {"string": "text", "int": "number", "bool": "flag", "object": "object", "array": "list"}
_TEXT_CALLS = frozenset({"string", "guid", "take", "uniqueString", "toLower", "toUpper", "loadTextContent", "format"})


def check_bodies(files: Mapping[str, BicepFile]) -> Iterator[Finding]:
    """Everything that is wrong with resource bodies, over all files."""
    for file in files.values():
        yield from _check_file(file)


@lru_cache(maxsize=512)
def _check_file(file: BicepFile) -> tuple[Finding, ...]:
    return tuple(finding for resource in file.of("resource") for finding in check_resource(file, resource))


def check_resource(file: BicepFile, resource: Declaration) -> Iterator[Finding]:
    """What is wrong with one resource."""
    kind, _, version = resource.type.partition("@")
    known = describe(kind, version)
    if known is None:
        yield Finding(file.path, resource.line, "model.unknown-type", f"no model describes {resource.type}")
        return
    if version not in known.versions:
        message = f"{kind}@{version}: the model is of {', '.join(sorted(known.versions))}"
        yield Finding(file.path, resource.line, "model.api-version", message)
    if resource.existing or resource.node is None:
        return
    loop = {}
    if resource.loop is not None:
        loop = bind_loop(file, resource.loop, {})
    yield from _Check(file, known, kind).body(resource.node, loop)


def bind_loop(file: BicepFile, loop: Node, scope: dict[str, tuple[Node, ...]]) -> dict[str, tuple[Node, ...]]:
    """What a loop's variable may be: the items of the literal array it runs over, or nothing that is known."""
    items = tuple(
        item for found in candidates(file, loop.parts[0], scope) if found.kind == "array" for item in found.parts
    )
    return {**scope, **dict.fromkeys(loop.names[1:], ()), loop.names[0]: items}


def candidates(file: BicepFile, node: Node, scope: Mapping[str, tuple[Node, ...]]) -> Iterator[Node]:
    """The literals that an expression may come to, as far as the file tells."""
    if node.kind in {*_LITERAL, "null"}:
        yield node
    elif node.kind == "ternary":
        yield from candidates(file, node.parts[1], scope)
        yield from candidates(file, node.parts[2], scope)
    elif node.kind == "name":
        yield from scope[str(node.value)] if node.value in scope else _of_symbol(file, node, scope)
    elif node.kind == "member":
        for owner in candidates(file, node.parts[0], scope):
            if (inner := owner.get(str(node.value))) is not None:
                yield from candidates(file, inner, scope)
    elif node.kind == "call" and node.value in _TEXT_CALLS:
        yield Node("text", node.line)
    elif node.kind == "call" and node.value == "concat":
        parts = [item for part in node.parts for found in candidates(file, part, scope) for item in found.parts]
        yield Node("array", node.line, parts=tuple(parts))


def _of_symbol(file: BicepFile, node: Node, scope: Mapping[str, tuple[Node, ...]]) -> Iterator[Node]:
    found = file.named(str(node.value))
    if found is not None and found.what == "var" and found.node is not None:
        yield from candidates(file, found.node, scope)
    elif found is not None and found.what == "param":
        yield from _of_parameter(found, node)


def _of_parameter(parameter: Declaration, node: Node) -> Iterator[Node]:
    """A parameter as a literal of its type; each allowed value where they are listed."""
    kind = _DECLARED.get(parameter.type.rstrip("?"))
    allowed = parameter.decorator("allowed")
    if allowed is not None:
        yield from (Node(item.kind, node.line, item.value) for item in allowed.parts)
    elif kind in {"text", "number", "flag"}:
        yield Node(kind, node.line)
    elif kind == "list":
        yield Node("loop", node.line)
    elif kind == "object":
        yield Node("unknown object", node.line)


@dataclass(frozen=True)
class _Check:
    """The check of one resource."""

    file: BicepFile
    known: Described
    type: str

    def body(self, node: Node, scope: dict[str, tuple[Node, ...]]) -> Iterator[Finding]:
        """The resource's own object."""
        fields = self._fields(self.known.shape, node)
        rest = Node("object", node.line, entries=tuple(entry for entry in node.entries if entry[0] not in BICEP_ONLY))
        yield from self._object(rest, {name: fields[name] for name in fields if name not in BICEP_ONLY}, "", scope)

    def _fields(self, shape: Shape, node: Node) -> dict[str, Field]:
        if shape.kind == "fields" or self.known.models is None:
            return shape.fields
        told = {key: value.value for key, value in node.entries if value.kind == "text"}
        return self.known.models.fields(self.known.models.subtype(shape.model, told))

    def _find(self, line: int, rule: str, message: str) -> Finding:
        return Finding(self.file.path, line, f"model.{rule}", f"{self.type}: {message}")

    def _object(
        self, node: Node, fields: dict[str, Field], path: str, scope: dict[str, tuple[Node, ...]]
    ) -> Iterator[Finding]:
        for name, value in node.entries:
            if name.endswith(" (key)"):
                continue
            if name not in fields:
                yield self._find(value.line, "unknown-property", f"{path}{name} is not a property")
            elif fields[name].read_only:
                yield self._find(value.line, "read-only", f"{path}{name} is written by Azure only")
            else:
                yield from self._value(value, fields[name].shape, path + name, scope)
        given = {name for name, _ in node.entries}
        for name, field in fields.items():
            if field.required and name not in given:
                yield self._find(node.line, "missing-property", f"{path}{name} must be given")

    def _value(self, node: Node, shape: Shape, path: str, scope: dict[str, tuple[Node, ...]]) -> Iterator[Finding]:
        for found in candidates(self.file, node, scope):
            if found.kind == "null" or shape.kind == "any":
                continue
            have, want = _LITERAL.get(found.kind, "object"), _WANTED.get(shape.kind, shape.kind)
            if have != want:
                yield self._find(node.line, "wrong-type", f"{path} is {have}, must be {want}")
            elif shape.values and isinstance(found.value, str) and found.value not in shape.values:
                known = ", ".join(sorted(shape.values))
                yield self._find(node.line, "wrong-value", f"{path} is {found.value!r}, must be one of {known}")
            else:
                yield from self._inside(found, shape, path, scope)

    def _inside(self, node: Node, shape: Shape, path: str, scope: dict[str, tuple[Node, ...]]) -> Iterator[Finding]:
        if node.kind == "array" and shape.of is not None:
            for item in node.parts:
                yield from self._value(item, shape.of, f"{path}[]", scope)
        elif node.kind == "loop" and node.parts and shape.of is not None:
            yield from self._value(node.parts[1], shape.of, f"{path}[]", bind_loop(self.file, node, scope))
        elif node.kind == "object" and shape.kind == "map" and shape.of is not None:
            for name, value in node.entries:
                if not name.endswith(" (key)"):
                    yield from self._value(value, shape.of, f"{path}.{name}", scope)
        elif node.kind == "object" and shape.kind in {"model", "fields"}:
            yield from self._object(node, self._fields(shape, node), f"{path}.", scope)
