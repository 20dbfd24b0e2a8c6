"""From an error to an RFC 9457 `application/problem+json` answer; the only table from meaning to status."""

import json
import logging
import traceback
from http import HTTPStatus
from typing import Any

import azure.functions as func
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shared.domain.errors import (
    Conflict,
    InvalidInput,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    OutOfSight,
    PlatformError,
    PreconditionFailed,
    TooManyCalls,
    Unavailable,
)
from shared.domain.media_types import PROBLEM_JSON
from shared.telemetry import Severity, note
from shared.web.challenges import challenge_of
from shared.web.correlation import correlation_id

STATUSES: dict[type[PlatformError], HTTPStatus] = {
    InvalidInput: HTTPStatus.BAD_REQUEST,
    NotAuthenticated: HTTPStatus.UNAUTHORIZED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    OutOfSight: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    TooManyCalls: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
STATUSES_BY_CODE = {
    "method_not_allowed": HTTPStatus.METHOD_NOT_ALLOWED,
    "not_acceptable": HTTPStatus.NOT_ACCEPTABLE,
    "idempotency_key_reused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "body_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "unsupported_media_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}
RETRY_AFTER_SECONDS = "5"

_log = logging.getLogger(__name__)


def as_platform_error(error: Exception) -> PlatformError:
    """What an exception means to a caller; what has no meaning is logged and told without its insides."""
    if isinstance(error, PlatformError):
        return error
    if isinstance(error, IntegrityError):
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        _log.warning("a write met the constraint %s", constraint)
        return Conflict(
            f"The write contradicts what is stored ({constraint}); read it again and retry.", code="conflict"
        )
    if _is_outage(error):
        _log.error("the database does not answer: %s", getattr(error, "orig", error))
        return Unavailable(
            "The database does not answer just now; try again in a few seconds.", code="database_unavailable"
        )
    if _is_of_storage(error):
        _log.error("the blob storage does not answer: %s %s", type(error).__name__, getattr(error, "status_code", ""))
        return Unavailable(
            "The file storage does not answer just now; try again in a few seconds.", code="storage_unavailable"
        )
    if isinstance(error, DBAPIError):
        # Not the error itself: its text carries the statement's values, which are somebody's figures.
        where = "".join(traceback.format_tb(error.__traceback__))
        state = getattr(error.orig, "pgcode", None)
        note("an unexpected error of the database", Severity.ERROR, error)
        _log.error("an unexpected error of the database: %s, SQLSTATE %s\n%s", type(error.orig).__name__, state, where)
        return _internal_error()
    _log.exception("an unexpected error", exc_info=error)
    note("an unexpected error", Severity.ERROR, error)
    return _internal_error()


def _internal_error() -> PlatformError:
    return PlatformError(
        "Something went wrong on our side; it is logged with this correlation id.", code="internal_error"
    )


def _is_of_storage(error: Exception) -> bool:
    """Whether Azure's libraries raised it; told by name, so that nobody imports them who has no such error."""
    return any(
        (base.__module__, base.__name__) == ("azure.core.exceptions", "AzureError") for base in type(error).__mro__
    )


def _is_outage(error: Exception) -> bool:
    """Whether the database did not answer: it is away, cut the connection, or has none to spare."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeoutError):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated


def problem(error: PlatformError, instance: str) -> func.HttpResponse:
    """The answer to a request that cannot be served."""
    status = STATUSES_BY_CODE.get(error.code) or STATUSES.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
    body: dict[str, Any] = {
        "type": f"urn:portfolio-metrics:problem:{error.code}",
        "title": status.phrase,
        "status": status.value,
        "detail": error.detail,
        "instance": instance,
        "code": error.code,
    }
    if correlation_id() is not None:
        body["correlation_id"] = correlation_id()
    if isinstance(error, InvalidInput):
        body["errors"] = [
            {
                name: value
                for name in ("pointer", "parameter", "header", "code", "message")
                if (value := getattr(field_error, name)) is not None
            }
            for field_error in error.errors
        ]
    challenge = challenge_of(error)
    headers = {} if challenge is None else {"WWW-Authenticate": challenge}
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = RETRY_AFTER_SECONDS
    if isinstance(error, TooManyCalls):
        headers["Retry-After"] = str(error.retry_after)
    return func.HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status_code=status.value,
        headers=headers,
        mimetype=PROBLEM_JSON,
    )
