metadata description = 'The identity the app runs as. It has no password and no key; roles.bicep says what it may do.'

@description('Where it is.')
param location string
@description('Its name; PostgreSQL knows the app by it.')
param name string
@description('Tags of every resource.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

output identity object = {
  resourceId: identity.id
  clientId: identity.properties.clientId
  name: identity.name
}
output name string = identity.name
output principalId string = identity.properties.principalId
