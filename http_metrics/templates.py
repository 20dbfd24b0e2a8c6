"""`/v1/imports/template`: a file to fill in and upload."""

import azure.functions as func

from shared.clock import utc_now
from shared.domain.permissions import Permission
from shared.domain.route_classes import RouteClass
from shared.schemas.templates import TemplateQuery
from shared.services.templates import make_template
from shared.web.endpoint import endpoint
from shared.web.files import file_answer
from shared.web.recording import recorded_file
from shared.web.request import ApiRequest

blueprint = func.Blueprint()


@endpoint(blueprint, "GET", "v1/imports/template", Permission.SUBMIT, lambda _: RouteClass.EXPORT)
def give_import_template(request: ApiRequest) -> func.HttpResponse:
    """A template for the next quarter. The host tries functions by name: this one stands before `read_import`."""
    query = request.query(TemplateQuery)
    with request.reading() as session:
        file = make_template(session, request.principal, query, utc_now())
    answer = file_answer(file.name, file.content_type, file.content)
    return recorded_file(request, "template", dict(request.raw.params), answer)
