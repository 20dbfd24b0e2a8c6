metadata description = 'The app on Flex Consumption, and every setting it is given. Keys are those of shared/settings.py and the host\'s own.'

@description('Where it is.')
param location string
@description('The plan\'s name.')
param planName string
@description('The app\'s name; its address follows from it.')
param name string
@description('Which Python it runs on.')
@allowed(['3.11', '3.12', '3.13'])
param pythonVersion string
@description('The memory of an instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int
@description('How many instances there are at most.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int
@description('How many requests an instance answers at a time.')
@minValue(1)
@maxValue(1000)
param requestsPerInstance int
@description('How many instances always wait for requests.')
@minValue(0)
param readyForRequests int
@description('Whether instances are spread over zones.')
param zoneRedundant bool
@description('The identity: { resourceId, clientId, name }.')
param identity object
@description('The host\'s own storage: { blob, queue, table }.')
param hostStorage object
@description('The container that the host keeps the package in.')
param packagesContainer string
@description('The storage of files: { blob, queue }.')
param dataStorage object
@description('The database: { host, port, name }.')
param database object
@description('The scheduler: { endpoint, hubName }.')
param scheduler object
@description('The connection string of Application Insights; it holds no secret, for local authentication is off.')
param insightsConnectionString string
@description('What differs between environments: the settings by their names.')
param settings object
@description('The subnet it goes out through; empty: the internet.')
param subnetId string
@description('The identifier that the front door sends with each request; empty: anybody may call.')
param frontDoorId string
@description('Where logs go.')
param workspaceId string
@description('Tags of every resource.')
param tags object

var readyForBlobs = [
  {
    name: 'blob'
    instanceCount: 1
  }
]
var readyForHttp = [
  {
    name: 'http'
    instanceCount: readyForRequests
  }
]
var callers = [
  {
    name: 'front-door'
    priority: 100
    action: 'Allow'
    tag: 'ServiceTag'
    ipAddress: 'AzureFrontDoor.Backend'
    headers: {
      'x-azure-fdid': [frontDoorId]
    }
  }
  {
    name: 'event-grid'
    priority: 110
    action: 'Allow'
    tag: 'ServiceTag'
    ipAddress: 'AzureEventGrid'
  }
]

resource plan 'Microsoft.Web/serverfarms@2025-05-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2025-05-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.resourceId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled' // Event Grid delivers from outside; who else may call is restricted below
    clientAffinityEnabled: false
    keyVaultReferenceIdentity: identity.resourceId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${hostStorage.blob}${packagesContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.resourceId
          }
        }
      }
      runtime: {
        name: 'python'
        version: pythonVersion
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: concat(readyForBlobs, readyForRequests > 0 ? readyForHttp : [])
        triggers: {
          http: {
            perInstanceConcurrency: requestsPerInstance
          }
        }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      http20Enabled: true
      ftpsState: 'Disabled'
      remoteDebuggingEnabled: false
      ipSecurityRestrictionsDefaultAction: empty(frontDoorId) ? 'Allow' : 'Deny'
      ipSecurityRestrictions: empty(frontDoorId) ? [] : callers
      scmIpSecurityRestrictionsUseMain: false
    }
  }
}

resource appSettings 'Microsoft.Web/sites/config@2025-05-01' = {
  parent: app
  name: 'appsettings'
  properties: {
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identity.clientId
    AzureWebJobsStorage__blobServiceUri: hostStorage.blob
    AzureWebJobsStorage__queueServiceUri: hostStorage.queue
    AzureWebJobsStorage__tableServiceUri: hostStorage.table
    APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.clientId};Authorization=AAD'
    TELEMETRY: 'opencensus'
    TELEMETRY_SHARE: '1'
    AzureFunctionsJobHost__extensions__durableTask__hubName: scheduler.hubName
    AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'azureManaged'
    AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
    DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${scheduler.endpoint};Authentication=ManagedIdentity;ClientID=${identity.clientId}'
    ImportsStorage__credential: 'managedidentity'
    ImportsStorage__clientId: identity.clientId
    ImportsStorage__blobServiceUri: dataStorage.blob
    ImportsStorage__queueServiceUri: dataStorage.queue
    IMPORTS_CONTAINER: settings.importsContainer
    BackupsStorage__blobServiceUri: dataStorage.blob
    BACKUPS_CONTAINER: settings.backupsContainer
    BACKUP_SCHEDULE: '0 0 2 * * *'
    BACKUP_CHECK_SCHEDULE: '0 0 4 * * 0'
    BACKUP_KEEP_DAYS: settings.backupKeepDays
    BACKUP_OVERDUE_HOURS: '36'
    DATABASE_URL: 'postgresql+psycopg2://${identity.name}@${database.host}:${database.port}/${database.name}?sslmode=require'
    DATABASE_AUTH: 'entra'
    PYTHON_THREADPOOL_THREAD_COUNT: '5' // as many as a pool of shared/data/engine.py has connections
    DATABASE_PASSWORD_SECRET: ''
    KEY_VAULT_URL: settings.keyVault
    AZURE_CLIENT_ID: identity.clientId
    APP_ENVIRONMENT: settings.environment
    AUTH_ISSUER: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
    AUTH_TENANT: tenant().tenantId
    AUTH_AUDIENCE: settings.audience
    AUTH_CLIENTS: settings.clients
    AUTH_SCOPE: 'access_as_user'
    DOCS_CLIENT_ID: settings.docsClientId
    FX_SOURCE: 'ecb'
    PRESENTATION_CURRENCIES: 'USD,CAD,EUR'
    PLAUSIBILITY_ROUNDING: '0.01'
    PLAUSIBILITY_CASH: '0.05'
    PLAUSIBILITY_SCALE: '3'
    APPROVAL_SHARE: '0.25'
    APPROVAL_DAYS: '14'
    REPORTING_DUE_DAYS: '45'
    IMPORT_STAGING_DAYS: '30'
    AUDIT_KEEP_DAYS: '2557'
    TRUSTED_PROXIES: empty(frontDoorId) ? '1' : '2'
    RATE_LIMIT_READ: '6000'
    RATE_LIMIT_WRITE: '3000'
    RATE_LIMIT_EXPORT: '300'
    RATE_LIMIT_UPLOAD: '300'
  }
}

resource noFtp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-05-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource noScmPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-05-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'AppServiceIPSecAuditLogs'
        enabled: true
      }
      {
        category: 'AppServiceAuthenticationLogs'
        enabled: true
      }
    ]
    metrics: [
      {
        category: 'AllMetrics'
        enabled: true
      }
    ]
  }
}

output name string = app.name
output host string = app.properties.defaultHostName
