"""Policies of the tree itself: what stands where, and that no secret stands anywhere."""

import re
from collections.abc import Iterator

from devstack.infrastructure.policies.registry import Fault, Tree, policy

KEY_READER = "bicep/modules/event-subscription.bicep"
ROLES_PATH = "bicep/modules/roles.bicep"
SECRET_NAME = re.compile(r"password|secret|(?<!public)key$|token", re.IGNORECASE)
SECRET_TEXT = re.compile(
    r"AccountKey=|SharedAccessKey=|SharedAccessSignature|[?&]sig=|-----BEGIN|Password=", re.IGNORECASE
)


@policy("modules-only", "AVM BCPNFR10, WAF OE:05")
def keep_main_to_modules(tree: Tree) -> Iterator[Fault]:
    """main.bicep puts modules together and makes nothing itself."""
    main = tree.files.get("bicep/main.bicep")
    for found in main.of("resource") if main else ():
        yield Fault("bicep/main.bicep", found.line, f"{found.name} belongs into a module")


@policy("self-contained", "WAF OE:06")
def keep_modules_here(tree: Tree) -> Iterator[Fault]:
    """Modules are files of this repository: nothing is fetched that was not reviewed here."""
    for file in tree.files.values():
        for module in file.of("module"):
            if not re.fullmatch(r"(?:modules/)?[a-z-]+\.bicep", module.type):
                yield Fault(file.path, module.line, f"{module.type!r} is no module of this repository")


@policy("roles-in-one-place", "WAF SE:05")
def keep_roles_together(tree: Tree) -> Iterator[Fault]:
    """Role assignments stand in roles.bicep, so that who may do what is read in one place."""
    for place in tree.resources("Microsoft.Authorization/roleAssignments"):
        if place.file.path != ROLES_PATH:
            yield place.fault("role assignments stand in roles.bicep")


@policy("no-secrets", "WAF SE:09")
def hold_no_secrets(tree: Tree) -> Iterator[Fault]:
    """No key is read but the one that Event Grid needs, none is handed on, and none is written down."""
    for file in tree.files.values():
        for found in file.declarations:
            whole = found.loop or found.node
            for node in whole.walk() if whole is not None else ():
                if node.kind == "call" and str(node.value).startswith("list") and file.path != KEY_READER:
                    yield Fault(file.path, node.line, f"{node.value}() reads a key")
                if node.kind == "text" and isinstance(node.value, str) and SECRET_TEXT.search(node.value):
                    yield Fault(file.path, node.line, "this looks like a secret")
            if found.what == "output" and SECRET_NAME.search(found.name):
                yield Fault(file.path, found.line, f"the output {found.name} would stand in the deployment's history")
            secure = any(call.value == "secure" for call in found.decorators)
            if found.what == "param" and SECRET_NAME.search(found.name) and not secure:
                yield Fault(file.path, found.line, f"the parameter {found.name} must be @secure()")


@policy("described", "AVM BCPNFR1")
def describe_files(tree: Tree) -> Iterator[Fault]:
    """Every Bicep file says what it is for."""
    for path, text in tree.sources.items():
        if path.endswith(".bicep") and not re.search(r"^metadata description = '.{20,}'$", text, re.MULTILINE):
            yield Fault(path, 0, "the file must begin with a metadata description")


@policy("deployment-names", "AVM SNFR25, WAF OE:05")
def name_deployments_apart(tree: Tree) -> Iterator[Fault]:
    """No two modules are deployed under one name: in one resource group the later would replace the earlier."""
    taken: dict[object, str] = {}
    for file in tree.files.values():
        for module in file.of("module"):
            name = module.node.get("name") if module.node else None
            value = name.value if name is not None else None
            if value is not None and value in taken:
                yield Fault(file.path, module.line, f"the deployment {value!r} is named in {taken[value]} too")
            elif value is not None:
                taken[value] = file.path
