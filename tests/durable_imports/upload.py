"""An upload's steps in one process, on the test's database: what the orchestration does, without storage or host."""

import json
from typing import Any

from durable_imports import activities
from durable_imports.readers import read_table
from shared.data.engine import transaction
from shared.domain.permissions import SYSTEM, Principal
from shared.services import imports


def run_upload(
    content: str | bytes, principal: Principal = SYSTEM, mode: str = "apply", reason: str | None = None
) -> dict[str, Any]:
    """Upload a file and bring its job to the end; the report."""
    data = content.encode() if isinstance(content, str) else content
    with transaction() as session:
        upload = imports.Upload("upload.csv", imports.hash_content(data), mode, reason)
        job = imports.register_import(session, principal, upload)
    with transaction() as session:
        chunks = imports.stage_import(session, job, read_table(data))
    for chunk in range(chunks):
        assert activities._apply(job, chunk) == {"ok": True}
    with transaction() as session:
        imports.finish_import(session, job)
        report: dict[str, Any] = json.loads(imports.read_import(session, principal, job))
    return report


def found(report: dict[str, Any], severity: str = "errors") -> list[tuple[int | None, str | None, str]]:
    """(row, cell, code) of every finding."""
    return [(each["row_number"], each["cell"], each["code"]) for each in report[severity]]
