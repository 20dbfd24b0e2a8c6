"""A small host for Azure Functions apps on one machine: HTTP, timers, blob events and Durable Functions.

Never deployed. An emulation written from reading the hosts' sources; `README.md` says what to check again on the first
real deployment.
"""
