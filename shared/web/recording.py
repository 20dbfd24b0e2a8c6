"""What the audit log is told of calls: where they come from, what was refused, which files were handed out.

A write is recorded by its use case, in its own transaction. A refusal and a file have none: they are recorded in one of
their own. A file is handed out only once that is done; a refusal stands whether or not it can be recorded.
"""

import gzip
import logging
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any
from uuid import UUID

import azure.functions as func
from sqlalchemy.exc import SQLAlchemyError

from shared.data.audit import Act, ChainLostError, record_act
from shared.data.origins import Origin
from shared.domain.errors import InvalidInput, NotAllowed, OutOfSight, PlatformError, Unavailable
from shared.domain.permissions import Principal
from shared.domain.statuses import AuditOutcome
from shared.settings import get_settings
from shared.web.correlation import correlation_id
from shared.web.request import ApiRequest

FORWARDED = "x-forwarded-for"
_KEPT_LENGTH = 200
_log = logging.getLogger(__name__)


def origin_of(request: func.HttpRequest, function: str) -> Origin:
    """Where a call comes from."""
    return Origin(function, correlation_id(), client_address(request.headers.get(FORWARDED)))


def client_address(forwarded: str | None) -> str | None:
    """The address that the outermost proxy of ours saw; None: it cannot be told.

    Each proxy appends the address it was called from, so what stands further left is the caller's own invention.
    """
    if not forwarded:
        return None
    hops, trusted = forwarded.split(","), get_settings().trusted_proxies
    if not 1 <= trusted <= len(hops):
        return None
    hop = hops[-trusted].strip()
    host = hop[1:].partition("]")[0] if hop.startswith("[") else hop.partition(":")[0] if hop.count(":") == 1 else hop
    try:
        return str(ip_address(host))
    except ValueError:
        return None


def record_denial(request: ApiRequest, error: PlatformError) -> None:
    """Put on record that a call was refused for what the principal may not do or see; other errors are not denials."""
    by = _denied_by(request, error)
    if by is None:
        return
    asked = {name: value[:_KEPT_LENGTH] for name, value in request.raw.route_params.items()}
    act = Act("route", asked, _company_of(asked), after={"by": by, "code": error.code}, outcome=AuditOutcome.DENIED)
    try:
        record_act(request.bearer, act)
    except Exception as failure:  # noqa: BLE001 (a refusal stands, whatever keeps it from being recorded)
        _log.error("a denied access could not be put on record: %s", type(failure).__name__)


def _denied_by(request: ApiRequest, error: PlatformError) -> str | None:
    """`permission` or `scope`; None: the call was refused for something else.

    For whoever sees everything, what is not found is not there. For others nobody knows, and both are recorded.
    """
    if isinstance(error, NotAllowed):
        return "permission"
    hidden = isinstance(error, OutOfSight) or (
        isinstance(error, InvalidInput) and any(each.code == OutOfSight.code for each in error.errors)
    )
    return "scope" if hidden and not request.principal.scope.is_everything else None


def _company_of(asked: Mapping[str, str]) -> UUID | None:
    with suppress(ValueError):
        return UUID(asked.get("company_id", ""))
    return None


def recorded_file(
    request: ApiRequest, kind: str, key: Mapping[str, Any], answer: func.HttpResponse
) -> func.HttpResponse:
    """The answer, once it is on record that this file was handed out; one without a file is none.

    Raises:
        Unavailable: it cannot be recorded.
    """
    if answer.status_code != HTTPStatus.OK:
        return answer
    content = answer.get_body()
    if answer.headers.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    record_handover(
        request.principal, Act(kind, key, after={"bytes": len(content), "sha256": sha256(content).hexdigest()})
    )
    return answer


def record_handover(principal: Principal, act: Act) -> None:
    """Put on record what is about to be handed out.

    Raises:
        Unavailable: it cannot be recorded, so it is not handed out.
    """
    try:
        record_act(principal, act)
    except (SQLAlchemyError, ChainLostError) as error:
        # Not the error itself: its text would carry the statement's values.
        _log.error("what is handed out could not be put on record: %s", type(error).__name__)
        message = "This cannot be put on record just now, so it is not handed out; try again in a few seconds."
        raise Unavailable(message, code="audit_unavailable") from None
