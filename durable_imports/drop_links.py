"""`/v1/companies/{company_id}/drop-links`: URLs by which a company puts a file into its folder, and nothing else."""

import json
from datetime import timedelta
from http import HTTPStatus

import azure.functions as func

from shared.clock import utc_now
from shared.domain.permissions import Permission
from shared.schemas.imports import DropLink
from shared.schemas.queries import NoQuery
from shared.services.companies import require_company
from shared.web.endpoint import endpoint
from shared.web.request import ApiRequest
from shared.web.respond import json_answer

blueprint = func.Blueprint()
VALID = timedelta(hours=1)


@endpoint(blueprint, "POST", "v1/companies/{company_id}/drop-links", Permission.SUBMIT)
def create_drop_link(request: ApiRequest) -> func.HttpResponse:
    """A link that takes one file of this name: PUT it there, with the headers that are answered."""
    from durable_imports.blobs import sign_drop  # noqa: PLC0415 (storage is imported where it is used: cold start)

    request.query(NoQuery)
    company_id = request.path_id("company_id")
    link = request.body(DropLink)
    with request.transaction() as session:
        require_company(session, request.principal, company_id)
    now = utc_now()
    name = f"{company_id}/{now:%Y%m%dT%H%M%S%f}/{link.file_name}"
    answer = {
        "url": sign_drop(name, now, now + VALID),
        "method": "PUT",
        "headers": {"x-ms-blob-type": "BlockBlob"},
        "file_name": name,
        "expires_at": (now + VALID).isoformat(),
    }
    return json_answer(json.dumps(answer), HTTPStatus.CREATED)
