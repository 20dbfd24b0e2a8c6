metadata description = 'The vault for what must stay secret although the app itself needs no password: roles only, and nothing can be purged.'

@description('Where it is.')
param location string
@description('Its name: 3 to 24 letters, digits and hyphens.')
@minLength(3)
@maxLength(24)
param name string
@description('Whether it is reached by a private endpoint only.')
param isPrivate bool
@description('Addresses let in beside the private network; only where it is not private.')
param allowedIpRanges array
@description('Where logs go.')
param workspaceId string
@description('Tags of every resource.')
param tags object

resource vault 'Microsoft.KeyVault/vaults@2026-05-15' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: (isPrivate || !empty(allowedIpRanges)) ? 'Deny' : 'Allow'
      ipRules: [for range in allowedIpRanges: {
        value: range
      }]
    }
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        categoryGroup: 'audit'
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

output resourceId string = vault.id
output name string = vault.name
output uri string = vault.properties.vaultUri
