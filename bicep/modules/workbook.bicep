metadata description = 'The workbook: how the app, the database and the portfolio are doing, on one page.'

@description('Where it is.')
param location string
@description('What people see it called.')
param displayName string
@description('The workspace that it reads.')
param workspaceId string
@description('Tags of every resource.')
param tags object

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, displayName)
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: displayName
    category: 'workbook'
    sourceId: workspaceId
    version: 'Notebook/1.0'
    serializedData: loadTextContent('../workbook.json')
  }
}
