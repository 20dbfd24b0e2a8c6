"""`Idempotency-Key`: the same call again gets the same answer, and has its effect once.

The answer is kept in the transaction of the effect: either both are there or neither. A call that is refused keeps
nothing, so it may be mended and sent under the same key.
"""

import hashlib
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import azure.functions as func
from sqlalchemy.orm import Session

from shared.data.idempotency import KeptAnswer, claim_key, find_answer, keep_answer
from shared.domain.errors import Conflict, FieldError, InvalidInput, PlatformError
from shared.domain.media_types import JSON
from shared.web.request import ApiRequest

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r"[!-~](?:[ -~]{0,253}[!-~])?")


def answer_once(session: Session, request: ApiRequest, act: Callable[[], func.HttpResponse]) -> func.HttpResponse:
    """What `act` answers within the session's transaction, or what the same call was answered before.

    Raises:
        InvalidInput: the key is none.
        Conflict: the first call under the key is still under way.
        PlatformError: the key was used for another call.
    """
    key, subject = read_key(request), request.principal.subject
    if key is None:
        return act()
    if not claim_key(session, subject, key):
        raise Conflict(
            f"The first call with this {HEADER} is still under way; send it again in a moment.",
            code="idempotency_key_in_use",
        )
    fingerprint = _fingerprint(request)
    kept = find_answer(session, subject, key)
    if kept is None:
        answer = act()
        told = KeptAnswer(fingerprint, answer.status_code, dict(answer.headers.items()), answer.get_body().decode())
        keep_answer(session, subject, key, told)
        return answer
    if kept.fingerprint != fingerprint:
        raise PlatformError(
            f"This {HEADER} was used for another call; take a new one for each call.", code="idempotency_key_reused"
        )
    return func.HttpResponse(
        kept.body, status_code=kept.status, headers={**kept.headers, REPLAYED: "true"}, mimetype=JSON
    )


def read_key(request: ApiRequest) -> str | None:
    """The key that the call came with.

    Raises:
        InvalidInput: it is not 1 to 255 printable ASCII characters.
    """
    key: str | None = request.raw.headers.get(HEADER.lower())
    if key is not None and not _KEY.fullmatch(key):
        message = "send 1 to 255 printable ASCII characters, for example a UUID"
        raise InvalidInput([FieldError("invalid", message, header=HEADER)])
    return key


def _fingerprint(request: ApiRequest) -> str:
    """Of what was asked for: method, address, how much of an answer is preferred, and payload."""
    raw = request.raw
    address = urlsplit(raw.url)
    head = "\n".join((raw.method.upper(), address.path, address.query, raw.headers.get("prefer", "")))
    return hashlib.sha256(head.encode() + b"\n\n" + raw.get_body()).hexdigest()
