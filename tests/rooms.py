"""The app's routes with every room imported: what tests that look at each of them are parametrised by."""

from shared.web.endpoint import all_routes

ROUTES = all_routes()
