metadata description = 'PostgreSQL: Entra tokens only, the pooler in front, backups, a standby and a replica elsewhere by parameter.'

@description('Where it is.')
param location string
@description('The server\'s name.')
param name string
@description('The database\'s name.')
param databaseName string
@description('The server\'s size. The largest number of connections follows from it.')
param skuName string
@description('Burstable has no pooler and no standby.')
@allowed(['Burstable', 'GeneralPurpose', 'MemoryOptimized'])
param tier string
@description('The disk at first, in GB; it grows by itself.')
@minValue(32)
param storageGB int
@description('A standby in another zone or the same, or none.')
@allowed(['Disabled', 'SameZone', 'ZoneRedundant'])
param highAvailability string
@description('How many days any moment can be restored.')
@minValue(7)
@maxValue(35)
param backupRetentionDays int
@description('Whether backups are kept in the paired region too. It can be chosen only when the server is made.')
param geoRedundantBackup bool
@description('The region of a read replica that can take over; empty: none.')
param replicaLocation string
@description('How many server connections the pooler opens per database and role.')
@minValue(10)
param poolerPoolSize int
@description('How many clients the pooler takes.')
@minValue(100)
param poolerMaxClients int
@description('Who administers the server, by Entra ID: { objectId, name, type }.')
param administrators array
@description('Whether it is reached by a private endpoint only.')
param isPrivate bool
@description('Where logs go.')
param workspaceId string
@description('Tags of every resource.')
param tags object

var hasPooler = tier != 'Burstable'
var hasReplica = !empty(replicaLocation)
var endpointName = '${name}-entry'
var serverSettings = [
  { name: 'require_secure_transport', value: 'on' }
  { name: 'ssl_min_protocol_version', value: 'TLSv1.2' }
  { name: 'idle_in_transaction_session_timeout', value: '60000' }
  { name: 'log_min_duration_statement', value: '1000' }
  { name: 'log_lock_waits', value: 'on' }
  { name: 'track_io_timing', value: 'on' }
  { name: 'pg_qs.query_capture_mode', value: 'top' }
  { name: 'pgms_wait_sampling.query_capture_mode', value: 'all' }
]
var poolerSettings = [
  { name: 'pgbouncer.enabled', value: 'true' }
  { name: 'pgbouncer.pool_mode', value: 'transaction' }
  { name: 'pgbouncer.default_pool_size', value: string(poolerPoolSize) }
  { name: 'pgbouncer.max_client_conn', value: string(poolerMaxClients) }
  { name: 'metrics.pgbouncer_diagnostics', value: 'on' }
]

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2026-10-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: skuName
    tier: tier
  }
  properties: {
    version: '17'
    createMode: 'Default'
    authConfig: {
      activeDirectoryAuth: 'Enabled'
      passwordAuth: 'Disabled'
      tenantId: tenant().tenantId
    }
    storage: {
      storageSizeGB: storageGB
      autoGrow: 'Enabled'
    }
    backup: {
      backupRetentionDays: backupRetentionDays
      geoRedundantBackup: geoRedundantBackup ? 'Enabled' : 'Disabled'
    }
    highAvailability: {
      mode: highAvailability
    }
    maintenanceWindow: {
      customWindow: 'Enabled'
      dayOfWeek: 0
      startHour: 3
      startMinute: 0
    }
    network: {
      publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    }
  }
}

resource database 'Microsoft.DBforPostgreSQL/flexibleServers/databases@2026-10-01' = {
  parent: server
  name: databaseName
  properties: {
    charset: 'UTF8'
    collation: 'en_US.utf8'
  }
}

resource azureServices 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2026-10-01' = if (!isPrivate) {
  parent: server
  name: 'azure-services'
  properties: {
    startIpAddress: '0.0.0.0'
    endIpAddress: '0.0.0.0'
  }
  dependsOn: [administration] // the server takes one change at a time
}

@batchSize(1)
resource configurations 'Microsoft.DBforPostgreSQL/flexibleServers/configurations@2026-10-01' = [for setting in concat(serverSettings, hasPooler ? poolerSettings : []): {
  parent: server
  name: setting.name
  properties: {
    value: setting.value
    source: 'user-override'
  }
  dependsOn: [database]
}]

@batchSize(1)
resource administration 'Microsoft.DBforPostgreSQL/flexibleServers/administrators@2026-10-01' = [for administrator in administrators: {
  parent: server
  name: administrator.objectId
  properties: {
    principalName: administrator.name
    principalType: administrator.type
    tenantId: tenant().tenantId
  }
  dependsOn: [configurations]
}]

resource replica 'Microsoft.DBforPostgreSQL/flexibleServers@2026-10-01' = if (hasReplica) {
  name: '${name}-replica'
  location: hasReplica ? replicaLocation : location
  tags: tags
  sku: {
    name: skuName
    tier: tier
  }
  properties: {
    createMode: 'Replica'
    sourceServerResourceId: server.id
    network: {
      publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    }
  }
  dependsOn: [administration]
}

resource entry 'Microsoft.DBforPostgreSQL/flexibleServers/virtualEndpoints@2026-10-01' = if (hasReplica) {
  parent: server
  name: endpointName
  properties: {
    endpointType: 'ReadWrite'
    members: [replica.name]
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: server
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        categoryGroup: 'allLogs'
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

resource replicaLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (hasReplica) {
  name: 'to-workspace'
  scope: replica
  properties: {
    workspaceId: workspaceId
    metrics: [
      {
        category: 'AllMetrics'
        enabled: true
      }
    ]
  }
}

output resourceId string = server.id
output name string = server.name
output replicaId string = hasReplica ? replica.id : ''
output databaseName string = database.name
output host string = hasReplica ? '${endpointName}.writer.postgres.database.azure.com' : server.properties.fullyQualifiedDomainName
output port int = hasPooler ? 6432 : 5432
