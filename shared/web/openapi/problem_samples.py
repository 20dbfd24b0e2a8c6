"""Every problem an operation can answer, as the very errors that are raised; statuses come from `problems.py`."""

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.errors import (
    Conflict,
    FieldError,
    InvalidInput,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    PlatformError,
    PreconditionFailed,
    TooManyCalls,
    Unavailable,
)
from shared.web.correlation import correlated
from shared.web.endpoint import Route
from shared.web.openapi.conventions import problems_of
from shared.web.openapi.operation import Operation
from shared.web.problems import problem

CORRELATION_ID = "c0ffee00c0ffee00c0ffee00c0ffee00"
INSTANCE = "https://metrics.example/v1/companies"
_UNKNOWN_FIELD = FieldError("unknown", "this field is not known here; did you mean limit?", parameter="limt")
_NOT_JSON = FieldError("unsupported_media_type", "send application/json", header="Content-Type")
_NO_SUCH_FORM = FieldError("not_acceptable", "accept application/json, or leave the header out", header="Accept")
_ERRORS = (
    InvalidInput([_UNKNOWN_FIELD], "The query cannot be used."),
    InvalidInput([], "A body has at most 1,000,000 bytes.", code="body_too_large"),
    InvalidInput([_NOT_JSON], "A body of text/plain cannot be read here.", code="unsupported_media_type"),
    InvalidInput([_NO_SUCH_FORM], "The call accepts no form of this answer.", code="not_acceptable"),
    NotAuthenticated("Send a bearer token: Authorization: Bearer <token>."),
    NotAuthenticated("The token has expired; ask the issuer for a new one.", code="token_expired"),
    NotAuthenticated("The token is not valid yet.", code="token_not_yet_valid"),
    NotAuthenticated("The token was issued for another audience.", code="wrong_audience"),
    NotAuthenticated("The token comes from another issuer.", code="wrong_issuer"),
    NotAuthenticated("The token comes from another tenant.", code="wrong_tenant"),
    NotAuthenticated("The token was issued to a client that is not admitted here.", code="wrong_client"),
    NotAuthenticated("The token has another version than 2.0.", code="wrong_version"),
    NotAuthenticated("The token lacks the claim azp.", code="claim_missing"),
    NotAuthenticated("The token's claims cannot be read: roles is a list of texts.", code="invalid_claims"),
    NotAuthenticated("The token is signed with a key the issuer does not publish.", code="unknown_key"),
    NotAuthenticated("The token's signature is wrong.", code="invalid_token"),
    NotAllowed("This needs the permission to manage; your roles: Portfolio.Read."),
    NotAllowed("Your token does not list your groups, which hold grants.", code="groups_not_listed"),
    NotAllowed("The token lacks the scope access_as_user; let the client ask for it.", code="scope_missing"),
    NotAllowed("Another person than the sender approves or rejects an import.", code="own_import"),
    NotFound("No such company."),
    Conflict("The write contradicts what is stored; read it again and retry."),
    Conflict("The external_id 'acme' belongs to another company.", code="external_id_taken"),
    Conflict("Figures are on record for the company; set its reporting_status instead.", code="company_has_inputs"),
    Conflict("Quarters on record do not end with the new fiscal year.", code="periods_do_not_fit"),
    Conflict("2024Q1 is closed; reopen it first.", code="already_closed"),
    Conflict("2024Q1 is not closed.", code="not_closed"),
    Conflict("Nothing is reported for 2024Q1, so there is nothing to close.", code="nothing_to_close"),
    Conflict("The import does not wait for approval; it is applied.", code="not_pending"),
    Conflict("The import is over; it is applied.", code="already_over"),
    Conflict("There is nothing to retry; the import is applied.", code="nothing_to_retry"),
    Conflict("The first call with this Idempotency-Key is still under way.", code="idempotency_key_in_use"),
    PreconditionFailed('If-Match does not hold: its ETag is now "3". Read it again.'),
    TooManyCalls("More than 6000 calls of the class read in a minute; go on in 17 s.", 17),
    PlatformError("This Idempotency-Key was used for another call.", code="idempotency_key_reused"),
    PlatformError("/v1/companies does not serve DELETE, but GET, POST.", code="method_not_allowed"),
    PlatformError("Something went wrong on our side; it is logged with this correlation id.", code="internal_error"),
    Unavailable("The database does not answer just now; try again in a few seconds.", code="database_unavailable"),
    Unavailable("The file storage does not answer just now; try again in a few seconds.", code="storage_unavailable"),
    Unavailable("The token issuer does not answer; try again in a few seconds.", code="issuer_unavailable"),
    Unavailable("No token issuer is configured; the setting is AUTH_ISSUER.", code="issuer_not_configured"),
    Unavailable("The platform cannot prove who it is just now; try again soon.", code="identity_unavailable"),
    Unavailable("A secret of the platform cannot be read just now; try again soon.", code="secrets_unavailable"),
    Unavailable("This cannot be put on record just now, so it is not handed out.", code="audit_unavailable"),
    Unavailable("The pages' files are not installed; run: python3 dev.py up", code="pages_not_installed"),
)
SAMPLES: dict[str, PlatformError] = {error.code: error for error in _ERRORS}

_OF_TOKENS = tuple(error.code for error in _ERRORS if isinstance(error, NotAuthenticated))
_OF_ANY_CALL = ("not_acceptable", "internal_error")
_OF_CALLERS = ("not_allowed", "scope_missing", "groups_not_listed", "rate_limited")
_OF_AUTHORISED_CALLS = (*_OF_TOKENS, *_OF_CALLERS, "issuer_unavailable", "issuer_not_configured")
_OF_STORED_THINGS = ("invalid_input", "database_unavailable", "identity_unavailable", "secrets_unavailable")
_OF_BODIES = ("body_too_large", "unsupported_media_type")
_NAMES_A_THING = ("{company_id}", "{import_id}", "{reporting_year}", "{grant_id}")


class FieldProblem(BaseModel):
    """One offending part of a request: where it stands, what is wrong, what would be right."""

    model_config = ConfigDict(extra="forbid")

    pointer: str | None = Field(default=None, description="In the body, as a JSON pointer.")
    parameter: str | None = Field(default=None, description="In the query or the path.")
    header: str | None = None
    code: str
    message: str


class Problem(BaseModel):
    """Why a request is not served (RFC 9457); `code` is stable and for machines."""

    model_config = ConfigDict(extra="forbid")

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    correlation_id: str = Field(description="Of the call, as in `X-Correlation-Id`.")
    errors: list[FieldProblem] = Field(default=[], description="Every offending part, where the request is wrong.")


def problem_codes(route: Route, operation: Operation) -> Mapping[int, list[str]]:
    """By status, the codes of the problems that a route can answer."""
    codes = [*_OF_ANY_CALL, *operation.problems, *problems_of(operation.conventions)]
    if route.permission is not None:
        codes += [*_OF_AUTHORISED_CALLS, *_OF_STORED_THINGS]
        if any(name in route.path for name in _NAMES_A_THING):
            codes.append("not_found")
        if route.method != "GET":
            codes.append("conflict")
        if operation.body is not None:
            codes += _OF_BODIES
    found: dict[int, list[str]] = defaultdict(list)
    for code in dict.fromkeys(codes):
        found[problem(SAMPLES[code], INSTANCE).status_code].append(code)
    return {status: found[status] for status in sorted(found)}


def sample_problem(code: str) -> Any:
    """The body that a problem of this code is answered with."""
    with correlated(CORRELATION_ID):
        return json.loads(problem(SAMPLES[code], INSTANCE).get_body())
