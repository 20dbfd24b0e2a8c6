metadata description = 'Who watches the environment: the alerts, the workbook and the budget.'

@description('Where they are.')
param location string
@description('What names begin with.')
param namePrefix string
@description('Which environment this is.')
param environmentName string
@description('Who hears of alerts and of the budget.')
param emails array
@description('Whether alerts fire.')
param hasAlerts bool
@description('The workspace that alerts and the workbook read.')
param workspaceId string
@description('Application Insights.')
param insightsId string
@description('The PostgreSQL server.')
param databaseServerId string
@description('How many connections its size allows.')
param databaseMaxConnections int
@description('The Event Grid topic.')
param topicId string
@description('The address that the probe asks.')
param healthUrl string
@description('What a month may cost, in the subscription\'s currency.')
param monthlyBudget int
@description('The first day of the month that the budget starts in, as yyyy-MM-01.')
param budgetStartDate string
@description('Tags of every resource.')
param tags object

module alerts 'alerts.bicep' = {
  name: 'alerts'
  params: {
    location: location
    namePrefix: namePrefix
    emails: emails
    workspaceId: workspaceId
    databaseServerId: databaseServerId
    databaseMaxConnections: databaseMaxConnections
    topicId: topicId
    insightsId: insightsId
    healthUrl: healthUrl
    isEnabled: hasAlerts
    tags: tags
  }
}

module workbook 'workbook.bicep' = {
  name: 'workbook'
  params: {
    location: location
    displayName: 'Portfolio metrics (${environmentName})'
    workspaceId: workspaceId
    tags: tags
  }
}

module budget 'budget.bicep' = {
  name: 'budget'
  params: {
    name: '${namePrefix}-budget'
    amount: monthlyBudget
    startDate: budgetStartDate
    emails: emails
  }
}
