metadata description = 'One private endpoint, and the name by which the network finds it.'

@description('Where it is: where its network is.')
param location string
@description('Its name.')
param name string
@description('The subnet it takes an address from.')
param subnetId string
@description('The resource it leads to.')
param targetId string
@description('Which part of that resource: blob, queue, table, vault, postgresqlServer, scheduler.')
param groupId string
@description('The name of the private DNS zone, which is in this resource group.')
param zoneName string
@description('Tags of every resource.')
param tags object

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' existing = {
  name: zoneName
}

resource endpoint 'Microsoft.Network/privateEndpoints@2026-03-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: {
      id: subnetId
    }
    customNetworkInterfaceName: '${name}-nic'
    privateLinkServiceConnections: [
      {
        name: groupId
        properties: {
          privateLinkServiceId: targetId
          groupIds: [groupId]
        }
      }
    ]
  }
}

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2026-03-01' = {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: groupId
        properties: {
          privateDnsZoneId: zone.id
        }
      }
    ]
  }
}
