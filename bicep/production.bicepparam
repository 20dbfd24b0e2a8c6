// Spread over zones, backups in two regions, reached through the front door only.
// Who it belongs to comes from the environment that deploys, so that nobody's names stand in the repository.
using 'main.bicep'

param environmentName = 'production'
param responsible = {
  owner: readEnvironmentVariable('OWNER')
  costCentre: readEnvironmentVariable('COST_CENTRE')
}
param audience = readEnvironmentVariable('AUTH_AUDIENCE', 'api://portfolio-metrics')
param docsClientId = readEnvironmentVariable('DOCS_CLIENT_ID', '')
param clients = readEnvironmentVariable('AUTH_CLIENTS', '')
param databaseAdministrators = [
  {
    objectId: readEnvironmentVariable('DATABASE_ADMIN_ID')
    name: readEnvironmentVariable('DATABASE_ADMIN_NAME')
    type: 'Group'
  }
]
param watching = {
  emails: [readEnvironmentVariable('ALERT_EMAIL')]
  hasAlerts: true
  monthlyBudget: 2500
  budgetStartDate: readEnvironmentVariable('BUDGET_START', '2026-12-01')
}
param logs = {
  retentionDays: 90
  dailyQuotaGb: 10
}
param databaseSize = {
  skuName: 'Standard_D4ds_v5'
  tier: 'GeneralPurpose'
  storageGB: 128
  maxConnections: 1718
  poolSize: 100
  poolMaxClients: 2000
}
param databaseHighAvailability = 'ZoneRedundant'
param databaseBackupDays = 35
param databaseGeoBackup = true
param databaseReplicaLocation = readEnvironmentVariable('REPLICA_LOCATION', '')
param dataStorageSku = 'Standard_GZRS'
param zoneRedundant = true
param readyForRequests = 2
param maximumInstanceCount = 100
param isPrivate = true
param networkPrefix = '10.41.0.0/24'
param frontDoor = 'Premium'
