"""`/v1/health`: whether this instance can serve."""

import json
from http import HTTPStatus

import azure.functions as func

from shared.data import engine
from shared.web.endpoint import OPEN_TO_ALL, endpoint
from shared.web.request import ApiRequest
from shared.web.respond import json_answer

blueprint = func.Blueprint()


@endpoint(blueprint, "GET", "v1/health", OPEN_TO_ALL)
def read_health(_request: ApiRequest) -> func.HttpResponse:
    """`ok` when the database answers, else 503 and `degraded`."""
    if engine.answers():
        return json_answer(json.dumps({"status": "ok", "database": "ok"}))
    return json_answer(json.dumps({"status": "degraded", "database": "unavailable"}), HTTPStatus.SERVICE_UNAVAILABLE)
