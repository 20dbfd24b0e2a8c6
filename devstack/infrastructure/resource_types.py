"""Which of Microsoft's models describes which resource type, and what no package describes, described here."""

from dataclasses import dataclass

from devstack.infrastructure.findings import GateError
from devstack.infrastructure.sdk_models import Models, load_models
from devstack.infrastructure.shapes import FLAG, TEXT, Field, Shape, fields_of, list_of

_STORAGE = "azure.mgmt.storage.models"
_POSTGRES = "azure.mgmt.postgresqlflexibleservers.models"
_NETWORK = "azure.mgmt.network.models"
_WEB = "azure.mgmt.web.models"
_CDN = "azure.mgmt.cdn.models"
_MONITOR = "azure.mgmt.monitor.models"
MODELS = {
    "Microsoft.Authorization/locks": ("azure.mgmt.resource.locks.models", "ManagementLockObject"),
    "Microsoft.Authorization/roleAssignments": (
        "azure.mgmt.authorization.v2022_04_01.models",
        "RoleAssignmentCreateParameters",
    ),
    "Microsoft.Cdn/profiles": (_CDN, "Profile"),
    "Microsoft.Cdn/profiles/afdEndpoints": (_CDN, "AFDEndpoint"),
    "Microsoft.Cdn/profiles/afdEndpoints/routes": (_CDN, "Route"),
    "Microsoft.Cdn/profiles/originGroups": (_CDN, "AFDOriginGroup"),
    "Microsoft.Cdn/profiles/originGroups/origins": (_CDN, "AFDOrigin"),
    "Microsoft.Cdn/profiles/securityPolicies": (_CDN, "SecurityPolicy"),
    "Microsoft.Consumption/budgets": ("azure.mgmt.consumption.models", "Budget"),
    "Microsoft.DBforPostgreSQL/flexibleServers": (_POSTGRES, "Server"),
    "Microsoft.DBforPostgreSQL/flexibleServers/administrators": (_POSTGRES, "AdministratorMicrosoftEntra"),
    "Microsoft.DBforPostgreSQL/flexibleServers/configurations": (_POSTGRES, "Configuration"),
    "Microsoft.DBforPostgreSQL/flexibleServers/databases": (_POSTGRES, "Database"),
    "Microsoft.DBforPostgreSQL/flexibleServers/firewallRules": (_POSTGRES, "FirewallRule"),
    "Microsoft.DBforPostgreSQL/flexibleServers/virtualEndpoints": (_POSTGRES, "VirtualEndpoint"),
    "Microsoft.DurableTask/schedulers": ("azure.mgmt.durabletask.models", "Scheduler"),
    "Microsoft.DurableTask/schedulers/taskHubs": ("azure.mgmt.durabletask.models", "TaskHub"),
    "Microsoft.EventGrid/systemTopics": ("azure.mgmt.eventgrid.models", "SystemTopic"),
    "Microsoft.EventGrid/systemTopics/eventSubscriptions": ("azure.mgmt.eventgrid.models", "EventSubscription"),
    "Microsoft.Insights/actionGroups": (_MONITOR, "ActionGroupResource"),
    "Microsoft.Insights/components": (
        "azure.mgmt.applicationinsights.v2020_02_02.models",
        "ApplicationInsightsComponent",
    ),
    "Microsoft.Insights/metricAlerts": (_MONITOR, "MetricAlertResource"),
    "Microsoft.Insights/scheduledQueryRules": (_MONITOR, "ScheduledQueryRuleResource"),
    "Microsoft.Insights/webtests": ("azure.mgmt.applicationinsights.v2022_06_15.models", "WebTest"),
    "Microsoft.Insights/workbooks": ("azure.mgmt.applicationinsights.v2023_06_01.models", "Workbook"),
    "Microsoft.KeyVault/vaults": ("azure.mgmt.keyvault.models", "VaultCreateOrUpdateParameters"),
    "Microsoft.ManagedIdentity/userAssignedIdentities": ("azure.mgmt.msi.v2024_11_30.models", "Identity"),
    "Microsoft.Network/FrontDoorWebApplicationFirewallPolicies": (
        "azure.mgmt.frontdoor.models",
        "WebApplicationFirewallPolicy",
    ),
    "Microsoft.Network/natGateways": (_NETWORK, "NatGateway"),
    "Microsoft.Network/networkSecurityGroups": (_NETWORK, "NetworkSecurityGroup"),
    "Microsoft.Network/privateDnsZones": ("azure.mgmt.privatedns.models", "PrivateZone"),
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks": ("azure.mgmt.privatedns.models", "VirtualNetworkLink"),
    "Microsoft.Network/privateEndpoints": (_NETWORK, "PrivateEndpoint"),
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups": (_NETWORK, "PrivateDnsZoneGroup"),
    "Microsoft.Network/publicIPAddresses": (_NETWORK, "PublicIPAddress"),
    "Microsoft.Network/virtualNetworks": (_NETWORK, "VirtualNetwork"),
    "Microsoft.OperationalInsights/workspaces": ("azure.mgmt.loganalytics.models", "Workspace"),
    "Microsoft.Storage/storageAccounts": (_STORAGE, "StorageAccountCreateParameters"),
    "Microsoft.Storage/storageAccounts/blobServices": (_STORAGE, "BlobServiceProperties"),
    "Microsoft.Storage/storageAccounts/blobServices/containers": (_STORAGE, "BlobContainer"),
    "Microsoft.Storage/storageAccounts/managementPolicies": (_STORAGE, "ManagementPolicy"),
    "Microsoft.Storage/storageAccounts/queueServices": (_STORAGE, "QueueServiceProperties"),
    "Microsoft.Storage/storageAccounts/tableServices": (_STORAGE, "TableServiceProperties"),
    "Microsoft.Web/serverfarms": (_WEB, "AppServicePlan"),
    "Microsoft.Web/sites": (_WEB, "Site"),
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies": (_WEB, "CsmPublishingCredentialsPoliciesEntity"),
    "Microsoft.Web/sites/config": (_WEB, "StringDictionary"),
}
"""`sites/config` is described for `appsettings`, the only one used here; a policy holds that it is."""

_LOG = fields_of(
    category=Field(TEXT),
    categoryGroup=Field(TEXT),
    enabled=Field(FLAG, required=True),
    retentionPolicy=Field(Shape("any")),
)
_METRIC = fields_of(
    category=Field(TEXT), enabled=Field(FLAG, required=True), timeGrain=Field(TEXT), retentionPolicy=Field(Shape("any"))
)
DESCRIBED = {
    "Microsoft.Insights/diagnosticSettings@2021-05-01-preview": fields_of(
        properties=Field(
            fields_of(
                workspaceId=Field(TEXT),
                storageAccountId=Field(TEXT),
                eventHubAuthorizationRuleId=Field(TEXT),
                eventHubName=Field(TEXT),
                logAnalyticsDestinationType=Field(TEXT),
                marketplacePartnerId=Field(TEXT),
                serviceBusRuleId=Field(TEXT),
                logs=Field(list_of(_LOG)),
                metrics=Field(list_of(_METRIC)),
            ),
            required=True,
        )
    ),
}
"""From Microsoft's template reference (learn.microsoft.com, `microsoft.insights/diagnosticsettings`): the monitor
package gave this model up with its version 7."""


@dataclass(frozen=True)
class Described:
    """What is known of a resource type: its shape, where its models are, and the API versions they speak."""

    shape: Shape
    models: Models | None
    versions: frozenset[str]


def describe(resource_type: str, version: str) -> Described | None:
    """What is known of a resource type; None: nothing.

    Raises:
        GateError: its package is not installed, or has no such model.
    """
    own = DESCRIBED.get(f"{resource_type}@{version}")
    if own is not None:
        return Described(own, None, frozenset({version}))
    if resource_type not in MODELS:
        return None
    package, name = MODELS[resource_type]
    models = load_models(package)
    if not models.has(name):
        raise GateError(f"{package} has no model {name}")
    return Described(Shape("model", model=name), models, models.api_versions)
