"""The description of the API: `/openapi.json`, made from the routes, the schemas and a table of operations.

Imported where it is asked for only, so that no other call pays for it.
"""
