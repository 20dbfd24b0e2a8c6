"""The models of Microsoft's `azure-mgmt-*` packages, read as text: a class is parsed when it is asked for.

Importing the packages would take half a minute; their sources are regular. There are two generations: classes whose
properties are annotated with `rest_field(…)`, and older ones with an `_attribute_map`.
"""

import ast
import importlib.util
import re
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from devstack.infrastructure.findings import GateError
from devstack.infrastructure.shapes import ANY, FLAG, NUMBER, TEXT, Field, Shape

_CLASS = re.compile(r"^class (\w+)\((.*?)\):", re.MULTILINE | re.DOTALL)
_OLD_ENUM = re.compile(r":vartype (\w+): (?:list\[)?str or\s+~[\w.]+\.(\w+)")
_PLAIN = {
    "str": TEXT,
    "bytes": TEXT,
    "int": NUMBER,
    "float": NUMBER,
    "bool": FLAG,
    "duration": TEXT,
    "iso-8601": TEXT,
    "datetime.datetime": TEXT,
    "datetime.timedelta": TEXT,
    "datetime.date": TEXT,
    "decimal.Decimal": NUMBER,
}
_VERSION = re.compile(r"20\d\d-\d\d-\d\d(?:-preview)?")


@lru_cache(maxsize=64)
def load_models(package: str) -> "Models":
    """The models of a package, for example `azure.mgmt.web.models`.

    Raises:
        GateError: the package is not installed.
    """
    try:
        spec = importlib.util.find_spec(package.rpartition(".models")[0])
    except ModuleNotFoundError:
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise GateError(f"{package} is not installed; requirements-dev.txt pins it")
    return Models(Path(spec.submodule_search_locations[0]))


class Models:
    """One package's classes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._classes: dict[str, tuple[str, str]] = {}
        found = sorted((folder / "models").glob("_*.py"))
        for path in found:
            text = path.read_text(encoding="utf-8")
            starts = list(_CLASS.finditer(text))
            ends = [*(start.start() for start in starts[1:]), len(text)]
            for start, end in zip(starts, ends, strict=False):
                self._classes.setdefault(start[1], (start[2], text[start.start() : end]))
        if not self._classes:
            raise GateError(f"no models in {folder}")
        self._fields: dict[str, dict[str, Field]] = {}

    @cached_property
    def api_versions(self) -> frozenset[str]:
        """The API versions that the package speaks: its default, or that of its folder, or its operations'."""
        if named := re.search(r"/v(\d{4})_(\d\d)_(\d\d)(_preview)?$", self._folder.as_posix()):
            return frozenset({"-".join(named.group(1, 2, 3)) + ("-preview" if named[4] else "")})
        if found := set(_VERSION.findall((self._folder / "_configuration.py").read_text(encoding="utf-8"))):
            return frozenset(found)
        texts = (path.read_text(encoding="utf-8") for path in (self._folder / "operations").glob("*.py"))
        return frozenset(found for text in texts for found in _VERSION.findall(text))

    def has(self, name: str) -> bool:
        """Whether there is such a class."""
        return name in self._classes

    def fields(self, name: str) -> dict[str, Field]:
        """The properties of a class by their names in JSON, inherited ones too."""
        if name not in self._fields:
            self._fields[name] = self._read_fields(name)
        return self._fields[name]

    def subtype(self, name: str, told: dict[str, Any]) -> str:
        """The class that a value's discriminator names, or the class itself.

        Args:
            name: The class that the property is declared with.
            told: The texts that the value gives, by property.
        """
        key, chosen = self._subtypes.get(name, ("", {}))
        found = (
            chosen.get(told.get(key))
            if key
            else next((chosen[value] for value in told.values() if value in chosen), None)
        )
        return self.subtype(found, told) if found else name

    @cached_property
    def _subtypes(self) -> dict[str, tuple[str, dict[Any, str]]]:
        """By class: the property that discriminates (empty: any), and the class of each of its values."""
        found: dict[str, tuple[str, dict[Any, str]]] = {}
        for name, (bases, body) in self._classes.items():
            if marked := re.match(r"\s*(\w+),\s*discriminator=\"([^\"]+)\"", bases):
                found.setdefault(marked[1], ("", {}))[1][marked[2]] = name
            elif old := re.search(r"_subtype_map = (\{.*?\}\s*\})", body, re.DOTALL):
                ((attribute, classes),) = ast.literal_eval(old[1]).items()
                key = re.search(rf'"{attribute}": \{{"key": "([^"]+)"', body)
                found[name] = (key[1].replace("\\\\", "") if key else attribute, classes)
        return found

    def _read_fields(self, name: str) -> dict[str, Field]:
        if name not in self._classes:
            return {}
        bases, body = self._classes[name]
        fields: dict[str, Field] = {}
        for base in re.findall(r"[\w.]+", re.sub(r"\w+=.*", "", bases, flags=re.DOTALL)):
            fields.update(self.fields(base.rpartition(".")[2]))
        fields.update(self._read_old(body) if "_attribute_map" in body else self._read_new(body))
        return fields

    def _read_new(self, body: str) -> dict[str, Field]:
        (tree,) = ast.parse(body).body
        fields = {}
        for node in tree.body if isinstance(tree, ast.ClassDef) else ():
            call = node.value if isinstance(node, ast.AnnAssign) else None
            if not isinstance(call, ast.Call) or not isinstance(node, ast.AnnAssign):
                continue
            told = {word.arg: word.value for word in call.keywords}
            key = ast.literal_eval(told["name"]) if "name" in told else ast.unparse(node.target)
            readable = ast.literal_eval(told["visibility"]) if "visibility" in told else []
            shape, required = self._annotated(node.annotation)
            read_only = readable == ["read"]
            fields[key] = Field(shape, required and not read_only and "default" not in told, read_only)
        return fields

    def _annotated(self, node: ast.expr) -> tuple[Shape, bool]:
        """What an annotation allows, and whether it must be there."""
        if not isinstance(node, ast.Subscript):
            written = str(node.value) if isinstance(node, ast.Constant) else ast.unparse(node)
            return _PLAIN.get(written) or self._named(written.rpartition(".")[2]), True
        outer = ast.unparse(node.value).lower()
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if outer in {"optional", "union"}:
            return self._annotated(inner[-1])[0], outer == "union"
        if outer in {"list", "dict"}:
            return Shape("list" if outer == "list" else "map", self._annotated(inner[-1])[0]), True
        return ANY, True

    def _named(self, name: str) -> Shape:
        if name in _PLAIN:
            return _PLAIN[name]
        if name not in self._classes:
            return ANY
        bases, body = self._classes[name]
        if "Enum" in bases:
            return Shape("text", values=frozenset(re.findall(r"^    \w+ = \"([^\"]*)\"", body, re.MULTILINE)))
        return Shape("model", model=name)

    def _read_old(self, body: str) -> dict[str, Field]:
        """Properties of an older class; a key with dots is nested, and one with escaped dots is not."""
        documented = dict(_OLD_ENUM.findall(body))
        rules = _dictionary(body, "_validation")
        fields: dict[str, Field] = {}
        for attribute, told in _dictionary(body, "_attribute_map").items():
            shape = self._old_shape(told["type"])
            if attribute in documented and shape.kind == "text":
                shape = self._named(documented[attribute])
            rule = rules.get(attribute, {})
            made = Field(shape, bool(rule.get("required")), bool(rule.get("readonly")))
            *outer, last = [part.replace("\0", ".") for part in told["key"].replace("\\.", "\0").split(".")]
            level = fields
            for part in outer:
                within = level.get(part) or Field(Shape("fields", fields={}))
                level[part] = Field(within.shape, within.required or made.required)
                level = level[part].shape.fields
            level[last] = made
        return fields

    def _old_shape(self, written: str) -> Shape:
        if written.startswith("["):
            return Shape("list", self._old_shape(written[1:-1]))
        if written.startswith("{"):
            return Shape("map", self._old_shape(written[1:-1]))
        return _PLAIN.get(written) or self._named(written)


def _dictionary(body: str, name: str) -> dict[str, Any]:
    """A class's literal dictionary."""
    (tree,) = ast.parse(body).body
    for node in tree.body if isinstance(tree, ast.ClassDef) else ():
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            found: dict[str, Any] = ast.literal_eval(node.value)
            return found
    return {}
