"""Bicep as a tree of ours: tree-sitter reads the text, and what the gate asks about is lifted out of it.

A parameter file is read as a file of variables: the grammar knows `param x = …` only with a type.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import tree_sitter
import tree_sitter_bicep

from devstack.infrastructure.findings import Finding

_LANGUAGE = tree_sitter.Language(tree_sitter_bicep.language())
UNCOVERED = "uncovered"
"""The kind of what the grammar takes and this module does not; the symbol check reports it."""

UNDECLARED = {"comment", "using_statement", "metadata_declaration", "target_scope_assignment", "ERROR"}
_ESCAPES = {"\\n": "\n", "\\r": "\r", "\\t": "\t", "\\'": "'", "\\\\": "\\", "\\$": "$"}


@dataclass(frozen=True, eq=False)
class Node:
    """An expression.

    Attributes:
        kind: text, number, flag, null, array, object, ternary, loop, conditional, name,
            member, index, call, lambda, binary, negation, or `UNCOVERED`.
        line: Where it begins.
        value: A literal's value (None: it is put together), a name, a property, a called function.
        parts: What it is made of: items, operands, arguments; a loop's are what it runs over and its body.
        entries: An object's properties, in order.
        names: The variables that a loop or a lambda binds.
    """

    kind: str
    line: int
    value: str | int | bool | None = None
    parts: tuple["Node", ...] = ()
    entries: tuple[tuple[str, "Node"], ...] = ()
    names: tuple[str, ...] = ()

    def get(self, *path: str) -> "Node | None":
        """The value under these properties, of literal objects."""
        found: Node | None = self
        for name in path:
            found = next((value for key, value in found.entries if key == name), None) if found else None
        return found

    def walk(self) -> Iterator["Node"]:
        """It and everything in it."""
        yield self
        for part in (*self.parts, *(value for _, value in self.entries)):
            yield from part.walk()


@dataclass(frozen=True, eq=False)
class Declaration:
    """A parameter, a variable, an output, a resource or a module.

    Attributes:
        what: `param`, `var`, `output`, `resource` or `module`.
        name: Its symbol.
        line: Where it begins.
        type: A parameter's or output's type as written; a resource's `Provider/type@version`; a module's path.
        node: Its default, value or body; None where there is none.
        decorators: The calls that stand before it.
        existing: A resource that is only referred to.
        loop: The loop it is made in, if any.
        condition: What it is made under, if anything.
    """

    what: str
    name: str
    line: int
    type: str = ""
    node: Node | None = None
    decorators: tuple[Node, ...] = ()
    existing: bool = False
    loop: Node | None = None
    condition: Node | None = None

    def decorator(self, name: str) -> Node | None:
        """The first argument of that decorator."""
        return next((call.parts[0] for call in self.decorators if call.value == name and call.parts), None)

    @property
    def resource_type(self) -> str:
        """A resource's type without its version."""
        return self.type.partition("@")[0]


@dataclass(frozen=True, eq=False)
class BicepFile:
    """One file."""

    path: str
    declarations: tuple[Declaration, ...]
    faults: tuple[Finding, ...] = field(default=())

    def of(self, what: str) -> tuple[Declaration, ...]:
        """The declarations of one sort."""
        return tuple(found for found in self.declarations if found.what == what)

    def named(self, name: str) -> Declaration | None:
        """What that symbol stands for."""
        return next((found for found in self.declarations if found.name == name and found.what != "output"), None)


@lru_cache(maxsize=512)
def parse(path: str, text: str) -> BicepFile:
    """Read a `.bicep` or `.bicepparam` file; what the grammar does not take is among its faults."""
    if path.endswith(".bicepparam"):
        text = re.sub(r"^param(?= )", "var  ", text, flags=re.MULTILINE)
    tree = tree_sitter.Parser(_LANGUAGE).parse(text.encode())
    reader = _Reader(path)
    reader.read(tree.root_node)
    return BicepFile(path, tuple(reader.declarations), tuple(_faults(path, tree.root_node)))


def _faults(path: str, node: tree_sitter.Node) -> Iterator[Finding]:
    if node.is_error or node.is_missing:
        said = (node.text or b"").decode().strip().splitlines()
        yield Finding(path, _line(node), "bicep.syntax", f"not Bicep here: {said[0][:60] if said else node.type}")
    elif node.has_error:
        for child in node.children:
            yield from _faults(path, child)


def _line(node: tree_sitter.Node) -> int:
    return int(node.start_point[0]) + 1


def _text(node: tree_sitter.Node) -> str:
    return (node.text or b"").decode()


class _Reader:
    """Collects the declarations of a file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.declarations: list[Declaration] = []

    def read(self, parent: tree_sitter.Node) -> None:
        """Read every declaration of a file."""
        decorators: tuple[Node, ...] = ()
        for child in parent.named_children:
            if child.type == "decorators":
                decorators = tuple(build(found.named_children[0]) for found in child.named_children)
                continue
            self._declare(child, decorators)
            decorators = ()

    def _declare(self, node: tree_sitter.Node, decorators: tuple[Node, ...]) -> None:
        inner = [child for child in node.named_children if child.type != "comment"]
        line = _line(node)
        if node.type in {"parameter_declaration", "output_declaration"} and inner:
            value = build(inner[2]) if len(inner) > 2 else None  # noqa: PLR2004 (name, type, value)
            what = "param" if node.type.startswith("param") else "output"
            kind = _text(inner[1]) if len(inner) > 1 else ""
            self.declarations.append(Declaration(what, _text(inner[0]), line, kind, value, decorators))
        elif node.type == "variable_declaration" and len(inner) > 1:
            self.declarations.append(
                Declaration("var", _text(inner[0]), line, node=build(inner[-1]), decorators=decorators)
            )
        elif node.type in {"resource_declaration", "module_declaration"}:
            self._declare_body(node, inner, decorators)
        elif node.type not in UNDECLARED:
            self.declarations.append(Declaration("var", UNCOVERED, line, node=Node(UNCOVERED, line, node.type)))

    def _declare_body(
        self, node: tree_sitter.Node, inner: list[tree_sitter.Node], decorators: tuple[Node, ...]
    ) -> None:
        what = node.type.partition("_")[0]
        kind = str(build(inner[1]).value or "")
        loop = condition = None
        body = build(inner[-1])
        if body.kind == "loop":
            loop, body = body, body.parts[-1]
        if body.kind == "conditional":
            condition, body = body.parts
        existing = any(child.type == "existing" or _text(child) == "existing" for child in node.children)
        self.declarations.append(
            Declaration(what, _text(inner[0]), _line(node), kind, body, decorators, existing, loop, condition)
        )


def build(node: tree_sitter.Node) -> Node:
    """One expression of the grammar as a node of ours."""
    inner = [child for child in node.named_children if child.type != "comment"]
    maker = _MAKERS.get(node.type)
    if maker is not None:
        return maker(node, inner)
    return Node(UNCOVERED, _line(node), node.type)


def _string(node: tree_sitter.Node, inner: list[tree_sitter.Node]) -> Node:
    if any(child.type == "interpolation" for child in inner):
        parts = tuple(build(part) for child in inner if child.type == "interpolation" for part in child.named_children)
        return Node("text", _line(node), None, parts)
    return Node("text", _line(node), "".join(_ESCAPES.get(_text(child), _text(child)) for child in inner))


def _object(node: tree_sitter.Node, inner: list[tree_sitter.Node]) -> Node:
    entries = []
    for child in inner:
        if child.type != "object_property":
            entries.append((UNCOVERED, Node(UNCOVERED, _line(child), child.type)))
            continue
        pair = [part for part in child.named_children if part.type != "comment"]
        key = build(pair[0]) if pair[0].type == "string" else None
        name = _text(pair[0]) if key is None or key.value is None else str(key.value)
        parts = key.parts if key is not None else ()
        value = build(pair[-1])
        entries.append((name, value))
        entries += [(f"{name} (key)", part) for part in parts]
    return Node("object", _line(node), entries=tuple(entries))


def _loop(node: tree_sitter.Node, inner: list[tree_sitter.Node]) -> Node:
    head = inner[0]
    names = [_text(part) for part in head.named_children] if head.type == "for_loop_parameters" else [_text(head)]
    return Node("loop", _line(node), parts=(build(inner[1]), build(inner[-1])), names=tuple(names))


def _unary(node: tree_sitter.Node, inner: list[tree_sitter.Node]) -> Node:
    made = build(inner[0])
    if made.kind == "number" and isinstance(made.value, int) and _text(node).startswith("-"):
        return Node("number", made.line, -made.value)
    return Node("negation", _line(node), None, (made,))


def _call(node: tree_sitter.Node, inner: list[tree_sitter.Node]) -> Node:
    arguments = [build(part) for part in inner[-1].named_children if part.type != "comment"]
    target = build(inner[0])
    parts = (*arguments, *([target] if target.kind == "member" else []))
    return Node("call", _line(node), str(target.value), tuple(parts))


def _array(node: tree_sitter.Node, inner: list[tree_sitter.Node]) -> Node:
    """An array; the grammar takes a call that stands first in one for a name and a value in parentheses."""
    items: list[Node] = []
    for before, child in zip([None, *inner], inner, strict=False):
        items.append(build(child))
        if before is not None and child.type == "parenthesized_expression" and before.end_byte == child.start_byte:
            argument, called = items.pop(), items.pop()
            items.append(Node("call", called.line, called.value, (argument,)))
    return Node("array", _line(node), parts=tuple(items))


def _member(node: tree_sitter.Node, inner: list[tree_sitter.Node]) -> Node:
    """`of.name`; the grammar binds `a ? b : c.name` as `(a ? b : c).name`."""
    name, of = _text(inner[-1]), build(inner[0])
    return _put_inside(of, name, _line(node)) if _is_bare_choice(inner[0]) else Node("member", _line(node), name, (of,))


def _is_bare_choice(node: tree_sitter.Node) -> bool:
    while node.type == "member_expression":
        node = node.named_children[0]
    return bool(node.type == "ternary_expression")


def _put_inside(choice: Node, name: str, line: int) -> Node:
    condition, chosen, other = choice.parts
    return Node("ternary", choice.line, parts=(condition, chosen, Node("member", line, name, (other,))))


_MAKERS: dict[str, Callable[[tree_sitter.Node, list[tree_sitter.Node]], Node]] = {
    "string": _string,
    "object": _object,
    "for_statement": _loop,
    "unary_expression": _unary,
    "call_expression": _call,
    "binary_expression": lambda node, inner: Node("binary", _line(node), None, tuple(build(part) for part in inner)),
    "number": lambda node, _: Node("number", _line(node), int(_text(node))),
    "boolean": lambda node, _: Node("flag", _line(node), _text(node) == "true"),
    "null": lambda node, _: Node("null", _line(node)),
    "identifier": lambda node, _: Node("name", _line(node), _text(node)),
    "array": _array,
    "parenthesized_expression": lambda _, inner: build(inner[0]),
    "if_statement": lambda node, inner: Node("conditional", _line(node), parts=(build(inner[0]), build(inner[-1]))),
    "ternary_expression": lambda node, inner: Node("ternary", _line(node), parts=tuple(build(part) for part in inner)),
    "member_expression": _member,
    "subscript_expression": lambda node, inner: Node("index", _line(node), parts=tuple(build(part) for part in inner)),
    "lambda_expression": lambda node, inner: Node(
        "lambda",
        _line(node),
        parts=(build(inner[-1]),),
        names=tuple(_text(found) for part in inner[:-1] for found in (part.named_children or [part])),
    ),
}
