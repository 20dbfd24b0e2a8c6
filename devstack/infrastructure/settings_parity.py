"""Settings parity: shared/settings.py, local.settings.example.json and Bicep know the same keys.

Rules: `settings.not-in-bicep`, `settings.not-in-example`, `settings.unknown`. The keys are read from the code, never
listed here: `X__part` in Bicep is a part of the connection `X`.
"""

import ast
import json
import re
from collections.abc import Iterator

from devstack.infrastructure.findings import Finding, GateError
from devstack.infrastructure.policies.app import PATH, app_settings
from devstack.infrastructure.policies.registry import Tree

OF_THE_HOST = re.compile(
    r"AzureWebJobsStorage|AzureFunctionsJobHost|APPLICATIONINSIGHTS_(CONNECTION|AUTHENTICATION)_STRING|"
    r"DURABLE_TASK_SCHEDULER_CONNECTION_STRING|PYTHON_THREADPOOL_THREAD_COUNT"
)
"""Settings that the Functions host reads, not the app."""
LOCAL_ONLY = frozenset({"FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage"})
"""Of the Functions Core Tools; Flex Consumption has its own place for the first."""


def keys_of_code(text: str) -> set[str]:
    """The names that settings.py asks the environment for: texts that are the first argument of a reading call.

    Raises:
        GateError: none was found: settings are read in a way that this does not know.
    """
    readers = {"os.environ.get", "os.getenv", "_required", "environ.get"}
    tree = ast.parse(text)
    local = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(inner).startswith("os.environ") for inner in ast.walk(node))
    }
    keys = {
        str(node.args[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
        if ast.unparse(node.func) in readers | local and isinstance(node.args[0].value, str)
    }
    if not keys:
        raise GateError("no setting was found in shared/settings.py")
    return keys


def check_settings(tree: Tree) -> Iterator[Finding]:
    """Everything by which the three differ."""
    read = keys_of_code(tree.sources["shared/settings.py"])
    example = set(json.loads(tree.sources["local.settings.example.json"])["Values"])
    given = app_settings(tree)
    known = {*given, *(name.partition("__")[0] for name in given)}
    for name in sorted(read - known):
        yield Finding(PATH, 0, "settings.not-in-bicep", f"the app reads {name}, which Bicep does not give")
    for name in sorted(read - example):
        yield Finding("local.settings.example.json", 0, "settings.not-in-example", f"the app reads {name}")
    for name in sorted(example - read - LOCAL_ONLY):
        yield Finding("local.settings.example.json", 0, "settings.unknown", f"nobody reads {name}")
    for name, line in given.items():
        if not {name, name.partition("__")[0]} & read and not OF_THE_HOST.match(name):
            yield Finding(PATH, line, "settings.unknown", f"neither the app nor the host reads {name}")
