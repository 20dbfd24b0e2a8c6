"""The project's own files as the rules read them: parsed once, named by their path from the root."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("http_metrics", "timer_fx", "timer_upkeep", "durable_imports", "durable_backups")
DEPLOYED = (*ROOMS, "shared", "function_app.py")
GENERATED = frozenset(
    {
        "devstack/infrastructure/host.schema.json",
        "docs/openapi.json",
        "function_index.json",
        "package-lock.json",
        "shared/domain/formula_versions.json",
        "shared/web/openapi/examples.json",
        "sql/functions/derive_reporting.sql",
        "sql/schema.sql",
    }
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.text, self.path)

    @property
    def lines(self) -> int:
        """How long it is."""
        return self.text.count("\n")

    def functions(self) -> Iterator[Function]:
        """Every function in it, methods and inner ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node

    def imports(self) -> Iterator[str]:
        """The dotted names of what it imports."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    def calls(self) -> Iterator[tuple[str, int]]:
        """(`name` or `object.name` as written, line) of every call."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node.lineno

    def is_in(self, *places: str) -> bool:
        """Whether it is one of these files or stands in one of these folders."""
        return any(self.path == place or self.path.startswith(f"{place}/") for place in places)


@cache
def project_files() -> tuple[str, ...]:
    """Every file that belongs to the project: what git tracks, or would track."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return tuple(sorted(path for path in set(listed) if (ROOT / path).is_file()))


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the project."""
    return tuple(Module(path, (ROOT / path).read_text()) for path in project_files() if path.endswith(".py"))


def modules_in(*places: str) -> list[Module]:
    """The Python files in these folders (or these files)."""
    return [module for module in modules() if module.is_in(*places)]
