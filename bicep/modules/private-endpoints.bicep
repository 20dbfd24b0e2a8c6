metadata description = 'The private endpoints of one environment: what the app reaches by its network only.'

@description('Where they are: where the network is.')
param location string
@description('What their names begin with.')
param namePrefix string
@description('The subnet they take addresses from.')
param subnetId string
@description('The private DNS zones, by what they are for.')
param zoneNames object
@description('The account of the host\'s own state.')
param hostAccountId string
@description('The account of files and backups.')
param dataAccountId string
@description('The PostgreSQL server.')
param databaseServerId string
@description('Its replica; empty: there is none.')
param databaseReplicaId string
@description('The vault.')
param vaultId string
@description('The Durable Task Scheduler.')
param schedulerId string
@description('Tags of every resource.')
param tags object

var always = [
  { name: 'host-blob', target: hostAccountId, group: 'blob' }
  { name: 'host-queue', target: hostAccountId, group: 'queue' }
  { name: 'host-table', target: hostAccountId, group: 'table' }
  { name: 'data-blob', target: dataAccountId, group: 'blob' }
  { name: 'data-queue', target: dataAccountId, group: 'queue' }
  { name: 'database', target: databaseServerId, group: 'postgresqlServer' }
  { name: 'vault', target: vaultId, group: 'vault' }
  { name: 'scheduler', target: schedulerId, group: 'scheduler' }
]
var ofReplica = [
  { name: 'database-replica', target: databaseReplicaId, group: 'postgresqlServer' }
]
var wanted = concat(always, empty(databaseReplicaId) ? [] : ofReplica)

module endpoints 'private-endpoint.bicep' = [for endpoint in wanted: {
  name: 'endpoint-${endpoint.name}'
  params: {
    location: location
    name: '${namePrefix}-${endpoint.name}'
    subnetId: subnetId
    targetId: endpoint.target
    groupId: endpoint.group
    zoneName: zoneNames[endpoint.group]
    tags: tags
  }
}]
