metadata description = 'The topic by which the data account tells of dropped files. Its subscription is event-subscription.bicep, a second step.'

@description('Where it is: where its account is.')
param location string
@description('Its name.')
param name string
@description('The storage account whose events it carries.')
param storageAccountId string
@description('Where logs go.')
param workspaceId string
@description('Tags of every resource.')
param tags object

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    source: storageAccountId
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: topic
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'DeliveryFailures'
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

output resourceId string = topic.id
output name string = topic.name
output principalId string = topic.identity.principalId
