metadata description = 'What the environment may cost in a month, and who hears when it nears that.'

@description('The budget\'s name.')
param name string
@description('The amount of a month, in the subscription\'s currency.')
@minValue(1)
param amount int
@description('The first day of the month it starts in, as yyyy-MM-01.')
param startDate string
@description('Who is told.')
param emails array

resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: {
      startDate: startDate
    }
    notifications: {
      spent80: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: emails
      }
      forecast100: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: emails
      }
    }
  }
}
