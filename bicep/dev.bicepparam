// The smallest thing that works: no pooler, no network of its own, no alerts. Not for real figures.
// Who it belongs to comes from the environment that deploys, so that nobody's names stand in the repository.
using 'main.bicep'

param environmentName = 'dev'
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
  hasAlerts: false
  monthlyBudget: 150
  budgetStartDate: readEnvironmentVariable('BUDGET_START', '2026-12-01')
}
param logs = {
  retentionDays: 30
  dailyQuotaGb: 1
}
param databaseSize = {
  skuName: 'Standard_B2s'
  tier: 'Burstable'
  storageGB: 32
  maxConnections: 429
  poolSize: 50
  poolMaxClients: 1000
}
param databaseBackupDays = 7
param dataStorageSku = 'Standard_LRS'
param hasLocks = false
