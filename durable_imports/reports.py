"""The report of an upload: answered in three forms, and put beside the file when the job is over."""

import azure.durable_functions as df
import azure.functions as func
from sqlalchemy.orm import Session

from shared.data.engine import transaction
from shared.domain.media_types import CONTENT_TYPES
from shared.domain.permissions import SYSTEM, Permission, Principal
from shared.domain.route_classes import RouteClass
from shared.schemas.import_queries import ImportReportQuery
from shared.services import import_reports
from shared.services.import_intake import load_job
from shared.web.endpoint import endpoint
from shared.web.files import file_answer
from shared.web.recording import recorded_file
from shared.web.request import ApiRequest

blueprint = df.Blueprint()


@endpoint(blueprint, "GET", "v1/imports/{import_id}/report", Permission.READ, lambda _: RouteClass.EXPORT)
def read_import_report(request: ApiRequest) -> func.HttpResponse:
    """Everything that is to be said about an upload, as JSON, as CSV, or as an annotated copy of its table."""
    form = request.query(ImportReportQuery).format
    import_id = request.raw.route_params["import_id"]
    with request.transaction() as session:
        content = _write_report(session, request.principal, import_id, form)
    answer = file_answer(f"import-{import_id}.{form}", CONTENT_TYPES[form], content)
    return recorded_file(request, "report", {"id": import_id, "format": form}, answer)


def store_reports(import_id: str) -> list[str]:
    """Put the report into the container of reports, under the file's name, in every form; answers the paths."""
    from durable_imports.blobs import save_report  # noqa: PLC0415 (storage is imported where it is used: cold start)

    with transaction() as session:
        name = load_job(session, import_id).file_name
    paths = []
    for form, media_type in CONTENT_TYPES.items():
        with transaction() as session:
            content = _write_report(session, SYSTEM, import_id, form)
        paths.append(f"{name}/{import_id}.{form}")
        save_report(paths[-1], content, media_type)
    return paths


def _write_report(session: Session, principal: Principal, import_id: str, form: str) -> bytes:
    writers = {
        "json": import_reports.write_json,
        "csv": import_reports.write_csv,
        "xlsx": import_reports.write_workbook,
    }
    return writers[form](session, principal, import_id)
