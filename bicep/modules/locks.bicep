metadata description = 'What holds data cannot be deleted by mistake: a lock must be removed first.'

@description('The PostgreSQL server.')
param databaseServerName string
@description('The account of files and backups.')
param dataAccountName string
@description('The vault.')
param vaultName string

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2026-10-01' existing = {
  name: databaseServerName
}

resource account 'Microsoft.Storage/storageAccounts@2026-09-01' existing = {
  name: dataAccountName
}

resource vault 'Microsoft.KeyVault/vaults@2026-05-15' existing = {
  name: vaultName
}

resource serverLock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'holds-data'
  scope: server
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds the portfolio. docs/operations.md says how an environment is taken down.'
  }
}

resource accountLock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'holds-data'
  scope: account
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds received files and backups. docs/operations.md says how an environment is taken down.'
  }
}

resource vaultLock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'holds-data'
  scope: vault
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds secrets. docs/operations.md says how an environment is taken down.'
  }
}
