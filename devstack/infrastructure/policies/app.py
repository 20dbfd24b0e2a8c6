"""Policies of the function app, its settings, its scheduler and its events."""

import json
import re
from collections.abc import Iterator

from devstack.infrastructure.bodies import candidates
from devstack.infrastructure.policies.registry import Fault, Place, Tree, Value, absent, must, policy

SITE = "Microsoft.Web/sites"
PATH = "bicep/modules/function-app.bicep"
SUBSCRIPTION_PATH = "bicep/modules/event-subscription.bicep"
PYTHONS = ("3.11", "3.12", "3.13")
NOT_ON_FLEX = re.compile(
    r"FUNCTIONS_WORKER_RUNTIME|FUNCTIONS_EXTENSION_VERSION|WEBSITE_|SCM_DO_BUILD_DURING_DEPLOYMENT|ENABLE_ORYX_BUILD"
)
BLOB_FUNCTION = "receive_dropped_file"


def app_settings(tree: Tree) -> dict[str, int]:
    """The settings that the app is given, with their lines."""
    for place in tree.resources(f"{SITE}/config"):
        listed = place.found.node.get("properties") if place.found.node else None
        return {name: value.line for name, value in listed.entries} if listed else {}
    return {}


def setting(tree: Tree, name: str) -> set[Value]:
    """What a setting of the app may be; empty where it is not given."""
    places = tree.resources(f"{SITE}/config")
    return places[0].values(f"properties.{name}") if places else set()


@policy("app-transport", "WAF SE:07, SE:08")
def encrypt_requests(tree: Tree) -> Iterator[Fault]:
    """The app speaks HTTPS of TLS 1.2 or newer, no FTP, and nobody debugs it from afar."""
    yield from absent(tree, "function app", SITE)
    yield from must(tree.resources(SITE), "properties.httpsOnly", True)  # noqa: FBT003 (a literal of Bicep)
    yield from must(tree.resources(SITE), "properties.siteConfig.minTlsVersion", "1.2", "1.3")
    yield from must(tree.resources(SITE), "properties.siteConfig.ftpsState", "Disabled")
    yield from must(tree.resources(SITE), "properties.siteConfig.remoteDebuggingEnabled", False)  # noqa: FBT003 (as above)


@policy("app-identity", "WAF SE:05")
def use_identities(tree: Tree) -> Iterator[Fault]:
    """The app is a user-assigned identity, also where it fetches its package, and no password deploys it."""
    storage = "properties.functionAppConfig.deployment.storage"
    yield from must(tree.resources(SITE), "identity.type", "UserAssigned")
    yield from must(tree.resources(SITE), f"{storage}.authentication.type", "UserAssignedIdentity")
    closed = tree.resources(f"{SITE}/basicPublishingCredentialsPolicies")
    yield from must(closed, "properties.allow", False)  # noqa: FBT003 (as above)
    if {value for place in closed for value in place.values("name")} != {"ftp", "scm"}:
        yield Fault(PATH, 0, "basic publishing credentials of both ftp and scm must be off")
    for name in ("AzureWebJobsStorage__credential", "ImportsStorage__credential"):
        if setting(tree, name) != {"managedidentity"}:
            yield Fault(PATH, 0, f"{name} must be managedidentity")


@policy("flex-plan", "WAF OE:05; Flex Consumption: functionAppConfig")
def stay_on_flex(tree: Tree) -> Iterator[Fault]:
    """The plan is Flex Consumption, the runtime a Python that is tested."""
    yield from must(tree.resources("Microsoft.Web/serverfarms"), "sku.name", "FC1")
    yield from must(tree.resources("Microsoft.Web/serverfarms"), "sku.tier", "FlexConsumption")
    yield from must(tree.resources("Microsoft.Web/serverfarms"), "properties.reserved", True)  # noqa: FBT003 (as above)
    yield from must(tree.resources(SITE), "properties.functionAppConfig.runtime.name", "python")
    yield from must(tree.resources(SITE), "properties.functionAppConfig.runtime.version", *PYTHONS)
    for place in tree.resources(SITE):
        if place.has("properties.siteConfig.linuxFxVersion"):
            yield place.fault("linuxFxVersion is not for Flex Consumption; functionAppConfig.runtime says it")


@policy("flex-settings", "WAF OE:05; Flex Consumption: deprecated settings")
def leave_out_old_settings(tree: Tree) -> Iterator[Fault]:
    """Settings that Flex Consumption refuses are not given; other settings of siteConfig are not given twice."""
    for name, line in app_settings(tree).items():
        if NOT_ON_FLEX.match(name):
            yield Fault(PATH, line, f"{name} must not be set on Flex Consumption")
    for place in tree.resources(SITE):
        if place.has("properties.siteConfig.appSettings"):
            yield place.fault("settings stand in sites/config, in one place")
    yield from must(tree.resources(f"{SITE}/config"), "name", "appsettings")


@policy("blob-trigger", "WAF RE:03; Flex Consumption: Event Grid blob trigger")
def wake_for_files(tree: Tree) -> Iterator[Fault]:
    """What the blob trigger needs: an instance that is always ready, queues, and a subscription that names it."""
    for place in tree.resources(SITE):
        node = (
            place.found.node.get("properties", "functionAppConfig", "scaleAndConcurrency") if place.found.node else None
        )
        ready = node.get("alwaysReady") if node else None
        kept = [item for made in (candidates(place.file, ready, {}) if ready else ()) for item in made.parts]
        found = [item for item in kept if (name := item.get("name")) and name.value == "blob"]
        counts = [count.value for item in found if (count := item.get("instanceCount"))]
        if not counts or not isinstance(counts[0], int) or counts[0] < 1:
            yield place.fault("alwaysReady must keep an instance for blob")
    for setting in ("ImportsStorage__queueServiceUri", "AzureWebJobsStorage__queueServiceUri"):
        if setting not in app_settings(tree):
            yield Fault(PATH, 0, f"{setting} must be given: the trigger keeps its work in queues")
    text = tree.sources.get(SUBSCRIPTION_PATH, "")
    if "/runtime/webhooks/blobs?functionName=Host.Functions." not in text or "blobs_extension" not in text:
        yield Fault(SUBSCRIPTION_PATH, 0, "the subscription must lead to the blob extension's webhook, with its key")
    if f"'{BLOB_FUNCTION}'" not in text:
        yield Fault(SUBSCRIPTION_PATH, 0, f"the subscription must name {BLOB_FUNCTION}")
    subscriptions = tree.resources("Microsoft.EventGrid/systemTopics/eventSubscriptions")
    yield from absent(tree, "event subscription", "Microsoft.EventGrid/systemTopics/eventSubscriptions")
    for place in subscriptions:
        yield from _subscription(place)


def _subscription(place: Place) -> Iterator[Fault]:
    types = place.found.node.get("properties", "filter", "includedEventTypes") if place.found.node else None
    if types is None or [item.value for item in types.parts] != ["Microsoft.Storage.BlobCreated"]:
        yield place.fault("the subscription must be for BlobCreated only: a deletion is no file")
    if not place.has("properties.deadLetterWithResourceIdentity.deadLetterDestination.endpointType"):
        yield place.fault("events that cannot be delivered must be kept")


@policy("task-hub", "WAF RE:03; Durable Task Scheduler")
def name_one_task_hub(tree: Tree) -> Iterator[Fault]:
    """Host, app settings and scheduler mean the same task hub, and the scheduler lets somebody in."""
    host = json.loads(tree.sources["host.json"]).get("extensions", {}).get("durableTask", {})
    main = tree.files.get("bicep/main.bicep")
    named = main.named("taskHub") if main else None
    if named is None or named.node is None or named.node.value != host.get("hubName"):
        yield Fault(
            "bicep/main.bicep", named.line if named else 0, f"taskHub must be {host.get('hubName')}, as in host.json"
        )
    prefix = "AzureFunctionsJobHost__extensions__durableTask__"
    text = tree.sources.get(PATH, "")
    if f"{prefix}hubName: scheduler.hubName" not in text:
        yield Fault(PATH, 0, "the app's hubName must be the scheduler's")
    if setting(tree, f"{prefix}storageProvider__type") != {"azureManaged"}:
        yield Fault(PATH, 0, "storageProvider__type must be azureManaged")
    for name in setting(tree, f"{prefix}storageProvider__connectionStringName") or {None}:
        if name not in app_settings(tree):
            yield Fault(PATH, 0, f"storageProvider__connectionStringName is {name}, which is no setting")
    allowed = [
        given
        for file in tree.files.values()
        for module in file.of("module")
        if module.type.endswith("scheduler.bicep")
        if module.node and (given := module.node.get("params", "ipAllowlist"))
    ]
    if not allowed or not all(given.parts for given in allowed):
        yield Fault("bicep/main.bicep", 0, "an empty ipAllowlist denies everybody")


@policy("durable-versions", "WAF OE:11; Durable Functions: orchestration versioning")
def guard_running_imports(tree: Tree) -> Iterator[Fault]:
    """A deployment does not take running orchestrations over to code that they were not begun with."""
    host = json.loads(tree.sources["host.json"]).get("extensions", {}).get("durableTask", {})
    if host.get("versionMatchStrategy") != "CurrentOrOlder" or not host.get("defaultVersion"):
        yield Fault("host.json", 0, "durableTask needs a defaultVersion and versionMatchStrategy CurrentOrOlder")


@policy("insights-identity", "WAF SE:05")
def refuse_telemetry_by_key(tree: Tree) -> Iterator[Fault]:
    """Telemetry and logs are taken from identities only, and the app says which one it is."""
    yield from must(tree.resources("Microsoft.Insights/components"), "properties.DisableLocalAuth", True)  # noqa: FBT003 (as above)
    workspaces = tree.resources("Microsoft.OperationalInsights/workspaces")
    yield from must(workspaces, "properties.features.disableLocalAuth", True)  # noqa: FBT003 (as above)
    if "APPLICATIONINSIGHTS_AUTHENTICATION_STRING" not in app_settings(tree):
        yield Fault(PATH, 0, "APPLICATIONINSIGHTS_AUTHENTICATION_STRING must be given")
