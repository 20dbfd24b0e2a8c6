"""The gate as a whole: every check over one set of files."""

from collections.abc import Iterator

from devstack.infrastructure.bodies import check_bodies
from devstack.infrastructure.findings import Finding, GateError
from devstack.infrastructure.host_settings import check_host
from devstack.infrastructure.object_params import check_object_params
from devstack.infrastructure.policies import check_policies
from devstack.infrastructure.policies.registry import Tree
from devstack.infrastructure.relations import check_relations
from devstack.infrastructure.roles import check_roles
from devstack.infrastructure.settings_parity import check_settings
from devstack.infrastructure.sizing import check_sizing
from devstack.infrastructure.sources import Sources
from devstack.infrastructure.symbols import check_symbols
from devstack.infrastructure.syntax import parse
from devstack.infrastructure.workflow_linters import lint_workflows
from devstack.infrastructure.workflow_rules import check_workflow_rules


def read_tree(sources: Sources) -> Tree:
    """The Bicep files among the sources, parsed.

    Raises:
        GateError: there are none.
    """
    files = {path: parse(path, text) for path, text in sources.items() if path.endswith((".bicep", ".bicepparam"))}
    if "bicep/main.bicep" not in files:
        raise GateError("there is no bicep/main.bicep")
    return Tree(files, sources)


def check_platform(sources: Sources) -> list[Finding]:
    """What is wrong with Bicep, settings and host.json.

    Raises:
        GateError: a check could not look.
    """
    return sorted(set(_check_platform(sources)))


def _check_platform(sources: Sources) -> Iterator[Finding]:
    host = list(check_host(sources))
    yield from host
    if any(found.rule == "host.json" for found in host):
        return
    tree = read_tree(sources)
    yield from check_symbols(tree.files)
    yield from check_object_params(tree.files)
    yield from check_relations(tree.files)
    yield from check_bodies(tree.files)
    yield from check_policies(tree)
    yield from check_roles(tree)
    yield from check_settings(tree)
    yield from check_sizing(tree)


def check_workflows(sources: Sources) -> list[Finding]:
    """What is wrong with workflows.

    Raises:
        GateError: a linter is missing or failed.
    """
    return sorted({*check_workflow_rules(sources), *lint_workflows(sources)})
