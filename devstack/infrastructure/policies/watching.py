"""Policies of what watches: diagnostics, alerts with their runbooks, the workbook, the budget."""

import json
import re
from collections.abc import Iterator

from devstack.infrastructure.policies.registry import Fault, Tree, absent, must, policy
from devstack.infrastructure.syntax import Node

ALERTS_PATH = "bicep/modules/alerts.bicep"
RUNBOOKS_PATH = "docs/operations.md"
OBSERVED = (
    "Microsoft.Cdn/profiles",
    "Microsoft.DBforPostgreSQL/flexibleServers",
    "Microsoft.DurableTask/schedulers",
    "Microsoft.EventGrid/systemTopics",
    "Microsoft.KeyVault/vaults",
    "Microsoft.Network/virtualNetworks",
    "Microsoft.OperationalInsights/workspaces",
    "Microsoft.Storage/storageAccounts",
    "Microsoft.Storage/storageAccounts/blobServices",
    "Microsoft.Storage/storageAccounts/queueServices",
    "Microsoft.Storage/storageAccounts/tableServices",
    "Microsoft.Web/sites",
)
"""The types that give diagnostics; the others here have none, or theirs are their parent's."""
ASPECTS = (
    "Application performance",
    "Database queries",
    "Endpoint usage and response times",
    "Error rates",
    "Business metrics",
)


def alert_names(tree: Tree) -> dict[str, int]:
    """Every alert's name, with its line."""
    file = tree.files.get(ALERTS_PATH)
    names: dict[str, int] = {}
    for listed in ("logAlerts", "metricAlerts"):
        found = file.named(listed) if file else None
        for item in found.node.parts if found and found.node else ():
            name = item.get("name")
            if name is not None:
                names[str(name.value)] = name.line
    for single in re.finditer(
        r"^  name: '\$\{namePrefix\}-([a-z-]+)'", tree.sources.get(ALERTS_PATH, ""), re.MULTILINE
    ):
        if single[1] not in {"people", "probe"}:
            names[single[1]] = tree.sources[ALERTS_PATH].count("\n", 0, single.start()) + 1
    return names


@policy("diagnostics", "WAF OE:07, AVM RMFR4")
def observe_everything(tree: Tree) -> Iterator[Fault]:
    """Every resource that can tell what happens to it does."""
    settings = tree.resources("Microsoft.Insights/diagnosticSettings")
    for place in tree.resources(*OBSERVED):
        scoped = [
            made
            for made in settings
            if made.file.path == place.file.path
            and made.found.node is not None
            and (scope := made.found.node.get("scope")) is not None
            and scope.value == place.found.name
        ]
        if not scoped:
            yield place.fault(f"{place.found.name} has no diagnostic settings")
    for place in settings:
        if not place.has("properties.workspaceId"):
            yield place.fault("diagnostics must go to the workspace")


@policy("alerts", "WAF OE:08, RE:10")
def wake_somebody(tree: Tree) -> Iterator[Fault]:
    """Alerts cover what matters, tell people, and each has its runbook; they fire in staging and production."""
    wanted = {
        "app-unavailable", "failed-requests", "slow-requests", "failed-imports", "stale-fx-rates", "poison-blobs",
        "overdue-reports", "missing-backup", "database-storage", "database-connections", "database-unavailable",
    }  # fmt: skip
    names = alert_names(tree)
    for missing in sorted(wanted - set(names)):
        yield Fault(ALERTS_PATH, 0, f"there is no alert {missing}")
    runbooks = set(re.findall(r"^#+ Alert: ([a-z-]+)$", tree.sources.get(RUNBOOKS_PATH, ""), re.MULTILINE))
    for name, line in names.items():
        if name not in runbooks:
            yield Fault(ALERTS_PATH, line, f"the alert {name} has no runbook in {RUNBOOKS_PATH}")
    for name in sorted(runbooks - set(names)):
        yield Fault(RUNBOOKS_PATH, 0, f"the runbook {name} is of no alert")
    yield from absent(tree, "action group", "Microsoft.Insights/actionGroups")
    kinds = ("Microsoft.Insights/metricAlerts", "Microsoft.Insights/scheduledQueryRules")
    for place in tree.resources(*kinds):
        if not any(node.kind == "name" and node.value == "people" for node in _walk(place.found.node)):
            yield place.fault("an alert must tell the action group")
    for environment in ("staging", "production"):
        file = tree.environment(environment)
        found = file.named("watching")
        fires = found.node.get("hasAlerts") if found and found.node else None
        if fires is None or fires.value is not True:
            yield Fault(file.path, 0, "watching.hasAlerts must be true")


def _walk(node: Node | None) -> Iterator[Node]:
    yield from node.walk() if node is not None else ()


@policy("workbook", "WAF OE:07")
def show_all_aspects(tree: Tree) -> Iterator[Fault]:
    """The workbook is JSON, and has a part for each aspect."""
    yield from absent(tree, "workbook", "Microsoft.Insights/workbooks")
    try:
        items = json.loads(tree.sources.get("bicep/workbook.json", "")).get("items", [])
    except ValueError:
        yield Fault("bicep/workbook.json", 0, "this is not JSON")
        return
    headings = {item["content"].get("json", "").lstrip("# ") for item in items}
    for missing in sorted(set(ASPECTS) - headings):
        yield Fault("bicep/workbook.json", 0, f"there is no part {missing!r}")


@policy("budget", "WAF CO:04")
def limit_costs(tree: Tree) -> Iterator[Fault]:
    """There is a monthly budget that tells people before it is spent, and logs have a daily limit."""
    yield from absent(tree, "budget", "Microsoft.Consumption/budgets")
    for place in tree.resources("Microsoft.Consumption/budgets"):
        told = place.found.node.get("properties", "notifications") if place.found.node else None
        thresholds = {
            str(kind.value) for _, value in (told.entries if told else ()) if (kind := value.get("thresholdType"))
        }
        if not {"Actual", "Forecasted"} <= thresholds:
            yield place.fault("the budget must tell of what is spent and of what is foreseen")
    workspaces = tree.resources("Microsoft.OperationalInsights/workspaces")
    for place in workspaces:
        if not place.has("properties.workspaceCapping.dailyQuotaGb"):
            yield place.fault("the workspace has no daily limit")
    yield from must(workspaces, "properties.sku.name", "PerGB2018")
