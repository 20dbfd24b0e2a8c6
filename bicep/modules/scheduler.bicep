metadata description = 'The Durable Task Scheduler that keeps the imports\' orchestrations, and their task hub.'

@description('Where it is.')
param location string
@description('The scheduler\'s name.')
param name string
@description('The task hub\'s name.')
param hubName string
@description('Consumption is paid by action; Dedicated by capacity unit.')
@allowed(['Consumption', 'Dedicated'])
param sku string
@description('Capacity units of a dedicated scheduler.')
@minValue(1)
@maxValue(3)
param capacity int
@description('Whether it is reached by a private endpoint only.')
param isPrivate bool
@description('The addresses let in. An empty list would deny everybody, so the caller says who.')
param ipAllowlist array
@description('Where logs go.')
param workspaceId string
@description('Tags of every resource.')
param tags object

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    ipAllowlist: ipAllowlist
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    sku: sku == 'Dedicated' ? {
      name: 'Dedicated'
      capacity: capacity
    } : {
      name: 'Consumption'
    }
  }
}

resource hub 'Microsoft.DurableTask/schedulers/taskHubs@2026-02-01' = {
  parent: scheduler
  name: hubName
  properties: {}
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: scheduler
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

output resourceId string = scheduler.id
output name string = scheduler.name
output hub object = {
  endpoint: scheduler.properties.endpoint
  hubName: hub.name
}
