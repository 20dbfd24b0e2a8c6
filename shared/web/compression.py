"""Large texts are sent compressed to callers who take them so."""

import gzip

import azure.functions as func

from shared.domain.media_types import JSON, PROBLEM_JSON

MIN_BYTES = 1024
_LEVEL = 5
_TEXTS = (JSON, PROBLEM_JSON, "text/")


def compress_answer(request: func.HttpRequest, answer: func.HttpResponse) -> func.HttpResponse:
    """The answer as gzip where that is worth it and taken; one with a strong ETag stays as it is, byte for byte.

    Where it could have been gzip, the answer that is given says so in `Vary`; it belongs to one call.
    """
    body = answer.get_body()
    if len(body) <= MIN_BYTES or not answer.mimetype.startswith(_TEXTS):
        return answer
    said = {name.lower(): value for name, value in answer.headers.items()}
    if "content-encoding" in said or said.get("etag", "").startswith('"'):
        return answer
    if "vary" not in said:
        answer.headers.add("Vary", "Accept-Encoding")
    if not takes_gzip(request.headers.get("accept-encoding", "")):
        return answer
    return func.HttpResponse(
        gzip.compress(body, _LEVEL, mtime=0),
        status_code=answer.status_code,
        headers={**dict(answer.headers.items()), "Content-Encoding": "gzip"},
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
