"""Operations on bulk uploads: taking them in, watching them, deciding about them."""

from http import HTTPStatus

from shared.domain.media_types import CSV, JSON, XLSX
from shared.schemas.answers import page_of
from shared.schemas.import_answers import Import, ImportFinding, ImportMove, ImportReport, ImportRow, Link
from shared.schemas.import_queries import (
    ImportIssuesQuery,
    ImportOptionsQuery,
    ImportReportQuery,
    ImportRowsQuery,
    ImportsQuery,
)
from shared.schemas.imports import DropLink, ImportDecision
from shared.schemas.queries import PageQuery
from shared.schemas.templates import TemplateQuery
from shared.web.openapi.operation import Answer, Operation, answer_ok

_ACCEPTED = {
    HTTPStatus.ACCEPTED: Answer("The job; `Location` says where to watch it.", ImportReport, headers=("Location",))
}
_FILE = "company_external_id,period_end,total_revenue,cash_balance\nacme,2024-03-31,4194199,32407138\n"


def _decision(reason: str, *problems: str) -> Operation:
    return Operation(
        answers=_ACCEPTED,
        body=ImportDecision,
        body_required=False,
        body_example={"reason": reason},
        problems=problems,
    )


OPERATIONS = {
    "post_import": Operation(
        answers=_ACCEPTED,
        query=ImportOptionsQuery,
        files=(CSV, XLSX, "application/octet-stream", "multipart/form-data"),
        query_example={"mode": "validate"},
        body_example=_FILE,
        problems=("body_too_large", "storage_unavailable"),
    ),
    "list_imports": Operation(
        answers=answer_ok(page_of(Import), "Uploads."), query=ImportsQuery, query_example={"limit": 1}
    ),
    "read_import": Operation(answers=answer_ok(ImportReport, "The upload.")),
    "list_import_issues": Operation(
        answers=answer_ok(page_of(ImportFinding), "Findings."),
        query=ImportIssuesQuery,
        query_example={"severity": "error", "limit": 1},
    ),
    "list_import_rows": Operation(
        answers=answer_ok(page_of(ImportRow), "Rows."), query=ImportRowsQuery, query_example={"limit": 2}
    ),
    "list_import_moves": Operation(
        answers=answer_ok(page_of(ImportMove), "Values."), query=PageQuery, query_example={"limit": 1}
    ),
    "read_import_report": Operation(
        answers={HTTPStatus.OK: Answer("The report, as a file.", ImportReport, (JSON, CSV, XLSX))},
        query=ImportReportQuery,
        query_example={"format": "json"},
        problems=("audit_unavailable",),
    ),
    "approve_import": _decision("agreed with the company's CFO", "not_pending", "own_import"),
    "reject_import": _decision("the figures are last year's", "not_pending", "own_import"),
    "cancel_import": _decision("sent by mistake", "already_over"),
    "retry_import": _decision("the companies are on record now", "nothing_to_retry"),
    "give_import_template": Operation(
        answers={HTTPStatus.OK: Answer("The file.", None, (XLSX, CSV))},
        query=TemplateQuery,
        query_example={"format": "csv"},
        problems=("not_found", "audit_unavailable"),
    ),
    "create_drop_link": Operation(
        answers={HTTPStatus.CREATED: Answer("The link, and the headers to send along.", Link)},
        body=DropLink,
        body_example={"file_name": "acme-2024Q1.csv"},
        problems=("audit_unavailable",),
    ),
}
