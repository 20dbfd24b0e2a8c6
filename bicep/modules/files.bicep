metadata description = 'The two storage accounts, what lies in them and how long, and the topic that tells of dropped files.'

@description('Where they are.')
param location string
@description('What names begin with.')
param namePrefix string
@description('What makes the accounts\' names unique.')
param suffix string
@description('The container that files are dropped into.')
param importsContainer string
@description('How many copies of the host\'s state are kept, and where.')
param hostSku string
@description('How many copies of files and backups are kept, and where.')
param dataSku string
@description('How many days backups are kept.')
@minValue(7)
param backupRetentionDays int
@description('Whether both accounts are reached by private endpoints only.')
param isPrivate bool
@description('Addresses let in beside the private network; only where it is not private.')
param allowedIpRanges array
@description('Where logs go.')
param workspaceId string
@description('Tags of every resource.')
param tags object

var packages = 'packages'
var received = 'received'
var reports = 'reports'
var backups = 'backups'
var deadLetters = 'dead-letters'

module host 'storage.bicep' = {
  name: 'host-storage'
  params: {
    location: location
    name: take('pfmhost${suffix}', 24)
    sku: hostSku
    containers: [packages]
    lifecycleRules: []
    softDeleteDays: 7
    keepsVersions: false
    isPrivate: isPrivate
    allowedIpRanges: allowedIpRanges
    workspaceId: workspaceId
    tags: tags
  }
}

module data 'storage.bicep' = {
  name: 'data-storage'
  params: {
    location: location
    name: take('pfmdata${suffix}', 24)
    sku: dataSku
    containers: [importsContainer, received, reports, backups, deadLetters]
    lifecycleRules: [
      {
        name: 'backups-end'
        prefixes: ['${backups}/']
        coolAfterDays: -1
        deleteAfterDays: backupRetentionDays * 4 // the app ends them earlier, and keeps the newest
      }
      {
        name: 'dropped-files-end'
        prefixes: ['${importsContainer}/', '${deadLetters}/']
        coolAfterDays: -1
        deleteAfterDays: 90
      }
      {
        name: 'received-files-cool-down'
        prefixes: ['${received}/', '${reports}/']
        coolAfterDays: 60
        deleteAfterDays: -1
      }
    ]
    softDeleteDays: 14
    keepsVersions: true
    isPrivate: isPrivate
    allowedIpRanges: allowedIpRanges
    workspaceId: workspaceId
    tags: tags
  }
}

module events 'events.bicep' = {
  name: 'events'
  params: {
    location: location
    name: '${namePrefix}-files'
    storageAccountId: data.outputs.resourceId
    workspaceId: workspaceId
    tags: tags
  }
}

output hostAccountName string = host.outputs.name
output hostAccountId string = host.outputs.resourceId
output hostEndpoints object = host.outputs.endpoints
output dataAccountName string = data.outputs.name
output dataAccountId string = data.outputs.resourceId
output dataEndpoints object = data.outputs.endpoints
output packagesContainer string = packages
output backupsContainer string = backups
output deadLetterContainer string = deadLetters
output topicId string = events.outputs.resourceId
output topicName string = events.outputs.name
output topicPrincipalId string = events.outputs.principalId
