"""The operation that reads the audit log."""

from shared.schemas.answers import page_of
from shared.schemas.audit import AuditItem, AuditQuery
from shared.web.openapi.operation import COMPANY_ID, Operation, answer_ok

OPERATIONS = {
    "list_audit_log": Operation(
        answers=answer_ok(page_of(AuditItem), "Entries."),
        query=AuditQuery,
        query_example={"action": "put_input", "company_id": COMPANY_ID, "limit": 1},
    ),
}
