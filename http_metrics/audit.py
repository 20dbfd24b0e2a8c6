"""`/v1/audit-log`: who did what, for those who administer."""

import azure.functions as func

from shared.domain.permissions import Permission
from shared.schemas.audit import AuditQuery
from shared.services import audit
from shared.web.endpoint import endpoint
from shared.web.request import ApiRequest, decode_cursor
from shared.web.respond import page_answer

blueprint = func.Blueprint()


@endpoint(blueprint, "GET", "v1/audit-log", Permission.ADMINISTER)
def list_audit_log(request: ApiRequest) -> func.HttpResponse:
    """Writes, files handed out and denied accesses, newest first."""
    query = request.query(AuditQuery)
    after = decode_cursor(query.cursor, int)
    with request.reading() as session:
        return page_answer(
            request, audit.list_audit_log(session, request.principal, query.filters(), after, query.limit)
        )
