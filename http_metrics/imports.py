"""`/v1/imports`: how bulk uploads stand. Posting one is the import room's own door, which starts its orchestration."""

from datetime import datetime

import azure.functions as func

from shared.domain.permissions import Permission
from shared.schemas.import_queries import ImportIssuesQuery, ImportRowsQuery, ImportsQuery
from shared.schemas.queries import NoQuery, PageQuery
from shared.services import imports
from shared.web.endpoint import endpoint
from shared.web.request import ApiRequest, decode_cursor
from shared.web.respond import json_answer, page_answer

blueprint = func.Blueprint()


@endpoint(blueprint, "GET", "v1/imports", Permission.READ)
def list_imports(request: ApiRequest) -> func.HttpResponse:
    """Uploads, newest first."""
    query = request.query(ImportsQuery)
    after = decode_cursor(query.cursor, datetime, str)
    filters = query.model_dump(include={"status", "file_name"})
    with request.reading() as session:
        return page_answer(request, imports.list_imports(session, request.principal, filters, after, query.limit))


@endpoint(blueprint, "GET", "v1/imports/{import_id}", Permission.READ)
def read_import(request: ApiRequest) -> func.HttpResponse:
    """One upload: status, progress, counts, and the first hundred findings with their true number."""
    request.query(NoQuery)
    with request.reading() as session:
        return json_answer(imports.read_import(session, request.principal, request.raw.route_params["import_id"]))


@endpoint(blueprint, "GET", "v1/imports/{import_id}/issues", Permission.READ)
def list_import_issues(request: ApiRequest) -> func.HttpResponse:
    """Every finding about an upload, in file order."""
    query = request.query(ImportIssuesQuery)
    after = decode_cursor(query.cursor, int, int)
    import_id = request.raw.route_params["import_id"]
    with request.reading() as session:
        page = imports.list_import_issues(session, request.principal, import_id, query.severity, after, query.limit)
        return page_answer(request, page)


@endpoint(blueprint, "GET", "v1/imports/{import_id}/rows", Permission.READ)
def list_import_rows(request: ApiRequest) -> func.HttpResponse:
    """What became of every row of an upload, or would."""
    query = request.query(ImportRowsQuery)
    after = decode_cursor(query.cursor, int)
    import_id = request.raw.route_params["import_id"]
    with request.reading() as session:
        page = imports.list_import_rows(session, request.principal, import_id, query.outcome, after, query.limit)
        return page_answer(request, page)


@endpoint(blueprint, "GET", "v1/imports/{import_id}/moves", Permission.READ)
def list_import_moves(request: ApiRequest) -> func.HttpResponse:
    """The derived values that a validated upload would move."""
    query = request.query(PageQuery)
    after = decode_cursor(query.cursor, int)
    with request.reading() as session:
        import_id = request.raw.route_params["import_id"]
        page = imports.list_import_moves(session, request.principal, import_id, after, query.limit)
        return page_answer(request, page)
