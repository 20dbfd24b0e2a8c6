"""The house's rules as functions: a module in, what is wrong with it out. `test_rules` shows that each can fail."""

import ast
import re
from collections.abc import Callable, Iterator

from tests.architecture.sources import DEPLOYED, ROOMS, Module

Rule = Callable[[Module], Iterator[str]]

MAX_FUNCTION_LINES = 40
MAX_HANDLER_LINES = 20
MAX_ORCHESTRATOR_LINES = 25
NAMELESS = re.compile(r"(^|_)(util|utils|helper|helpers|common|manager|misc)(_|$)")
CLOCK = re.compile(r"(^|\.)(now|utcnow|today|time|time_ns|monotonic|perf_counter)$")
SQL_CALLS = re.compile(r"(^|\.)(execute|executemany|copy_expert|scalars|text|exec_driver_sql)$")
SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore)(?P<rest>.*)$")
REASONED = {
    "noqa": re.compile(r"^: [A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)* \(.{4,}\)"),
    "type": re.compile(r"^\[[a-z-]+\]  # .{5,}"),
}
FORBIDDEN_WORDS = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|NotImplemented" + r"Error)\b")
SKIPS = re.compile(r"pytest\.(mark\.)?(skip\b(?!if)|xfail|importorskip)|skipif\((?!.*reason=)(?!$)")
ORCHESTRATOR_IMPORTS = {
    "azure.durable_functions",
    "durable_backups.contracts",
    "durable_imports.contracts",
    "shared.telemetry.functions",
    "collections.abc",
    "datetime",
    "typing",
}


def lines_of(function: ast.AST) -> int:
    """How many lines a function takes, from its `def` on."""
    return function.end_lineno - function.lineno + 1


def opens_with_docstring(module: Module) -> Iterator[str]:
    """Every module says what it owns."""
    if module.text.strip() and not ast.get_docstring(module.tree):
        yield f"{module.path}: begin with a docstring that says what the module owns"


def functions_are_short(module: Module) -> Iterator[str]:
    """A function fits on a screen; a migration lists its tables and may be longer."""
    if module.is_in("sql/migrations/versions"):
        return
    for function in module.functions():
        if lines_of(function) > MAX_FUNCTION_LINES:
            yield f"{module.path}:{function.lineno} {function.name} has {lines_of(function)} lines"


def handlers_are_short(module: Module) -> Iterator[str]:
    """What stands under @endpoint reads a request, calls one use case, answers."""
    for function in module.functions():
        decorated = any(ast.unparse(decorator).startswith("endpoint(") for decorator in function.decorator_list)
        if decorated and lines_of(function) > MAX_HANDLER_LINES:
            yield f"{module.path}:{function.lineno} handler {function.name} has {lines_of(function)} lines"


def name_says_something(module: Module) -> Iterator[str]:
    """No drawer for everything."""
    for part in module.path.removesuffix(".py").split("/"):
        if NAMELESS.search(part):
            yield f"{module.path}: {part!r} says nothing about what is in it"


def environment_is_read_once(module: Module) -> Iterator[str]:
    """The app's environment is read in shared/settings.py."""
    if not module.is_in(*DEPLOYED) or module.path == "shared/settings.py":
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute | ast.Name) and ast.unparse(node) in {"os.environ", "os.getenv", "environ"}:
            yield f"{module.path}:{node.lineno} reads the environment; that is shared/settings.py's"


def clock_is_read_once(module: Module) -> Iterator[str]:
    """The app's clock is read in shared/clock.py; the database stamps versions with its own."""
    if not module.is_in(*DEPLOYED) or module.path == "shared/clock.py":
        return
    for name, line in module.calls():
        if CLOCK.search(name):
            yield f"{module.path}:{line} {name}() reads the clock; that is shared/clock.py's"


def one_place_commits(module: Module) -> Iterator[str]:
    """Transactions end in shared/data/engine.py."""
    if not module.is_in(*DEPLOYED) or module.path == "shared/data/engine.py":
        return
    for name, line in module.calls():
        if name.endswith((".commit", ".rollback", ".begin")):
            yield f"{module.path}:{line} {name}() ends a transaction; that is shared/data/engine.py's"


def sql_has_a_room(module: Module) -> Iterator[str]:
    """Statements stand in shared/data and sql."""
    if not module.is_in(*DEPLOYED) or module.is_in("shared/data"):
        return
    for name, line in module.calls():
        if SQL_CALLS.search(name):
            yield f"{module.path}:{line} {name}() touches rows; that is shared/data's"


def tables_have_a_room(module: Module) -> Iterator[str]:
    """Tables are declared in shared/data/tables; the benchmarks' peers are another program."""
    if module.is_in("shared/data/tables", "tests/architecture", "benchmarks/peers"):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            declared = any(word.arg == "table" for word in node.keywords)
            declared = declared or any(
                getattr(base, "id", "") in {"DeclarativeBase", "TableBase"} for base in node.bases
            )
            if declared:
                yield f"{module.path}:{node.lineno} {node.name} is a table; tables stand in shared/data/tables"


def amounts_are_never_floats(module: Module) -> Iterator[str]:
    """Decimal throughout domain, data and schemas; `float` may only be named to refuse it."""
    if not module.is_in("shared/domain", "shared/data", "shared/schemas"):
        return
    refused = {
        id(inner)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance"
        for inner in ast.walk(node)
    }
    for node in ast.walk(module.tree):
        named = isinstance(node, ast.Name) and node.id == "float" and id(node) not in refused
        written = isinstance(node, ast.Constant) and isinstance(node.value, float)
        if named or written:
            yield f"{module.path}:{node.lineno} {ast.unparse(node)}: amounts are Decimal"


def azure_has_rooms(module: Module) -> Iterator[str]:
    """Each of Azure's libraries is imported in its room only, so that a cold start loads what it needs."""
    rooms = {
        "azure.functions": (*ROOMS, "shared/web", "function_app.py"),
        "azure.durable_functions": ("durable_imports", "durable_backups", "function_app.py"),
        "azure.storage": ("durable_imports/blobs.py", "durable_backups/blobs.py"),
        "azure.core": (
            "durable_imports",
            "durable_backups",
            "shared/credentials.py",
            "shared/telemetry/open_telemetry.py",
        ),
        "azure.identity": ("shared/credentials.py",),
        "azure.keyvault": ("shared/credentials.py",),
        "azure.monitor": ("shared/telemetry/open_telemetry.py",),
        "opencensus": ("shared/telemetry/open_census.py",),
        "opentelemetry": ("shared/telemetry/open_telemetry.py",),
    }
    if not module.is_in(*DEPLOYED):
        return
    for name in module.imports():
        for library, allowed in rooms.items():
            if (name == library or name.startswith(f"{library}.")) and not module.is_in(*allowed):
                yield f"{module.path}: {name} belongs to {', '.join(allowed)}"


def errors_carry_no_status(module: Module) -> Iterator[str]:
    """Below the web nobody knows HTTP."""
    if module.is_in("shared/domain", "shared/data", "shared/schemas", "shared/services"):
        for name in module.imports():
            if name == "http" or name.startswith("http."):
                yield f"{module.path}: status codes are decided in shared/web/problems.py"


def orchestrators_only_sequence(module: Module) -> Iterator[str]:
    """Orchestrators wait and fan out; they are replayed, so they touch nothing else."""
    if not module.path.endswith("orchestrators.py"):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module not in ORCHESTRATOR_IMPORTS:
            yield f"{module.path}:{node.lineno} imports {node.module}"
        if isinstance(node, ast.Import):
            yield from (
                f"{module.path}:{node.lineno} imports {alias.name}"
                for alias in node.names
                if alias.name not in ORCHESTRATOR_IMPORTS
            )
        if isinstance(node, ast.AsyncFunctionDef):
            yield f"{module.path}:{node.lineno} {node.name} is async; an orchestrator is a plain generator"
        if isinstance(node, ast.FunctionDef) and lines_of(node) > MAX_ORCHESTRATOR_LINES:
            yield f"{module.path}:{node.lineno} {node.name} has {lines_of(node)} lines"


def suppressions_give_reasons(module: Module) -> Iterator[str]:
    """A silenced check names its code and why."""
    if module.is_in("tests/architecture"):
        return
    for number, line in enumerate(module.text.splitlines(), 1):
        found = SUPPRESSION.search(line)
        if found and not REASONED[found[1][:4]].match(found["rest"]):
            yield f"{module.path}:{number} {found[0]!r}: give the code and, after it, the reason"


def nothing_is_left_open(module: Module) -> Iterator[str]:
    """No notes to oneself, no tests that do not run."""
    for number, line in enumerate(module.text.splitlines(), 1):
        if found := FORBIDDEN_WORDS.search(line) or SKIPS.search(line):
            yield f"{module.path}:{number} {found[0]}"


RULES: tuple[Rule, ...] = (
    opens_with_docstring,
    functions_are_short,
    handlers_are_short,
    name_says_something,
    environment_is_read_once,
    clock_is_read_once,
    one_place_commits,
    sql_has_a_room,
    tables_have_a_room,
    amounts_are_never_floats,
    azure_has_rooms,
    errors_carry_no_status,
    orchestrators_only_sequence,
    suppressions_give_reasons,
    nothing_is_left_open,
)
