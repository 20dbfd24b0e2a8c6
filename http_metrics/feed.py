"""`/v1/change-feed`: what changed after a number, for clients that mirror the data."""

import azure.functions as func

from shared.data.change_feed import read_feed
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.permissions import Permission
from shared.schemas.queries import FeedQuery
from shared.web.endpoint import endpoint
from shared.web.request import ApiRequest
from shared.web.respond import json_answer

blueprint = func.Blueprint()


@endpoint(blueprint, "GET", "v1/change-feed", Permission.READ)
def read_change_feed(request: ApiRequest) -> func.HttpResponse:
    """Changes in the order of their commits: the next call asks after `next`."""
    query = request.query(FeedQuery)
    with request.reading() as session:
        page = read_feed(session, request.principal.scope, query.after, query.limit)
    if query.after > page.newest:
        message = f"the newest number is {page.newest}: this one is of other data, so begin again after 0"
        raise InvalidInput([FieldError("out_of_range", message, parameter="after")])
    told = "true" if page.up_to_date else "false"
    return json_answer(f'{{"items":{page.items},"next":{page.last},"up_to_date":{told}}}')
