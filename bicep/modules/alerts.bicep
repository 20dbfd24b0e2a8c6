metadata description = 'What wakes somebody, and whom. Each alert names its runbook: a heading of docs/operations.md, held by a test.'

@description('Where the rules over logs are.')
param location string
@description('What their names begin with.')
param namePrefix string
@description('Who is told.')
param emails array
@description('The workspace that the rules over logs read.')
param workspaceId string
@description('The PostgreSQL server.')
param databaseServerId string
@description('How many connections its size allows.')
param databaseMaxConnections int
@description('The Event Grid topic.')
param topicId string
@description('Application Insights, for the probe.')
param insightsId string
@description('The address that the probe asks.')
param healthUrl string
@description('Whether rules fire. Off while an environment is being set up.')
param isEnabled bool
@description('Tags of every resource.')
param tags object

var runbooks = 'docs/operations.md#alert-'
var overdueGauge = 'portfolio.companies_late' // a gauge of timer_upkeep/gauges.py
var logAlerts = [
  {
    name: 'failed-requests'
    severity: 1
    what: 'More than one in fifty requests answered 5xx in a quarter of an hour.'
    frequency: 'PT5M'
    window: 'PT15M'
    query: 'AppRequests | where isnotempty(Url) | summarize all = count(), failed = countif(toint(ResultCode) >= 500) | where all >= 20 and failed * 50 > all'
  }
  {
    name: 'slow-requests'
    severity: 2
    what: 'One in twenty requests took longer than two seconds, uploads aside.'
    frequency: 'PT15M'
    window: 'PT30M'
    query: 'AppRequests | where isnotempty(Url) and OperationName != "post_import" | summarize all = count(), p95 = percentile(DurationMs, 95) | where all >= 20 and p95 > 2000'
  }
  {
    name: 'failed-imports'
    severity: 1
    what: 'An import gave up: the database or the storage did not answer for ten minutes.'
    frequency: 'PT15M'
    window: 'PT1H'
    query: 'AppRequests | where OperationName == "give_up_import"'
  }
  {
    name: 'stale-fx-rates'
    severity: 2
    what: 'A workday without a successful run of the exchange-rate timer by 19:00 UTC.'
    frequency: 'PT1H'
    window: 'P1D'
    query: 'AppRequests | where OperationName == "refresh_fx_rates" and Success and TimeGenerated > startofday(now()) | summarize runs = count() | where runs == 0 and hourofday(now()) >= 19 and dayofweek(now()) between (1d .. 5d)'
  }
  {
    name: 'poison-blobs'
    severity: 1
    what: 'A dropped file failed five times and was put aside.'
    frequency: 'PT15M'
    window: 'PT1H'
    query: 'AppTraces | where Message has "MaxDequeueCount"'
  }
  {
    name: 'missing-backup'
    severity: 1
    what: 'Nothing was written to the container of backups for a day.'
    frequency: 'PT1H'
    window: 'P2D'
    query: 'StorageBlobLogs | where TimeGenerated > ago(26h) and OperationName startswith "Put" and StatusText == "Success" and Uri has "/backups/" | summarize written = count() | where written == 0'
  }
  {
    name: 'overdue-reports'
    severity: 3
    what: 'Companies have not reported though the quarter\'s days are over.'
    frequency: 'P1D'
    window: 'P1D'
    query: 'AppMetrics | where Name == "${overdueGauge}" | summarize late = max(Max) | where late > 0'
  }
]
var metricAlerts = [
  {
    name: 'database-unavailable'
    severity: 0
    what: 'The database server is not alive.'
    scope: databaseServerId
    namespace: 'Microsoft.DBforPostgreSQL/flexibleServers'
    metric: 'is_db_alive'
    aggregation: 'Maximum'
    operator: 'LessThan'
    threshold: 1
  }
  {
    name: 'database-storage'
    severity: 2
    what: 'The database\'s disk is more than 85 percent full.'
    scope: databaseServerId
    namespace: 'Microsoft.DBforPostgreSQL/flexibleServers'
    metric: 'storage_percent'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: 85
  }
  {
    name: 'database-connections'
    severity: 2
    what: 'Four fifths of the server\'s connections are taken.'
    scope: databaseServerId
    namespace: 'Microsoft.DBforPostgreSQL/flexibleServers'
    metric: 'active_connections'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: databaseMaxConnections * 4 / 5
  }
  {
    name: 'database-processor'
    severity: 2
    what: 'The database\'s processor is above 90 percent.'
    scope: databaseServerId
    namespace: 'Microsoft.DBforPostgreSQL/flexibleServers'
    metric: 'cpu_percent'
    aggregation: 'Average'
    operator: 'GreaterThan'
    threshold: 90
  }
  {
    name: 'dead-lettered-events'
    severity: 1
    what: 'Events of dropped files could not be delivered for a day.'
    scope: topicId
    namespace: 'Microsoft.EventGrid/systemTopics'
    metric: 'DeadLetteredCount'
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: 0
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${namePrefix}-people'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'portfolio'
    enabled: true
    emailReceivers: [for email in emails: {
      name: email
      emailAddress: email
      useCommonAlertSchema: true
    }]
  }
}

resource overLogs 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for alert in logAlerts: {
  name: '${namePrefix}-${alert.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: alert.name
    description: alert.what
    severity: alert.severity
    enabled: isEnabled
    scopes: [workspaceId]
    skipQueryValidation: true // a table comes into being with its first line
    evaluationFrequency: alert.frequency
    windowSize: alert.window
    autoMitigate: alert.frequency != 'P1D'
    criteria: {
      allOf: [
        {
          query: alert.query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: [people.id]
      customProperties: {
        runbook: '${runbooks}${alert.name}'
      }
    }
  }
}]

resource overMetrics 'Microsoft.Insights/metricAlerts@2018-03-01' = [for alert in metricAlerts: {
  name: '${namePrefix}-${alert.name}'
  location: 'global'
  tags: tags
  properties: {
    description: alert.what
    severity: alert.severity
    enabled: isEnabled
    scopes: [alert.scope]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: alert.metric
          metricName: alert.metric
          metricNamespace: alert.namespace
          timeAggregation: alert.aggregation
          operator: alert.operator
          threshold: alert.threshold
        }
      ]
    }
    actions: [
      {
        actionGroupId: people.id
        webHookProperties: {
          runbook: '${runbooks}${alert.name}'
        }
      }
    ]
  }
}]

resource probe 'Microsoft.Insights/webtests@2022-06-15' = {
  name: '${namePrefix}-probe'
  location: location
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: '${namePrefix}-probe'
    Name: 'health'
    Enabled: true
    Frequency: 300
    Timeout: 30
    Kind: 'standard'
    RetryEnabled: true
    Locations: [
      { Id: 'emea-nl-ams-azr' }
      { Id: 'emea-gb-db3-azr' }
      { Id: 'us-va-ash-azr' }
    ]
    Request: {
      RequestUrl: healthUrl
      HttpVerb: 'GET'
      ParseDependentRequests: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 14
    }
  }
}

resource unavailable 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${namePrefix}-app-unavailable'
  location: 'global'
  tags: tags
  properties: {
    description: 'The health page did not answer from two places.'
    severity: 0
    enabled: isEnabled
    scopes: [probe.id, insightsId]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: probe.id
      componentId: insightsId
      failedLocationCount: 2
    }
    actions: [
      {
        actionGroupId: people.id
        webHookProperties: {
          runbook: '${runbooks}app-unavailable'
        }
      }
    ]
  }
}
