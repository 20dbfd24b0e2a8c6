"""`/openapi.json`, `/docs` and `/redoc`: the description of the API, and pages to read and try it.

What they are made from is imported when one of them is asked for: no other call pays for it.
"""

import azure.functions as func

from shared.schemas.assets import AssetQuery
from shared.schemas.queries import NoQuery
from shared.web.endpoint import OPEN_TO_ALL, endpoint
from shared.web.request import ApiRequest

blueprint = func.Blueprint()


@endpoint(blueprint, "GET", "openapi.json", OPEN_TO_ALL)
def read_openapi_document(request: ApiRequest) -> func.HttpResponse:
    """This description, as OpenAPI 3.1."""
    from shared.web.openapi.answering import answer_document  # noqa: PLC0415 (no other call needs it: cold start)

    request.query(NoQuery)
    return answer_document(request)


@endpoint(blueprint, "GET", "docs", OPEN_TO_ALL)
def give_swagger_page(request: ApiRequest) -> func.HttpResponse:
    """Swagger UI: a page to read this description and to try it."""
    from shared.web.openapi.answering import answer_swagger_page  # noqa: PLC0415 (as above)

    request.query(NoQuery)
    return answer_swagger_page()


@endpoint(blueprint, "GET", "redoc", OPEN_TO_ALL)
def give_redoc_page(request: ApiRequest) -> func.HttpResponse:
    """ReDoc: a page to read this description."""
    from shared.web.openapi.answering import answer_redoc_page  # noqa: PLC0415 (as above)

    request.query(NoQuery)
    return answer_redoc_page()


@endpoint(blueprint, "GET", "docs/assets/{name}", OPEN_TO_ALL)
def give_page_asset(request: ApiRequest) -> func.HttpResponse:
    """A file of the two pages."""
    from shared.web.openapi.answering import answer_asset  # noqa: PLC0415 (as above)

    version = request.query(AssetQuery).v
    return answer_asset(request, request.raw.route_params["name"], version)
