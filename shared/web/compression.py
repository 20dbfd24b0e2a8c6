"""Large texts are sent compressed to callers who take them so."""

import gzip

import azure.functions as func

from shared.domain.media_types import JSON, PROBLEM_JSON

MIN_BYTES = 1024
_LEVEL = 5
_TEXTS = (JSON, PROBLEM_JSON, "text/")


def compress_answer(request: func.HttpRequest, answer: func.HttpResponse) -> func.HttpResponse:
    """The answer as gzip where that is worth it and taken; one with a strong ETag stays as it is, byte for byte."""
    body, headers = answer.get_body(), answer.headers
    exact = headers.get("ETag", "").startswith('"')
    if len(body) <= MIN_BYTES or not answer.mimetype.startswith(_TEXTS) or exact or "Content-Encoding" in headers:
        return answer
    headers.setdefault("Vary", "Accept-Encoding")
    if not takes_gzip(request.headers.get("accept-encoding", "")):
        return answer
    return func.HttpResponse(
        gzip.compress(body, _LEVEL, mtime=0),
        status_code=answer.status_code,
        headers={**dict(headers.items()), "Content-Encoding": "gzip"},
        mimetype=answer.mimetype,
        charset=answer.charset,
    )


def takes_gzip(header: str) -> bool:
    """Whether an Accept-Encoding header takes gzip."""
    for entry in header.lower().split(","):
        coding, _, parameter = (part.strip() for part in entry.partition(";"))
        if coding in {"gzip", "x-gzip", "*"}:
            return parameter.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
