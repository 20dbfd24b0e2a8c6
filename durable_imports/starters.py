"""The two doors of a bulk upload: a blob dropped into the container, and `POST /v1/imports`.

Both keep the content under its hash, put the job on record, and start its orchestration under the job's id. A second
event for the same content finds the job and starts nothing.
"""

import asyncio
import logging
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from http import HTTPStatus
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from durable_imports.contracts import ORCHESTRATOR, make_order
from durable_imports.dropped_blob import DroppedBlob
from shared.data.engine import transaction
from shared.data.import_findings import Issue
from shared.data.origins import Origin, acting
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.permissions import SYSTEM, Permission
from shared.domain.route_classes import RouteClass
from shared.schemas.import_queries import ImportOptionsQuery
from shared.schemas.validation import validate
from shared.services import import_intake, imports
from shared.services.imports import Upload
from shared.telemetry import current_traceparent, note
from shared.telemetry.functions import observe
from shared.web.endpoint import endpoint
from shared.web.request import ApiRequest
from shared.web.respond import json_answer

blueprint = df.Blueprint()
RUNNING = {df.OrchestrationRuntimeStatus.Running, df.OrchestrationRuntimeStatus.Pending}
MAX_POSTED_BYTES = 50_000_000
MAX_DROPPED_BYTES = 300_000_000

_log = logging.getLogger(__name__)


@blueprint.function_name("receive_dropped_file")
@blueprint.blob_trigger(
    arg_name="blob", path="%IMPORTS_CONTAINER%/{name}", connection="ImportsStorage", source=func.BlobSource.EVENT_GRID
)
@blueprint.durable_client_input(client_name="client")
@observe("receive_dropped_file")
async def receive_dropped_file(blob: DroppedBlob, client: df.DurableOrchestrationClient) -> None:
    """Take in a file that was dropped into the container."""
    with acting(Origin("receive_dropped_file")):
        import_id = await asyncio.to_thread(_receive, blob.name)
    if import_id is not None:
        await start_import(client, import_id)
        _log.info("the dropped file %s is import %s", blob.name, import_id)


@blueprint.durable_client_input(client_name="client")
@endpoint(blueprint, "POST", "v1/imports", Permission.SUBMIT, lambda _: RouteClass.UPLOAD)
async def post_import(request: ApiRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    """Take in a posted file: 202 and where to watch it."""
    query = request.query(ImportOptionsQuery)
    name, content = _posted_file(request.raw)
    import_id = await asyncio.to_thread(_register, request, name, content, query)
    await start_import(client, import_id)
    body = await asyncio.to_thread(_read, request, import_id)
    return json_answer(body, HTTPStatus.ACCEPTED, {"Location": f"/v1/imports/{import_id}"})


def _register(request: ApiRequest, name: str, content: bytes, query: ImportOptionsQuery) -> str:
    from durable_imports.blobs import save_content  # noqa: PLC0415 (storage is imported where it is used: cold start)

    upload = Upload(name, save_content(content), len(content), query.as_options())
    with request.transaction() as session:
        return imports.register_import(session, request.principal, upload)


def _receive(name: str) -> str | None:
    """Put a dropped file on record; None when it is not there any more as the event told of it."""
    from durable_imports.blobs import BlobChangedError, BlobTooLargeError, receive_blob  # noqa: PLC0415 (as in _register)

    issues: list[Issue] = []
    try:
        blob = receive_blob(name, MAX_DROPPED_BYTES)
    except BlobChangedError:
        _log.info("the dropped file %s was changed or removed; its own event tells of what is there now", name)
        return None
    except BlobTooLargeError as error:
        blob = error.blob
        message = f"the file has {blob.size_bytes:,} bytes; at most {MAX_DROPPED_BYTES:,} are read. Split it."
        issues.append(Issue("error", "too_large", message))
    options = _told_options(blob.metadata, issues)
    with transaction() as session:
        sender = imports.sender_of_folder(session, name.rpartition("/")[0].partition("/")[0])
        if sender is None:
            message = (
                "the folder is no company's id or external id; the firm's own files are dropped outside any folder"
            )
            issues.append(Issue("error", "unknown_folder", message, value=name))
        upload = Upload(name, blob.content_hash, blob.size_bytes, options)
        import_id = imports.register_import(session, sender or SYSTEM, upload)
        if issues:
            import_intake.refuse_file(session, import_id, issues)
    return import_id


def _told_options(metadata: dict[str, str], issues: list[Issue]) -> dict[str, Any]:
    """The options a dropped file's metadata tells; what of them cannot be used is noted."""
    told = {name.lower(): value for name, value in metadata.items() if name.lower() in ImportOptionsQuery.model_fields}
    try:
        return validate(ImportOptionsQuery, told).as_options()
    except InvalidInput as problem:
        for error in problem.errors:
            name = (error.pointer or "").lstrip("/")
            issues.append(Issue("error", "invalid_option", error.message, field=name, value=told.get(name)))
        return ImportOptionsQuery().as_options()


def _read(request: ApiRequest, import_id: str) -> str:
    with request.transaction() as session:
        return imports.read_import(session, request.principal, import_id)


async def start_import(client: df.DurableOrchestrationClient, import_id: str) -> None:
    """Start the job's orchestration unless it runs or the job has ended."""
    if await is_running(client, import_id) or not await asyncio.to_thread(_is_open, import_id):
        return
    try:
        order = make_order(import_id, current_traceparent())
        await client.start_new(ORCHESTRATOR, instance_id=import_id, client_input=order)
        note("an import was started", import_id=import_id)
    except Exception:  # what the SDK raises for every refusal
        if not await is_running(client, import_id):
            raise
        _log.info("import %s was started by another at the same time", import_id)


async def is_running(client: df.DurableOrchestrationClient, import_id: str) -> bool:
    """Whether the job's orchestration is under way."""
    status = await client.get_status(import_id)
    return bool(status) and status.runtime_status in RUNNING


def _is_open(import_id: str) -> bool:
    with transaction() as session:
        return import_intake.is_open(session, import_id)


def _posted_file(request: func.HttpRequest) -> tuple[str, bytes]:
    """The name and the bytes of the file: the body itself, or the first file of a multipart form."""
    content_type = request.headers.get("content-type", "")
    content = request.get_body()
    disposition = request.headers.get("content-disposition", "")
    if content_type.lower().startswith("multipart/form-data"):
        head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode()
        for part in BytesParser(policy=HTTP).parsebytes(head + content).walk():
            if part.get_filename():
                return _plain(part.get_filename()), _within_limit(_bytes(part))
        content = b""
    if not content:
        raise InvalidInput(
            [FieldError("required", "send the file as the body, or as a part of a multipart form", pointer="")]
        )
    header = Message()
    header["Content-Disposition"] = disposition or "attachment"
    return _plain(header.get_filename()), _within_limit(content)


def _within_limit(content: bytes) -> bytes:
    if len(content) > MAX_POSTED_BYTES:
        message = f"A posted file has at most {MAX_POSTED_BYTES:,} bytes; drop a larger one into the container."
        raise InvalidInput([], message, code="body_too_large")
    return content


def _bytes(part: Any) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _plain(name: str | None) -> str:
    """A file's name without any path, and without what is no writing."""
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable())[:200] or "upload.csv"
