"""The report of an upload as a file: JSON, CSV, or an annotated copy of its table."""

import json
from dataclasses import asdict

from sqlalchemy.orm import Session

from shared.data import import_findings, import_staging
from shared.domain.permissions import Principal
from shared.services.import_intake import load_job
from shared.services.imports import read_import, require_import
from shared.services.report_files import write_annotated_workbook, write_issues_csv

COPIED_ROWS = 20_000
"""The table of a longer file is not copied whole: only the rows that something is said about."""


def write_json(session: Session, principal: Principal, import_id: str) -> bytes:
    """How the upload stands, with every finding that is kept.

    Raises:
        NotFound: there is none for this principal.
    """
    report = json.loads(read_import(session, principal, import_id))
    found = [asdict(issue) for issue in import_findings.stream_issues(session, import_id)]
    for severity in ("error", "warning"):
        report[f"{severity}s"] = [issue for issue in found if issue["severity"] == severity]
    return json.dumps(report, ensure_ascii=False).encode()


def write_csv(session: Session, principal: Principal, import_id: str) -> bytes:
    """Every finding that is kept, a row each.

    Raises:
        NotFound: there is none for this principal.
    """
    require_import(session, principal, import_id)
    return write_issues_csv(import_findings.stream_issues(session, import_id)).encode()


def write_workbook(session: Session, principal: Principal, import_id: str) -> bytes:
    """A copy of the table with its findings at their cells.

    Raises:
        NotFound: there is none for this principal.
    """
    report = json.loads(read_import(session, principal, import_id))
    job = load_job(session, import_id)
    rows: list[import_staging.Row] = [
        (job.header_row or 1, [*(job.header or ())]),
        *import_staging.staged_rows(session, import_id, COPIED_ROWS),
    ]
    summary = {
        "Import": import_id,
        "File": job.file_name,
        "Status": job.status,
        "Mode": str(job.options["mode"]),
        "Errors": str(report["error_count"]),
        "Warnings": str(report["warning_count"]),
        **{name.capitalize(): str(count) for name, count in report["counts"].items()},
    }
    issues = list(import_findings.stream_issues(session, import_id))
    return write_annotated_workbook(rows, job.sheet or "Data", job.header_row or 1, issues, summary)
