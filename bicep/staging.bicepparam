// What production is, one size smaller: the same network, front door and pooler, so that a deployment is rehearsed.
// Who it belongs to comes from the environment that deploys, so that nobody's names stand in the repository.
using 'main.bicep'

param environmentName = 'staging'
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
  monthlyBudget: 700
  budgetStartDate: readEnvironmentVariable('BUDGET_START', '2026-12-01')
}
param logs = {
  retentionDays: 30
  dailyQuotaGb: 2
}
param databaseSize = {
  skuName: 'Standard_D2ds_v5'
  tier: 'GeneralPurpose'
  storageGB: 64
  maxConnections: 859
  poolSize: 50
  poolMaxClients: 1000
}
param databaseBackupDays = 14
param dataStorageSku = 'Standard_ZRS'
param isPrivate = true
param frontDoor = 'Standard'
