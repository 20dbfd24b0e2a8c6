"""Reads that need not be answered again: an ETag from the newest change, 304 and kept answers.

The newest change is read before the data, so an answer is never older than its tag says; and it is that of the last
commit, so that while it stands nothing can have changed. Only what the change feed tells of may be answered so; what
else an answer depends on is named with it.

Where the answer may be held already, by the caller or by this instance, the newest change has a round trip of its own,
mostly the only one. Where it cannot be, it goes ahead of what is read.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

import azure.functions as func
from sqlalchemy.orm import Session

from shared.data.changes import newest_change
from shared.web.compression import compress_answer, takes_gzip
from shared.web.conditions import REVALIDATE, read_precondition, unless_held
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
        session: One of the request's. Reads the newest change, where counting the call does not tell it.
        request: What is asked; its address, scope and accepted forms are part of the tag.
        read: Reads and answers; not asked where this instance answered the same before and nothing has changed.
        also: What the answer depends on beside the request and the data that the change feed tells of.
    """

    def read_now() -> func.HttpResponse:
        return compress_answer(request.raw, read())

    asked, make = _all_but_the_data(request, also), read_now
    if _is_told_ahead(request) and not KEPT.has(asked):
        answer = read_now()
        make = lambda: answer  # noqa: E731 (read already)
    newest = _newest_change(session, request)
    tag = _digest(f"{asked} {newest}")
    headers = {
        "ETag": f'W/"{tag}"',
        "Cache-Control": REVALIDATE,
        "Vary": "Accept, Accept-Encoding, Authorization",
    }
    return unless_held(request, tag, headers, lambda: KEPT.answer(asked, newest, make))


def _is_told_ahead(request: ApiRequest) -> bool:
    """Whether the newest change comes ahead of what is read first, and the caller holds nothing to compare it with."""
    is_held = read_precondition(request).none_match is not None
    return not is_held and request.charge is not None and request.charge.is_open


def _newest_change(session: Session, request: ApiRequest) -> str:
    """As of before anything that is read after this, and what was read in the same round trip."""
    charge = request.charge
    if charge is not None:
        charge.settle()
        if charge.newest_change is not None:
            return charge.newest_change
    return newest_change(session)


def _all_but_the_data(request: ApiRequest, also: object) -> str:
    """Names what an answer depends on beside the data: the address, the scope, the form asked for, the code."""
    scope = request.principal.scope
    narrowed = [sorted(map(str, names)) if names is not None else None for names in (scope.company_ids, scope.funds)]
    headers = request.raw.headers
    forms = (headers.get("accept"), takes_gzip(headers.get("accept-encoding", "")))
    return _digest(repr((request.raw.url, narrowed, forms, also, _BUILD)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
