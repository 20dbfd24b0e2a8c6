"""The Functions app: one DFApp that registers every room's functions."""

import azure.durable_functions as df
import azure.functions as func

import durable_imports.activities
import durable_imports.orchestrators
import durable_imports.starters
import http_metrics.companies
import http_metrics.comparisons
import http_metrics.explanations
import http_metrics.health
import http_metrics.imports
import http_metrics.inputs
import http_metrics.periods
import http_metrics.rates
import http_metrics.reporting
import http_metrics.rounds
import http_metrics.templates
import timer_fx.refresh

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)

for room in (durable_imports.activities, durable_imports.orchestrators, durable_imports.starters, timer_fx.refresh):
    app.register_functions(room.blueprint)
for room in (
    http_metrics.companies,
    http_metrics.comparisons,
    http_metrics.explanations,
    http_metrics.health,
    http_metrics.imports,
    http_metrics.inputs,
    http_metrics.periods,
    http_metrics.rates,
    http_metrics.reporting,
    http_metrics.rounds,
    http_metrics.templates,
):
    app.register_functions(room.blueprint)
