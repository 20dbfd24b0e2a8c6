"""The list of policies, and the words in which they are written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from devstack.infrastructure.bodies import candidates
from devstack.infrastructure.findings import Finding
from devstack.infrastructure.sources import Sources
from devstack.infrastructure.syntax import BicepFile, Declaration, Node

Value = str | int | bool | None


@dataclass(frozen=True)
class Place:
    """A declaration in its file."""

    file: BicepFile
    found: Declaration

    def values(self, path: str) -> set[Value]:
        """The literals under a path of a body, `properties.sku.name`; None stands for one that is not known."""
        node: Node | None = self.found.node
        for name in path.split("."):
            node = next((made for made in candidates(self.file, node, {}) if made.get(name)), None) if node else None
            node = node.get(name) if node else None
        return values_of(self.file, node)

    def has(self, path: str) -> bool:
        """Whether a body says anything under a path."""
        return bool(self.values(path))

    def fault(self, message: str) -> "Fault":
        """What is wrong with it."""
        return Fault(self.file.path, self.found.line, message)


def values_of(file: BicepFile, node: Node | None) -> set[Value]:
    """The literals that an expression may come to; None stands for one that is not known."""
    return {made.value for made in candidates(file, node, {})} or {None} if node is not None else set()


@dataclass(frozen=True)
class Fault:
    """What a policy found: where, and what."""

    path: str
    line: int
    message: str


@dataclass(frozen=True)
class Tree:
    """All that policies look at.

    Attributes:
        files: The Bicep files and parameter files by path.
        sources: Every file's text by path.
    """

    files: Mapping[str, BicepFile]
    sources: Sources

    def resources(self, *types: str, existing: bool = False) -> list[Place]:
        """The resources of these types that are made here; `existing`: those only referred to."""
        return [
            Place(file, found)
            for file in self.files.values()
            for found in file.of("resource")
            if found.existing is existing and (not types or found.resource_type in types)
        ]

    def environment(self, name: str) -> BicepFile:
        """A parameter file; an empty one where it is missing."""
        path = f"bicep/{name}.bicepparam"
        return self.files.get(path) or BicepFile(path, ())

    def parameter(self, environment: str, name: str) -> Value:
        """What an environment says of a parameter of main, or main's default."""
        for file in (self.environment(environment), self.files.get("bicep/main.bicep")):
            found = next((made for made in file.declarations if made.name == name), None) if file else None
            if found is not None and found.node is not None:
                return found.node.value
        return None


Policy = Callable[[Tree], Iterator[Fault]]


@dataclass(frozen=True)
class Registered:
    """A policy with its id, the recommendation it comes from, and what it asks for."""

    rule: str
    basis: str
    asks: str
    check: Policy


POLICIES: list[Registered] = []


def policy(rule: str, basis: str) -> Callable[[Policy], Policy]:
    """Register a function as the policy `policy.<rule>`; its docstring says what it asks for."""

    def register(check: Policy) -> Policy:
        POLICIES.append(Registered(f"policy.{rule}", basis, (check.__doc__ or "").strip(), check))
        return check

    return register


def check_policies(tree: Tree) -> Iterator[Finding]:
    """Everything that the policies find."""
    for registered in POLICIES:
        for fault in registered.check(tree):
            yield Finding(fault.path, fault.line, registered.rule, f"{fault.message} ({registered.basis})")


def absent(tree: Tree, what: str, *types: str) -> Iterator[Fault]:
    """A fault where there is no resource of these types at all."""
    if not tree.resources(*types):
        yield Fault("bicep/main.bicep", 0, f"there is no {what}")


def must(places: list[Place], path: str, *wanted: Value) -> Iterator[Fault]:
    """A fault for each resource that says, or may say, anything but these under a path."""
    for place in places:
        said = place.values(path)
        if not said or not said <= set(wanted):
            words = " or ".join(map(str, wanted))
            spoken = ", ".join("something unknown" if value is None else str(value) for value in said) or "nothing"
            yield place.fault(f"{place.found.resource_type} {path} must be {words}, says {spoken}")
