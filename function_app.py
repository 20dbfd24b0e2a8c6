"""The Functions app: one DFApp that registers every room's functions."""

import azure.durable_functions as df
import azure.functions as func

from durable_backups import activities as backup_activities
from durable_backups import orchestrators as backup_orchestrators
from durable_backups import starters as backup_starters
from durable_imports import activities, decisions, drop_links, orchestrators, reports, starters, tending
from http_metrics import (
    audit,
    companies,
    comparisons,
    documentation,
    explanations,
    feed,
    grants,
    health,
    imports,
    inputs,
    periods,
    portfolio,
    rates,
    reporting,
    rounds,
    templates,
    unmatched,
)
from shared.telemetry import flush_before_the_end
from timer_fx import refresh
from timer_upkeep import audit_log, gauges, upkeep

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)

for room in (activities, decisions, drop_links, orchestrators, reports, starters, tending):
    app.register_functions(room.blueprint)
for room in (backup_activities, backup_orchestrators, backup_starters, refresh, upkeep, audit_log, gauges, audit):
    app.register_functions(room.blueprint)
for room in (companies, comparisons, documentation, explanations, feed, grants, health, imports, inputs, periods):
    app.register_functions(room.blueprint)
for room in (portfolio, rates, reporting, rounds, templates, unmatched):
    app.register_functions(room.blueprint)

flush_before_the_end()
