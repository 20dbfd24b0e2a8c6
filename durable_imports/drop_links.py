"""`/v1/companies/{company_id}/drop-links`: URLs by which a company puts a file into its folder, and nothing else."""

import json
from datetime import datetime, timedelta
from http import HTTPStatus

import azure.functions as func

from shared.clock import utc_now
from shared.data.audit import Act
from shared.domain.permissions import Permission
from shared.domain.route_classes import RouteClass
from shared.schemas.imports import DropLink
from shared.schemas.queries import NoQuery
from shared.services.sight import require_company
from shared.web.endpoint import endpoint
from shared.web.recording import record_handover
from shared.web.request import ApiRequest
from shared.web.respond import json_answer

blueprint = func.Blueprint()
VALID = timedelta(hours=1)


@endpoint(blueprint, "POST", "v1/companies/{company_id}/drop-links", Permission.SUBMIT, lambda _: RouteClass.UPLOAD)
def create_drop_link(request: ApiRequest) -> func.HttpResponse:
    """A link that takes one file of this name: PUT it there, with the headers that are answered."""
    from durable_imports.blobs import sign_drop  # noqa: PLC0415 (storage is imported where it is used: cold start)

    request.query(NoQuery)
    company_id = request.path_id("company_id")
    link = request.body(DropLink)
    with request.transaction() as session:
        require_company(session, request.principal, company_id)
    now = utc_now()
    name, expires_at = f"{company_id}/{now:%Y%m%dT%H%M%S%f}/{link.file_name}", now + VALID
    url = sign_drop(name, now, expires_at)
    act = Act("drop_link", {"file_name": name}, company_id, after={"expires_at": expires_at})
    record_handover(request.principal, act)
    return json_answer(_describe(url, name, expires_at), HTTPStatus.CREATED)


def _describe(url: str, name: str, expires_at: datetime) -> str:
    headers = {"x-ms-blob-type": "BlockBlob"}
    sent = {"url": url, "method": "PUT", "headers": headers, "file_name": name, "expires_at": expires_at.isoformat()}
    return json.dumps(sent)
