"""Reads that need not be answered again: an ETag from the newest change, 304 and kept answers.

The newest change is read before the data, so an answer is never older than its tag says; and it is that of the last
commit, so that while it stands nothing can have changed. Only what the change feed tells of may be answered so; what
else an answer depends on is named with it.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

import azure.functions as func
from sqlalchemy.orm import Session

from shared.data.changes import newest_change
from shared.web.compression import compress_answer, takes_gzip
from shared.web.conditions import REVALIDATE, unless_held
from shared.web.kept_answers import KeptAnswers
from shared.web.request import ApiRequest

_BUILD = Path(__file__).stat().st_mtime_ns
"""Of the deployed package: other code may show the same data otherwise."""
KEPT = KeptAnswers()


def fresh_answer(
    session: Session, request: ApiRequest, read: Callable[[], func.HttpResponse], *, also: object = None
) -> func.HttpResponse:
    """What `read` answers by the session; 304 where the caller holds just that.

    Args:
        session: Reads the newest change, where the request does not know it yet.
        request: What is asked; its address, scope and accepted forms are part of the tag.
        read: Reads and answers; not asked where this instance answered the same before and nothing has changed.
        also: What the answer depends on beside the request and the data that the change feed tells of.
    """
    tag = _tag(request, request.newest_change or newest_change(session), also)
    headers = {
        "ETag": f'W/"{tag}"',
        "Cache-Control": REVALIDATE,
        "Vary": "Accept, Accept-Encoding, Authorization",
    }
    return unless_held(request, tag, headers, lambda: KEPT.answer(tag, lambda: compress_answer(request.raw, read())))


def _tag(request: ApiRequest, newest: str, also: object) -> str:
    """Of everything that an answer depends on: the data, the address, the scope, the form asked for, the code."""
    scope = request.principal.scope
    narrowed = [sorted(map(str, names)) if names is not None else None for names in (scope.company_ids, scope.funds)]
    headers = request.raw.headers
    forms = (headers.get("accept"), takes_gzip(headers.get("accept-encoding", "")))
    rests_on = (newest, request.raw.url, narrowed, forms, also, _BUILD)
    return hashlib.sha256(repr(rests_on).encode()).hexdigest()[:32]
