metadata description = 'One environment, in one resource group. This file only puts the modules together; it has no resource of its own.'

targetScope = 'resourceGroup'

@description('Which environment this is.')
@allowed(['dev', 'staging', 'production'])
param environmentName string
@description('Where everything is, but what is global.')
param location string = resourceGroup().location
@description('Who answers for it and who pays, for the tags: { owner, costCentre }.')
param responsible object

@description('What tokens must carry in aud.')
param audience string
@description('The app registration with which /docs signs people in; empty: they paste a token.')
param docsClientId string = ''
@description('The clients whose tokens are admitted, separated by commas; empty: every client of the tenant.')
param clients string = ''

@description('The memory of an instance, in MB.')
param instanceMemoryMB int = 2048
@description('How many instances there are at most.')
param maximumInstanceCount int = 40
@description('How many instances always wait for requests.')
param readyForRequests int = 0
@description('Whether the app, its storage and the standby are spread over zones.')
param zoneRedundant bool = false

@description('The database server: { skuName, tier, storageGB, maxConnections, poolSize, poolMaxClients }.')
param databaseSize object
@description('A standby in another zone or the same, or none.')
param databaseHighAvailability string = 'Disabled'
@description('How many days any moment of the database can be restored.')
param databaseBackupDays int = 7
@description('Whether the database\'s backups are kept in the paired region too. Only when the server is made.')
param databaseGeoBackup bool = false
@description('The region of a read replica that can take over; empty: none.')
param databaseReplicaLocation string = ''
@description('Who administers the database, by Entra ID: { objectId, name, type }.')
param databaseAdministrators array

@description('How many copies of files and backups are kept, and where.')
param dataStorageSku string = 'Standard_LRS'
@description('How many days backups are kept.')
param backupRetentionDays int = 35
@description('Whether the orchestrations\' scheduler is paid by action or by capacity unit.')
param schedulerSku string = 'Consumption'

@description('Whether storage, database, vault and scheduler are reached by private endpoints only.')
param isPrivate bool = false
@description('The addresses of the private network.')
param networkPrefix string = '10.40.0.0/24'
@description('Addresses let in to storage and vault beside the private network; only where it is not private.')
param allowedIpRanges array = []
@description('The front door before the app: None, Standard (limits rates), or Premium with Microsoft\'s managed rules too.')
@allowed(['None', 'Standard', 'Premium'])
param frontDoor string = 'None'
@description('How many requests an address may send in five minutes.')
param rateLimit int = 3000

@description('How many days logs are kept, and how many gigabytes a day are taken: { retentionDays, dailyQuotaGb }.')
param logs object
@description('Who hears of alerts and costs: { emails, hasAlerts, monthlyBudget, budgetStartDate }; the last is a first of a month.')
param watching object
@description('Whether what holds data is locked against deletion.')
param hasLocks bool = true

var hasFrontDoor = frontDoor != 'None'
var suffix = take(uniqueString(resourceGroup().id), 8)
var prefix = 'pfm-${environmentName}'
var appName = '${prefix}-api-${suffix}'
var importsContainer = 'imports'
var taskHub = 'PortfolioMetrics' // host.json names the same
var tags = {
  workload: 'portfolio-metrics'
  environment: environmentName
  owner: responsible.owner
  'cost-centre': responsible.costCentre
  'managed-by': 'bicep'
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    location: location
    workspaceName: '${prefix}-logs'
    insightsName: '${prefix}-insights'
    retentionDays: logs.retentionDays
    dailyQuotaGb: logs.dailyQuotaGb
    tags: tags
  }
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  params: {
    location: location
    name: '${prefix}-app'
    tags: tags
  }
}

module network 'modules/network.bicep' = if (isPrivate) {
  name: 'network'
  params: {
    location: location
    name: '${prefix}-network'
    addressPrefix: networkPrefix
    workspaceId: monitoring.outputs.workspaceId
    tags: tags
  }
}

module files 'modules/files.bicep' = {
  name: 'files'
  params: {
    location: location
    namePrefix: prefix
    suffix: suffix
    importsContainer: importsContainer
    hostSku: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'
    dataSku: dataStorageSku
    backupRetentionDays: backupRetentionDays
    isPrivate: isPrivate
    allowedIpRanges: allowedIpRanges
    workspaceId: monitoring.outputs.workspaceId
    tags: tags
  }
}

module scheduler 'modules/scheduler.bicep' = {
  name: 'scheduler'
  params: {
    location: location
    name: '${prefix}-tasks-${suffix}'
    hubName: taskHub
    sku: schedulerSku
    capacity: 1
    isPrivate: isPrivate
    ipAllowlist: ['0.0.0.0/0'] // identities decide; with a private endpoint nothing else leads there
    workspaceId: monitoring.outputs.workspaceId
    tags: tags
  }
}

module vault 'modules/key-vault.bicep' = {
  name: 'vault'
  params: {
    location: location
    name: take('${prefix}-${suffix}', 24)
    isPrivate: isPrivate
    allowedIpRanges: allowedIpRanges
    workspaceId: monitoring.outputs.workspaceId
    tags: tags
  }
}

module database 'modules/database.bicep' = {
  name: 'database'
  params: {
    location: location
    name: '${prefix}-db-${suffix}'
    databaseName: 'portfolio'
    skuName: databaseSize.skuName
    tier: databaseSize.tier
    storageGB: databaseSize.storageGB
    highAvailability: databaseHighAvailability
    backupRetentionDays: databaseBackupDays
    geoRedundantBackup: databaseGeoBackup
    replicaLocation: databaseReplicaLocation
    poolerPoolSize: databaseSize.poolSize
    poolerMaxClients: databaseSize.poolMaxClients
    administrators: databaseAdministrators
    isPrivate: isPrivate
    workspaceId: monitoring.outputs.workspaceId
    tags: tags
  }
}

module endpoints 'modules/private-endpoints.bicep' = if (isPrivate) {
  name: 'endpoints'
  params: {
    location: location
    namePrefix: prefix
    subnetId: network!.outputs.endpointSubnetId
    zoneNames: network!.outputs.zoneNames
    hostAccountId: files.outputs.hostAccountId
    dataAccountId: files.outputs.dataAccountId
    databaseServerId: database.outputs.resourceId
    databaseReplicaId: database.outputs.replicaId
    vaultId: vault.outputs.resourceId
    schedulerId: scheduler.outputs.resourceId
    tags: tags
  }
}

module door 'modules/front-door.bicep' = if (hasFrontDoor) {
  name: 'front-door'
  params: {
    name: '${prefix}-door-${suffix}'
    policyName: 'pfm${environmentName}${suffix}'
    sku: frontDoor == 'Premium' ? 'Premium_AzureFrontDoor' : 'Standard_AzureFrontDoor'
    originHost: '${appName}.azurewebsites.net'
    rateLimit: rateLimit
    workspaceId: monitoring.outputs.workspaceId
    tags: tags
  }
}

module app 'modules/function-app.bicep' = {
  name: 'function-app'
  params: {
    location: location
    planName: '${prefix}-plan'
    name: appName
    pythonVersion: '3.13'
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    requestsPerInstance: 16
    readyForRequests: readyForRequests
    zoneRedundant: zoneRedundant
    identity: identity.outputs.identity
    hostStorage: files.outputs.hostEndpoints
    packagesContainer: files.outputs.packagesContainer
    dataStorage: files.outputs.dataEndpoints
    database: {
      host: database.outputs.host
      port: database.outputs.port
      name: database.outputs.databaseName
    }
    scheduler: scheduler.outputs.hub
    insightsConnectionString: monitoring.outputs.connectionString
    settings: {
      environment: environmentName
      audience: audience
      docsClientId: docsClientId
      clients: clients
      keyVault: vault.outputs.uri
      importsContainer: importsContainer
      backupsContainer: files.outputs.backupsContainer
      backupKeepDays: string(backupRetentionDays)
    }
    subnetId: isPrivate ? network!.outputs.appSubnetId : ''
    frontDoorId: hasFrontDoor ? door!.outputs.frontDoorId : ''
    workspaceId: monitoring.outputs.workspaceId
    tags: tags
  }
  dependsOn: [roles, endpoints]
}

module roles 'modules/roles.bicep' = {
  name: 'roles'
  params: {
    appPrincipalId: identity.outputs.principalId
    topicPrincipalId: files.outputs.topicPrincipalId
    hostAccountName: files.outputs.hostAccountName
    dataAccountName: files.outputs.dataAccountName
    deadLetterContainer: files.outputs.deadLetterContainer
    schedulerName: scheduler.outputs.name
    insightsName: monitoring.outputs.insightsName
    vaultName: vault.outputs.name
  }
}

module watch 'modules/watch.bicep' = {
  name: 'watch'
  params: {
    location: location
    namePrefix: prefix
    environmentName: environmentName
    emails: watching.emails
    hasAlerts: watching.hasAlerts
    workspaceId: monitoring.outputs.workspaceId
    insightsId: monitoring.outputs.insightsId
    databaseServerId: database.outputs.resourceId
    databaseMaxConnections: databaseSize.maxConnections
    topicId: files.outputs.topicId
    healthUrl: 'https://${hasFrontDoor ? door!.outputs.host : app.outputs.host}/v1/health'
    monthlyBudget: watching.monthlyBudget
    budgetStartDate: watching.budgetStartDate
    tags: tags
  }
}

module locks 'modules/locks.bicep' = if (hasLocks) {
  name: 'locks'
  params: {
    databaseServerName: database.outputs.name
    dataAccountName: files.outputs.dataAccountName
    vaultName: vault.outputs.name
  }
}

output functionAppName string = app.outputs.name
output publicHost string = hasFrontDoor ? door!.outputs.host : app.outputs.host
output topicName string = files.outputs.topicName
output dataAccountName string = files.outputs.dataAccountName
output databaseHost string = database.outputs.host
output appIdentityName string = identity.outputs.name
